"""Deliveries within a radius: what a rider may bring, and who covers an address; both against brute-force haversine.

Every ward of `geo/nigeria_wards.csv.gz` is an address with a delivery that looks for a rider; 10,000 coverages of 2,600
riders are drawn from a seed, one in ten without a radius. In one round each state has a store in its middle, in the
other one store serves the whole country, which is as bad as it can be: every delivery and every coverage is its own.
Beside them stand deliveries and offers of the past, which no search may stumble over.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from benchmarks.measure import fresh_server, keep, other_load
from benchmarks.radius_country import COVERAGES, NOON, PAST, WARDS, Address, Country, draw, furnish

from orderway.database import connect_pool
from orderway.embedded import EmbeddedServer
from orderway.order.deliveries import list_sought
from orderway.order.riders import Choosing, list_candidates, list_riders
from orderway.people.scope import WITHIN
from orderway.people.viewer import Viewer, find_viewer
from orderway.settings import Settings
from orderway.workflow.kinds import Connection

ASKED = 500
"""Riders, and addresses, whose answer is timed."""

READ = 50
"""Riders all of whose pages are read."""

FORCED = 2_500_000
"""About how many pairs of a coverage and an address are judged by force as well."""

SETTINGS = Settings({})


class Taken:
    """What each answer took in milliseconds: until it was there, and of a processor for PostgreSQL.

    The second is what it costs on a machine that others use as well; Linux counts it for each process.
    """

    def __init__(self, connection: Connection) -> None:
        self.process = Path(f"/proc/{connection.get_server_pid()}/schedstat")
        self.waited, self.worked = list[float](), list[float]()

    @contextmanager
    def one(self) -> Iterator[None]:
        worked, began = self.so_far(), time.perf_counter()
        yield
        self.waited.append((time.perf_counter() - began) * 1e3)
        self.worked.append(self.so_far() - worked)

    def so_far(self) -> float:
        """Milliseconds of a processor that the connection's process of PostgreSQL has had."""
        return int(self.process.read_text().split()[0]) / 1e6

    def __str__(self) -> str:
        return f"{percentiles(self.waited)}; of a processor for PostgreSQL {percentiles(self.worked)}"


def percentiles(taken: Sequence[float]) -> str:
    cuts = statistics.quantiles(taken, n=100)
    return f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms"


async def seen_as(connection: Connection, person: UUID) -> Viewer:
    viewer = await find_viewer(connection, person)
    if viewer is None:
        raise RuntimeError("There is no such person.")
    return viewer


async def what_they_see(connection: Connection, country: Country) -> Taken:
    """Times for the first page of each rider; raises RuntimeError where all pages are not what brute force says."""
    chance, taken = random.Random(4), Taken(connection)  # noqa: S311  (no secret)
    for number, rider in enumerate(chance.sample(country.riders, ASKED)):
        viewer = await seen_as(connection, rider)
        with taken.one():
            await list_sought(connection, viewer, limit=20)
        if number < READ:
            await read_all(connection, country, viewer)
    return taken


async def read_all(connection: Connection, country: Country, viewer: Viewer) -> None:
    seen, after, more = set[UUID](), "", True
    while more:
        found, more = await list_sought(connection, viewer, after=after, limit=100)
        seen |= {each.fulfillment for each in found}
        after = found[-1].cursor if found else ""
    rider = viewer.person_id
    bound = any(key[0] == rider for key in country.coverages)
    due = {each.fulfillment for each in country.addresses if not bound or country.covered(rider, each)}
    if seen != due:
        raise RuntimeError(f"A rider sees {len(seen)} deliveries, and should see {len(due)}.")


async def who_covers(connection: Connection, country: Country) -> tuple[Taken, Taken]:
    """Times for everyone who covers an address, and for the first page of them with what staff look at.

    Raises RuntimeError where they are not those whom brute force names.
    """
    admin = await seen_as(connection, await connection.fetchval("SELECT id FROM person WHERE name = 'Admin'"))
    unbound = set(country.riders) - {rider for rider, _ in country.coverages}
    bound: dict[UUID, list[UUID]] = {}
    for rider, store in country.coverages:
        bound.setdefault(store, []).append(rider)
    chance, names, pages = random.Random(5), Taken(connection), Taken(connection)  # noqa: S311  (no secret)
    for each in chance.sample(country.addresses, ASKED):
        with names.one():
            found = await list_riders(connection, SETTINGS, store_id=each.store, order_id=each.order)
        due = unbound | {rider for rider in bound[each.store] if country.covered(rider, each)}
        if {rider.id for rider in found} != due:
            raise RuntimeError(f"{len(found)} riders cover an address, and {len(due)} should.")
        with pages.one():
            choosing = Choosing(fulfillment=each.fulfillment, at=NOON)
            await list_candidates(connection, admin, SETTINGS, choosing=choosing)
    return names, pages


PAIRS = f"""
SELECT o.id FROM rider_coverage c JOIN store s ON s.id = c.store_id JOIN sale_order o ON o.store_id = s.id
WHERE c.rider_id = $1 AND c.store_id = $2 AND o.number LIKE 'S-%' AND {WITHIN}
"""  # noqa: S608  (texts of the code alone)


async def every_pair(connection: Connection, country: Country) -> int:
    """How many pairs of a coverage and an address were judged; raises RuntimeError for one judged unlike by force."""
    judged, served = 0, dict[UUID, list[Address]]()
    for each in country.addresses:
        served.setdefault(each.store, []).append(each)
    for rider, store in country.coverages:
        found = {row[0] for row in await connection.fetch(PAIRS, rider, store)}
        due = {each.order for each in served[store] if country.covered(rider, each)}
        if found != due:
            raise RuntimeError(f"A coverage takes in {len(found)} addresses, and should take in {len(due)}.")
        judged += len(served[store])
        if judged > FORCED:
            break
    return judged


async def measure(server: EmbeddedServer, name: str, country: Country) -> list[str]:
    await furnish(server, name, country)
    async with await connect_pool(server.url(name), size=1) as pool, pool.acquire() as connection:
        judged = await every_pair(connection, country)
        sees = await what_they_see(connection, country)
        names, pages = await who_covers(connection, country)
    return [
        f"{judged:,} pairs of a coverage and an address judged as brute force judges them",
        f"what a rider sees, the first 20, newest need first: {sees}",
        f"who covers an address, all of them: {names}",
        f"who covers an address, the first 20 with load and acceptance rate: {pages}",
    ]


def main() -> None:
    if not WARDS.exists():
        sys.exit(f"The wards are not there: {WARDS}. Set ORDERWAY_DATA to the folder that holds geo/.")
    states, single = draw(str, seed=1), draw(lambda _: "NG", seed=1)
    with fresh_server() as server:
        load = other_load()
        lines = asyncio.run(measure(server, "states", states))
        worst = asyncio.run(measure(server, "single", single))
    keep("Deliveries within a radius", [
        f"{len(states.addresses):,} addresses that look for a rider, {COVERAGES:,} coverages, {PAST:,} past deliveries",
        f"{ASKED} riders and {ASKED} addresses asked one after another over one connection; {load}",
        *(f"{len(states.stores)} stores: {line}" for line in lines),
        *(f"one store: {line}" for line in worst),
        "wanted: p95 of at most 20 ms",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
