"""A NATS of the test's own, and a shop whose events go there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.js.api import StreamInfo
from tests.nats_server import NatsServer, nats_server
from tests.outbound.listening import UNHEARD
from tests.stories.shop import Shop

from orderway.outbound.broker.courier import NAME, Broker
from orderway.outbound.broker.place import Place
from orderway.outbound.delivery import Delivered
from orderway.outbound.feed import begin, feed


@asynccontextmanager
async def hearing(bus: NatsServer, subject: str) -> AsyncIterator[asyncio.Event]:
    """An event that is set as soon as something is published there."""
    told, client = asyncio.Event(), await nats.connect(bus.url, allow_reconnect=False)

    async def hear(_message: object) -> None:
        told.set()

    await client.subscribe(subject, cb=hear)
    await client.flush()
    try:
        yield told
    finally:
        await client.close()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[NatsServer]:
    with nats_server(tmp_path / "nats") as started:
        yield started


@dataclass
class Desk:
    """The broker of a shop."""

    shop: Shop
    bus: NatsServer
    broker: Broker

    async def deliver(self) -> Delivered:
        """Deliver whatever happened, until all of it is noted: what another database does may hold it up."""
        total = Delivered()
        async with asyncio.timeout(30):
            while True:
                done = await self.broker.deliver(self.shop.runner)
                total = Delivered(total.delivered + done.delivered, total.failed + done.failed)
                if not await self.shop.pool.fetchval(UNHEARD, NAME):
                    return total
                async with self.shop.pool.acquire() as connection:
                    await feed(connection, NAME, now=self.shop.now)

    async def sink(self) -> tuple[Any, ...]:
        return tuple(await self.shop.row("SELECT away_since, away_why FROM outbound_sink WHERE sink = $1", NAME))

    async def info(self) -> StreamInfo:
        client = await nats.connect(self.bus.url)
        try:
            return await client.jetstream().stream_info(self.broker.place.stream)
        finally:
            await client.close()

    async def stored(self) -> list[dict[str, Any]]:
        """What stands in the stream, in its order: each event with its subject and its headers."""
        count = (await self.info()).state.messages
        client = await nats.connect(self.bus.url)
        try:
            jetstream = client.jetstream()
            found = [await jetstream.get_msg(self.broker.place.stream, seq=number + 1) for number in range(count)]
        finally:
            await client.close()
        return [{"at": each.subject, "headers": each.headers, **json.loads(each.data or b"")} for each in found]

    async def told(self) -> list[dict[str, Any]]:
        """What the outbox tells, in the order of each order."""
        rows = await self.shop.pool.fetch("SELECT order_id, number, id, type FROM outbox ORDER BY order_id, number")
        return [{name: str(value) for name, value in row.items()} for row in rows]


@pytest.fixture
async def desk(shop: Shop, bus: NatsServer) -> AsyncIterator[Desk]:
    async with shop.pool.acquire() as connection:
        await begin(connection, NAME, now=shop.now)
    broker = Broker(Place((bus.url,)))
    yield Desk(shop, bus, broker)
    await broker.close()
