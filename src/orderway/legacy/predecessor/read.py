"""Reads the predecessor's orders in the order of their time: each whole, in batches, by one pass over each table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import asyncpg
from asyncpg.cursor import Cursor

from orderway.legacy.predecessor.assembling import Assembly, Known
from orderway.legacy.predecessor.catalog import Catalog
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.source import Source
from orderway.legacy.predecessor.statements import Statement
from orderway.legacy.predecessor.strands import ORDERS, STATEMENTS, STRANDS

AT_LEAST: Final = 500
"""So many rows of a strand are fetched at once."""

SHARED: Final = """
WITH payments AS NOT MATERIALIZED (
    SELECT "reference" AS reference, "saleOrderId"::text AS owner FROM "ConsumerPayment"
    UNION ALL SELECT "reference", "saleOrderId"::text FROM "ResellerPayment"
)
SELECT reference FROM payments WHERE reference <> '' AND (
    $1::text[] IS NULL OR reference IN (SELECT reference FROM payments WHERE owner = ANY ($1))
) GROUP BY reference HAVING min(owner) <> max(owner)
"""
TWICE: Final = """
SELECT "id"::text AS id FROM "SaleOrder" WHERE $1::text[] IS NULL OR "id"::text = ANY ($1)
GROUP BY 1 HAVING count(*) > 1
"""
AMONG: Final = 'SELECT "id"::text FROM "SaleOrder" WHERE "id"::text = ANY ($2::text[])'
COUNT: Final = 'SELECT count(DISTINCT "id") FROM "SaleOrder"'

After = tuple[datetime, str]
"""The time and the id of the last order that was read."""


@dataclass(slots=True)
class Strand:
    """The rows of one statement, as far as they were taken: those of one order follow each other."""

    cursor: Cursor[asyncpg.Record]
    size: int
    rows: list[asyncpg.Record] = field(default_factory=list)
    at: int = 0
    is_over: bool = False

    async def take(self, owners: Mapping[str, dict[str, list[asyncpg.Record]]], name: str) -> None:
        """Give each of the next orders its rows."""
        while True:
            while self.at < len(self.rows):
                row = self.rows[self.at]
                if (strands := owners.get(row["owner"])) is None:
                    return
                strands.setdefault(name, []).append(row)
                self.at += 1
            if self.is_over:
                return
            self.rows, self.at = await self.cursor.fetch(self.size), 0
            self.is_over = len(self.rows) < self.size


@dataclass(slots=True)
class Stream:
    """A pass over all tables from one place on; it ends with its connection."""

    known: Known
    size: int
    orders: Cursor[asyncpg.Record]
    strands: Mapping[str, Strand]
    seen: set[str]

    async def next(self) -> tuple[list[Order], After] | None:
        """The next orders, and the place that comes after them."""
        rows = await self.orders.fetch(self.size)
        if not rows:
            return None
        owners: dict[str, dict[str, list[asyncpg.Record]]] = {row["owner"]: {} for row in rows}
        for name, strand in self.strands.items():
            await strand.take(owners, name)
        made = []
        for row in rows:
            if (id_ := row["owner"]) in self.known.twice:
                if id_ in self.seen:
                    continue
                self.seen.add(id_)
            made.append(Assembly(self.known, row, owners[id_]).order())
        return made, (rows[-1]["at"], rows[-1]["owner"])


async def orders(source: Source, *, ids: Sequence[str] | None = None, batch: int = 200) -> AsyncIterator[list[Order]]:
    """Read the orders, oldest first: all, or those of some ids.

    A connection that breaks in the middle is opened anew, and the reading goes on after the last batch.
    """
    known = await _known(source, ids)
    after: After | None = None
    seen: set[str] = set()
    stream: Stream | None = None

    async def next_batch() -> tuple[list[Order], After] | None:
        nonlocal stream
        try:
            if stream is None:
                stream = await _stream(source, known, after=after, chosen=ids, size=batch, seen=seen)
            return await stream.next()
        except BaseException:
            stream = None
            raise

    while found := await source.steadily(next_batch):
        made, after = found
        if made:
            yield made


async def count(source: Source) -> int:
    """How many orders there are to read."""
    ((number,),) = await source.fetch(COUNT)
    found: int = number
    return found


async def changed(source: Source, since: datetime, *, also: Sequence[str] = ()) -> list[str]:
    """The ids of the orders of which a row changed since a time, and of others, as far as these are there.

    A payment has no time at which its status changed: that alone is not seen.
    """
    dated = [each.changed(source.catalog) for each in STATEMENTS.values() if each.touched or each.renewed]
    rows = await source.fetch(" UNION ".join([*dated, AMONG]), since, also)
    return [row["id"] for row in rows]


async def _stream(
    source: Source, known: Known, *, after: After | None, chosen: Sequence[str] | None, size: int, seen: set[str]
) -> Stream:
    at, id_ = after or (None, None)

    async def cursor(statement: Statement) -> Cursor[asyncpg.Record]:
        return await source.cursor(statement.sql(source.catalog), at, id_, chosen)

    rows = max(size, AT_LEAST)
    return Stream(
        known=known,
        size=size,
        seen=seen,
        orders=await cursor(ORDERS),
        strands={name: Strand(await cursor(each), rows) for name, each in STRANDS.items()},
    )


async def _known(source: Source, chosen: Sequence[str] | None) -> Known:
    shared = await source.fetch(SHARED, chosen)
    twice = await source.fetch(TWICE, chosen)
    return Known(
        shared=frozenset(row["reference"] for row in shared),
        twice=frozenset(row["id"] for row in twice),
        loose=_loose(source.catalog),
    )


def _loose(catalog: Catalog) -> Mapping[str, tuple[str, ...]]:
    found = {}
    for strand, each in STATEMENTS.items():
        names = [name for name in ("workflow_context", "metadata") if name in each.fields]
        if loose := tuple(name for name in names if catalog.is_loose(each.table, each.fields[name])):
            found[strand] = loose
    return found
