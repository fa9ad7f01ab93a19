"""PostgreSQL killed (-9) under load, again and again: whatever was answered outlives it, and nothing is half done."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import psutil
import pytest
from tests.stories.shop import LAGOS, SHIRT, Order, Shop, actor, shirts

from orderway.database import connect_pool, lost
from orderway.embedded import EmbeddedServer
from orderway.fulfillment.events import (
    CarrierSelected,
    Complete,
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
)
from orderway.migrations import migrate
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.sale.payments.events import Confirm
from orderway.workflow.kinds import Moved, Ref

Answer = TypeVar("Answer")

ORDERS = 18
CLIENTS = 6
KILLS = {30: "the postmaster", 70: "everything", 110: "one session"}
"""After how many answers what is killed."""

ROAD: list[tuple[str, Any, str]] = [
    ("quotation", Share(), "biller"),
    ("quotation", BuyerApproves(1), "biller"),
    ("quotation", SellerApproves(1), "biller"),
    ("payment", Confirm(), "accountant"),
    ("fulfillment", FulfillmentStarted(), "biller"),
    ("fulfillment", CarrierSelected("Swift"), "biller"),
    ("fulfillment", PackageShipped(), "biller"),
    ("fulfillment", PackageDelivered(), "biller"),
    ("fulfillment", Complete(), "biller"),
]
"""The whole way of an order: each event with the machine that takes it, and who sends it."""


@pytest.fixture
def safe_home() -> Iterator[Path]:
    """A home of its own, since the server of the other tests spares the disk."""
    folder = Path(tempfile.mkdtemp(prefix="orderway-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@dataclass
class Power:
    """The server, which is killed when the time has come and started again at once, and what was answered so far."""

    home: Path
    is_up: asyncio.Event = field(default_factory=asyncio.Event)
    servers: list[EmbeddedServer] = field(default_factory=list)
    answered: dict[str, Moved] = field(default_factory=dict)
    killed: list[str] = field(default_factory=list)

    def start(self) -> str:
        """Start it; its address."""
        self.servers.append(EmbeddedServer(self.home))
        self.servers[-1].start()
        return self.servers[-1].url()

    def stop(self) -> None:
        for server in reversed(self.servers):
            server.stop()

    async def take(self, key: str, moved: Moved) -> None:
        """Keep an answer; after some of them something is killed."""
        self.answered[key] = moved
        victim = KILLS.get(len(self.answered))
        if victim:
            self.is_up.clear()
            self.kill(victim)
            await asyncio.to_thread(self.start)
            self.is_up.set()

    def kill(self, victim: str) -> None:
        pid = self.servers[-1].pid()
        assert pid
        postmaster = psutil.Process(pid)
        children = postmaster.children(recursive=True)
        sessions = [each for each in children if "[local]" in " ".join(each.cmdline())]
        doomed = {"the postmaster": [postmaster], "everything": [postmaster, *children], "one session": sessions[:1]}
        for each in doomed[victim]:
            os.kill(each.pid, signal.SIGKILL)
        # Who is asked whether a server runs must not hear of the one that is dying.
        psutil.wait_procs(doomed[victim])
        self.killed.append(victim)

    async def through(self, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """Do it, and again for as long as the server is away."""
        while True:
            await self.is_up.wait()
            try:
                return await work()
            except Exception as error:
                if lost(error) is None:
                    raise

    async def drive(self, order: Order, payment: UUID) -> None:
        """Take an order its whole way; whatever stays without an answer is sent again with the same key."""
        for machine, event, word in ROAD:
            newest = await self.through(partial(order.ref, machine))
            ref = Ref(machine, LAGOS, payment) if machine == "payment" else newest
            key = f"{order.id} {event.name}"
            send = partial(order.shop.runner.send, ref, event, actor=actor(word), key=key, request_id=key)
            await self.take(key, await self.through(send))


async def test_what_was_answered_outlives_a_killed_server(safe_home: Path) -> None:
    power = Power(safe_home)
    try:
        url = power.start()
        await migrate(url)
        async with await connect_pool(url, size=CLIENTS) as pool:
            assert await pool.fetchval("SHOW fsync") == "on"
            await load(power, Shop(pool))
    finally:
        power.stop()


async def load(power: Power, shop: Shop) -> None:
    """Let clients drive orders through the kills; then hold what they were answered against what is there."""
    await shop.furnish()
    await shop.stock((SHIRT, ORDERS))
    orders = [await shop.order(shirts(1)) for _ in range(ORDERS)]
    ahead = [(order, await order.register(order.total)) for order in orders]

    async def client() -> None:
        while ahead:
            await power.drive(*ahead.pop())

    power.is_up.set()
    # A server that does not come back is not waited for forever.
    async with asyncio.timeout(120), asyncio.TaskGroup() as clients:
        for _ in range(CLIENTS):
            clients.create_task(client())
    assert power.killed == list(KILLS.values())
    assert len(power.answered) == ORDERS * len(ROAD)
    for key, moved in power.answered.items():
        rows = await shop.pool.fetch(
            "SELECT instance_id, step, to_state FROM transition_log"
            " WHERE request_id = $1 AND event = $2 AND machine = $3",
            key, moved.event, moved.ref.machine,
        )  # fmt: skip
        assert [tuple(row) for row in rows] == [(moved.ref.id, moved.step, moved.to_state)]
    for order in orders:
        assert await order.states() == ("MUTUALLY_APPROVED", "COMPLETED", "COMPLETED")
    assert await shop.shelf(SHIRT) == (0, 0)
    assert await shop.findings() == []
