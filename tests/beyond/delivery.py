"""The proof of delivery: whatever is killed and cut off meanwhile, each event arrives, in the order of its order.

python -m tests.beyond.delivery [events] [seed]: workers deliver to a broker, and to people, what a busy shop does,
while one of them after the other is killed (-9), the broker is killed or frozen, and the network to it is cut. At the
end a consumer that knows events by their id has seen each one once and in its order, everybody was told of all that
concerns them, and what the tables say of the delivery is so. It prints what it did, and ends with 1 where anything is
amiss.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import nats
import nats.errors
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from tests.cable import Cable, cable
from tests.commands import Command, running
from tests.nats_server import NatsServer, nats_server
from tests.stories.shop import RESELLER, SHIRT, Shop, person, shirts

from orderway.database import connect_pool, create_database
from orderway.embedded import EmbeddedServer
from orderway.migrations import migrate
from orderway.outbound.feed import begin
from orderway.process import log_to_stderr
from orderway.quotation.events import BuyerApproves, Edit, LineWanted, SellerApproves, Share
from orderway.streams.announcer import Announcer
from orderway.workflow.runner import Runner, utc_now

STREAM = "ORDERWAY"
SINKS = ("broker", "notifications")
WORKERS = 2
AT_ONCE = 6
"""Orders that the shop works on at the same time."""

EDITS = 9
"""Times that each quotation is edited before it is shared."""

PATIENCE = 300
"""Seconds after the last blow in which everything has to arrive: some leases have to run out."""

LEFT = """
SELECT count(*) FROM sale_order o CROSS JOIN unnest($1::text[]) s (name)
LEFT JOIN outbound_progress p ON p.store_id = o.store_id AND p.order_id = o.id AND p.sink = s.name
WHERE coalesce(p.done, 0) < o.outbox_number
"""
TOLD = "SELECT id::text, order_id::text, number FROM outbox"
HEARD = "SELECT count(*), count(DISTINCT (order_id, event_number)) FROM notification WHERE person_id = $1"
CONCERNING = "SELECT 3 * count(*) FROM sale_order"  # a quotation is ready, approved, and agreed
RUN_OUT = "UPDATE outbound_progress SET due_at = now() WHERE claim IS NOT NULL"


class Passed(Exception):
    """Messages were lost on their way to the consumer: it has to ask for them again."""


@dataclass
class Consumer:
    """Reads the stream as docs/operations/broker.md says: it keeps its own place in it, and goes on from there.

    It knows events by their id, and counts those it knows already.
    """

    place: int = 0
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    last: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    faults: list[str] = field(default_factory=list)

    def take(self, event: dict[str, Any]) -> None:
        """Take an event in: what is new has the number that comes next of its order."""
        id, order, number = event["id"], event["subject"], int(event["sequence"])
        if id in self.seen:
            self.repeats += 1
            return
        if number != self.last[order] + 1:
            self.faults.append(f"Of order {order} event {number} came after event {self.last[order]}.")
        self.seen[id] = order, number
        self.last[order] = max(number, self.last[order])

    async def read(self, bus: NatsServer) -> None:
        """Read until cancelled, whatever becomes of the broker meanwhile."""
        while True:
            with suppress(nats.errors.Error, OSError, Passed):
                line = await nats.connect(bus.url, allow_reconnect=False, connect_timeout=2, error_cb=silently)
                async with line as client:
                    from_here = ConsumerConfig(
                        deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=self.place + 1,
                        ack_policy=AckPolicy.NONE, inactive_threshold=60,
                    )  # fmt: skip
                    stream = client.jetstream(timeout=2)
                    await self.follow(await stream.pull_subscribe("orderway.>", stream=STREAM, config=from_here))
            await asyncio.sleep(0.2)

    async def follow(self, reader: Any) -> None:
        """Take in what comes. Raises Passed where something did not come."""
        while True:
            try:
                some = await reader.fetch(500, timeout=2)
            except nats.errors.TimeoutError:
                continue
            for message in some:
                if message.metadata.sequence.stream != self.place + 1:
                    raise Passed
                self.take(json.loads(message.data))
                self.place += 1


async def silently(_error: Exception) -> None:
    """What becomes of the broker is known."""


@dataclass
class Storm:
    """What strikes, each time at random: a worker, the broker, or the cable to it."""

    chance: random.Random
    bus: NatsServer
    cable: Cable
    environment: dict[str, str]
    stack: ExitStack
    pause: float
    workers: list[Command] = field(default_factory=list)
    blows: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        """Start a worker more."""
        self.workers.append(self.stack.enter_context(running("worker", **self.environment)))

    async def rage(self) -> None:
        """Strike until cancelled; then all is as it was."""
        blows = (self.kill_worker, self.kill_worker, self.kill_broker, self.freeze_broker, self.cut)
        try:
            while True:
                await asyncio.sleep(self.pause * self.chance.uniform(0.5, 1.5))
                blow = self.chance.choice(blows)
                self.blows[blow.__name__.replace("_", " ")] += 1
                await blow()
        finally:
            self.bus.thaw()
            self.cable.heal()

    async def kill_worker(self) -> None:
        victim = self.workers.pop(self.chance.randrange(len(self.workers)))
        victim.process.kill()
        await asyncio.to_thread(victim.process.communicate)
        self.start()

    async def kill_workers(self) -> None:
        """Kill all of them, and start as many."""
        for _ in range(WORKERS):
            await self.kill_worker()

    async def kill_broker(self) -> None:
        await asyncio.to_thread(self.bus.kill)
        try:
            await asyncio.sleep(self.pause * self.chance.random())
        finally:
            self.bus.start()

    async def freeze_broker(self) -> None:
        self.bus.freeze()
        await asyncio.sleep(self.pause * self.chance.uniform(0.5, 2))
        self.bus.thaw()

    async def cut(self) -> None:
        self.cable.cut()
        await asyncio.sleep(self.pause * self.chance.uniform(0.5, 2))
        self.cable.heal()


async def work(shop: Shop, *, events: int) -> None:
    """Let the shop do so much that it tells of so many events."""
    begun = 0

    async def one_after_the_other() -> None:
        nonlocal begun
        while begun < events:
            begun += EDITS + 6  # that many are told of each order
            order = await shop.order(shirts(1), customer=RESELLER)
            for edit in range(EDITS):
                await order.send("quotation", Edit((LineWanted(SHIRT, 1 + edit % 3),)))
            await order.send("quotation", Share())
            await order.send("quotation", BuyerApproves(EDITS + 1))
            await order.send("quotation", SellerApproves(EDITS + 1))

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one_after_the_other())


async def amiss(shop: Shop, consumer: Consumer) -> list[str]:
    """Everything that is not as it has to be, in words."""
    told = {row["id"]: (row["order_id"], row["number"]) for row in await shop.pool.fetch(TOLD)}
    found = list(consumer.faults[:20])
    if consumer.seen != told:
        lost, strange = told.keys() - consumer.seen.keys(), consumer.seen.keys() - told.keys()
        found.append(f"{len(lost)} events did not arrive, and {len(strange)} arrived that nobody told of.")
    heard, different = await shop.row(HEARD, person("reseller"))
    concerning = await shop.pool.fetchval(CONCERNING)
    if not heard == different == concerning:
        found.append(f"The buyer was told {heard} times of {different} events, where {concerning} concern them.")
    if tried := await shop.pool.fetchval("SELECT count(*) FROM outbound_progress WHERE tries > 0 OR claim IS NOT NULL"):
        found.append(f"{tried} orders are still being tried, though all is delivered.")
    return found + await shop.findings()


async def unfinished(shop: Shop, consumer: Consumer) -> bool:
    told = await shop.pool.fetchval("SELECT count(*) FROM outbox")
    return len(consumer.seen) < told or bool(await shop.pool.fetchval(LEFT, SINKS))


async def arrived(shop: Shop, consumer: Consumer) -> None:
    """Wait until the tables say that all is delivered, and the consumer has read it."""
    async with asyncio.timeout(PATIENCE):
        while await unfinished(shop, consumer):  # noqa: ASYNC110  (other processes do it, which tell nobody here)
            await asyncio.sleep(0.5)


async def prove(
    url: str, folder: Path, *, events: int, seed: int, pause: float, patience: Literal["wait", "none"] = "wait"
) -> tuple[list[str], Storm, Consumer]:
    """Let the shop work in the storm; gives what is amiss afterwards. `pause` is seconds between two blows.

    With the patience "none" the leases of those who died run out at once.
    """
    async with AsyncExitStack() as open_, asyncio.TaskGroup() as group:
        stack = open_.enter_context(ExitStack())
        bus = stack.enter_context(nats_server(folder / "nats"))
        wire = await open_.enter_async_context(cable(bus.port))
        shop = await open_.enter_async_context(furnished(url))
        environment = {"DATABASE_URL": url, "ORDERWAY_NATS_URL": f"nats://127.0.0.1:{wire.port}"}
        consumer, storm = Consumer(), Storm(random.Random(seed), bus, wire, environment, stack, pause)  # noqa: S311  (repeatable)
        for _ in range(WORKERS):
            storm.start()
        reading, raging = group.create_task(consumer.read(bus)), group.create_task(storm.rage())
        await work(shop, events=events)
        raging.cancel()
        with suppress(asyncio.CancelledError):
            await raging
        if patience == "none":
            await storm.kill_workers()
            await shop.pool.execute(RUN_OUT)
        with suppress(TimeoutError):
            await arrived(shop, consumer)
        reading.cancel()
        return await amiss(shop, consumer), storm, consumer


@asynccontextmanager
async def furnished(url: str) -> AsyncIterator[Shop]:
    """A shop whose reseller signs in, and whose events go to a broker from the first on."""
    async with await connect_pool(url, size=AT_ONCE + 2) as pool:
        shop = Shop(pool, utc_now())  # the workers go by the clock
        shop.runner = Runner(pool, shop.workflow, announce=Announcer(pool))
        await shop.furnish()
        await shop.stock((SHIRT, 1_000_000))
        await pool.execute("UPDATE customer SET person_id = $1 WHERE id = $2", person("reseller"), RESELLER)
        async with pool.acquire() as connection:
            await begin(connection, "broker", now=shop.now)
        yield shop


def main(events: int, seed: int) -> None:
    """Prove it on a database of its own."""
    log_to_stderr()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o711)
        server = stack.enter_context(EmbeddedServer(folder))
        asyncio.run(create_database(server.url(), name="proof"))
        asyncio.run(migrate(server.url("proof")))
        began = time.monotonic()
        found, storm, consumer = asyncio.run(prove(server.url("proof"), folder, events=events, seed=seed, pause=2.0))
    blows = ", ".join(f"{count} x {blow}" for blow, count in sorted(storm.blows.items()))
    print(f"{len(consumer.seen)} events in {time.monotonic() - began:.0f} s; {blows}; {consumer.repeats} repeats.")
    print("\n".join(found) or "Nothing was lost, doubled or out of its order.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:] or ("100000",)), *((1,) if len(sys.argv) < 3 else ()))
