"""Plays a plan on the real machines of sale, fulfillment, quotation and offers, without a database."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from orderway.fulfillment import events as goods
from orderway.fulfillment.context import LARGEST_COST, FulfillmentContext, FulfillmentFacts, Interest
from orderway.fulfillment.effects import AllocateStock, AssignInterest, CloseInterests, TellSale
from orderway.fulfillment.interests import machine as offers
from orderway.fulfillment.machine import FULFILLMENT
from orderway.legacy.ends import Ends
from orderway.legacy.moves import ApproveOverride, ConfirmPayment, Move, ReceiveGoods
from orderway.legacy.predecessor import moves, moves_on_the_way
from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.moves import Plan
from orderway.legacy.road import EVENTS
from orderway.quotation.context import OpenSale, QuotationContext, QuotationFacts
from orderway.quotation.events import Decline
from orderway.quotation.machine import QUOTATION
from orderway.sale import events as sales
from orderway.sale.context import CreditFacts, SaleContext, SaleFacts
from orderway.sale.effects import HoldFulfillment, OpenOverride, StartFulfillment
from orderway.sale.machine import SALE
from orderway.statechart import Refusal, Snapshot, decide, start

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NAMES = UUID("00000000-0000-4000-8000-00000000a11c")
SENT = {
    **EVENTS,
    moves.DeclineQuotation: lambda move: Decline(move.reason),
    moves.AuthorizePayment: lambda _: sales.PaymentAuthorized(),
    moves.ExpireSale: lambda _: sales.Expire(),
    moves_on_the_way.HoldFulfillment: lambda move: goods.Hold(move.reason),
}
TOLD = {
    "FULFILLMENT_COMPLETED": lambda _: sales.FulfillmentCompleted(),
    "FULFILLMENT_CANCELLED": lambda _: sales.FulfillmentCancelled(),
    "FULFILLMENT_FAILED": lambda _: sales.FulfillmentFailed(),
    "FULFILLMENT_REFUNDED": lambda told: sales.FulfillmentRefunded(told.amount, told.waived),
}


def name(theirs: str) -> UUID:
    return uuid5(NAMES, theirs)


@dataclass(slots=True)
class Road:
    """One order: `came_in` are the goods that did, `sold` what is asked for, `back` what came back, by variant."""

    around: Circumstances
    charts: dict[str, Snapshot] = field(default_factory=dict)
    payments: dict[str, moves.RegisterPayment] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)
    left: Counter[str] = field(default_factory=Counter)
    offered: dict[str, Snapshot] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    came_in: Counter[str] = field(default_factory=Counter)
    sold: Counter[str] = field(default_factory=Counter)
    back: Counter[str] = field(default_factory=Counter)
    returning: tuple[moves_on_the_way.Piece, ...] = ()
    paid_out: int = 0
    raised: int = 0
    paid_to_rider: int = 0
    type: Any = None
    now: datetime = LONG_AGO

    def play(self, plan: Plan) -> Ends:
        for move in plan.moves:
            self.now = move.at
            self.take(move)
        return Ends(**{name: snapshot.state for name, snapshot in self.charts.items()})

    def take(self, move: Move) -> None:
        match move:
            case moves.DraftQuotation():
                self.draft(move)
            case ReceiveGoods():
                self.came_in.update({each.product_id: each.quantity for each in move.goods})
            case moves.RegisterPayment() | ConfirmPayment() | moves.FailPayment():
                self.pay(move)
            case moves.RefundPayment() | moves.ReversePayment():
                self.give_back(move)
            case ApproveOverride() | moves.DenyOverride():
                self.decide(move)
            case moves_on_the_way.RaiseEarning() | moves_on_the_way.PayRider():
                self.pay_out(move)
            case _ if move.machine == "rider_interest" or type(move).__name__ in {"ChooseOffer", "NameRider"}:
                self.ride(move)
            case _ if type(move).__module__ == moves_on_the_way.__name__ and "Return" in type(move).__name__:
                self.come_back(move)
            case _:
                self.send(move.machine, SENT[type(move)](move))

    def send(self, machine: str, event: Any, facts: Any = None, *, may_refuse: bool = False) -> None:
        facts = facts or getattr(self, f"{machine}_facts")()
        step = decide(CHARTS[machine], self.charts[machine], event, facts)
        if isinstance(step, Refusal):
            assert may_refuse, (machine, step)
            return
        self.charts[machine] = step.snapshot
        self.perform(step.effects)

    def perform(self, effects: tuple[Any, ...]) -> None:
        for effect in effects:
            match effect:
                case StartFulfillment() if "fulfillment" in self.charts:
                    self.send("fulfillment", goods.Resume(), may_refuse=True)
                case StartFulfillment():
                    self.bear("fulfillment", FulfillmentContext(self.type, "NGN"))
                case OpenSale():
                    total = self.charts["quotation"].context.total
                    self.bear("sale", SaleContext(grand_total=total, currency="NGN"))
                case OpenOverride():
                    self.asked[effect.kind] = effect.amount
                case HoldFulfillment():
                    self.send("fulfillment", goods.Hold(effect.reason), may_refuse=True)
                case TellSale():
                    self.send("sale", TOLD[effect.event](effect), may_refuse=True)
                case AllocateStock() | AssignInterest() | CloseInterests():
                    self.prepare(effect)

    def bear(self, machine: str, context: Any) -> None:
        born = start(CHARTS[machine], context, getattr(self, f"{machine}_facts")())
        self.charts[machine] = born.snapshot
        self.perform(born.effects)

    def prepare(self, effect: Any) -> None:
        match effect:
            case AllocateStock():
                held = all(self.came_in[variant] >= pieces for variant, pieces in self.sold.items())
                event = goods.ReserveOk() if held else goods.ReserveMiss((NAMES,))
                self.send("fulfillment", event, replace(self.fulfillment_facts(), all_held=held))
            case AssignInterest():
                self.offer(next(each for each in self.offered if name(each) == effect.interest), offers.Assign())
            case CloseInterests():
                for each, offer in list(self.offered.items()):
                    if offer.state == "ACTIVE":
                        self.offer(each, offers.Reject("Another one brings it."))

    # -------------------------------------------------------------------------------------------------- by machine

    def draft(self, move: moves.DraftQuotation) -> None:
        self.type = move.fulfillment_type
        for line in move.lines:
            self.sold[line.variant] += line.quantity
        assert move.valid_until is None or move.valid_until > move.at
        context = QuotationContext("NGN", total=move.total, line_count=len(move.lines), valid_until=move.valid_until)
        self.charts["quotation"] = start(QUOTATION, context, self.quotation_facts()).snapshot

    def pay(self, move: Any) -> None:
        if isinstance(move, moves.RegisterPayment):
            assert move.amount > 0
            assert move.reference not in self.payments
            self.payments[move.reference] = move
            self.pending.add(move.reference)
            return
        self.pending.remove(move.reference)
        amount = self.payments[move.reference].amount
        if isinstance(move, moves.FailPayment):
            if not self.pending and "sale" in self.charts:
                self.send("sale", sales.PaymentFailed(move.reason), may_refuse=True)
            return
        self.left[move.reference] = amount
        if "sale" in self.charts and not SALE.is_final(self.charts["sale"].state):
            self.send("sale", sales.PaymentCaptured(NAMES, amount))

    def give_back(self, move: Any) -> None:
        assert 0 < move.amount <= self.left[move.reference]
        self.left[move.reference] -= move.amount
        if isinstance(move, moves.RefundPayment):
            sale = self.charts.get("sale")
            is_over = sale is None or SALE.is_final(sale.state)
            assert sale is None or is_over or move.amount <= sale.context.surplus - self.paid_out
            self.paid_out += move.amount
            return
        self.send("sale", sales.PaymentReversed(NAMES, move.amount))

    def decide(self, move: Any) -> None:
        if move.kind not in self.asked:
            assert move.kind == "CREDIT_LIMIT"
            return
        amount = self.asked.pop(move.kind)
        if isinstance(move, moves.DenyOverride):
            self.send("sale", sales.AdminOverrideDenied(NAMES, move.reason))
        else:
            granted = sales.AdminOverrideGranted if move.kind == "ADMIN" else sales.CreditOverrideGranted
            self.send("sale", granted(NAMES, amount))

    def ride(self, move: Any) -> None:
        match move:
            case moves_on_the_way.OfferToDeliver():
                assert self.charts["fulfillment"].state == "AWAITING_RIDER_SELECTION"
                assert 0 < move.cost <= LARGEST_COST
                assert 0 <= move.eta_minutes <= offers.LONGEST_ETA
                context = offers.RiderInterestContext(NAMES, name(move.rider), move.cost, "NGN", move.eta_minutes)
                self.offered[move.offer] = start(offers.RIDER_INTEREST, context, self.offer_facts()).snapshot
            case moves_on_the_way.WithdrawOffer():
                self.offer(move.offer, offers.Withdraw())
            case moves_on_the_way.RejectOffer():
                self.offer(move.offer, offers.Reject(move.reason))
            case moves_on_the_way.ExpireOffer():
                self.offer(move.offer, offers.Expire())
            case moves_on_the_way.ChooseOffer():
                offer = self.interest(move.offer)
                facts = replace(self.fulfillment_facts(), interest=offer, covering=offer.rider)
                self.send("fulfillment", goods.RiderSelected(offer.id), facts)
            case moves_on_the_way.NameRider():
                rider = name(move.rider)
                own = [self.interest(each) for each in self.offered if self.offered[each].context.rider == rider]
                facts = replace(self.fulfillment_facts(), covering=rider, interest=own[0] if own else None)
                self.send("fulfillment", goods.RiderNamed(rider, move.cost), facts)

    def pay_out(self, move: moves_on_the_way.RaiseEarning | moves_on_the_way.PayRider) -> None:
        """No more than is due may be paid, once the goods are there, to a rider."""
        context = self.charts["fulfillment"].context
        assert context.delivered_at
        assert context.rider
        assert move.amount > 0
        if isinstance(move, moves_on_the_way.RaiseEarning):
            self.raised += move.amount
        else:
            self.paid_to_rider += move.amount
            assert self.paid_to_rider <= (context.cost or 0) + self.raised

    def offer(self, theirs: str, event: Any) -> None:
        step = decide(offers.RIDER_INTEREST, self.offered[theirs], event, self.offer_facts())
        assert not isinstance(step, Refusal), step
        self.offered[theirs] = step.snapshot

    def interest(self, theirs: str) -> Interest:
        offer = self.offered[theirs]
        known: offers.RiderInterestContext = offer.context
        return Interest(name(theirs), known.rider, known.proposed_cost, offer.state == "ACTIVE", known.expires_at)

    def come_back(self, move: Any) -> None:
        facts = replace(self.fulfillment_facts(), returnable=True)
        match move:
            case moves_on_the_way.RequestReturn():
                self.returning = move.pieces
                lines = tuple(goods.ReturnWanted(name(piece.variant), piece.quantity) for piece in move.pieces)
                self.send("fulfillment", goods.ReturnRequested(lines, move.reason), facts)
            case moves_on_the_way.AcceptReturn():
                self.send("fulfillment", goods.ReturnAccepted())
            case moves_on_the_way.RejectReturn():
                self.send("fulfillment", goods.ReturnRejected(move.reason))
            case moves_on_the_way.ReceiveReturn():
                came = tuple(
                    goods.Returned(name(piece.variant), piece.quantity, piece.condition) for piece in move.pieces
                )
                self.send("fulfillment", goods.ReturnReceived(came))
                for piece in move.pieces:
                    self.back[piece.variant] += piece.quantity
            case moves_on_the_way.RefundReturn():
                self.send("fulfillment", goods.RefundIssued(move.amount), replace(facts, refundable=move.amount))

    # ------------------------------------------------------------------------------------------------------- facts

    def quotation_facts(self) -> QuotationFacts:
        return QuotationFacts(self.now, "import:legacy")

    def offer_facts(self) -> offers.RiderInterestFacts:
        minutes = int(self.around.offer_life.total_seconds() // 60)
        return offers.RiderInterestFacts(
            self.now, "import:legacy", expiry_minutes=minutes, is_sought=True, is_covered=True
        )

    def sale_facts(self) -> SaleFacts:
        going = self.charts.get("fulfillment")
        is_here = going is not None and FULFILLMENT.is_in(going.state, "PREPARING")
        return SaleFacts(
            self.now,
            "import:legacy",
            expiry_minutes=1440,
            credit=CreditFacts("BRONZE", self.around.free_credit, 0, 0),
            pending_payments=len(self.pending),
            surplus_paid_out=self.paid_out,
            dispatched=going is not None and not is_here,
            everything_returned=self.back == self.sold,
        )

    def fulfillment_facts(self) -> FulfillmentFacts:
        sale = self.charts.get("sale")
        return FulfillmentFacts(
            self.now,
            "import:legacy",
            sale_cleared=sale is not None and SALE.is_in(sale.state, "CLEARED"),
            sale_is_over=sale is not None and SALE.is_final(sale.state),
            is_last_part=True,
            address_is_complete=True,
            return_window_days=self.around.return_window.days,
            everything_returned=self.back == self.sold,
        )


CHARTS = {"quotation": QUOTATION, "sale": SALE, "fulfillment": FULFILLMENT}
