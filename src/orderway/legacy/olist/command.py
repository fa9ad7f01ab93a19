"""`orderway import olist DIR`: everything checked first, then every order brought over, and a report read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final
from uuid import UUID

import typer

from orderway.database import connect_pool
from orderway.legacy.crew import LANES, Outcome
from orderway.legacy.olist.bring import Import
from orderway.legacy.olist.closing import Closing
from orderway.legacy.olist.facts import Order
from orderway.legacy.olist.ground import already, lay
from orderway.legacy.olist.plan import plan
from orderway.legacy.olist.read import load
from orderway.legacy.olist.readback import read_findings, read_totals
from orderway.legacy.olist.report import Expected, find_expected
from orderway.legacy.olist.tables import OlistError
from orderway.legacy.progress import bar, stopping
from orderway.legacy.turn import STOPPED, failed, turn
from orderway.migrations import require_current
from orderway.settings import RETURN_WINDOW_DAYS, Settings
from orderway.workflow.kinds import Connection, Workflow
from orderway.workflow.runner import Runner

TURN: Final = 7_202_511_250_002
"""Two imports into one database take turns on this number, which has no other meaning."""

TAKEN: Final = OlistError(
    "Another import of Olist orders into this database is under way.", "Wait for its end, then try again."
)


@dataclass(frozen=True, slots=True)
class Source:
    """A folder of Olist files as it was read and checked."""

    orders: tuple[Order, ...]
    expected: Expected | None


def read(folder: Path) -> Source:
    """Read and check all of a folder. Raises OlistError, before anything was written."""
    return Source(load(folder), find_expected(folder))


async def bring_over(url: str, source: Source, *, workflow: Workflow, settings: Settings) -> int:
    """Import what is not in yet and tell of it.

    Gives the exit code: 0, 1 where an order or a total is wrong, 130 where it was stopped. Raises DatabaseUnavailable,
    DatabaseNotCurrent and OlistError.
    """
    await require_current(url)
    async with turn(url, number=TURN, taken=TAKEN) as connection:
        ground = await lay(connection, source.orders)
        known = await already(connection, ground.store_id)
        missing = [order for order in source.orders if order.id not in known]
        planned = partial(plan, return_window=timedelta(days=settings[RETURN_WINDOW_DAYS]), now=datetime.now(UTC))
        before, began = await _rows(connection, ground.store_id), perf_counter()
        with stopping() as stop, bar(len(missing)) as advance:
            async with await connect_pool(url, size=LANES) as pool:
                crew = Import(runner=Runner(pool, workflow), ground=ground, plan=planned, stop=stop, on_order=advance)
                outcome = await crew.bring(missing)
        seconds, rows = perf_counter() - began, await _rows(connection, ground.store_id) - before
        _tell(outcome, f"in {seconds:,.0f} s: {rows:,} moves, {rows / seconds:,.0f} a second")
        if outcome.done < len(missing):
            whole = len(source.orders)
            done = whole - len(missing) + outcome.brought + outcome.met
            typer.echo(f"Stopped: {done:,} of {whole:,} orders are in. Run the same command again to go on.")
            return STOPPED
        if not missing:
            typer.echo(f"All {len(source.orders):,} orders were in already; nothing was changed.")
        closing = Closing(
            totals=await read_totals(connection, ground.store_id),
            found=await read_findings(connection, ground.store_id),
            expected=source.expected,
        )
        typer.echo("\n".join(("", *closing.lines())))
        return 1 if outcome.failures or closing.disagreements else 0


async def _rows(connection: Connection, store_id: UUID) -> int:
    rows: int = await connection.fetchval("SELECT count(*) FROM transition_log WHERE store_id = $1", store_id)
    return rows


def _tell(outcome: Outcome, how_fast: str) -> None:
    for line in failed(outcome.failures):
        typer.echo(line)
    if outcome.brought:
        typer.echo(f"Brought over {outcome.brought:,} orders {how_fast}.")
