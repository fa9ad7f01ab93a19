"""Lists at a million orders: every filter as every role, the first page and one as deep as the 10,000th; 50 rows each.

Give it the folder of a server whose database `benchmarks.million_orders` made; without one it makes it. Whom and what
it asks for is drawn as it comes in life: who has many orders is asked for often. What is measured is the server's work,
SQL and decoding; beside it stands what PostgreSQL took of a processor, which other load on the machine does not change.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.measure import fresh_server, keep, other_load
from benchmarks.million_orders import DATABASE, make
from benchmarks.million_people import COMMON

from orderway.database import connect
from orderway.embedded import EmbeddedServer
from orderway.order.cursors import cursor_of
from orderway.order.filters import Filters
from orderway.order.lists import list_orders
from orderway.order.lives import Kind, LifeFilters, list_lives
from orderway.people.viewer import Viewer, find_viewer
from orderway.workflow.kinds import Connection

ROWS, ASKED, DEEP = 50, 20, 500_000
"""Rows of a page, how often each filter is asked as each role, and before how many orders the deep page begins."""

MOST = 60
KINDS: tuple[Kind, ...] = ("quotation", "sale", "fulfillment", "payment")
ROLES = ("admin", "accountant", "manager", "biller", "reseller", "customer", "rider")
DRAWN = """
SELECT o.number, o.store_id, o.customer_id, o.biller_id, o.placed_at, c.name, f.rider_id
FROM sale_order o TABLESAMPLE BERNOULLI (0.1) REPEATABLE (7) JOIN customer c ON c.id = o.customer_id
LEFT JOIN fulfillment f ON f.store_id = o.store_id AND f.order_id = o.id
"""
PEOPLE = "SELECT id FROM person WHERE email ~ ('^' || $1 || '[0-9]+@') ORDER BY email"


@dataclass(slots=True)
class Taken:
    """What the answers took, in milliseconds: until they were there, and of a processor for PostgreSQL."""

    waited: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"p95 {p95(self.waited):.0f} ms, of a processor {p95(self.worked):.0f} ms"


def p95(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


def filters(chance: random.Random, drawn: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every filter with a value as it comes in life, and some of them together."""
    one = chance.choice(drawn)
    since = one["placed_at"]
    yield "none", {}
    yield "oldest first", {"sort": "oldest"}
    for phase in ("QUOTATION", "SALE", "FULFILLMENT"):
        yield f"phase {phase}", {"phase": phase}
    yield "sale COMPLETED", {"sale_states": ("COMPLETED",)}
    yield "sale OVERRIDE_REVIEW", {"sale_states": ("OVERRIDE_REVIEW",)}
    yield "sale CANCELLED, EXPIRED, REFUNDED", {"sale_states": ("CANCELLED", "EXPIRED", "REFUNDED")}
    yield "quotation EXPIRED", {"quotation_states": ("EXPIRED",)}
    yield "fulfillment SHIPPED, DELIVERED", {"fulfillment_states": ("SHIPPED", "DELIVERED")}
    yield "fulfillment FAILED", {"fulfillment_states": ("FAILED",)}
    yield "store", {"store_id": one["store_id"]}
    yield "customer", {"customer_id": one["customer_id"]}
    yield "biller", {"biller_id": one["biller_id"]}
    yield "rider", {"rider_id": one["rider_id"]}
    yield "a month", {"since": since, "until": since + timedelta(days=30)}
    yield "common surname", {"search": COMMON}
    yield "name", {"search": one["name"]}
    yield "number", {"search": one["number"]}
    yield "beginning of a number", {"search": one["number"][:7]}
    yield "one letter", {"search": one["name"][0]}
    yield "surname, COMPLETED", {"search": COMMON, "sale_states": ("COMPLETED",)}
    yield "store, FAILED", {"store_id": one["store_id"], "fulfillment_states": ("FAILED",)}


class Clock:
    """Takes the time of answers, and the processor's of the connection's process, as Linux counts it."""

    def __init__(self, connection: Connection) -> None:
        self.process = Path(f"/proc/{connection.get_server_pid()}/schedstat")
        self.cells: dict[tuple[str, str], Taken] = defaultdict(Taken)

    async def take(self, role: str, name: str, asking: Awaitable[object]) -> None:
        worked, began = self.so_far(), time.perf_counter()
        await asking
        cell = self.cells[role, name]
        cell.waited.append((time.perf_counter() - began) * 1e3)
        cell.worked.append(self.so_far() - worked)

    def so_far(self) -> float:
        return int(self.process.read_text().split()[0]) / 1e6

    def of(self, role: str) -> Taken:
        """All of a role."""
        cells = [taken for (each, _), taken in self.cells.items() if each == role]
        return Taken([n for each in cells for n in each.waited], [n for each in cells for n in each.worked])

    def worst(self, role: str) -> str:
        """The filter that took most of a processor as this role."""
        name, taken = max(
            ((name, taken) for (each, name), taken in self.cells.items() if each == role),
            key=lambda cell: p95(cell[1].worked),
        )
        return f"{name} {taken}"


async def viewers(connection: Connection, role: str) -> list[Viewer]:
    found = [await find_viewer(connection, row["id"]) for row in await connection.fetch(PEOPLE, role)]
    return [each for each in found if each]


async def look(connection: Connection) -> Clock:
    clock, chance = Clock(connection), random.Random(11)  # noqa: S311  (no secret)
    drawn = [row for row in await connection.fetch(DRAWN) if row["rider_id"] and row["biller_id"]]
    [(at, id)] = await connection.fetch(
        "SELECT placed_at, id FROM sale_order ORDER BY placed_at DESC, id DESC OFFSET $1 LIMIT 1", DEEP
    )
    for role in ROLES:
        people = await viewers(connection, role)
        for _ in range(ASKED):
            viewer = chance.choice(people)
            for name, given in filters(chance, drawn):
                for after in ("", cursor_of(at, id)):
                    asking = list_orders(connection, viewer, filters=Filters(**given), after=after, limit=ROWS)
                    await clock.take(role, name, asking)
            for kind in KINDS:
                for after in ("", cursor_of(at, id, UUID(int=0))):
                    asked = list_lives(connection, viewer, kind, filters=LifeFilters(), after=after, limit=ROWS)
                    await clock.take(role, f"{kind}s", asked)
    return clock


async def main(server: EmbeddedServer) -> None:
    dirty = other_load()
    connection = await connect(server.url(DATABASE))
    try:
        orders = await connection.fetchval("SELECT count(*) FROM sale_order")
        clock = await look(connection)
    finally:
        await connection.close()
    lists = len(clock.cells) // len(ROLES)
    lines = [f"{orders:,} orders; {ASKED} draws of each of {lists} lists as each role, two pages each; {dirty}"]
    lines += [f"{role}: {clock.of(role)}; the worst: {clock.worst(role)}" for role in ROLES]
    slow = {each: taken for each, taken in clock.cells.items() if p95(taken.worked) > MOST}
    over = [f"{name} as {role} ({taken})" for (role, name), taken in slow.items()]
    lines.append(f"over {MOST} ms of a processor: {'; '.join(over) or 'nothing'}")
    keep("Lists at a million orders", lines)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with EmbeddedServer(Path(sys.argv[1])) as its_server:
            asyncio.run(main(its_server))
    else:
        with fresh_server() as its_server:
            asyncio.run(make(its_server, 1_000_000))
            asyncio.run(main(its_server))
