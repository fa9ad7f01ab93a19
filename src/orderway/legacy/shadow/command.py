"""`orderway shadow`: follows the predecessor's database until Ctrl-C or SIGTERM; and its summary of a day."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import typer

from orderway.changeover.shadow import lines, summarize
from orderway.database import connect, connect_pool
from orderway.errors import OrderwayError
from orderway.ids import new_id
from orderway.legacy.crew import LANES
from orderway.legacy.predecessor.bring import Import
from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.command import TAKEN, TURN, around, latest
from orderway.legacy.predecessor.credit import read_ladder
from orderway.legacy.predecessor.ground import lay
from orderway.legacy.predecessor.ledger import Run, read_known
from orderway.legacy.predecessor.readback import read_titles
from orderway.legacy.predecessor.source import Source, opened, place
from orderway.legacy.progress import stopping
from orderway.legacy.shadow.changes import check
from orderway.legacy.shadow.following import Shadow
from orderway.legacy.shadow.places import end_place, read_place
from orderway.legacy.turn import turn
from orderway.migrations import require_current
from orderway.settings import Settings
from orderway.workflow.kinds import Workflow
from orderway.workflow.runner import Runner


async def follow(url: str, source_url: str, *, workflow: Workflow, settings: Settings) -> None:
    """Follow a source until this process is told to stop.

    Raises DatabaseUnavailable, DatabaseNotCurrent, LegacyUnavailable and LegacyInvalid.
    """
    await require_current(url)
    with stopping() as stop:
        async with shadowing(url, source_url, workflow=workflow, settings=settings, stop=stop) as shadow:
            typer.echo(f"Following {shadow.name}: Ctrl-C ends it, and the next start goes on from there.", err=True)
            await shadow.follow()
            await end_place(shadow.connection, now())
    typer.echo("Stopped. The next start goes on from there.", err=True)


@asynccontextmanager
async def shadowing(
    url: str, source_url: str, *, workflow: Workflow, settings: Settings, stop: asyncio.Event
) -> AsyncIterator[Shadow]:
    """A shadow whose turn it is, and whose ground is laid."""
    run, name = Run(id=new_id(), at=now()), place(source_url)
    async with (
        turn(url, number=TURN, taken=TAKEN) as connection,
        opened(source_url) as source,
        await connect_pool(url, size=LANES) as pool,
    ):
        await check(source)
        known = dict(await read_known(connection))
        bringing = Import(
            runner=Runner(pool, workflow),
            ground=await lay(source, connection, at=run.at, workflow=workflow),
            titles=await read_titles(connection),
            ladder=await read_ladder(connection),
            around=await circumstances(settings, source),
            run=run,
            known=known,
            stop=stop,
            on_order=lambda: None,
        )
        yield Shadow(
            source=source,
            connection=connection,
            bringing=bringing,
            around=lambda: circumstances(settings, source),
            clock=now,
            name=name,
            place=await read_place(connection, name),
            known=known,
        )


async def tell(url: str, day: date | None) -> None:
    """Print what a day came to; without one, yesterday (UTC)."""
    wanted = day or (now() - timedelta(days=1)).date()
    connection = await connect(url)
    try:
        summary = await summarize(connection, wanted)
    finally:
        await connection.close()
    typer.echo(f"The shadow on {wanted}")
    for line in lines(summary):
        typer.echo(f"  {line}")


def day_of(text: str) -> date | None:
    """A day as it is written by ISO 8601; None for none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise OrderwayError(f"“{text[:40]}” is no day.", "Write it like 2026-03-01.") from None


async def circumstances(settings: Settings, source: Source) -> Circumstances:
    return around(settings, await latest(source))


def now() -> datetime:
    return datetime.now(UTC)
