"""The page of one order in words: how far it is, what it holds, what was paid, and what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderway.delivery.way import FULFILLMENT_TYPES
from orderway.order.shape import Fulfillment, Interest, Life, Line, Order, Payment
from orderway.people.names import read
from orderway.sale.context import ON_ACCOUNT
from orderway.sale.overrides.machine import KINDS
from orderway.sale.payments.context import PAID_BY
from orderway.statechart import Chart
from orderway.ui.language import number, t, tr
from orderway.ui.order.lines import priced
from orderway.ui.order.meter import Meter, used_of
from orderway.ui.order.receipts import Link, links
from orderway.ui.words import Shown, Told, ago, day, duration, money, shown
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Workflow

MACHINES = ("quotation", "sale", "fulfillment")
WAYS: Mapping[str, str] = {str(name): label for name, label in FULFILLMENT_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Header:
    number: str
    state: Shown
    customer: str
    total: str
    store: str
    placed: Told


@dataclass(frozen=True, slots=True)
class Step:
    """A box of the stepper; `way` is done, over, now or later."""

    way: str
    tone: str
    label: str
    says: str


@dataclass(frozen=True, slots=True)
class Item:
    description: str
    each: str
    quantity: str
    total: str


@dataclass(frozen=True, slots=True)
class Sum:
    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of a box: a word with perhaps a state, and a value at the right.

    `payment` is the id of the payment that the viewer may add a receipt to.
    """

    label: str
    value: str
    state: Shown | None = None
    more: str = ""
    receipts: tuple[Link, ...] = ()
    payment: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A small card beside the items; `empty` is said where it has no pairs."""

    heading: str
    pairs: tuple[Pair, ...]
    aside: str = ""
    empty: str = ""
    id: str = ""
    meter: Meter | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """An order told at a moment, by the charts of its machines."""

    order: Order
    workflow: Workflow
    now: datetime
    takes_receipts: bool = False

    def chart(self, life: Life[Any]) -> Chart:
        return self.workflow.kind(life.machine).charts[life.version]

    def takes(self, life: Life[Any]) -> Collection[str]:
        """The events that it takes where it stands."""
        return self.chart(life).takes(life.state)

    def is_over(self, life: Life[Any]) -> bool:
        return self.chart(life).is_final(life.state)

    def state(self, life: Life[Any]) -> Shown:
        return shown(self.chart(life), life.state)

    def main(self) -> list[Life[Any]]:
        """The order's quotation, sale and fulfillments, as far as they are there and seen."""
        lives = (self.order.quotation, self.order.sale, *self.order.fulfillments)
        return [life for life in lives if life]

    def part(self, life: Life[Any]) -> str:
        """Which part of the order it is, where there are several."""
        parts = self.order.fulfillments
        return t("Part {n}", n=life.context.part) if life.machine == "fulfillment" and len(parts) > 1 else ""

    def name(self, life: Life[Any]) -> str:
        return self.part(life) or tr(self.chart(life).label)

    def current(self) -> Life[Any]:
        """Where the order stands: its latest machine, or the one before while that alone is still open.

        Raises NotFound where the viewer sees none of them: who sees no money does once there are goods to bring.
        """
        latest_first = [life for life in (self.order.fulfillment, self.order.sale, self.order.quotation) if life]
        if not latest_first:
            raise NotFound(t("There is nothing to see of this order before it has goods to bring."))
        return next((life for life in latest_first if not self.is_over(life)), latest_first[0])

    def is_moot(self, life: Life[Any]) -> bool:
        """Whether it is an offer to deliver what seeks no rider: nobody takes it up again."""
        if not isinstance(life, Interest):
            return False
        sought = {each.id for each in self.order.fulfillments if "RIDER_SELECTED" in self.takes(each)}
        return life.context.fulfillment not in sought

    def header(self) -> Header:
        order, totals = self.order, self.order.totals
        return Header(
            number=order.number,
            state=self.state(self.current()),
            customer=order.customer.name if order.customer else t("Told to its rider"),
            total=money(totals.total, order.currency) if totals else "",
            store=order.store.name,
            placed=day(order.placed_at, self.now),
        )

    def steps(self) -> Iterator[Step]:
        """The stepper: each phase with how long it took, then the end."""
        order, current = self.order, self.current()
        for name in MACHINES if order.sees_money else ("fulfillment",):
            lives = [life for life in self.main() if life.machine == name]
            if not lives:
                label = tr(self.workflow.kind(name).newest.label)
                yield Step("later", "", label, t("Never came to it") if self.is_over(current) else t("Not yet"))
            for life in lives:
                yield self._step(life)
        is_over = all(self.is_over(life) for life in self.main())
        good = is_over and self.state(current).tone == "good"
        took = duration(max(life.moved_at for life in self.main()) - order.placed_at)
        says = t("After {span}", span=took) if good else (t("Ended without it") if is_over else t("Not yet"))
        yield Step("done" if good else "later", "good" if good else "", t("Completed"), says)

    def _step(self, life: Life[Any]) -> Step:
        """A phase at which the order stands, or has behind it: a sale is behind as soon as it cleared."""
        if not self.is_over(life) and (life is self.current() or life.machine == "fulfillment"):
            return Step("now", "", self.name(life), self.state(life).label)
        state, until = self.state(life), life.moved_at
        cleared = life.context.cleared_at if life.machine == "sale" else None
        label = state.label
        if cleared and state.tone == "good":
            label, until = t("Cleared"), cleared
        tone = state.tone if self.is_over(life) else "good"
        return Step(
            "done" if tone == "good" else "over", tone, self.name(life),
            t("{label} in {span}", label=label, span=duration(until - life.created_at)),
        )  # fmt: skip

    def items(self) -> list[Item]:
        return [self._item(line) for line in self.order.lines]

    def _item(self, line: Line) -> Item:
        price, currency = line.price, self.order.currency
        each = ", ".join(priced(line.quantity, price, currency)) if price else ""
        goods = money(line.quantity * price.unit, currency) if price else ""
        return Item(line.description, each, number(line.quantity), goods)

    def sums(self) -> Iterator[Sum]:
        """From the goods to the total, then what of it is paid; what is nothing is not said."""
        totals, currency = self.order.totals, self.order.currency
        if totals is None:
            return
        for label, amount in (
            (t("Discount"), -totals.discount),
            (t("Tax"), totals.tax),
            (t("Freight"), totals.freight),
        ):
            if amount:
                yield Sum(label, money(amount, currency))
        yield Sum(t("Total"), money(totals.total, currency))

    def boxes(self) -> Iterator[Box]:
        """What belongs to the order besides its items, as far as the viewer sees it."""
        order = self.order
        if order.sees_money:
            yield self._payments()
        yield from self._credit()
        if order.overrides:
            yield self._overrides()
        if order.fulfillment or order.delivery:
            yield self._delivery()

    def _payments(self) -> Box:
        order, totals = self.order, self.order.totals
        pairs = [self._payment(each) for each in order.payments]
        if totals and order.sale:
            sums = (
                (t("Refunded"), totals.refunded), (t("Taken back by the provider"), totals.reversed),
                (t("Let go"), totals.allowance), (t("Written off"), totals.written_off),
                (t("Still to pay"), 0 if self.is_over(order.sale) else totals.outstanding),
            )  # fmt: skip
            pairs += [Pair(label, money(amount, order.currency)) for label, amount in sums if amount]
        aside = t("{n} payment", "{n} payments", n=len(order.payments)) if order.payments else ""
        return Box(t("Payments"), tuple(pairs), aside, t("No payment has been registered yet."), id="payments")

    def _payment(self, payment: Payment) -> Pair:
        context = payment.context
        return Pair(
            tr(PAID_BY[context.method]),
            money(context.amount, self.order.currency),
            self.state(payment),
            context.reference,
            links(payment, self.now),
            str(payment.id) if self.takes_receipts else "",
            f"/payments/{payment.id}",
        )

    def _credit(self) -> Iterator[Box]:
        """The credit account as the last decision saw it, where the sale owes on it or asks to."""
        order, sale = self.order, self.order.sale
        if sale is None or self.is_over(sale) or sale.context.credit is None or not sale.context.outstanding:
            return
        if not (sale.context.exposed or order.overrides or sale.context.payment_method in ON_ACCOUNT):
            return
        credit = sale.context.credit
        currency = self.order.currency
        pairs = (
            Pair(t("Limit"), money(credit.limit, currency)),
            Pair(t("Used by other sales"), money(credit.exposure, currency)),
            Pair(t("Over the limit"), money(credit.overage, currency)),
        )
        as_of = t("as of {when}", when=ago(credit.at, self.now).text)
        yield Box(t("Credit"), pairs, as_of, meter=used_of(credit.exposure + sale.context.outstanding, credit.limit))

    def _overrides(self) -> Box:
        pairs = tuple(
            Pair(
                tr(KINDS[each.context.kind]), money(each.context.amount, each.context.currency), self.state(each),
                t("Asked by {who}: {reason}", who=tr(read(each.asked_by)), reason=tr(each.context.reason)),
            )
            for each in self.order.overrides
        )  # fmt: skip
        return Box(t("Overrides"), pairs, t("{n} request", "{n} requests", n=len(pairs)))

    def _delivery(self) -> Box:
        order = self.order
        pairs = [Pair(t("Way"), tr(WAYS[order.fulfillment_type]))]
        if to := order.delivery:
            place = (to.address, to.city, to.region, to.postcode, to.country)
            pairs.append(Pair(t("To"), to.receiver, more=", ".join(filter(None, place))))
        if to:
            pairs += [Pair(label, text) for label, text in ((t("Phone"), to.phone), (t("Notes"), to.notes)) if text]
        if len(order.fulfillments) == 1:
            pairs += self.bringing(order.fulfillments[0])
        return Box(t("Delivery"), tuple(pairs))

    def bringing(self, part: Fulfillment) -> Iterator[Pair]:
        """When it is done, or who brings it."""
        context = part.context
        if context.scheduled_at:
            yield Pair(t("Set for"), ago(context.scheduled_at, self.now).text)
        if part.rider:
            pays = self.order.sees_money and self.order.sees_notes
            yield Pair(t("Rider"), part.rider.name, url=f"/payouts/{part.id}" if pays else "")
        if context.carrier:
            yield Pair(t("Carrier"), tr(context.carrier), more=context.tracking or "")
        if context.attempts:
            yield Pair(t("Failed attempts"), number(context.attempts))
