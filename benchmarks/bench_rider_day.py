"""A rider day played through the door by four worker processes, against pgbench making moves one by one.

Before the clock runs, the orders are placed, agreed and paid by the ordinary road. Then the day happens: picking,
offers, the choice, dispatch, delivery against the PIN, and what goes wrong. The moments of a delivery are dealt out to
different workers, so that they meet on its order; offers come at the same time, and stores share their shelves. At the
end each fulfillment and offer rests where the plan of the day says, and the whole log is verified.

`DELIVERIES` makes the day smaller; its shifts go with it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, MutableSequence, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import uvloop
from benchmarks.bench_import import watched
from benchmarks.bench_send import CONNECTIONS, ONE_BY_ONE, ORDERS, furnish, one_by_one
from benchmarks.measure import fresh_server, keep, other_load, rates
from benchmarks.rider_company import furnish_company, person, place_paid
from benchmarks.rider_day import Day, Deed, Moment, plan

from orderway.app import make_workflow
from orderway.database import connect, connect_pool, create_database
from orderway.fulfillment import events as fulfilling
from orderway.fulfillment.interests.machine import Register, Withdraw
from orderway.fulfillment.riders import volunteer
from orderway.migrations import migrate
from orderway.people.permissions import BUILT_IN
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

SEED = 7
WORKERS = 4
HANDS = 4
"""Moments that a worker has in hand at once, each on its own connection."""

DELIVERIES = int(os.environ.get("DELIVERIES", "15000"))
SHIFTS = max(40, 2600 * DELIVERIES // 15_000)
WANTED = 800

PERMISSIONS = {role.name: role.permissions for role in BUILT_IN}
BILLER = Actor(f"person:{person('biller', 0)}", PERMISSIONS["BILLER"])

PLAIN: dict[Deed, tuple[object, Literal["biller", "rider"]]] = {
    "pick": (fulfilling.FulfillmentStarted(), "biller"),
    "ship": (fulfilling.PackageShipped(), "rider"),
    "mistype": (fulfilling.PackageDelivered("mistyped"), "rider"),
    "fail": (fulfilling.DeliveryFailed("Nobody was at home."), "rider"),
    "cancel": (fulfilling.Cancel("Changed their mind."), "biller"),
}
"""Deeds whose event says nothing of the delivery."""

PLACES = """
SELECT o.source_ref::integer AS delivery, o.store_id, o.id AS order_id, f.id
FROM sale_order o JOIN fulfillment f ON f.store_id = o.store_id AND f.order_id = o.id
"""
OFFER = "SELECT id FROM rider_interest WHERE store_id = $1 AND order_id = $2 AND rider_id = $3"
PIN = """
SELECT data ->> 'pin' FROM outbox WHERE store_id = $1 AND order_id = $2 AND type = 'order.fulfillment.pin_made'
ORDER BY number DESC LIMIT 1
"""
RESTS = """
SELECT state, count(*)::integer FROM fulfillment GROUP BY 1
UNION ALL SELECT state, count(*)::integer FROM rider_interest GROUP BY 1
"""

FILLED = "SELECT relid::regclass::text FROM pg_stat_user_tables WHERE n_tup_ins > 0"

Done = MutableSequence[int]
"""For each moment of the day whether it happened, and last whether a worker gave up: shared by all workers."""

shared: Done = []


def share(done: Done) -> None:
    """Begin a worker process."""
    globals()["shared"] = done


class Street:
    """Plays moments: what riders, billers and receivers do, as their devices ask for it."""

    def __init__(self, runner: Runner, places: dict[int, tuple[Ref, UUID]]) -> None:
        self.runner = runner
        self.places = places

    async def play(self, moment: Moment) -> None:
        delivery, _ = self.places[moment.delivery]
        rider = person("rider", moment.rider)
        by_rider = Actor(f"person:{rider}", PERMISSIONS["RIDER"])
        match moment.deed:
            case "offer":
                await self.offer(delivery, moment, rider)
            case "withdraw":
                await self.send(await self.offer_of(moment), Withdraw(), moment, by=by_rider)
            case "choose":
                chosen = await self.offer_of(moment)
                await self.send(delivery, fulfilling.RiderSelected(chosen.id), moment, by=BILLER)
            case "deliver":
                told: str | None = await self.ask(PIN, moment)
                await self.send(delivery, fulfilling.PackageDelivered(told), moment, by=by_rider)
            case "name":
                await self.send(delivery, fulfilling.RiderNamed(rider, 90_000), moment, by=BILLER)
            case plain:
                event, who = PLAIN[plain]
                await self.send(delivery, event, moment, by=by_rider if who == "rider" else BILLER)

    async def send(self, ref: Ref, event: object, moment: Moment, *, by: Actor) -> None:
        await self.runner.send(ref, event, actor=by, at=moment.time)

    async def offer(self, delivery: Ref, moment: Moment, rider: UUID) -> None:
        async def work(tx: Transaction) -> Moved:
            return await volunteer(tx, delivery, Register(moment.cost, 20, "On my way."), rider=rider)

        await self.runner.run(work, actor=Actor(f"person:{rider}", PERMISSIONS["RIDER"]), at=moment.time)

    async def offer_of(self, moment: Moment) -> Ref:
        """The rider's offer, as whoever chooses or withdraws it sees it."""
        id: UUID = await self.ask(OFFER, moment, person("rider", moment.rider))
        return Ref("rider_interest", self.places[moment.delivery][0].store_id, id)

    async def ask(self, query: str, moment: Moment, *more: object) -> Any:
        ref, order = self.places[moment.delivery]
        return await self.runner.pool.fetchval(query, ref.store_id, order, *more)


async def prepare(url: str, day: Day, worker: int) -> None:
    """Place a worker's share of the orders."""
    async with await connect_pool(url, size=HANDS) as pool:
        runner = Runner(pool, make_workflow())
        await in_hands(
            range(worker, len(day.deliveries), WORKERS),
            lambda number: place_paid(runner, number, day.deliveries[number]),
        )


async def work_through(url: str, day: Day, worker: int) -> dict[Deed, list[float]]:
    """Play a worker's share of the moments; gives the seconds that each took."""
    taken: dict[Deed, list[float]] = defaultdict(list)
    async with await connect_pool(url, size=HANDS) as pool:
        rows = await pool.fetch(PLACES)
        places = {row["delivery"]: (Ref("fulfillment", row["store_id"], row["id"]), row["order_id"]) for row in rows}
        street = Street(Runner(pool, make_workflow()), places)

        async def play(place: int) -> None:
            moment = day.moments[place]
            while not all(shared[before] for before in moment.after):
                if shared[-1]:
                    raise RuntimeError("Another worker gave up.")
                await asyncio.sleep(0.001)
            began = time.perf_counter()
            await street.play(moment)
            taken[moment.deed].append(time.perf_counter() - began)
            shared[place] = 1

        await in_hands(day.order[worker::WORKERS], play)
    return dict(taken)


async def in_hands(things: Sequence[int], play: Callable[[int], Awaitable[None]]) -> None:
    """Play all things, in their order, a few at once."""
    ahead = iter(things)

    async def hand() -> None:
        for thing in ahead:
            await play(thing)

    async with asyncio.TaskGroup() as hands:
        for _ in range(HANDS):
            hands.create_task(hand())


def prepare_share(url: str, worker: int) -> None:
    uvloop.run(prepare(url, the_day(), worker))


def play_share(url: str, worker: int) -> dict[Deed, list[float]]:
    try:
        return uvloop.run(work_through(url, the_day(), worker))
    except BaseException:
        shared[-1] = 1
        raise


def the_day() -> Day:
    return plan(DELIVERIES, SHIFTS, seed=SEED)


@contextmanager
def workers(moments: int) -> Iterator[ProcessPoolExecutor]:
    """Processes of their own, as a server has them, that share what is done."""
    spawned = multiprocessing.get_context("spawn")
    done = spawned.RawArray("b", moments + 1)
    with ProcessPoolExecutor(WORKERS, mp_context=spawned, initializer=share, initargs=(done,)) as pool:
        yield pool


async def furnished(url: str, peer: str, day: Day) -> None:
    """The company in one database, the orders that pgbench moves in the other."""
    for each in (url, peer):
        await migrate(each)
    async with await connect_pool(url) as pool:
        await furnish_company(pool, day)
    async with await connect_pool(peer, size=CONNECTIONS) as pool:
        await furnish(pool, Runner(pool, make_workflow()))


async def begin(url: str) -> datetime:
    """Let the server's housekeeping be done; its time.

    A table that is still empty is left alone: who has seen it so plans to read all of it.
    """
    connection = await connect(url)
    try:
        for (table,) in await connection.fetch(FILLED):
            await connection.execute(f"VACUUM ANALYZE {table}")
        now: datetime = await connection.fetchval("SELECT now()")
        return now
    finally:
        await connection.close()


async def afterwards(url: str, day: Day) -> int:
    """See that everything rests where it should; gives how many deadlocks there were, each of them tried again."""
    connection = await connect(url)
    try:
        rests = {state: count for state, count in await connection.fetch(RESTS) if count}
        if rests != {state: count for state, count in day.rests.items() if count}:
            raise RuntimeError(f"The day was to end with {dict(day.rests)}, and ended with {rests}.")
        deadlocks: int = await connection.fetchval(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return deadlocks
    finally:
        await connection.close()


def shown(taken: list[dict[Deed, list[float]]]) -> str:
    """The median and the 99th percentile of each deed, in milliseconds."""
    together: dict[Deed, list[float]] = defaultdict(list)
    for share_of_one in taken:
        for deed, seconds in share_of_one.items():
            together[deed] += seconds
    parts = []
    for deed, seconds in together.items():
        cuts = statistics.quantiles(seconds, n=100, method="inclusive")
        parts.append(f"{deed} {cuts[49] * 1e3:.0f}/{cuts[98] * 1e3:.0f}")
    return ", ".join(parts)


def main() -> None:
    day = the_day()
    with fresh_server() as server, tempfile.TemporaryDirectory() as scratch:
        url, peer = server.url("bench"), server.url("peer")
        for name in ("bench", "peer"):
            asyncio.run(create_database(server.url(), name=name))
        asyncio.run(furnished(url, peer, day))
        script = Path(scratch) / "one_by_one.sql"
        script.write_text(ONE_BY_ONE.format(orders=ORDERS))
        load = other_load()
        with workers(len(day.moments)) as pool:
            list(pool.map(prepare_share, [url] * WORKERS, range(WORKERS)))
            began = asyncio.run(begin(url))
            theirs = [one_by_one(peer, script, 5.0)]
            taken = list(pool.map(play_share, [url] * WORKERS, range(WORKERS)))
        theirs.append(one_by_one(peer, script, 5.0))
        parts = asyncio.run(rates(url, since=began))
        deadlocks = asyncio.run(afterwards(url, day))
        verdict, _ = watched(url, "verify")
    ours, alone = statistics.median(parts), statistics.mean(theirs)
    riders = len({shift.rider for shift in day.shifts})
    size = f"{DELIVERIES:,} deliveries, {SHIFTS:,} shifts of {riders:,} riders, seed {SEED}"
    keep("A rider day", [
        f"{size}; {WORKERS} worker processes with {HANDS} connections each, all on disk; {load}",
        f"{ours:,.0f} transitions a second, median of {len(parts)} parts (wanted: at least {WANTED:,})",
        f"the slowest part: {min(parts):,.0f} a second",
        f"{len(day.moments):,} moments, median/p99 of each in ms: {shown(taken)}",
        f"pgbench, moves one by one over {CONNECTIONS} connections: {alone:,.0f} a second, ratio {ours / alone:.2f}",
        f"deadlocks: {deadlocks}, each tried again; every fulfillment and offer rests where the day says",
        verdict.strip(),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
