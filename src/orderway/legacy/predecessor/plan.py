"""The facts of an order and the verdict on it in, its moves out: a pure function, with no guard walked around."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from orderway.delivery.way import FulfillmentType
from orderway.legacy.moves import (
    ApproveForBuyer,
    ApproveForSeller,
    CancelFulfillment,
    CancelSale,
    Goods,
    ReceiveGoods,
    ShareQuotation,
    WithdrawQuotation,
)
from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.clock import Clock, interleaved
from orderway.legacy.predecessor.comebacks import comebacks
from orderway.legacy.predecessor.destination import destination
from orderway.legacy.predecessor.facts import Order, Paid
from orderway.legacy.predecessor.givebacks import Giveback
from orderway.legacy.predecessor.judge import Verdict
from orderway.legacy.predecessor.lines import bought, lines_of
from orderway.legacy.predecessor.moments import CHANGED, agreed, decided, drafted, ended, let_through
from orderway.legacy.predecessor.money import coming, count, refunds
from orderway.legacy.predecessor.moves import AnyMove, DeclineQuotation, DraftQuotation, ExpireSale, Plan
from orderway.legacy.predecessor.standing import denied_of, is_over
from orderway.legacy.predecessor.till import Till
from orderway.legacy.predecessor.way import Way
from orderway.money import Money as Amount

VALIDITY: Final = timedelta(days=30)
"""Of an offer: the predecessor's had no end."""
SHARED: Final = frozenset({"IN_REVIEW", "APPROVED_BY_BUYER", "REJECTED"})
OVER: Final = "The former system's order was cancelled."
LAPSED: Final = "The former system let the sale expire."


def plan(order: Order, verdict: Verdict, around: Circumstances) -> Plan:
    """Plan the import of one order; `around` is what it was judged by."""
    planner = Planner(order, verdict, around)
    return Plan(order_id=order.id, moves=tuple(planner.moves()), ends=verdict.ends)


class Planner:
    """What the moves of one order are made from."""

    def __init__(self, order: Order, verdict: Verdict, around: Circumstances) -> None:
        self.order, self.verdict, self.around = order, verdict, around
        self.clock = Clock(drafted(order).at)
        credit = around.free_credit if verdict.clearance == "CREDIT" else None
        self.till = Till(order, self.clock, credit)
        self.payments = coming(order)
        self.has_given_back = bool(refunds(order))

    def moves(self) -> Iterator[AnyMove]:
        yield self.draft()
        if self.verdict.ends.sale is None:
            yield from self.quoted()
        else:
            yield from self.agree()
            yield from self.end() if is_over(self.verdict.ends.sale) else self.go_on()

    # -------------------------------------------------------------------------------------------------- quotations

    def draft(self) -> DraftQuotation:
        order, there, moment = self.order, destination(self.order), drafted(self.order)
        is_draft = self.verdict.ends.quotation in {"DRAFT", "CANCELLED"}
        return DraftQuotation(
            **self.clock.when(moment),
            order_id=order.id,
            status=order.status,
            store=store_of(order),
            buyer=buyer_of(order),
            biller=order.biller,
            fulfillment_type=type_of(order),
            lines=lines_of(order),
            total=sum(line.total for line in lines_of(order)),
            receiver=there.receiver or None,
            phone=there.phone or None,
            place=there.place,
            notes=order.notes,
            valid_until=None if is_draft else self.valid_until(moment.at),
            currency=order.currency,
        )

    def valid_until(self, drafted_at: datetime) -> datetime:
        return max(drafted_at, agreed(self.order).at, decided(self.order).at) + VALIDITY

    def quoted(self) -> Iterator[AnyMove]:
        """Without a sale, what is paid is money to be returned."""
        state, moment = self.verdict.ends.quotation, decided(self.order)
        if state in SHARED:
            yield ShareQuotation(**self.clock.when(moment))
        if state == "APPROVED_BY_BUYER":
            yield ApproveForBuyer(**self.clock.when(moment), on_behalf_of=buyer_of(self.order))
        elif state == "REJECTED":
            reason = "The former system's quotation was declined."
            yield DeclineQuotation(**self.clock.when(moment), on_behalf_of=buyer_of(self.order), reason=reason)
        self.till.state = "OVER"
        yield from self.take(self.payments)
        if state == "CANCELLED":
            yield WithdrawQuotation(**self.clock.when(ended(self.order)), reason=OVER)

    def agree(self) -> Iterator[AnyMove]:
        """Goods come in for it alone where it keeps them, or they have left: what ended early gave them back."""
        moment = agreed(self.order)
        yield ShareQuotation(**self.clock.now("the agreement to its quotation", CHANGED))
        yield ApproveForBuyer(**self.clock.when(moment), on_behalf_of=buyer_of(self.order))
        if not is_over(self.verdict.ends.sale):
            when = self.clock.when(moment._replace(source="its sale, which keeps its goods"))
            goods = tuple(Goods(product_id=variant, quantity=pieces) for variant, pieces in bought(self.order).items())
            yield ReceiveGoods(**when, goods=goods)
        yield ApproveForSeller(**self.clock.when(moment))

    # ------------------------------------------------------------------------------------------------------- sales

    def end(self) -> Iterator[AnyMove]:
        """What came after the end is kept for the buyer, as all that came before it."""
        moment = ended(self.order)
        moment = moment._replace(at=max(moment.at, agreed(self.order).at))
        before = [payment for payment in self.payments if payment.received_at <= moment.at]
        yield from self.take(before)
        when = self.clock.when(moment)
        if self.verdict.ends.sale == "EXPIRED":
            yield ExpireSale(**when)
        else:
            is_lapsed = self.verdict.decided_by == "workflow"
            kind = CancelFulfillment if self.verdict.ends.fulfillment else CancelSale
            yield kind(**when, reason=LAPSED if is_lapsed else OVER)
        self.till.state = "OVER"
        yield from self.take(self.payments[len(before) :])
        yield from self.give_back(owed=None)

    def go_on(self) -> Iterator[AnyMove]:
        rest = list(self.payments)
        yield from self.clear(rest)
        if self.verdict.clearance is None:
            yield from self.take(rest)
            yield from self.review()
            yield from self.give_back(owed=self.surplus())
            return
        way = Way(self.order, Clock(self.clock.latest), self.around, self.verdict.ends.fulfillment or "PICK_PACK")
        goods, money = list(way.go()), list(self.take(rest))
        if self.has_given_back:
            yield from interleaved(goods, money)
            self.clock.latest = max(self.clock.latest, way.clock.latest)
            yield from self.give_back(owed=self.surplus())
            yield from way.complete(self.clock)
        else:
            yield from interleaved([*goods, *way.complete(way.clock)], money)
        yield from way.pay_out()

    def clear(self, rest: list[Paid]) -> Iterator[AnyMove]:
        """What clears it, by its time: the payments that come before are taken from the `rest`."""
        clearance, through = self.verdict.clearance, let_through(self.order)
        if clearance == "CREDIT":
            first = min((each.received_at for each in rest), default=through.at)
            yield from self.till.put_on_account(through._replace(at=min(first, through.at)))
        while rest and self.till.state != "CLEARED":
            if clearance == "GONE" and rest[0].received_at > through.at:
                break
            yield from self.till.take(rest.pop(0))
        if clearance == "GONE":
            missing = Amount(max(0, self.order.total - self.till.came), self.order.currency)
            yield from self.till.let_through(f"The former system let it go on with {missing} unpaid.", through)
        elif clearance == "OVERRIDE":
            yield from self.give_back(owed=self.surplus())
            missing = Amount(self.verdict.outstanding, self.order.currency)
            yield from self.till.let_through(f"The former system's override covers {missing} that is unpaid.", through)

    def review(self) -> Iterator[AnyMove]:
        """Overrides that were asked for, or declined."""
        if self.verdict.ends.sale == "OVERRIDE_REVIEW":
            yield from self.till.ask("The former system's override waits for its decision.", let_through(self.order))
        elif self.till.state != "CLEARED" and denied_of(self.order):
            yield from self.till.deny("The former system was asked for an override.")

    # ------------------------------------------------------------------------------------------------------- money

    def take(self, payments: list[Paid] | tuple[Paid, ...]) -> Iterator[AnyMove]:
        for payment in payments:
            yield from self.till.take(payment)

    def give_back(self, *, owed: int | None) -> Iterator[AnyMove]:
        """Once: an override covers what is unpaid after it, and goods that have left are not called back by it."""
        if not self.has_given_back:
            return
        self.has_given_back = False
        told = comebacks(self.order, self.around).refunded
        yield from Giveback(self.order, self.clock, self.till.references, owed, told).go()

    def surplus(self) -> int:
        money = count(self.order)
        return max(0, money.came - money.total)


def store_of(order: Order) -> str:
    """The store of its sale or quotation where its own is none that there is."""
    others = [row.store for row in (order.sale, order.quotation) if row and row.store]
    return order.store if order.knows_store or not others else others[0]


def buyer_of(order: Order) -> str | None:
    if order.sale and order.sale.buyer:
        return order.sale.buyer
    quoted = order.quotation
    return (quoted.reseller if order.type == "RESELLER" else quoted.consumer) if quoted else None


def type_of(order: Order) -> FulfillmentType:
    """How it was to be brought; what says nothing of it waits to be collected, and may still be changed."""
    said = order.fulfillment.type if order.fulfillment else order.fulfillment_type
    if said is None:
        return "DELIVERY" if destination(order).place else "PICKUP"
    return "DELIVERY" if said == "DELIVERY" else "PICKUP"
