"""A shop with somebody who looks after its webhooks, and a receiver of them."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.outbound.listening import UNHEARD
from tests.outbound.webhooks.receiver import Receiver
from tests.secret import SECRET
from tests.stories.shop import Order, Shop, person

from orderway.callers import Networks
from orderway.deployment import read_webhook_networks
from orderway.outbound.delivery import Delivered
from orderway.outbound.webhooks import asking, changes
from orderway.outbound.webhooks.changes import Doors, Made
from orderway.outbound.webhooks.commands import Changing, CreateWebhook, Secretive, Sending
from orderway.outbound.webhooks.courier import Post, deliver_to
from orderway.outbound.webhooks.errands import run_errands
from orderway.outbound.webhooks.posting import Poster
from orderway.outbound.webhooks.signing import Seal
from orderway.people.viewer import Viewer, find_viewer
from orderway.workflow.transaction import Transaction

LOOPBACK: Networks = read_webhook_networks({"ORDERWAY_WEBHOOK_NETWORKS": "127.0.0.0/8"})
DOORS = Doors(Seal(SECRET), LOOPBACK)
ADMIN = UUID("0198a000-0000-7000-8000-0000000000e1")
WHY = "The warehouse wants to know."


async def hire_admin(shop: Shop) -> None:
    """Let somebody look after webhooks."""
    await shop.pool.execute("INSERT INTO person (id, email, name) VALUES ($1, 'admin@example.com', 'Admin')", ADMIN)
    await shop.pool.execute(
        "INSERT INTO person_role (person_id, role_id) SELECT $1, id FROM role WHERE name = 'ADMIN'", ADMIN
    )


@dataclass
class Hooked:
    """It has one webhook after `subscribe`."""

    shop: Shop
    receiver: Receiver
    poster: Poster
    seal: Seal
    made: Made | None = None

    @property
    def post(self) -> Post:
        return Post(self.shop.runner, self.poster, self.seal)

    @property
    def id(self) -> UUID:
        assert self.made
        return self.made.webhook

    @property
    def sink(self) -> str:
        return f"webhook:{self.id}"

    @property
    def url(self) -> str:
        return self.receiver.url("127.0.0.1", scheme="http")

    async def viewer(self, who: UUID = ADMIN) -> Viewer:
        async with self.shop.pool.acquire() as connection:
            found = await find_viewer(connection, who)
        assert found
        return found

    async def make(self, command: Secretive, *, who: UUID = ADMIN) -> Made:
        by = await self.viewer(who)

        async def work(tx: Transaction) -> Made:
            return await changes.make(tx, command, by=by, doors=DOORS)

        return await self.shop.runner.run(work, actor=by.actor())

    async def change(self, command: Changing, *, who: UUID = ADMIN) -> None:
        by = await self.viewer(who)

        async def work(tx: Transaction) -> None:
            await changes.change(tx, command, by=by, doors=DOORS)

        await self.shop.runner.run(work, actor=by.actor())

    async def ask(self, command: Sending, *, who: UUID = ADMIN) -> int:
        by = await self.viewer(who)

        async def work(tx: Transaction) -> int:
            return (await asking.ask(tx, command, by=by)).messages

        return await self.shop.runner.run(work, actor=by.actor())

    async def subscribe(self, name: str = "Warehouse", **wanted: Any) -> Made:
        self.made = await self.make(CreateWebhook(name=name, url=self.url, reason=WHY, **wanted))
        return self.made

    async def deliver(self) -> Delivered:
        """Deliver all that happened: what another database of the server does may hold it up."""
        total = Delivered()
        async with asyncio.timeout(30):
            while True:
                done = await deliver_to(self.shop.runner, self.post, self.sink)
                total = Delivered(total.delivered + done.delivered, total.failed + done.failed)
                if await self.is_paused() or not await self.shop.pool.fetchval(UNHEARD, self.sink):
                    return total

    async def is_paused(self) -> bool:
        paused: bool = await self.shop.pool.fetchval(
            "SELECT paused_at IS NOT NULL FROM outbound_sink WHERE sink = $1", self.sink
        )
        return paused

    async def run_errands(self) -> Delivered:
        return await run_errands(self.shop.runner, self.post)

    async def later(self, **time: float) -> Delivered:
        """Let time pass, and deliver what is due then."""
        self.shop.now += timedelta(**time)
        return await self.deliver()

    async def attempts(self) -> list[tuple[Any, ...]]:
        rows = await self.shop.pool.fetch(
            "SELECT kind, type, status, why FROM webhook_attempt WHERE webhook_id = $1 ORDER BY at, id", self.id
        )
        return [tuple(row) for row in rows]

    async def ids(self) -> list[UUID]:
        """The ids of all attempts, the oldest first."""
        rows = await self.shop.pool.fetch("SELECT id FROM webhook_attempt ORDER BY at, id")
        return [row["id"] for row in rows]

    async def progress(self, order: Order) -> tuple[Any, ...]:
        return await self.shop.row(
            "SELECT done, known, tries, dead_at IS NOT NULL FROM outbound_progress WHERE order_id = $1 AND sink = $2",
            order.id, self.sink,
        )  # fmt: skip

    async def told(self) -> list[tuple[str, str]]:
        """What those were told who look after webhooks, and nobody else."""
        rows = await self.shop.pool.fetch("SELECT person_id, title, text FROM notification ORDER BY number")
        assert {row["person_id"] for row in rows} <= {ADMIN}
        return [(row["title"], row["text"]) for row in rows]


MANAGER = person("manager")
