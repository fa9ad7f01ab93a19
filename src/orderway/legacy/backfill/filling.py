"""`orderway backfill`: what was only read of the predecessor goes the road of the import, beside the traffic."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter

import typer

from orderway.database import connect_pool
from orderway.legacy.backfill.line import in_turn, line_up, why_none
from orderway.legacy.backfill.pace import Pace
from orderway.legacy.backfill.runs import begin, end
from orderway.legacy.crew import Came, Crew, Outcome
from orderway.legacy.predecessor.bring import Import
from orderway.legacy.predecessor.command import TAKEN, TURN, around
from orderway.legacy.predecessor.credit import read_ladder
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.ledger import Run
from orderway.legacy.predecessor.plan import buyer_of
from orderway.legacy.predecessor.readback import read_titles
from orderway.legacy.predecessor.taking import latest_kept, read_ground
from orderway.legacy.progress import bar, stopping
from orderway.legacy.turn import STOPPED, failed, turn
from orderway.settings import Settings
from orderway.workflow.kinds import Connection, Workflow
from orderway.workflow.runner import Runner


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for: buyers that were active `since`, read `batch` at once, over so many `lanes` at a pace."""

    actor: str
    since: datetime | None = None
    batch: int = 200
    lanes: int = 1
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class Filling:
    """A backfill under way: the import whose road the orders go, and their pace."""

    road: Import
    wish: Wish

    async def go(self, connection: Connection, total: int) -> Outcome:
        """Bring over those that stand in line, as far as nobody stops it."""
        crew: Crew[Order] = Crew(
            pool=self.road.runner.pool,
            bring=self.bring_one,
            lane=lambda order: buyer_of(order) or order.id,
            name=lambda order: order.id,
            stop=self.road.stop,
            on_order=self.road.on_order,
            lanes=self.wish.lanes,
        )
        return await crew.bring_all(in_turn(connection, total=total, batch=self.wish.batch))

    async def bring_one(self, order: Order) -> Came:
        async with self.wish.pace.kept(self.road.stop):
            return await self.road.bring_one(order)


async def count_waiting(url: str, since: datetime | None) -> int:
    """Say how many orders a backfill would bring over."""
    async with turn(url, number=TURN, taken=TAKEN) as connection:
        typer.echo(f"{await line_up(connection, since):,} orders were read and wait to be brought over.")
    return 0


async def fill(url: str, wish: Wish, *, workflow: Workflow, settings: Settings) -> int:
    """Bring over what waits, and tell of it.

    Gives the exit code: 0, 1 where an order is not in, 130 where it was stopped. Raises LegacyInvalid while an import
    has its turn.
    """
    async with turn(url, number=TURN, taken=TAKEN) as connection:
        total = await line_up(connection, wish.since)
        if not total:
            typer.echo(await why_none(connection, wish.since))
            return 0
        began, clock = datetime.now(UTC), perf_counter()
        run = Run(id=await begin(connection, actor=wish.actor, since=wish.since, at=began), at=began)
        typer.echo(f"Run {run.id}: {total:,} orders wait.")
        with stopping() as stop, bar(total) as advance:
            async with await connect_pool(url, size=wish.lanes) as pool:
                road = Import(
                    runner=Runner(pool, workflow),
                    ground=await read_ground(connection),
                    titles=await read_titles(connection),
                    ladder=await read_ladder(connection),
                    around=around(settings, await latest_kept(connection) or began),
                    run=run,
                    known={},
                    stop=stop,
                    on_order=advance,
                )
                outcome = await Filling(road, wish).go(connection, total)
        await end(connection, run.id, outcome, at=datetime.now(UTC))
    tell(outcome, run, seconds=perf_counter() - clock)
    if outcome.done < total and stop.is_set():
        typer.echo(f"Stopped: {total - outcome.done:,} orders still wait. Run the same command to go on.")
        return STOPPED
    return 1 if outcome.failures else 0


def tell(outcome: Outcome, run: Run, *, seconds: float) -> None:
    for line in failed(outcome.failures):
        typer.echo(line)
    rate = outcome.brought / seconds
    typer.echo(f"Brought over {outcome.brought:,} orders in {seconds:,.0f} s: {rate:,.1f} a second.")
    typer.echo(f"To take them out again: orderway backfill --undo {run.id}")
