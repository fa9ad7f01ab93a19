"""What riders are paid for one delivery: what was asked and agreed, what is due, paying it, and mending an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.fulfillment.payouts.ledger import PAY, PAYOUT_METHODS
from orderway.money import Money
from orderway.order.begun import Asker
from orderway.order.paying import CorrectRiderEarning, PayFulfillmentRider, enter_money
from orderway.order.payouts import FulfillmentPayment, load_payments
from orderway.order.reach import reach
from orderway.order.reads import load_order
from orderway.order.shape import Order
from orderway.people.scope import actor_on
from orderway.ui.deliveries.earnings import Entry, entry_told
from orderway.ui.deliveries.errands import id_of
from orderway.ui.forms import Choice
from orderway.ui.language import t, tr
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, id_in, key_in, mended, money_in, needed, new_key
from orderway.ui.words import money
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

FIELDS = ("amount", "method", "reference", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One rider's money for the delivery; the forms are there for who may pay."""

    rider: UUID
    name: str
    due: str
    owed: bool
    pairs: list[tuple[str, str]]
    entries: list[Entry]
    paying: Typed
    correcting: Typed


@dataclass(frozen=True, slots=True)
class Standing:
    """The delivery's order, what its riders are paid, and whether the viewer may pay them."""

    order: Order
    payments: list[FulfillmentPayment]
    may_pay: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was sent and not taken: which, of whom."""

    what: str
    rider: UUID | None
    typed: Typed


async def payouts(visit: Visit) -> Response:
    """The page, for the riders themselves and for who sees the order's money."""
    async with visit.site.pool.acquire() as connection:
        standing = await _load(connection, visit)
    return _shown(visit, standing)


async def pay(visit: Visit) -> Response:
    """Enter what a rider was given."""
    return await _enter(visit, "pay")


async def correct(visit: Visit) -> Response:
    """Enter that a rider earned more or less."""
    return await _enter(visit, "correct")


async def _enter(visit: Visit, what: str) -> Response:
    id, posted = id_of(visit), await visit.posted()
    if posted is None:
        return forged((f"/payouts/{id}", t("Back to what riders are paid")))
    async with visit.site.pool.acquire() as connection:
        standing = await _load(connection, visit)
    rider = next((each.rider for each in standing.payments if str(each.rider.id) == posted.get("rider")), None)
    if rider is None or not standing.may_pay:
        raise NotFound(t("There is nothing at this address."))
    by = Asker(viewer=visit.viewer, key=key_in(posted), request_id=getattr(visit.request.state, "request_id", None))
    try:
        amount = money_in(posted, "amount", currency=standing.order.currency)
        asked = _payout(id, amount, posted) if what == "pay" else _correction(id, amount, posted)
        await enter_money(visit.site.runner, by, asked)
    except OrderwayError as no:
        return _shown(visit, standing, Tried(what, rider.id, mended(posted, no, fields=FIELDS)))
    told = money(amount, standing.order.currency)
    said = t("{name} was paid {amount}.", name=rider.name, amount=told) if what == "pay" else t("Corrected it.")
    return visit.back(f"/payouts/{id}", said)


def _payout(id: UUID, amount: int, posted: Mapping[str, str]) -> PayFulfillmentRider:
    method = posted.get("method", "")
    if method not in PAYOUT_METHODS:
        raise Invalid(t("This can not be read."), t("Choose one of those offered."), "method")
    return PayFulfillmentRider(
        fulfillment=id, amount=amount, method=method, rider=id_in(posted, "rider"),
        reference=posted.get("reference", "").strip() or None,
    )  # fmt: skip


def _correction(id: UUID, amount: int, posted: Mapping[str, str]) -> CorrectRiderEarning:
    if amount < 0:
        # The way says the sign: less of less than nothing would be more.
        raise Invalid(t("No delivery is corrected by so much."), t("Check the amount."), "amount")
    signed = -amount if posted.get("way") == "less" else amount
    return CorrectRiderEarning(
        fulfillment=id, amount=signed, reason=needed(posted, "reason"), rider=id_in(posted, "rider")
    )  # fmt: skip


async def _load(connection: Connection, visit: Visit) -> Standing:
    """What stands. Raises NotFound where the viewer sees no rider's money of it."""
    id, viewer = id_of(visit), visit.viewer
    reached = await reach(connection, viewer, kind=visit.site.workflow.kind("fulfillment"), id=id)
    payments = await load_payments(connection, viewer, id)
    if not payments:
        raise NotFound(t("No rider is paid for this delivery."))
    order = await load_order(connection, viewer, reached.order_id, parts=frozenset())
    actor = await actor_on(connection, viewer, store_id=order.store_id, order_id=order.id)
    return Standing(order, payments, actor.may(PAY))


def _shown(visit: Visit, standing: Standing, tried: Tried | None = None) -> Response:
    return visit.page(
        "riders/payouts.html",
        status=tried.typed.status if tried else 200,
        order=standing.order,
        may_pay=standing.may_pay,
        fulfillment=id_of(visit),
        paid=[_paid(visit, each, tried) for each in standing.payments],
        methods=[Choice(method, tr(label)) for method, label in PAYOUT_METHODS.items()],
        ways=[Choice("more", t("More than was agreed")), Choice("less", t("Less than was agreed"))],
    )


def _paid(visit: Visit, payment: FulfillmentPayment, tried: Tried | None) -> Paid:
    def typed(what: str, start: Mapping[str, str]) -> Typed:
        if tried and (tried.what, tried.rider) == (what, payment.rider.id):
            return tried.typed
        return Typed({"key": new_key(), **start})

    return Paid(
        rider=payment.rider.id,
        name=payment.rider.name,
        due=money(payment.due, payment.currency),
        owed=payment.due > 0,
        pairs=list(_pairs(payment)),
        entries=[entry_told(each, visit.site.now()) for each in payment.entries],
        paying=typed("pay", {"amount": Money(payment.due, payment.currency).digits()}),
        correcting=typed("correct", {}),
    )


def _pairs(payment: FulfillmentPayment) -> Iterator[tuple[str, str]]:
    amounts = (
        (t("Asked"), payment.proposed), (t("Agreed"), payment.agreed), (t("Earned"), payment.earned or None),
        (t("Corrected"), payment.corrected or None), (t("Paid"), payment.paid or None),
    )  # fmt: skip
    for label, amount in amounts:
        if amount is not None:
            yield label, money(amount, payment.currency)
