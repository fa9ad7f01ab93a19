"""Random walks of money: whatever comes and whatever people do with it, in whatever order, none is lost or doubled."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from tests.reconciliation.inbox import Inbox
from tests.stories.shop import CONSUMER, LAGOS, RESELLER, Order, shirts

from orderway.sale.events import CancelRequested
from orderway.sale.payments.events import Confirm, Dispute, LoseDispute, Refund, Reverse, WinDispute
from orderway.sale.reconciliation.parking import Kind
from orderway.sale.reconciliation.rules import ACTIONS, Tolerance, choices
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.errors import Conflict, Invalid, NotFound, Refused

STEPS = 150
ENDS = {("orphan", "attached"), ("orphan", "returned"), ("surplus", "attached"), ("surplus", "refunded")}
"""What the walks come to at least once."""
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

    async def go(self) -> None:
        for _ in range(3):
            await self.place()
            await self.register()
            await self.park()
        steps = {
            self.place: 5, self.register: 3, self.confirm: 3, self.park: 5, self.settle: 14, self.cancel: 2,
            self.take: 3,
        }  # fmt: skip
        for step in self.chance.choices(list(steps), list(steps.values()), k=STEPS):
            before = await self.inbox.shop.row(DIGEST)
            try:
                await step()
            except (Refused, NotFound, Invalid, Conflict):
                assert await self.inbox.shop.row(DIGEST) == before
            found = {row[0]: row[1] for row in await self.inbox.shop.pool.fetch(PLACES)}
            assert found == {currency: amount for currency, amount in self.came.items() if amount}

    def an_order(self) -> Order:
        """Mostly one of the newest, whose sales are open."""
        return self.chance.choice(self.orders[-2:] if self.chance.random() < 0.8 else self.orders)

    def amount(self) -> int:
        return self.chance.choice([1, 990, 1000, 1980, 2000, 2500])

    async def place(self) -> None:
        customer = self.chance.choice([CONSUMER] * 5 + [RESELLER])
        self.orders.append(await self.inbox.shop.agreed(shirts(2), customer=customer))

    async def register(self) -> None:
        order = self.an_order()
        self.payments.append((order, await order.register(self.amount())))

    async def confirm(self) -> None:
        """By hand, or as a provider reports it."""
        order, payment = self.chance.choice(self.payments[-6:])
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
        item = self.chance.choice(rows[-12:])["id"]
        offered = [choice.action for choice in choices(await self.inbox.item(item), Tolerance(1)) if not choice.reasons]
        action = self.chance.choice(offered * 4 + list(ACTIONS))
        by = self.chance.choice(["accountant", "accountant", "accountant", "manager", "biller"])
        more: dict[str, Any] = {"order": self.an_order().id} if action == "attach" else {}
        await self.inbox.act(item, action, by=by, **more)

    async def cancel(self) -> None:
        await self.an_order().send("sale", CancelRequested("They changed their mind."))

    async def take(self) -> None:
        """Money goes back, by us or by its provider, or a dispute over it ends."""
        order, payment = self.chance.choice(self.payments[-6:])
        amount = self.amount()
        going = [Refund(amount), Dispute(amount, "Not received"), Reverse(amount, "Back")]
        (state,) = await self.inbox.shop.row("SELECT state FROM payment WHERE id = $1", payment)
        event = self.chance.choice([WinDispute(), LoseDispute()] if state == "DISPUTED" else going)
        await order.send("payment", event, by="accountant", to=payment)


async def test_money_is_conserved(inbox: Inbox):
    came = Counter[str]()
    for seed in range(1, 6):
        await Walk(inbox, Random(seed), came=came).go()  # noqa: S311  (the same steps for the same seed)
    assert await inbox.shop.findings() == []
    ends = await inbox.shop.pool.fetch("SELECT DISTINCT kind, resolution FROM parked_money")
    assert {tuple(row) for row in ends} >= ENDS
