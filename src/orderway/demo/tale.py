"""One order as it is told: who does what, and when, in one transaction through the one door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from orderway.catalogue.prices import terms_of
from orderway.delivery.address import Delivery
from orderway.delivery.way import FulfillmentType
from orderway.demo.company import CURRENCY
from orderway.demo.extract import Order, naira
from orderway.demo.seed import SOURCE, Buyer, Company, Store
from orderway.people.viewer import Viewer
from orderway.quotation.context import PricedLine
from orderway.quotation.events import LineWanted
from orderway.quotation.lines import priced
from orderway.quotation.opening import NewOrder, place
from orderway.sale.payments.context import Method
from orderway.sale.payments.opening import NewPayment, register
from orderway.settings import CONSUMER_PRICE_MARKUP_PERCENT, Settings
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.kinds import Instance, Ref
from orderway.workflow.transaction import Transaction

SCARCE = 59
"""The product, counted in the extract, that no store has: who wants it waits."""

METHODS: dict[str, Method] = {"credit_card": "CARD", "debit_card": "CARD", "boleto": "TRANSFER", "voucher": "WALLET"}
PROVIDERS: dict[Method, str] = {"CARD": "card", "TRANSFER": "bank", "WALLET": "wallet"}
VALID = timedelta(days=14)
NEAR = 0.03
"""Degrees around the store, some three kilometres, within which its buyers live."""


@dataclass(slots=True)
class Tale:
    """The order being told; `chance` is seeded by the order, so that every telling of it is the same."""

    tx: Transaction
    now: datetime
    company: Company
    store: Store
    buyer: Buyer
    order: Order
    settings: Settings
    chance: Random
    of_type: FulfillmentType = "DELIVERY"
    is_scarce: bool = False
    times: int = 1
    payments: int = 0

    @property
    def biller(self) -> Actor:
        return self.store.people["biller"].actor()

    @property
    def manager(self) -> Actor:
        return self.store.people["manager"].actor()

    @property
    def accountant(self) -> Actor:
        return self.company.head_office["accountant"].actor()

    @property
    def by_buyer(self) -> Actor:
        """The buyer where they sign in, or else the biller for them."""
        if self.buyer.viewer:
            return self.buyer.viewer.actor()
        return replace(self.biller, on_behalf_of=f"customer:{self.buyer.id}")

    @property
    def riders(self) -> list[Viewer]:
        return [self.store.people["rider1"], self.store.people["rider2"]]

    def acting(self, actor: Actor) -> AbstractContextManager[None]:
        """What is done in here, this one does, at the moment of the act."""
        return self.tx.acting(actor, at=self.now)

    async def draft(self, *, valid: timedelta = VALID) -> None:
        """Place the order with its lines, as the biller does."""
        latitude, longitude = self.store.place.latitude, self.store.place.longitude
        house = self.chance.randint(1, 90)
        new = NewOrder(
            store_id=self.store.id,
            customer_id=self.buyer.id,
            currency=CURRENCY,
            fulfillment_type=self.of_type,
            lines=await self.lines(),
            biller_id=self.store.people["biller"].person_id,
            delivery=Delivery(
                receiver=self.buyer.customer.name,
                phone=f"+234 700 555 01{house}",
                address=f"{house} Market Road, {self.buyer.customer.quarter}",
                city=self.store.place.name,
                country="NG",
                latitude=round(latitude + self.chance.uniform(-NEAR, NEAR), 5),
                longitude=round(longitude + self.chance.uniform(-NEAR, NEAR), 5),
            ),
            valid_until=self.now + valid,
            source=SOURCE,
            source_ref=self.order.reference,
        )
        with self.acting(self.biller):
            await place(self.tx, new)

    def wanted(self) -> list[LineWanted]:
        """What the real order bought; a service instead, or a piece of what no store has besides, where told so."""
        if self.of_type == "SERVICE":
            return [LineWanted(self.company.service, len(self.order.lines))]
        found = [
            LineWanted(self.company.variants[line.product % SCARCE], line.quantity * self.times)
            for line in self.order.lines
        ]
        if self.is_scarce:
            found.append(LineWanted(self.company.variants[SCARCE], 1))
        return found

    async def lines(self) -> tuple[PricedLine, ...]:
        """The lines at the catalogue's prices, each with the freight that the real one had."""
        markup = self.settings[CONSUMER_PRICE_MARKUP_PERCENT]
        terms = await terms_of(self.tx.connection, self.buyer.id, currency=CURRENCY, markup_percent=markup)
        found = await priced(self.tx.connection, self.wanted(), terms)
        freights = [naira(line.freight) if self.of_type == "DELIVERY" else 0 for line in self.order.lines]
        return tuple(
            replace(line, freight=freight, total=line.total + freight)
            for line, freight in zip(found, [*freights, 0], strict=False)
        )

    async def send(self, machine: str, event: Any, *, by: Actor = THE_SYSTEM) -> None:
        """Send an event to the order's instance of a machine."""
        await self.send_to((await self.one(machine)).ref, event, by=by)

    async def send_to(self, ref: Ref, event: Any, *, by: Actor) -> None:
        """Send an event to one of several instances."""
        with self.acting(by):
            await self.tx.send(ref, event)

    async def one(self, machine: str) -> Instance:
        found = await self.tx.find(machine)
        if found is None:
            raise LookupError(f"Order {self.order.reference} has no {machine} yet.")
        return found

    async def every(self, machine: str, *, taking: type[Any]) -> list[Ref]:
        return [each.ref for each in await self.tx.every(machine, taking=taking)]

    @property
    def methods(self) -> list[Method]:
        """How the real order was paid, in at most three parts."""
        return [METHODS[kind] for kind in self.order.payments[:3]]

    async def pay(self, amount: int, method: Method) -> Ref:
        """Register a payment, as the biller does; it waits for its confirmation."""
        self.payments += 1
        new = NewPayment(
            amount=amount,
            currency=CURRENCY,
            method=method,
            provider=PROVIDERS[method],
            reference=f"{self.order.reference[:8].upper()}-{self.payments}",
        )
        with self.acting(self.biller):
            return (await register(self.tx, new)).ref


Act = Callable[[Tale], Awaitable[None]]
