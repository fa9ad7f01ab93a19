"""The command that brings over what an import has only read, beside the traffic, and takes it out again."""

from __future__ import annotations

from uuid import UUID

import typer

from orderway.database_cli import in_database, moving, operator


def backfill(
    *,
    since: str = typer.Option("", metavar="ISO", help="Only buyers who were active since this time (UTC)."),
    batch: int = typer.Option(200, min=1, max=10_000, help="How many orders are read at once."),
    pace: str = typer.Option("20%", help="How much of the time it works, like 20%; or orders a second, like 50."),
    lanes: int = typer.Option(1, min=1, max=16, help="How many orders are under way at once."),
    undo: UUID | None = typer.Option(None, metavar="RUN", help="Take out what this run brought and nobody moved."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say how many orders would come, or go."),
    runs: bool = typer.Option(False, "--runs", help="Show the latest runs."),
) -> None:
    """Bring over the orders that `orderway import legacy --rows` has read; who was active last comes first.

    What is in is left alone, so the same command goes on where it was stopped; ends with 1 where an order is not in.
    """
    from orderway.legacy.backfill.filling import Wish, count_waiting, fill
    from orderway.legacy.backfill.pace import pace_of
    from orderway.legacy.backfill.undoing import undo as take_out
    from orderway.legacy.predecessor.command import moment

    keeping, after, by = pace_of(pace, lanes=lanes), moment(since) if since else None, operator()
    wish = Wish(actor=by, since=after, batch=batch, lanes=lanes, pace=keeping)
    if runs:
        show_runs()
    elif undo:
        moving(lambda url, *_: take_out(url, undo, actor=by, pace=keeping, dry="dry" if dry_run else ""))
    elif dry_run:
        moving(lambda url, *_: count_waiting(url, after))
    else:
        moving(lambda url, workflow, settings: fill(url, wish, workflow=workflow, settings=settings))


def show_runs() -> None:
    """Show who filled what, the newest run first."""
    from orderway.legacy.backfill.runs import list_runs

    for run in in_database(list_runs):
        typer.echo(run.told)
