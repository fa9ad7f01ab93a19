"""What can be begun on an order, as forms of its page: a payment, an offer to deliver, another way to bring it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal
from uuid import UUID

from orderway.delivery.address import LONGEST, PLACE, Delivery
from orderway.fulfillment.interests.machine import Register
from orderway.money import Money
from orderway.order.shape import Life
from orderway.people.permissions import ACCOUNT_SPEND, CUSTOMER_MANAGE, DELIVERY_CHOOSE, RIDER_VOLUNTEER
from orderway.people.viewer import Viewer
from orderway.preferences import NOT_PICKED, UNPICKED
from orderway.sale.payments.context import Method
from orderway.statechart import Reason, event
from orderway.ui.forms import Choice, Known, fields_of
from orderway.ui.order.deeds import Deed, Eyes
from orderway.ui.order.telling import Telling


@event(
    label="Register a payment",
    log="registered a payment",
    permission="payment.register",
    method="How it was paid",
    provider="Through whom: a bank, a card company, the counter",
    reference="Its reference, if it has one",
)
class RegisterPayment:
    amount: int
    method: Method
    provider: str
    reference: str | None = None


@event(label="Pay from the buyer's account", log="paid from the account", permission=ACCOUNT_SPEND,
       own="Pay from my account")  # fmt: skip
class PayFromCredit:
    amount: int


@dataclass(frozen=True, kw_only=True)
class Place:
    """The texts of an address, as they are to be."""

    receiver: str = ""
    phone: str = ""
    address: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    notes: str = ""

    def delivery(self, before: Delivery | None) -> Delivery | None:
        """The whole address; None where it is as before. Another place has no coordinates yet."""
        was = asdict(before or Delivery())
        now = was | {name: getattr(self, name) for name in LONGEST}
        if any(now[name] != was[name] for name in PLACE):
            now |= {"latitude": None, "longitude": None}
        return Delivery(**now) if now != was else None


@event(
    label="Change where it goes",
    log="changed how the order is brought",
    permission="fulfillment.work",
    address="Street and house",
    notes="Notes for whoever brings it",
    reason_for="buyer",
)
class ChangePlace(Place):
    reason: str


@event(
    label="Change how it is brought",
    log="changed how the order is brought",
    permission="fulfillment.work",
    fulfillment_type="Way",
    address="Street and house",
    notes="Notes for whoever brings it",
    reason_for="buyer",
)
class ChangeWay(Place):
    fulfillment_type: Literal["PICKUP", "DELIVERY"]
    reason: str


@event(
    label="Say who bills the order",
    log="said who bills the order",
    permission=CUSTOMER_MANAGE,
    reason_for="seller",
)
class Bill:
    biller: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Begin:
    """Who could begin something, what is on the buyer's account for them, in minor units, and who else could bill."""

    viewer: Viewer
    eyes: Eyes
    on_account: int = 0
    billers: Sequence[Choice] = ()

    def may(self, permission: str) -> bool:
        return self.eyes.may is None or permission in self.eyes.may


def payable(telling: Telling) -> int:
    """What a payment of the order would be, in minor units: what is still to pay and not announced yet."""
    sale, totals = telling.order.sale, telling.order.totals
    if sale is None or totals is None or "PAYMENT_CAPTURED" not in telling.chart(sale).takes(sale.state):
        return 0
    announced = sum(each.context.amount for each in telling.order.payments if each.state == "PENDING")
    return max(0, totals.outstanding - announced)


def begun(telling: Telling, by: Begin) -> Iterator[Deed]:
    """What the viewer can begin, or not yet for these reasons."""
    order = telling.order
    rest = payable(telling)
    if order.sale and rest and by.may("payment.register"):
        start = {"amount": Money(rest, order.currency).digits(), "provider": "counter"}
        paying = _deed(telling, RegisterPayment, of=order.sale, by=by, start=start)
        yield replace(paying, leads=telling.current() is order.sale)
    if order.sale and rest and by.on_account and by.may(ACCOUNT_SPEND):
        start = {"amount": Money(min(rest, by.on_account), order.currency).digits()}
        paying = _deed(telling, PayFromCredit, of=order.sale, by=by, start=start)
        yield replace(paying, leads=is_buyers(telling, by) and telling.current() is order.sale)
    for part in order.fulfillments if by.may(RIDER_VOLUNTEER) else ():
        offered = {each.context.fulfillment for each in order.interests if each.rider.id == by.viewer.person_id}
        if "RIDER_SELECTED" in telling.chart(part).takes(part.state) and part.id not in offered:
            yield replace(_deed(telling, Register, of=part, by=by), leads=True)
    yield from _changes(telling, by)
    billed = [each for each in (order.sale, order.quotation) if each and _takes(telling, each, "BILLER_NAMED")]
    if billed and by.billers and by.may(CUSTOMER_MANAGE):
        yield _deed(telling, Bill, of=billed[0], by=by)


def _changes(telling: Telling, by: Begin) -> Iterator[Deed]:
    """Another way to bring it, until it is dispatched."""
    order = telling.order
    bringing = [each for each in order.fulfillments if _takes(telling, each, "CANCEL", "FAIL")]
    terms = [each for each in (order.sale, order.quotation) if each and _takes(telling, each, "PREFERENCES_CHANGED")]
    concerned: list[Life[Any]] = [*bringing] if order.fulfillments else terms[:1]
    if not concerned or not (by.may("fulfillment.work") or by.may(DELIVERY_CHOOSE)) or order.customer is None:
        return
    unpicked: set[str] = {each.name for each in UNPICKED}  # type: ignore[union-attr]  # set by the decorator
    is_late = not by.may("fulfillment.work") and not all(_takes(telling, each, *unpicked) for each in bringing)
    what = ChangePlace if order.fulfillment_type == "SERVICE" else ChangeWay
    start = {name: getattr(order.delivery, name) or "" for name in LONGEST} if order.delivery else {}
    yield _deed(
        telling, what, of=concerned[0], by=by, start={**start, "fulfillment_type": order.fulfillment_type},
        against=(NOT_PICKED,) if is_late else (),
    )  # fmt: skip


def _takes(telling: Telling, life: Life[Any], *events: str) -> bool:
    return bool({*events} & {*telling.chart(life).takes(life.state)})


def _deed(
    telling: Telling, what: type, *, of: Life[Any], by: Begin, start: dict[str, str] | None = None,
    against: tuple[Reason, ...] = (),
) -> Deed:  # fmt: skip
    order, words = telling.order, what.words  # type: ignore[attr-defined]  # set by the event decorator
    fields = fields_of(what, Known(currency=order.currency, offered={"biller": by.billers}, start=start or {})) or ()
    return Deed(
        name=name_of(what),
        instance=of.id,
        label=(is_buyers(telling, by) and words.own) or words.label,
        url=f"/orders/{order.id}/begin/{name_of(what)}",
        permission=words.permission,
        about=telling.part(of),
        carried={"of": str(of.id), "key": by.eyes.key},
        fields=tuple(sorted(fields, key=lambda field: PLACES.get(field.name, 1))),
        against=against,
    )


def is_buyers(telling: Telling, by: Begin) -> bool:
    """Whether the order is the viewer's own."""
    customer = telling.order.customer
    return customer is not None and customer.id == by.viewer.customer_id


PLACES = {"fulfillment_type": 0, "reason": 2}
"""Which fields come before the others, and which after them."""


def name_of(what: type) -> str:
    """How the address of the page names it."""
    return BEGINNINGS[what]


BEGINNINGS: dict[type, str] = {
    RegisterPayment: "payment",
    PayFromCredit: "account-payment",
    ChangeWay: "way",
    ChangePlace: "place",
    Register: "offer",
    Bill: "biller",
}
