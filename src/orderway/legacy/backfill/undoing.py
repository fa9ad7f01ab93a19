"""Undoing a run: what nothing but the backfill has moved goes out again, order by order, and each sum is as it was."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import asyncpg
import typer

from orderway.insight.uncounting import uncount
from orderway.legacy.backfill.pace import Pace
from orderway.legacy.backfill.runs import Run, find_run, undone
from orderway.legacy.predecessor.births import forget_births
from orderway.legacy.predecessor.command import TAKEN, TURN
from orderway.legacy.progress import bar, stopping
from orderway.legacy.turn import SHOWN, STOPPED, turn
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import COLLISIONS

WHYS: Final[Mapping[str, str]] = {
    "moved": "they moved since",
    "touched": "people added something to them since",
    "archived": "they left for the archive",
    "goods": "goods that they brought are others' by now",
    "account": "what they left on their buyer's account was spent",
    "busy": "somebody was about them just then",
}
"""Why orders of a run stay, in words."""

OF_RUN: Final = "FROM legacy_order WHERE run = $1 AND order_id IS NOT NULL"
COUNT: Final = f"SELECT count(*) {OF_RUN}"
NEXT: Final = f"SELECT theirs, store_id, order_id {OF_RUN} AND theirs > $2 ORDER BY theirs LIMIT 200"
OUT: Final = "SELECT count(*) FROM withdrawn_order WHERE run = $1"
LOCK: Final = "SELECT number FROM sale_order WHERE store_id = $1 AND id = $2 FOR UPDATE SKIP LOCKED"
NUMBER: Final = "SELECT number FROM sale_order WHERE store_id = $1 AND id = $2"
HINDERED: Final = "SELECT orderway_withdrawal_hindered($1, $2, $3)"
WITHDRAW: Final = "INSERT INTO withdrawn_order (store_id, order_id, run, at) VALUES ($1, $2, $3, $4)"
SPENT: Final[Mapping[str, str]] = {"stock": "goods", "account_credit": "account"}
"""Why an order stays whose part of a sum others have used: by the table that would have less than nothing."""


@dataclass(slots=True)
class Undone:
    """What undoing came to: how many went out, why others stay, and the first of these by their numbers."""

    out: int = 0
    stayed: Counter[str] = field(default_factory=Counter)
    first: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """A run that is being undone; `dry` only looks."""

    connection: Connection
    run: Run
    pace: Pace
    is_dry: bool
    stop: asyncio.Event
    on_order: Callable[[], None]

    async def go(self) -> Undone:
        found = Undone()
        async for row in self.orders():
            if self.stop.is_set():
                break
            async with self.pace.kept(self.stop):
                ours = row["store_id"], row["order_id"]
                why = await (self.look(*ours) if self.is_dry else self.one(*ours))
            if why is None:
                found.out += 1
            else:
                found.stayed[why] += 1
                if len(found.first) < SHOWN:
                    number = await self.connection.fetchval(NUMBER, *ours)
                    found.first.append((number or row["theirs"], why))
            self.on_order()
        return found

    async def orders(self) -> AsyncIterator[asyncpg.Record]:
        after = ""
        while rows := await self.connection.fetch(NEXT, self.run.id, after):
            after = rows[-1]["theirs"]
            for row in rows:
                yield row

    async def look(self, store: UUID, order: UUID) -> str | None:
        """Why an order would stay, as far as its own rows tell."""
        why: str | None = await self.connection.fetchval(HINDERED, store, order, self.run.id)
        return why

    async def one(self, store: UUID, order: UUID) -> str | None:
        """Take an order out; gives why it stays, where it does."""
        try:
            async with self.connection.transaction():
                if await self.connection.fetchval(LOCK, store, order) is None:
                    is_there = await self.connection.fetchval(NUMBER, store, order) is not None
                    return "busy" if is_there else "archived"
                why = await self.look(store, order)
                if why is None:
                    await forget_births(self.connection, store, order)
                    await uncount(self.connection, store, order)
                    await self.connection.execute(WITHDRAW, store, order, self.run.id, datetime.now(UTC))
                return why
        except COLLISIONS:
            return "busy"
        except asyncpg.CheckViolationError as error:
            if error.table_name not in SPENT:
                raise
            return SPENT[str(error.table_name)]


NONE_LEFT: Final = ("No order is left that this run brought over: nothing goes out.",)


async def undo(url: str, id: UUID, *, actor: str, pace: Pace, dry: str = "") -> int:
    """Undo a run, or only say what would go out and what would stay; what went out in an earlier try is left alone.

    Gives the exit code: 0, 1 where something stays, 130 where it was stopped. Raises NotFound where there is no such
    run, and LegacyInvalid while an import has its turn.
    """
    async with turn(url, number=TURN, taken=TAKEN) as connection:
        run, before = await find_run(connection, id), await connection.fetchval(OUT, id)
        total = await connection.fetchval(COUNT, id)
        with stopping() as stop, bar(total) as advance:
            found = await Undoing(
                connection=connection, run=run, pace=pace, is_dry=bool(dry), stop=stop, on_order=advance
            ).go()
        is_whole = found.out + found.stayed.total() == total
        if is_whole and not dry:
            await undone(connection, id, by=actor, at=datetime.now(UTC))
    for line in (*(told(found, dry) if total else NONE_LEFT), *grown(run, total + before)):
        typer.echo(line)
    if not is_whole:
        typer.echo("Stopped. Run the same command to go on.")
        return STOPPED
    return 1 if found.stayed else 0


def told(found: Undone, dry: str) -> list[str]:
    """What it came to, in lines."""
    went = "would go out again" if dry else "went out again, and wait to be brought over"
    stay = [f"{count:,} stay: {WHYS[why]}." for why, count in found.stayed.most_common()]
    named = [f"! Order {number} stays: {WHYS[why]}." for number, why in found.first]
    return [f"{found.out:,} orders {went}.", *stay, *named]


def grown(run: Run, known: int) -> list[str]:
    """Those that a later import has moved on are no longer of the run."""
    others = run.brought - known
    return [f"{others:,} went on with a later import, and stay."] if others > 0 else []
