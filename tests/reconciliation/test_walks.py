"""Random walks of money: whatever comes and whatever people do with it, in whatever order, none is lost or doubled."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import pytest
from tests.reconciliation.inbox import Inbox
from tests.stories.shop import CONSUMER, LAGOS, RESELLER, Order, shirts

from orderway.sale.events import CancelRequested
from orderway.sale.payments.events import Confirm, Dispute, LoseDispute, Refund, Reverse, WinDispute
from orderway.sale.reconciliation.parking import Kind
from orderway.sale.reconciliation.rules import ACTIONS, Tolerance, choices
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.errors import Conflict, Invalid, NotFound, Refused

STEPS = 60
HOLDING: list[Kind] = ["orphan", "short", "over", "duplicate", "wrong_currency", "unverified"]

# All that is told to have come and is somewhere, by currency; what Orderway paid itself came before.
PLACES = """
SELECT currency, sum(amount)::bigint FROM (
    SELECT currency, amount FROM payment WHERE context ->> 'confirmed_at' IS NOT NULL AND provider <> 'orderway'
    UNION ALL SELECT currency, amount FROM parked_money WHERE holds AND (resolution IS NULL OR resolution = 'returned')
) places GROUP BY currency
"""
DIGEST = """
SELECT (SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM parked_money t),
    (SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM payment t),
    (SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM payable t), (SELECT count(*) FROM transition_log)
"""


@dataclass
class Walk:
    """One walk, the same for the same seed. `came` is what was brought so far, by currency."""

    inbox: Inbox
    chance: Random
    orders: list[Order] = field(default_factory=list)
    payments: list[tuple[Order, UUID]] = field(default_factory=list)
    came: Counter[str] = field(default_factory=Counter)
    settled: int = 0

    async def go(self) -> None:
        for _ in range(3):
            await self.place()
            await self.register()
            await self.park()
        steps = {
            self.place: 1, self.register: 3, self.confirm: 3, self.park: 5, self.settle: 14, self.cancel: 1,
            self.take: 3,
        }  # fmt: skip
        for step in self.chance.choices(list(steps), list(steps.values()), k=STEPS):
            before = await self.inbox.shop.row(DIGEST)
            try:
                await step()
            except (Refused, NotFound, Invalid, Conflict):
                assert await self.inbox.shop.row(DIGEST) == before
            found = dict(await self.inbox.shop.pool.fetch(PLACES))
            assert found == {currency: amount for currency, amount in self.came.items() if amount}

    def amount(self) -> int:
        return self.chance.choice([1, 990, 1000, 1980, 2000, 2500])

    async def place(self) -> None:
        customer = self.chance.choice([CONSUMER, CONSUMER, RESELLER])
        self.orders.append(await self.inbox.shop.agreed(shirts(2), customer=customer))

    async def register(self) -> None:
        order = self.chance.choice(self.orders)
        self.payments.append((order, await order.register(self.amount())))

    async def confirm(self) -> None:
        """By hand, or as a provider reports it."""
        order, payment = self.chance.choice(self.payments)
        amount = self.chance.choice([None, self.amount()])
        by: Any = self.chance.choice(["accountant", THE_SYSTEM])
        (announced,) = await self.inbox.shop.row("SELECT amount FROM payment WHERE id = $1", payment)
        await order.send("payment", Confirm(amount), by=by, to=payment)
        self.came["NGN"] += amount or announced

    async def park(self) -> None:
        kind, amount = self.chance.choice(HOLDING), self.amount()
        currency = "USD" if kind == "wrong_currency" else "NGN"
        about: dict[str, Any] = {"transaction": f"T-{self.chance.random()}"}
        if kind != "orphan":
            order, payment = self.chance.choice(self.payments)
            (state,) = await self.inbox.shop.row("SELECT state FROM payment WHERE id = $1", payment)
            kind = kind if state == "PENDING" or currency == "USD" else "duplicate"
            about |= {"store": LAGOS, "order": order.id, "payment": payment}
            about["reference"] = await self.inbox.reference(payment)
        await self.inbox.park(kind, amount, currency=currency, **about)
        self.came[currency] += amount

    async def settle(self) -> None:
        """Mostly something that is offered."""
        rows = await self.inbox.shop.pool.fetch("SELECT id FROM parked_money ORDER BY resolution IS NULL, id")
        item = self.chance.choice(rows[-8:])["id"]
        offered = [choice.action for choice in choices(await self.inbox.item(item), Tolerance(1)) if not choice.reasons]
        action = self.chance.choice(offered * 4 + list(ACTIONS))
        by = self.chance.choice(["accountant", "accountant", "accountant", "manager", "biller"])
        more = {"order": self.chance.choice(self.orders).id} if action == "attach" else {}
        await self.inbox.act(item, action, by=by, **more)
        self.settled += 1

    async def cancel(self) -> None:
        await self.chance.choice(self.orders).send("sale", CancelRequested("They changed their mind."))

    async def take(self) -> None:
        """Money goes back, by us or by its provider."""
        order, payment = self.chance.choice(self.payments)
        amount = self.amount()
        event = self.chance.choice(
            [Refund(amount), Dispute(amount, "Not received"), WinDispute(), LoseDispute(), Reverse(amount, "Back")]
        )
        await order.send("payment", event, by="accountant", to=payment)


@pytest.mark.parametrize("seed", range(1, 7))
async def test_money_is_conserved(inbox: Inbox, seed: int):
    walk = Walk(inbox, Random(seed))  # noqa: S311  (the same steps for the same seed)
    await walk.go()
    assert walk.settled > 3
    assert await inbox.shop.findings() == []
