"""An order of the predecessor on its road: how it is drafted, paid, brought and taken back, and where it may rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from orderway.fulfillment.effects import AllocateStock
from orderway.fulfillment.events import Hold, RiderNamed, RiderSelected, RiderUnassigned, Split
from orderway.fulfillment.goods import allocate
from orderway.fulfillment.interests.machine import Expire as LetOfferLapse
from orderway.fulfillment.interests.machine import Register, Reject
from orderway.fulfillment.interests.machine import Withdraw as WithdrawInterest
from orderway.fulfillment.payouts.ledger import Correction, Payout, correct_earning, pay_rider
from orderway.fulfillment.riders import offer_of, volunteer
from orderway.legacy.ends import Ends
from orderway.legacy.moves import SYSTEM, Move, ReceiveGoods
from orderway.legacy.predecessor.drafting import new_order
from orderway.legacy.predecessor.ground import Ground
from orderway.legacy.predecessor.keys import Rest, key
from orderway.legacy.predecessor.moves import (
    IMPORTER,
    PROVIDER,
    AuthorizePayment,
    DeclineQuotation,
    DenyOverride,
    DraftQuotation,
    ExpireSale,
    FailPayment,
    Plan,
    RefundPayment,
    RegisterPayment,
    ReversePayment,
)
from orderway.legacy.predecessor.moves_on_the_way import (
    ChooseOffer,
    ExpireOffer,
    HoldFulfillment,
    NameRider,
    OfferToDeliver,
    PayRider,
    RaiseEarning,
    RejectOffer,
    ReleaseRider,
    WithdrawOffer,
)
from orderway.legacy.predecessor.returning import RETURNS, returning
from orderway.legacy.road import EVENTS, Astray, Road
from orderway.quotation.events import Decline
from orderway.quotation.guards import TEN_YEARS
from orderway.quotation.opening import place
from orderway.sale.events import Expire, PaymentAuthorized
from orderway.sale.overrides.machine import Deny
from orderway.sale.payments.events import Fail, Refund, Reverse
from orderway.sale.payments.opening import NewPayment, find_payment
from orderway.workflow.kinds import Instance, Ref
from orderway.workflow.transaction import Transaction

REFUSED_CREDIT: Final = "The buyer's credit does not reach: it waits for who may let it go over the limit."
NO_GOODS: Final = "Goods for it are missing: it waits for them."
PREPARED: Final = frozenset({"fulfillment", "rider_interest"})
"""The machines that wait for the sale, and for goods."""
ENDING: Final = frozenset({"CANCEL", "FAIL", "HOLD"})
"""What happens to a fulfillment also while goods are missing."""


@dataclass(slots=True)
class LegacyRoad(Road[Ground]):
    """An order of the predecessor under way in one transaction.

    `titles` name the variants. `is_growing` is whether it was in before, `is_open` whether it is an offer that nobody
    has answered, and `number` the one it gets, if not the next.
    `offers` are the riders of its offers, by the ids of these, and `paid_out` the entries of what riders were paid, by
    the ids of that; `done` are the moves that it made, and `made` their keys.
    """

    importer: ClassVar[str] = IMPORTER
    goods_note: ClassVar[str] = "Brought over"
    events: ClassVar[Mapping[type[Any], Callable[[Any], Any]]] = {
        **EVENTS,
        DeclineQuotation: lambda move: Decline(move.reason),
        AuthorizePayment: lambda _: PaymentAuthorized(),
        ExpireSale: lambda _: Expire(),
        ReleaseRider: lambda move: RiderUnassigned(move.reason),
        HoldFulfillment: lambda move: Hold(move.reason),
    }

    titles: Mapping[UUID, str] = field(default_factory=dict)
    is_growing: bool = False
    is_open: bool = False
    number: str | None = None
    offers: dict[str, UUID] = field(default_factory=dict)
    paid_out: dict[str, UUID] = field(default_factory=dict)
    done: list[Move] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    async def go(self, plan: Plan, rest: Rest) -> str | None:
        """Make the moves that are left of a plan, as far as the order gets; gives why it rests before its end.

        Raises Refused, Invalid, NotFound or Astray, where it ends elsewhere than was judged.
        """
        self.offers |= {each.offer: self.rider(each) for each in plan.moves if isinstance(each, OfferToDeliver)}
        self.is_open = plan.ends.sale is None
        why = None
        for move in rest.moves:
            why = why or await self.obstacle(move)
            if why is None or not waits(move):
                await self.drive([move])
                self.done.append(move)
                self.made.append(key(move))
        ended = await self.ends()
        if ended != plan.ends and why is None and not (why := lesser(ended, plan.ends)):
            raise Astray(f"It ended with its {ended.in_words}; it was judged to be {plan.ends.in_words}.")
        return why

    async def obstacle(self, move: Move) -> str | None:
        """Why it is not prepared or brought: the machine let the sale go no further, or goods are missing."""
        if not waits(move):
            return None
        sale = await self.tx.find("sale")
        if sale is not None and sale.state == "OVERRIDE_REVIEW":
            return REFUSED_CREDIT
        goods = await self.tx.find("fulfillment")
        return NO_GOODS if goods is not None and goods.state == "BACKORDERED" else None

    def rider(self, move: OfferToDeliver | NameRider) -> UUID:
        if move.rider not in self.ground.riders:
            raise Astray(f"The rider {move.rider} was not brought over.")
        return self.ground.riders[move.rider]

    def behalf(self, theirs: str) -> str | None:
        if theirs in self.ground.customers:
            return f"customer:{self.ground.customers[theirs]}"
        person = self.ground.people.get(theirs)
        return f"person:{person}" if person else None

    async def make(self, move: Any) -> None:
        match move:
            case DraftQuotation():
                await self.draft(move)
            case RegisterPayment() | FailPayment() | RefundPayment() | ReversePayment():
                await self.pay(move)
            case DenyOverride():
                await self.decide(move.kind, Deny(move.reason))
            case OfferToDeliver() | WithdrawOffer() | RejectOffer() | ExpireOffer() | ChooseOffer() | NameRider():
                await self.ride(move)
            case RaiseEarning() | PayRider():
                await self.pay_out(move)
            case ReceiveGoods():
                await Road.make(self, move)
                await self.take_up_goods()
            case _ if isinstance(move, RETURNS):
                await returning(self.tx, await self.fulfillment(), move, ground=self.ground)
            case _:
                await Road.make(self, move)

    async def draft(self, move: DraftQuotation) -> None:
        order = new_order(move, self.ground, self.titles)
        if self.is_open and order.valid_until:
            order = replace(order, valid_until=from_now_on(self.tx, order.valid_until))
        await place(self.tx, replace(order, number=self.number))
        await self.remember(move.status)

    async def pay(self, move: RegisterPayment | FailPayment | RefundPayment | ReversePayment) -> None:
        match move:
            case RegisterPayment():
                await self.register(new_payment(move))
            case FailPayment():
                await self.tx.send(await self.payment(move.reference), Fail(move.reason))
            case RefundPayment():
                await self.tx.send(await self.payment(move.reference), Refund(move.amount))
            case ReversePayment():
                await self.tx.send(await self.payment(move.reference), Reverse(move.amount, move.reason))

    async def ride(self, move: Any) -> None:
        """What riders offer, and who is chosen."""
        delivery = (await self.fulfillment()).ref
        match move:
            case OfferToDeliver():
                offer = Register(move.cost, move.eta_minutes, move.message)
                await volunteer(self.tx, delivery, offer, rider=self.rider(move))
            case WithdrawOffer():
                await self.tx.send(await self.offer(move.offer), WithdrawInterest())
            case RejectOffer():
                await self.tx.send(await self.offer(move.offer), Reject(move.reason))
            case ExpireOffer():
                await self.tx.send(await self.offer(move.offer), LetOfferLapse())
            case ChooseOffer():
                await self.tx.send(delivery, RiderSelected((await self.offer(move.offer)).id))
            case NameRider():
                await self.tx.send(delivery, RiderNamed(self.rider(move), move.cost))

    async def pay_out(self, move: RaiseEarning | PayRider) -> None:
        """To whoever brought it."""
        delivery = (await self.fulfillment()).ref
        match move:
            case RaiseEarning():
                await correct_earning(self.tx, delivery, Correction(amount=move.amount, reason=move.reason))
            case PayRider():
                paid = Payout(amount=move.amount, method=move.method, reference=move.reference)
                self.paid_out[move.payout] = (await pay_rider(self.tx, delivery, paid)).id

    async def offer(self, theirs: str) -> Ref:
        found = await offer_of(self.tx, self.offers[theirs], to=(await self.fulfillment()).id)
        if found is None:
            raise Astray(f"The offer {theirs} of a rider was not brought over.")
        return found.ref

    async def fulfillment(self) -> Instance:
        found = await self.tx.find("fulfillment")
        if found is None:
            raise Astray("It has no fulfillment: its sale was not cleared.")
        return found

    async def take_up_goods(self) -> None:
        """An order that is in may have waited for the goods."""
        for each in await self.tx.every("fulfillment", taking=Split):
            await allocate(self.tx, each, AllocateStock())

    async def payment(self, reference: str) -> Ref:
        found = self.payments.get(reference) or await find_payment(
            self.tx.connection, provider=PROVIDER, reference=reference
        )
        if found is None:
            raise Astray(f"The payment {reference} was not brought over.")
        return found

    async def send(self, move: Move) -> None:
        """A help is sent where it helps: an order that is in may have gone on without it, or by a timer of ours."""
        event = self.events[type(move)](move)
        instance = await self.tx.find(move.machine)
        may_be_past = self.is_growing and (move.is_help or move.actor == SYSTEM)
        if may_be_past and instance is not None and not self.tx.takes(instance, type(event)):
            return
        await Road.send(self, move)


def from_now_on(tx: Transaction, until: datetime) -> datetime:
    """The end of a time that people are given: one that was over before the order came begins with that."""
    if tx.came_at is None or until > tx.came_at:
        return until
    return min(tx.came_at + (until - tx.now), tx.now + timedelta(days=TEN_YEARS))


def waits(move: Move) -> bool:
    """Whether it is a step of preparing or bringing, and not the end of either."""
    return move.machine in PREPARED and move.event not in ENDING


def lesser(ended: Ends, judged: Ends) -> str | None:
    """Why an order may rest where it does, though it was judged to be further; None where it may not."""
    if ended.quotation != judged.quotation or ended == judged:
        return None
    if ended.sale == "OVERRIDE_REVIEW":
        return REFUSED_CREDIT
    is_prepared = judged.fulfillment in {
        "PICK_PACK",
        "AWAITING_RIDER_SELECTION",
        "RIDER_ASSIGNED",
        "READY_FOR_SHIPMENT",
    }
    return NO_GOODS if is_prepared and ended.fulfillment == "BACKORDERED" and ended.sale == judged.sale else None


def new_payment(move: RegisterPayment) -> NewPayment:
    return NewPayment(
        amount=move.amount,
        currency=move.currency,
        method=move.method,
        provider=move.provider,
        reference=move.reference,
    )
