"""One random walk: clients, riders, deliveries of goods and time, each step of it checked as it is taken."""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from tests.properties.books import Seen, read_books
from tests.properties.market import EVERYONE, LIMIT, RIDERS, Market, Sight
from tests.properties.others import adjust, give, pay, redirect, serve, spend, transfer
from tests.properties.shelves import Place
from tests.properties.wishes import as_sent, payload, wild
from tests.stock.warehouses import open_kano
from tests.stories.arrivals import Arrival, arrive
from tests.stories.shop import CONSUMER, LAGOS, RESELLER, SHIRT, SHOES, Order, actor, person, shirts, shoes

from orderway.fulfillment.backorders import serve_all
from orderway.fulfillment.events import FulfillmentStarted, PackageDelivered, PackageShipped, RiderNamed
from orderway.fulfillment.interests.machine import Register
from orderway.fulfillment.riders import volunteer
from orderway.quotation.context import PricedLine
from orderway.sale.events import SetPaymentMethod
from orderway.sale.overrides.machine import Approve
from orderway.sale.payments.opening import NewPayment, register
from orderway.stock.movements import Goods
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Conflict, Invalid, NotFound, Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.timers import sweep
from orderway.workflow.transaction import Transaction

Result = TypeVar("Result")
NO = (Refused, NotFound, Invalid, Conflict)

DISRUPTIVE = {
    "CANCEL", "CANCEL_REQUESTED", "CARRIER_RELEASED", "DECLINE", "DELIVERY_FAILED", "DISPUTE", "EXTEND_VALIDITY",
    "FAIL", "HOLD", "PAYMENT_EXPIRED", "PAYMENT_FAILED", "RETURN_REJECTED", "REVERSE", "RIDER_UNASSIGNED", "WITHDRAW",
    "WRITE_OFF",
}  # fmt: skip
"""What leads back or out: sent less often, so that walks get far."""


FORWARD = {
    "FULFILLMENT_STARTED", "PACKAGE_SHIPPED", "PACKAGE_DELIVERED", "RETURN_REQUESTED", "RETURN_ACCEPTED",
    "RETURN_RECEIVED", "REFUND_ISSUED", "RIDER_SELECTED", "SPLIT",
}  # fmt: skip
"""What leads on: chosen more often, for the same end."""

OTHERS = {adjust: 1, transfer: 4, serve: 1, redirect: 2, spend: 2, give: 1, pay: 2}
"""Steps that are no event of a machine."""

WEIGHTS = {"fulfillment": 6, "sale": 3, "quotation": 3}
"""How often each is chosen, for the same end."""

UNSERVED = """
SELECT r.order_id FROM reservation r JOIN stock s USING (store_id, variant_id)
WHERE r.status = 'MISSING' AND r.quantity <= s.quantity - s.reserved
"""
"""Who is missing goods although there is enough: nobody, once all were served."""


class Walk:
    """Steps through a market, the same ones for the same seed. `told` is what was done so far."""

    def __init__(self, market: Market, seed: int) -> None:
        self.market = market
        self.chance = Random(seed)  # noqa: S311  (the same steps for the same seed)
        self.arrived = Counter[Place]()
        self.given = Counter[UUID]()
        self.riders = Counter[UUID]()
        self.orders: list[Order] = []
        self.exposed: dict[UUID, int] = {}
        self.written: object = None
        self.told: list[str] = []

    async def go(self, steps: int) -> None:
        """Take the steps, then see that everything adds up and the log replays."""
        weights: dict[Callable[[], Awaitable[None]], int] = {
            self.send: 30, self.place: 3, self.pay: 2, self.hear: 3, self.offer: 3, self.receive: 2, self.wait: 1,
        }  # fmt: skip
        weights |= {partial(other, self): weight for other, weight in OTHERS.items()}
        try:
            await open_kano(self.market)
            self.written = await self.market.digest()
            await self.receive()
            await self.place()
            for step in self.chance.choices(list(weights), list(weights.values()), k=steps):
                await step()
            await serve_all(self.market.runner)
            assert await self.market.pool.fetch(UNSERVED) == []
            assert (await read_books(self.market.pool, Seen(self.arrived, self.given, self.riders))).complaints() == []
            assert await self.market.findings() == []
        except BaseException as fault:
            fault.add_note("\n".join(self.told))
            raise

    async def answered(self, work: Coroutine[Any, Any, Result]) -> Result | None:
        """The answer, or None after a refusal, which wrote nothing. Nothing else may come out of the door."""
        try:
            answer = await work
        except NO as no:
            self.told.append(f"    {no}")
            assert await self.market.digest() == self.written
            return None
        self.written = await self.market.digest()
        await self.watch_credit()
        return answer

    async def watch_credit(self) -> None:
        """Whoever's debt has just grown may owe that much, unless it grew by a reversal: that asks nobody."""
        rows = await self.market.pool.fetch(
            "SELECT customer_id, order_id, sum(amount)::bigint, (sum(amount) FILTER (WHERE why <> 'reversed'))::bigint"
            " FROM credit_entry GROUP BY 1, 2"
        )
        for customer, order, _, by_choice in rows:
            if (by_choice or 0) > self.exposed.get(order, 0):
                total = sum(each for buyer, _, each, _ in rows if buyer == customer)
                assert total <= await self.allowed(customer, order)
        self.exposed = {order: by_choice or 0 for _, order, _, by_choice in rows}

    async def allowed(self, customer: UUID, order: UUID) -> int:
        """The customer's limit, and what somebody approved for this order over it."""
        approved = await self.market.pool.fetch(
            "SELECT context ->> 'approved_amount' AS amount FROM override_request"
            " WHERE order_id = $1 AND state = 'APPROVED' AND kind = 'CREDIT_LIMIT'",
            order,
        )
        (bought,) = await self.market.row(
            "SELECT coalesce(sum(cumulative), 0)::bigint FROM customer_sales_agg WHERE customer_id = $1", customer
        )
        over = max((int(row["amount"]) for row in approved), default=0)
        return over + (LIMIT if customer == RESELLER else int(bought) // 100)

    def rarely(self) -> bool:
        return self.chance.random() < 0.1

    def an_order(self) -> Order:
        """Mostly one of the newest: so that some get far."""
        return self.chance.choice(self.orders if self.rarely() else self.orders[-3:])

    def lines(self) -> list[PricedLine]:
        kinds = [shirts(1), shirts(2), shirts(3), shoes(1), shoes(2)]
        return [self.chance.choice(kinds) for _ in range(self.chance.choice([1, 1, 2, 3]))]

    # ------------------------------------------------------------------------------------------------ what happens

    async def place(self) -> None:
        """Somebody orders; often the order has come some way already."""
        customer, by = self.chance.choice([CONSUMER, RESELLER]), self.chance.choice(["DELIVERY", "DELIVERY", "PICKUP"])
        by = "SERVICE" if self.rarely() else by
        money = self.chance.choice(["paid", "on account"])
        far = self.chance.choice(["", "short", "picked", "brought", "delivered"])
        so_far = "draft" if self.rarely() else "agreed" if self.rarely() else f"{money} {far}".strip()
        self.told.append(f"order {len(self.orders)}: {so_far}, {by}, {customer}")
        await self.answered(self.placed(customer, by, so_far=so_far))

    async def placed(self, customer: UUID, by: str, *, so_far: str) -> None:
        lines, far = self.lines(), so_far.rpartition(" ")[2]
        for line in lines:
            pieces = line.quantity if far in ("picked", "brought", "delivered") else int(far == "short")
            if pieces:
                await self.market.stock((line.variant, pieces))
                self.arrived[LAGOS, line.variant] += pieces
        draft = so_far == "draft"
        order = await (self.market.order if draft else self.market.agreed)(*lines, customer=customer, by=by)
        self.orders.append(order)
        if so_far.startswith("paid"):
            await order.pay(order.total)
        if so_far.startswith("on account"):
            await order.send("sale", SetPaymentMethod("INVOICE"))
        if far in ("picked", "brought", "delivered"):
            await self.bring(order, by, far=far)

    async def bring(self, order: Order, by: str, *, far: str) -> None:
        """Whatever it takes to get so far, unless somebody who asked before gets the goods."""
        if await order.state("sale") == "OVERRIDE_REVIEW":
            await order.send("override_request", Approve(), by="manager")
        if by == "SERVICE" or await order.state("fulfillment") == "BACKORDERED":
            return
        await order.send("fulfillment", FulfillmentStarted())
        if by == "DELIVERY" and far != "picked":
            await order.send("fulfillment", RiderNamed(person("rider"), 800))
            await order.send("fulfillment", PackageShipped())
        if far == "delivered":
            await order.send("fulfillment", PackageDelivered(await order.pin()))

    async def send(self) -> None:
        """Somebody sends something to a part of an order: mostly what can be, now and then anything."""
        chance, order = self.chance, self.an_order()
        sights = await self.market.sights(order.id)
        left_out = DISRUPTIVE if chance.random() < 0.85 else set()
        likely = {each: self.market.takes(each) - left_out for each in sights}
        some = [each for each in sights if likely[each]] if not self.rarely() else sights
        if not some:
            return
        (sight,) = chance.choices(some, [WEIGHTS.get(each.ref.machine, 1) for each in some])
        chart = self.market.chart(sight)
        names = sorted(chart.events if self.rarely() or not likely[sight] else likely[sight])
        (name,) = chance.choices(names, [4 if each in FORWARD else 1 for each in names])
        event: Any = chart.events[name]
        pools = await self.market.pools(sight, sights)
        made = (wild if self.rarely() else payload)(event, pools, chance)
        able = [each for each in EVERYONE if each.may(event.words.permission)]
        who = chance.choice(EVERYONE if self.rarely() or not able else able)
        where = f"order {self.orders.index(order)}: {sight.ref.machine} in {sight.state}"
        self.told.append(f"{where}: {name} {str(made)[:200]} by {who.id[-2:]}")
        await self.ask(sight, name, as_sent(made), by=who)

    async def ask(self, sight: Sight, name: str, made: str, *, by: Actor) -> None:
        """Send it; now and then twice with the same key, and again by somebody who has not seen that it moved."""
        key = f"key {len(self.told)}" if self.rarely() else None
        moved = await self.answered(self.market.ask(sight, name, made, by=by, key=key))
        if moved is None or key is None:
            return
        assert await self.market.ask(sight, name, made, by=by, key=key) == moved
        assert await self.answered(self.market.ask(sight, name, made, by=by, seen=sight.step)) is None

    async def pay(self) -> None:
        """A payment is registered, which waits for its confirmation."""
        order, reference = self.an_order(), f"reference {self.chance.randrange(20)}"
        nearly = order.total * 995 // 1000
        amount = self.chance.choice([order.total, order.total, nearly, 1000, 2000, 0, -1, 2**63])
        payment = NewPayment(amount=amount, currency="NGN", method="CARD", provider="bank", reference=reference)

        async def work(tx: Transaction) -> Moved:
            await tx.lock(LAGOS, order.id)
            return await register(tx, payment)

        self.told.append(f"order {self.orders.index(order)}: {amount} with {reference}")
        await self.answered(self.market.runner.run(work, actor=self.chance.choice(EVERYONE)))

    async def hear(self) -> None:
        """A provider has news of a payment: it came, it failed, it is disputed or taken back, in parts or whole."""
        order = self.an_order()
        payments = await self.market.awaited(order.id)
        if not payments:
            return
        payment = self.chance.choice(payments)
        events = self.market.chart(payment).events
        name = self.chance.choice(sorted(self.market.takes(payment)))
        left = payment.context["amount"] - payment.context["refunded"] - payment.context["reversed"]
        amounts = [left, left, left // 2, left // 3, left * 199 // 200, left + 1, 1, 500, 1000]
        made = payload(events[name], {"amount": amounts}, self.chance)
        where = f"order {self.orders.index(order)}: payment in {payment.state}"
        self.told.append(f"{where}: the provider tells {name} {made}")
        await self.ask(payment, name, as_sent(made), by=actor("accountant"))

    async def offer(self) -> None:
        """A rider offers to bring an order."""
        sought = await self.market.sought()
        order = next((each for each in self.orders if each.id in sought), self.an_order())
        rider = self.chance.choice(RIDERS)
        wanted = Register(self.chance.choice([700, 800, 900, 0, 2**64]), 20, "\0" if self.rarely() else "By bicycle.")

        async def work(tx: Transaction) -> Moved:
            return await volunteer(tx, await order.ref("fulfillment"), wanted, rider=person(rider))

        self.told.append(f"order {self.orders.index(order)}: the {rider} offers for {wanted.proposed_cost}")
        await self.answered(self.market.runner.run(work, actor=actor(rider)))

    async def receive(self) -> None:
        """Goods arrive, and whoever waits for them is tried again."""
        goods = Goods(self.chance.choice([SHIRT, SHOES]), self.chance.randrange(10))
        who = self.chance.choice(EVERYONE) if self.rarely() else actor("manager")
        self.told.append(f"{goods.quantity} of {goods.variant} arrive")
        came = arrive(self.market.runner, Arrival(LAGOS, (goods,)), actor=who)
        if await self.answered(came) is not None:
            self.arrived[LAGOS, goods.variant] += goods.quantity

    async def wait(self) -> None:
        """Time passes, and whatever timer is due goes off without a fault."""
        hours = self.chance.choice([1, 1, 1, 25, 24 * 8, 24 * 15])
        self.told.append(f"{hours} hours pass")
        self.market.now += timedelta(hours=hours)

        async def wake() -> int:
            return (await sweep(self.market.runner)).failed

        assert await self.answered(wake()) == 0
