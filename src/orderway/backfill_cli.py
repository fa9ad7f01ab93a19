"""The command that brings over what an import has only read, beside the traffic, and takes it out again."""

from __future__ import annotations

import os
from uuid import UUID

import typer

from orderway.database_cli import in_database, operator


def backfill(
    since: str = typer.Option("", metavar="ISO", help="Only buyers who were active since this time (UTC)."),
    batch: int = typer.Option(200, min=1, max=10_000, help="How many orders are read at once."),
    pace: str = typer.Option("20%", help="How much of the time it works, like 20%; or orders a second, like 50."),
    lanes: int = typer.Option(1, min=1, max=16, help="How many orders are under way at once."),
    undo: UUID | None = typer.Option(
        None, metavar="RUN", help="Take out what this run brought, unless it moved since."
    ),
    *,
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say how many orders would come, or go."),
    runs: bool = typer.Option(False, "--runs", help="Show the latest runs."),
) -> None:
    """Bring over the orders that `orderway import legacy --rows` has read; who was active last comes first.

    What is in is left alone, so the same command goes on where it was stopped; ends with 1 where an order is not in.
    """
    import uvloop

    from orderway.app import make_workflow
    from orderway.configuration.live import settings_of
    from orderway.embedded import open_database
    from orderway.flags.live import live_flags
    from orderway.legacy.backfill.filling import Wish, count_waiting, fill
    from orderway.legacy.backfill.pace import pace_of
    from orderway.legacy.backfill.undoing import undo as take_out
    from orderway.legacy.predecessor.command import moment
    from orderway.migrations import require_current

    if runs:
        show_runs()
        return
    keeping, after = pace_of(pace, lanes=lanes), moment(since) if since else None

    async def work(url: str) -> int:
        await require_current(url)
        if undo:
            return await take_out(url, undo, actor=operator(), pace=keeping, dry="dry" if dry_run else "")
        if dry_run:
            return await count_waiting(url, after)
        settings = await settings_of(url)
        wish = Wish(actor=operator(), since=after, batch=batch, lanes=lanes, pace=keeping)
        async with live_flags(url, os.environ) as flags:
            return await fill(url, wish, workflow=make_workflow(settings, flags), settings=settings)

    with open_database() as url:
        code = uvloop.run(work(url))
    raise typer.Exit(code)


def show_runs() -> None:
    """Show who filled what, the newest run first."""
    from orderway.legacy.backfill.runs import list_runs

    for run in in_database(list_runs):
        typer.echo(run.told)
