"""`orderway import legacy`: what the orders stand on is laid, each order goes its road, and a report is read back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final

import asyncpg
import typer

from orderway.database import connect_pool
from orderway.errors import OrderwayError
from orderway.ids import new_id
from orderway.legacy.crew import LANES, Outcome
from orderway.legacy.predecessor.bring import Import, Seen
from orderway.legacy.predecessor.catalog import LegacyInvalid
from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.closing import lines
from orderway.legacy.predecessor.columns import Read
from orderway.legacy.predecessor.credit import read_ladder
from orderway.legacy.predecessor.ground import Ground, lay, settle
from orderway.legacy.predecessor.ground_stores import Places
from orderway.legacy.predecessor.ledger import Run, read_known, read_settled, read_unsettled
from orderway.legacy.predecessor.read import changed, count, orders
from orderway.legacy.predecessor.readback import read_back, read_titles
from orderway.legacy.predecessor.rehearsal import rehearsing
from orderway.legacy.predecessor.report import beside, compare, find_expected, write_lines
from orderway.legacy.predecessor.source import Source, opened
from orderway.legacy.predecessor.taking import keep_riders, take
from orderway.legacy.progress import bar, stopping
from orderway.legacy.turn import STOPPED, failed, turn
from orderway.migrations import require_current
from orderway.settings import (
    RETURN_WINDOW_DAYS,
    RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES,
    SALE_PENDING_EXPIRY_MINUTES,
    Settings,
)
from orderway.workflow.kinds import Connection, Workflow
from orderway.workflow.runner import Runner

TURN: Final = 7_202_511_260_003
"""Two imports into one database take turns on this number, which has no other meaning."""

TAKEN: Final = LegacyInvalid(
    "Another import of the former system's orders is under way in this database, or a backfill or shadow of them.",
    "Wait for its end, or stop it; then try again.",
)
FOREVER: Final = timedelta(days=36_500)
"""What stands for the life of what does not end."""

LATEST: Final = (
    ("SaleOrder", "updatedAt"), ("Fulfillment", "updatedAt"), ("ConsumerPayment", "receivedAt"),
    ("ResellerPayment", "receivedAt"),
)  # fmt: skip
"""The columns that tell the time of the predecessor's latest row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for: where from, and whether only what changed `since`, or nothing that stays. `report` is the
    file that gets a line for each order, and is laid beside what its folder expects; `places` is where the stores lie.
    """

    source: str
    since: datetime | None = None
    is_rehearsal: bool = False
    is_reading: bool = False
    report: Path | None = None
    places: Places | None = None


def moment(text: str) -> datetime:
    """A time as it is written by ISO 8601; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise OrderwayError(f"“{text[:40]}” is no time.", "Write it like 2026-03-01T09:30:00Z.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


async def bring_over(url: str, asked: Wanted, *, workflow: Workflow, settings: Settings) -> int:
    """Import what is not in yet, or changed, and tell of it.

    Gives the exit code: 0; 1 where an order is not in, or did not go on and nobody has decided on it, or a total is
    wrong; 130 where it was stopped. Raises DatabaseUnavailable, DatabaseNotCurrent, LegacyUnavailable and
    LegacyInvalid.
    """
    await require_current(url)
    if asked.report:
        write_lines((), asked.report)
    run = Run(id=new_id(), at=datetime.now(UTC))
    async with (
        turn(url, number=TURN, taken=TAKEN) as connection,
        opened(asked.source) as source,
        staged(url, connection, asked) as pool,
    ):
        ground = await lay(source, connection, at=run.at, workflow=workflow, places=asked.places)
        work = Work(source=source, connection=connection, pool=pool, wanted=asked, run=run, ground=ground)
        return await (work.read() if asked.is_reading else work.do(workflow, settings))


@asynccontextmanager
async def staged(url: str, connection: Connection, wanted: Wanted) -> AsyncIterator[asyncpg.Pool]:
    """The connections that the orders go over: several, or in a rehearsal the one whose transaction is undone."""
    if wanted.is_rehearsal:
        async with rehearsing(connection) as only:
            yield only
    else:
        async with await connect_pool(url, size=LANES) as pool:
            yield pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An import whose ground is laid."""

    source: Source
    connection: Connection
    pool: asyncpg.Pool
    wanted: Wanted
    run: Run
    ground: Ground

    async def begin(self) -> tuple[float, Sequence[str] | None, int]:
        """When it began, which orders are looked at (None: all), and how many that are."""
        began, since = perf_counter(), self.wanted.since
        if since is None:
            return began, None, await count(self.source)
        ids = await changed(self.source, since, also=await read_unsettled(self.connection))
        return began, ids, len(ids)

    async def read(self) -> int:
        """Keep what is read of the orders, and bring none over."""
        await keep_riders(self.connection, self.ground)
        began, ids, total = await self.begin()
        with stopping() as stop, bar(total) as advance:
            batches = orders(self.source, ids=ids)
            done, new = await take(self.connection, batches, run=self.run, stop=stop, on_order=advance)
        typer.echo(
            f"Read {done:,} orders in {perf_counter() - began:,.0f} s: {new:,} that are new or changed wait for "
            "`orderway backfill`."
        )
        if done < total and stop.is_set():
            typer.echo("Stopped. Run the same command to read the others.")
            return STOPPED
        return 0

    async def do(self, workflow: Workflow, settings: Settings) -> int:
        began, ids, total = await self.begin()
        seen: list[Seen] | None = [] if self.wanted.is_rehearsal else None
        with stopping() as stop, bar(total) as advance:
            crew = Import(
                runner=Runner(self.pool, workflow),
                ground=self.ground,
                titles=await read_titles(self.connection),
                ladder=await read_ladder(self.connection),
                around=around(settings, await latest(self.source)),
                run=self.run,
                known={**await read_known(self.connection), **await read_settled(self.connection)},
                stop=stop,
                on_order=advance,
                seen=seen,
            )
            outcome = await crew.bring(orders(self.source, ids=ids))
        self.tell(outcome, perf_counter() - began)
        if outcome.done < total and stop.is_set():
            typer.echo(f"Stopped: {outcome.done:,} of {total:,} orders are done with. Run the same command to go on.")
            return STOPPED
        return await self.close(outcome, seen, await self.settled(workflow))

    async def settled(self, workflow: Workflow) -> Ground:
        """The ground after the orders: in a rehearsal these are gone by now, and so the shelves wait."""
        if self.wanted.is_rehearsal:
            return self.ground
        return await settle(self.source, self.connection, self.ground, at=self.run.at, workflow=workflow)

    def tell(self, outcome: Outcome, seconds: float) -> None:
        for line in failed(outcome.failures):
            typer.echo(line)
        if outcome.brought or outcome.grown:
            done = outcome.brought + outcome.grown
            typer.echo(
                f"{'Would bring' if self.wanted.is_rehearsal else 'Brought'} over {outcome.brought:,} orders, and "
                f"{outcome.grown:,} that were in moved on, in {seconds:,.0f} s: {done / seconds:,.0f} a second."
            )
        else:
            typer.echo(f"All {outcome.met:,} orders were in already; none of them moved on.")

    async def close(self, outcome: Outcome, seen: list[Seen] | None, ground: Ground) -> int:
        """Tell where all orders stand, by the tables, and what came of it."""
        found, checks = await read_back(self.connection, seen), None
        for line in lines(found, ground.findings, ground.followed):
            typer.echo(line)
        if report := self.wanted.report:
            write_lines(found.verdicts, report)
            typer.echo(f"\n{report} has a line for each order.")
            if (expected := find_expected(report.parent)) is not None:
                checks = compare(found.verdicts, expected)
                typer.echo("\n".join(("", *beside(checks))))
        agrees = all(check.agrees for check in checks or ())
        return 0 if agrees and not outcome.failures and not found.failed else 1


def around(settings: Settings, at: datetime) -> Circumstances:
    offers, pending = settings[RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES], settings[SALE_PENDING_EXPIRY_MINUTES]
    return Circumstances(
        at=at,
        return_window=timedelta(days=settings[RETURN_WINDOW_DAYS]),
        offer_life=timedelta(minutes=offers) if offers else FOREVER,
        sale_life=timedelta(minutes=pending) if pending else None,
    )


async def latest(source: Source) -> datetime:
    """The time of the predecessor's latest row: what is over is over by then."""
    times = [
        f'SELECT max({Read(source.catalog, table, name).value()}) AS at FROM "{table}" r'  # noqa: S608  (names of ours)
        for table, name in LATEST
    ]
    rows = await source.fetch(" UNION ALL ".join(times))
    now = datetime.now(UTC)
    return min(now, max((row["at"] for row in rows if row["at"]), default=now))
