"""What it costs to bring events to a NATS JetStream of this machine, and how long after a commit they are there.

One worker empties a backlog, stream and server with their ordinary settings. Then quotations are moved at a steady rate
and a consumer of the stream sees each event come. At last: what a million rows that wait, because the broker is away,
cost a plain transition, against the same rows delivered.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import nats
import structlog
import uvloop
from benchmarks.bench_send import CONNECTIONS, furnish, silent, through_the_door
from benchmarks.measure import ROUNDS, fresh_server, keep, other_load, take_turns
from nats.aio.client import Client
from nats.aio.msg import Msg
from tests.nats_server import NatsServer, nats_server

from orderway.app import make_workflow
from orderway.database import connect_pool, create_database
from orderway.insight.gathering import gather_all
from orderway.migrations import migrate
from orderway.outbound.broker.courier import NAME, Broker
from orderway.outbound.broker.place import Place
from orderway.outbound.broker.stream import see_stream
from orderway.outbound.feed import begin
from orderway.quotation.events import ExtendValidity
from orderway.streams.announcer import Announcer
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner, utc_now

BACKLOG = int(os.environ.get("BACKLOG", "20000"))
WAITING = int(os.environ.get("WAITING", "1000000"))
EVENTS = 5
"""Of each order."""

RATE = 500
SECONDS = 10.0
AWAY = "nats://127.0.0.1:1"

ORDERS = """
INSERT INTO sale_order (store_id, id, number, customer_id, currency, fulfillment_type, placed_at, outbox_number)
SELECT store_id, orderway_id(), 'N' || n, customer_id, currency, fulfillment_type, placed_at, $2
FROM (SELECT * FROM sale_order LIMIT 1) o, generate_series(1, $1) n
"""
TOLD = """
INSERT INTO outbox (store_id, order_id, number, id, type, data, instance_id, step, at)
SELECT o.store_id, o.id, n, orderway_id(), t.type, t.data, t.instance_id, t.step, now()
FROM sale_order o, generate_series(1, $1) n, (SELECT * FROM outbox LIMIT 1) t WHERE o.number LIKE 'N%'
"""
PASSED = "UPDATE outbound_sink SET xid = pg_current_xact_id() WHERE sink <> $1"
COUNTED = "UPDATE insight_place SET xid = pg_current_xact_id()"
NOTED = """
INSERT INTO outbound_progress (store_id, order_id, sink, known, done, due_at)
SELECT store_id, id, $1, outbox_number, 0, now() FROM sale_order WHERE number LIKE 'N%'
"""
ALL_DONE = "UPDATE outbound_progress SET done = known, due_at = NULL WHERE sink = $1"
AGAIN = "DELETE FROM outbound_progress WHERE sink = $1", "UPDATE outbound_sink SET xid = begun WHERE sink = $1"


class Envelope(msgspec.Struct):
    """What of a CloudEvent says which move it is of."""

    subject: UUID
    sequence: str


ENVELOPE = msgspec.json.Decoder(Envelope)


async def prepare(server: str, url: str, *, name: str) -> None:
    """A database with quotations to move, whose broker hears of what happens from now on."""
    await create_database(server, name=name)
    await migrate(url)
    async with await connect_pool(url, size=CONNECTIONS) as pool:
        await furnish(pool, silent(pool))
        async with pool.acquire() as connection:
            await begin(connection, NAME, now=utc_now())
        await gather_all(pool, now=utc_now())
        await pool.execute(PASSED, "")


async def fill(url: str, events: int) -> None:
    """Let so many events wait for the broker, of orders that nobody moves."""
    async with await connect_pool(url, size=1) as pool:
        await pool.execute(ORDERS, events // EVENTS, EVENTS, timeout=600)
        await pool.execute(TOLD, EVENTS, timeout=1800)
        await pool.execute(PASSED, NAME)
        await pool.execute(COUNTED)  # they are of no moves
        await pool.execute("VACUUM ANALYZE sale_order, outbox", timeout=600)


async def emptied(url: str, bus: NatsServer, costs: list[float]) -> float:
    """Events a second of one worker, until none of the backlog waits or the time is over.

    Microseconds of its process for each go to `costs`.
    """
    place = Place((bus.url,))
    async with await connect_pool(url, size=CONNECTIONS) as pool:
        runner, broker = Runner(pool, make_workflow()), Broker(place)
        await broker.open()
        began, cpu = time.perf_counter(), time.process_time()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                await broker.deliver(runner)
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        brought = await pool.fetchval("SELECT sum(done) FROM outbound_progress WHERE sink = $1", NAME)
        await broker.close()
        for statement in AGAIN:
            await pool.execute(statement, NAME)
    async with client_of(bus) as client:
        await client.jetstream().delete_stream(place.stream)
    costs.append(cpu / brought * 1e6)
    return float(brought) / took


@contextlib.asynccontextmanager
async def client_of(bus: NatsServer) -> AsyncIterator[Client]:
    client = await nats.connect(bus.url)
    try:
        yield client
    finally:
        await client.close()


@contextlib.contextmanager
def worker(url: str, broker: str) -> Iterator[None]:
    """A worker in a process of its own."""
    environment = {**os.environ, "DATABASE_URL": url, "ORDERWAY_NATS_URL": broker}
    environment |= {"ORDERWAY_SECRET": "a secret of a database that goes away"}
    command = [sys.executable, "-c", "from orderway.cli import main; main()", "worker"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr  # noqa: S101  (it is a pipe)
    try:
        if not process.stderr.readline():
            raise RuntimeError("The worker did not start.")
        yield
    finally:
        process.terminate()
        process.communicate()


@dataclass
class Seen:
    """When each move was committed, and when its event came."""

    committed: dict[tuple[UUID, int], float] = field(default_factory=dict)
    came: dict[tuple[UUID, int], float] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, message: Msg) -> None:
        told = ENVELOPE.decode(message.data)
        self.came[told.subject, int(told.sequence)] = time.perf_counter()
        self.news.set()

    async def move(self, door: Runner, ref: Ref) -> None:
        """Of an order that has a quotation alone, event and step go hand in hand."""
        moved = await door.send(ref, ExtendValidity(1), actor=THE_SYSTEM)
        self.committed[moved.order_id, moved.step + 1] = time.perf_counter()

    def took(self) -> list[float]:
        """Milliseconds of each from its commit to its consumer."""
        return sorted(max(0.0, self.came[key] - at) * 1e3 for key, at in self.committed.items())


async def steady(url: str, bus: NatsServer) -> tuple[Seen, float]:
    """Move at a steady rate, and see the events come; and how many moves a second that were."""
    seen = Seen()
    async with await connect_pool(url, size=2 * CONNECTIONS) as pool, client_of(bus) as client:
        door = Runner(pool, make_workflow(), announce=Announcer(pool))
        rows = await pool.fetch("SELECT store_id, id FROM quotation ORDER BY id")
        refs = [Ref("quotation", row["store_id"], row["id"]) for row in rows]
        await see_stream(client, Place((bus.url,)))
        await client.jetstream().subscribe("orderway.>", cb=seen.hear, ordered_consumer=True)
        await Seen().move(door, refs[0])  # plans and connections are there
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(round(RATE * SECONDS)):
                await asyncio.sleep(began + number / RATE - time.perf_counter())
                group.create_task(seen.move(door, refs[number % len(refs)]))
        rate = RATE * SECONDS / (time.perf_counter() - began)
        async with asyncio.timeout(60):
            while not seen.committed.keys() <= seen.came.keys():
                await seen.news.wait()
                seen.news.clear()
    return seen, rate


async def part(server: str, url: str) -> str:
    """Another database with the same rows, of which all is delivered; in this one all of it waits."""
    async with await connect_pool(url, size=1) as pool:
        await pool.execute(PASSED, "")
        await pool.execute(NOTED, NAME, timeout=600)
    await create_database(server, name="done", template="waiting")
    done = url.replace("/waiting", "/done")
    async with await connect_pool(done, size=1) as pool:
        await pool.execute(ALL_DONE, NAME, timeout=600)
        await pool.execute("VACUUM ANALYZE", timeout=600)
    async with await connect_pool(url, size=1) as pool:
        await pool.execute("VACUUM ANALYZE", timeout=600)
    return done


def announced(pool: asyncpg.Pool) -> Runner:
    return Runner(pool, make_workflow(), announce=Announcer(pool))


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    costs: list[float] = []
    with fresh_server() as server, tempfile.TemporaryDirectory() as folder:
        url, waiting = server.url("bench"), server.url("waiting")
        load = other_load()
        with nats_server(Path(folder)) as bus:
            asyncio.run(prepare(server.url(), url, name="bench"))
            asyncio.run(fill(url, BACKLOG))
            (rate,) = take_turns(ROUNDS, lambda: uvloop.run(emptied(url, bus, costs)))
            with nats_server(Path(folder) / "always", sync="always") as through:
                (always,) = take_turns(1, lambda: uvloop.run(emptied(url, through, [])))
            asyncio.run(passed(url))
            with worker(url, bus.url):
                seen, moves = uvloop.run(steady(url, bus))
        took = seen.took()
        asyncio.run(prepare(server.url(), waiting, name="waiting"))
        asyncio.run(fill(waiting, WAITING))
        done = asyncio.run(part(server.url(), waiting))
        with worker(waiting, AWAY), worker(done, AWAY):
            moving = [lambda at=at: uvloop.run(through_the_door(at, 5.0, announced))[0] for at in (waiting, done)]
            take_turns(1, *moving)  # pages and plans are there
            behind, level = take_turns(ROUNDS, *moving)
    p50, p95, p99 = (took[int(len(took) * part)] for part in (0.5, 0.95, 0.99))
    backlog = f"a backlog of {BACKLOG:,} events, {EVENTS} of each order, by one worker, median of {ROUNDS} rounds"
    there = f"at {moves:,.0f} moves a second, from the commit to a consumer"
    keep("Events to a broker", [
        f"one NATS JetStream beside PostgreSQL and the worker, all with their ordinary settings; {load}",
        f"{backlog}: {rate:,.0f} a second (wanted: at least 3,000)",
        f"the same where the server writes each through to its disk (sync_interval: always): {always:,.0f} a second",
        f"the worker's side: {statistics.median(costs):,.0f} µs of processor time an event",
        f"{there}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms (wanted: p95 at most 100)",
        f"behind {WAITING:,} events that wait: {behind:,.0f} moves a second; where all are delivered: {level:,.0f}",
        f"ratio {behind / level:.2f} (wanted: at least 0.90)",
    ])  # fmt: skip


async def passed(url: str) -> None:
    """Nothing of the backlog is to be brought any more."""
    async with await connect_pool(url, size=1) as pool:
        await pool.execute(PASSED, "")


if __name__ == "__main__":
    main()
