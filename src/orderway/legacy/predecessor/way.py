"""The moves of an order's goods: picked, offered to riders, brought or collected, and perhaps come back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from orderway.legacy.moves import CompleteFulfillment, DeliverPackage, SelectCarrier, ShipPackage, StartFulfillment
from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.clock import Clock
from orderway.legacy.predecessor.comebacks import Comeback, comebacks
from orderway.legacy.predecessor.facts import Fulfilled, Order, Volunteered
from orderway.legacy.predecessor.moments import CHANGED, LATEST, WRITTEN, Moment, arrived, chosen, packed, shipped
from orderway.legacy.predecessor.money import refunds
from orderway.legacy.predecessor.moves import AnyMove
from orderway.legacy.predecessor.moves_on_the_way import (
    AcceptReturn,
    ChooseOffer,
    ExpireOffer,
    HoldFulfillment,
    NameRider,
    OfferToDeliver,
    ReceiveReturn,
    RefundReturn,
    RejectOffer,
    RejectReturn,
    RequestReturn,
    WithdrawOffer,
)
from orderway.legacy.predecessor.offers import cost_of, price_of
from orderway.legacy.predecessor.payouts import payouts

SOME_CARRIER: Final = "Not named by the former system"
IN_RIDERS_HANDS: Final = frozenset({"RIDER_ASSIGNED", "READY_FOR_SHIPMENT"})
PACKED: Final = frozenset({"AWAITING_RIDER_SELECTION", *IN_RIDERS_HANDS})
"""Where goods are picked that have not left; of those that have, the verdict says more."""
WHY_HELD: Final = "The former system's rows do not say whether the goods are still to be brought."


@dataclass(slots=True)
class Way:
    """`goal` is where the fulfillment is to rest; `offers` are those that stand, by their riders, with their end.

    `there_at` is when the goods were delivered, `agreed` what its rider earns by that, None where no rider brings it.
    """

    order: Order
    clock: Clock
    around: Circumstances
    goal: str
    offers: dict[str, tuple[Volunteered, datetime]] = field(default_factory=dict)
    there_at: Moment | None = None
    agreed: int | None = None

    def go(self) -> Iterator[AnyMove]:
        there = self.order.fulfillment
        if self.goal == "ON_HOLD":
            moment = Moment(self.order.stood, "rows that exclude each other", LATEST)
            yield HoldFulfillment(**self.clock.when(moment), reason=WHY_HELD)
        elif there is not None and self.goal != "PICK_PACK":
            yield StartFulfillment(**self.clock.when(packed(there)))
            if there.type == "DELIVERY":
                yield from self.bring(there)
            if there.status == "DELIVERED":
                yield from self.hand_over(there)

    def bring(self, there: Fulfilled) -> Iterator[AnyMove]:
        yield from self.offer(there)
        if self.goal != "AWAITING_RIDER_SELECTION":
            yield from self.choose(there)
        if self.goal not in PACKED:
            yield ShipPackage(**self.clock.when(shipped(there)))

    def offer(self, there: Fulfilled) -> Iterator[AnyMove]:
        """Every offer that says its price and when: another could not be made here."""
        for interest in sorted(there.interests, key=lambda each: each.created_at):
            cost = price_of(there, interest)
            if cost is None:
                continue
            when = self.clock.when(Moment(interest.created_at, "the creation of a rider's offer", WRITTEN))
            self.offers[interest.rider] = interest, interest.created_at + self.around.offer_life
            yield OfferToDeliver(
                **when,
                offer=interest.id,
                rider=interest.rider,
                cost=cost,
                eta_minutes=interest.eta_minutes or 0,
                message=interest.message or "",
            )
        yield from self.end_offers(there)

    def end_offers(self, there: Fulfilled) -> Iterator[AnyMove]:
        """What ended before a rider was chosen; the choice itself turns down all that stand."""
        is_open = self.goal == "AWAITING_RIDER_SELECTION"
        for rider, (interest, end) in list(self.offers.items()):
            moment = Moment(interest.updated_at, f"the status {interest.status} of a rider's offer", CHANGED)
            if interest.status == "WITHDRAWN":
                yield WithdrawOffer(**self.clock.when(moment), offer=interest.id)
            elif interest.status == "REJECTED" and is_open:
                yield RejectOffer(
                    **self.clock.when(moment), offer=interest.id, reason="The former system turned it down."
                )
            elif interest.status == "EXPIRED" and end <= (self.around.at if is_open else chosen(there).at):
                yield ExpireOffer(**self.clock.when(moment._replace(at=max(end, moment.at))), offer=interest.id)
            else:
                continue
            del self.offers[rider]

    def choose(self, there: Fulfilled) -> Iterator[AnyMove]:
        """Whose offer was taken, then who was named: where they differ, somebody took the other's place."""
        moment, taken = chosen(there), self.taken(there)
        if taken is not None:
            at = self.clock.when(moment)["at"]
            interest, end = self.offers[taken]
            self.agreed = price_of(there, interest)
            if at < end:
                yield ChooseOffer(**self.clock.when(moment), offer=interest.id)
                self.offers.clear()
            else:  # it had ended here by then
                yield ExpireOffer(**self.clock.when(moment), offer=interest.id)
                yield NameRider(**self.clock.when(moment), rider=taken, cost=price_of(there, interest))
        elif there.rider is None:
            yield SelectCarrier(**self.clock.when(moment), carrier=SOME_CARRIER)
        if there.rider is not None and there.rider != taken:
            source = f"the rider of its fulfillment, who {'is another' if taken else 'had not offered'}"
            yield NameRider(**self.clock.now(source, CHANGED), rider=there.rider, cost=cost_of(there))
            self.agreed = cost_of(there) or 0

    def taken(self, there: Fulfilled) -> str | None:
        """The rider whose standing offer was taken: of several, of whoever brings it; of none, theirs all the same."""
        assigned = [rider for rider, (interest, _) in self.offers.items() if interest.status == "ASSIGNED"]
        if there.rider in self.offers and (there.rider in assigned or not assigned):
            return there.rider
        return assigned[0] if assigned else None

    def hand_over(self, there: Fulfilled) -> Iterator[AnyMove]:
        moment = arrived(self.order, there)
        when = self.clock.when(moment)
        yield DeliverPackage(**when)
        self.there_at = moment._replace(at=when["at"])
        for comeback in comebacks(self.order, self.around).taken:
            yield from self.take_back(comeback)

    def complete(self, clock: Clock) -> Iterator[AnyMove]:
        """What the end of its time for returns brings: that moment is counted, so it follows what came before."""
        if self.goal == "COMPLETED" and self.there_at is not None:
            over = Moment(self.there_at.at + self.around.return_window, "the end of its time for returns", CHANGED)
            yield CompleteFulfillment(**clock.when(over))

    def pay_out(self) -> Iterator[AnyMove]:
        """What its rider was paid, once it is earned."""
        if self.order.fulfillment and self.there_at is not None and self.agreed is not None:
            yield from payouts(self.order.fulfillment, agreed=self.agreed, there_at=self.there_at.at)

    def take_back(self, comeback: Comeback) -> Iterator[AnyMove]:
        record = comeback.record
        yield RequestReturn(
            **self.clock.when(Moment(record.created_at, "the creation of its return", WRITTEN)),
            record=record.id,
            pieces=comeback.pieces,
            reason="The former system kept no reason.",
        )
        decided = Moment(record.updated_at, f"the status {record.status} of its return", CHANGED)
        if comeback.was_received:
            yield ReceiveReturn(**self.clock.when(decided), record=record.id, pieces=comeback.pieces)
        elif comeback.outcome == "RETURN_ACCEPTED":
            yield AcceptReturn(**self.clock.when(decided), record=record.id)
        elif record.status == "REJECTED":
            yield RejectReturn(**self.clock.when(decided), record=record.id, reason="The former system declined it.")
        if comeback.refund is not None:
            paid = [each.received_at for each in refunds(self.order) if each.received_at >= record.created_at]
            moment = Moment(max(paid), "the time of its refund", WRITTEN)
            yield RefundReturn(**self.clock.when(moment), record=record.id, amount=comeback.refund)
