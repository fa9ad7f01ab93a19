"""The inbox of a shop, and an item of each kind in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
from tests.stories.shop import LAGOS, Order, Shop, person, shirts

from orderway.people.viewer import Viewer, find_viewer
from orderway.sale.events import CancelRequested
from orderway.sale.payments.events import Confirm, Dispute
from orderway.sale.reconciliation.deeds import Wish, fulfill
from orderway.sale.reconciliation.inbox import load_item
from orderway.sale.reconciliation.parking import Kind, Parked, park
from orderway.sale.reconciliation.rules import Action
from orderway.sale.reconciliation.standing import Standing
from orderway.workflow.transaction import Transaction

WHY = "Nothing fits it."


@dataclass
class Inbox:
    """What the people of a shop do with its inbox. Amounts are in kobo."""

    shop: Shop

    async def viewer(self, word: str) -> Viewer:
        async with self.shop.pool.acquire() as connection:
            viewer = await find_viewer(connection, person(word))
        assert viewer is not None
        return viewer

    async def park(self, kind: Kind, amount: int, *, currency: str = "NGN", **about: Any) -> UUID:
        """Park some money of the provider "till", as the payments of the shop are."""
        parked = Parked(
            kind=kind, provider="till", amount=amount, currency=currency, why=WHY, at=self.shop.now, **about
        )
        async with self.shop.pool.acquire() as connection:
            return await park(connection, parked)

    async def item(self, id: UUID, by: str = "accountant") -> Standing:
        viewer = await self.viewer(by)
        async with self.shop.pool.acquire() as connection:
            return await load_item(connection, viewer, id)

    async def act(
        self, item: UUID, action: Action, *, by: str = "accountant", reason: str = "Checked with the bank.", **more: Any
    ) -> None:
        """Let somebody do something with an item."""
        viewer = await self.viewer(by)
        wish = Wish(item=item, action=action, reason=reason, **more)

        async def work(tx: Transaction) -> None:
            await fulfill(tx, viewer, wish)

        await self.shop.runner.run(work, actor=viewer.actor())

    async def only(self, kind: Kind) -> UUID:
        """The one open item of a kind."""
        (id,) = await self.shop.row("SELECT id FROM parked_money WHERE kind = $1 AND resolution IS NULL", kind)
        return UUID(str(id))

    async def row(self, id: UUID) -> asyncpg.Record:
        (row,) = await self.shop.pool.fetch("SELECT * FROM parked_money WHERE id = $1", id)
        return row

    async def reference(self, payment: UUID) -> str:
        (reference,) = await self.shop.row("SELECT reference FROM payment WHERE id = $1", payment)
        return str(reference)

    async def about(self, kind: Kind, amount: int, *, currency: str = "NGN") -> tuple[UUID, Order]:
        """Park money that came for a pending payment of 4000."""
        order = await self.shop.agreed(shirts(4))
        payment = await order.register(4000)
        reference = await self.reference(payment)
        item = await self.park(
            kind, amount, currency=currency, store=LAGOS, order=order.id, payment=payment, reference=reference,
            transaction=f"T-{reference}",
        )  # fmt: skip
        return item, order

    async def orphan(self) -> tuple[UUID, Order]:
        """Money that names nothing; the order is one that it could be for."""
        return await self.park("orphan", 4000, transaction="T-1", reference="R-1"), await self.shop.agreed(shirts(4))

    async def duplicate(self) -> tuple[UUID, Order]:
        """The same money once more, for an order that is paid."""
        order = await self.shop.agreed(shirts(4))
        payment = await order.pay(4000)
        reference = await self.reference(payment)
        item = await self.park(
            "duplicate", 4000, store=LAGOS, order=order.id, payment=payment, reference=reference, transaction="T-2"
        )
        return item, order

    async def early(self) -> tuple[UUID, Order]:
        """A refund of a payment that nobody knows."""
        return await self.park("early", -4000, reference="R-9"), await self.shop.agreed(shirts(4))

    async def late(self) -> tuple[UUID, Order]:
        """A payment that is confirmed after its sale was cancelled."""
        order = await self.shop.agreed(shirts(4))
        payment = await order.register(4000)
        await order.send("sale", CancelRequested("The buyer changed their mind."))
        await order.send("payment", Confirm(), by="accountant", to=payment)
        return await self.only("late"), order

    async def surplus(self) -> tuple[UUID, Order]:
        """1000 too much."""
        order = await self.shop.agreed(shirts(4))
        await order.pay(3000)
        await order.pay(2000)
        return await self.only("surplus"), order

    async def disputed(self) -> tuple[UUID, Order]:
        order = await self.shop.paid(shirts(4))
        await order.send("payment", Dispute(4000, "Not received"), by="accountant")
        return await self.only("disputed"), order

    async def make(self, kind: Kind) -> tuple[UUID, Order]:
        """An item of the kind, with the order that it is about."""
        makers: dict[Kind, Callable[[], Awaitable[tuple[UUID, Order]]]] = {
            "orphan": self.orphan,
            "late": self.late,
            "short": partial(self.about, "short", 3970),
            "over": partial(self.about, "over", 4500),
            "surplus": self.surplus,
            "duplicate": self.duplicate,
            "wrong_currency": partial(self.about, "wrong_currency", 4000, currency="USD"),
            "disputed": self.disputed,
            "early": self.early,
            "unverified": partial(self.about, "unverified", 4000),
        }
        return await makers[kind]()
