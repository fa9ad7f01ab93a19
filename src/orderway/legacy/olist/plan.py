"""Facts of an order in, its moves and findings out: a pure function, with no guard walked around."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from orderway.legacy.ends import Ends
from orderway.legacy.moves import (
    ApproveForBuyer,
    ApproveForSeller,
    ApproveOverride,
    CancelFulfillment,
    CancelSale,
    CompleteFulfillment,
    ConfirmPayment,
    DeliverPackage,
    FailFulfillment,
    Goods,
    ReceiveGoods,
    RequestOverride,
    SelectCarrier,
    SetPaymentMethod,
    ShareQuotation,
    ShipPackage,
    StartFulfillment,
    WithdrawQuotation,
)
from orderway.legacy.olist.ends import ends
from orderway.legacy.olist.facts import Item, Order, PaymentKind, brl
from orderway.legacy.olist.findings import Finding, find
from orderway.legacy.olist.moves import (
    CARRIER,
    SOURCE,
    AnyMove,
    DraftQuotation,
    Line,
    Method,
    RegisterPayment,
    SaleMethod,
)
from orderway.legacy.olist.story import Moment, Story, tell

VALIDITY: Final = timedelta(days=30)  # of an offer whose estimated delivery is no time after the purchase
_METHODS: Final[dict[PaymentKind, Method]] = {
    "credit_card": "CARD",
    "debit_card": "CARD",
    "boleto": "BANK",
    "voucher": "WALLET",
}
_PACKED = "the data names no time of packing; the carrier took the goods now."


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`moves` in the order of the story, each at its own fact's time: times may run backwards."""

    order_id: str
    moves: tuple[AnyMove, ...]
    findings: tuple[Finding, ...]
    ends: Ends


def plan(order: Order, *, return_window: timedelta, now: datetime) -> Plan:
    """Plan the import of one order.

    `return_window` is the setting RETURN_WINDOW_DAYS; a delivery completes when it has passed by `now`.
    """
    story = tell(order)
    completed_at = order.delivered_at and order.delivered_at + return_window
    if completed_at and completed_at > now:
        completed_at = None
    moves = _with_sale(story, completed_at) if story.has_sale else _draft_only(story)
    return Plan(
        order_id=order.id,
        moves=tuple(moves),
        findings=tuple(find(story)),
        ends=ends(story, completed_at),
    )


def reference(order: Order, sequence: int) -> str:
    """Name a payment within the provider "olist"."""
    return f"{order.id}-{sequence}"


def _draft_only(story: Story) -> Iterator[AnyMove]:
    """Without lines there is nothing to share: a draft, with its payments recorded on the order."""
    yield _draft(story)
    yield from _register(story.order)
    yield from _confirm(story)
    if story.order.status in {"canceled", "unavailable"}:
        reason = f"Olist order {story.order.id} has no items and its status is {story.order.status}."
        yield WithdrawQuotation(at=story.latest, reason=reason, inferred=_latest_known(story))


def _with_sale(story: Story, completed_at: datetime | None) -> Iterator[AnyMove]:
    order, at = story.order, story.order.purchased_at
    yield _draft(story)
    yield ShareQuotation(at=at)
    yield ApproveForBuyer(at=at, on_behalf_of=order.customer.id)
    if story.has_goods:
        counts = Counter(item.product_id for item in order.items)
        goods = tuple(Goods(product_id=product, quantity=count) for product, count in counts.items())
        yield ReceiveGoods(at=at, goods=goods)
    yield ApproveForSeller(at=at)
    method = _sale_method(order)
    if method and order.total > 0:  # a sale of nothing is paid as it opens
        yield SetPaymentMethod(at=at, method=method)
    yield from _register(order)
    yield from _confirm(story)
    if story.shipped:
        yield from _override(story, story.shipped)
        yield from _ship(order, story.shipped)
    if completed_at:
        yield CompleteFulfillment(at=completed_at)
    if story.canceled:
        yield _cancel(story)


def _draft(story: Story) -> DraftQuotation:
    order = story.order
    return DraftQuotation(
        at=order.purchased_at,
        order_id=order.id,
        status=order.status,
        customer=order.customer,
        lines=tuple(_line(item) for item in order.items),
        total=order.total,
        valid_until=_valid_until(order) if story.has_sale else None,
        promised_at=order.estimated_at,
    )


def _valid_until(order: Order) -> datetime:
    if order.estimated_at and order.estimated_at > order.purchased_at:
        return order.estimated_at
    return order.purchased_at + VALIDITY


def _line(item: Item) -> Line:
    return Line(
        position=item.position,
        product_id=item.product_id,
        description=item.title,
        seller=item.seller,
        unit_price=item.price,
        freight=item.freight,
        total=item.price + item.freight,
    )


def _sale_method(order: Order) -> SaleMethod | None:
    methods = {_METHODS[payment.kind] for payment in order.payments if payment.kind in _METHODS}
    return "MIXED" if len(methods) > 1 else next(iter(methods), None)


def _register(order: Order) -> Iterator[AnyMove]:
    for payment in order.payments:
        if payment.kind in _METHODS:
            yield RegisterPayment(
                at=order.purchased_at,
                reference=reference(order, payment.sequence),
                sequence=payment.sequence,
                method=_METHODS[payment.kind],
                amount=payment.amount,
            )


def _confirm(story: Story) -> Iterator[AnyMove]:
    if story.paid:
        for payment in story.confirmed:
            named = reference(story.order, payment.sequence)
            yield ConfirmPayment(at=story.paid.at, reference=named, inferred=story.paid.inferred)


def _override(story: Story, shipped: Moment) -> Iterator[AnyMove]:
    """Goods that left though money is short: released by an override that names the source.

    Where no payment was confirmed at all, the request carries the source's approval and its time.
    """
    if story.unpaid <= 0:
        return
    happened, then = f"was handed to the carrier on {shipped.at:%Y-%m-%d}", shipped
    if story.paid and not story.confirmed:
        happened, then = f"was approved on {story.paid.at:%Y-%m-%d}", story.paid
    reason = f"Olist order {story.order.id} {happened} with {brl(story.unpaid)} unpaid."
    yield RequestOverride(at=then.at, reason=reason, inferred=then.inferred)
    yield ApproveOverride(at=shipped.at, kind="ADMIN", actor=SOURCE, inferred=shipped.inferred)
    yield ApproveOverride(at=shipped.at, kind="CREDIT_LIMIT", actor=SOURCE, inferred=shipped.inferred)


def _ship(order: Order, shipped: Moment) -> Iterator[AnyMove]:
    yield StartFulfillment(at=shipped.at, inferred=_PACKED)
    yield SelectCarrier(at=shipped.at, carrier=CARRIER, inferred=_PACKED)
    yield ShipPackage(at=shipped.at, inferred=shipped.inferred)
    if order.delivered_at:
        yield DeliverPackage(at=order.delivered_at)


def _cancel(story: Story) -> AnyMove:
    at, reason, why = story.latest, f"Olist order {story.order.id} was canceled.", _latest_known(story)
    if story.shipped:
        return FailFulfillment(at=at, reason=reason, inferred=why)
    if story.unpaid <= 0:
        return CancelFulfillment(at=at, reason=reason, inferred=why)
    return CancelSale(at=at, reason=reason, inferred=why)


def _latest_known(story: Story) -> str:
    return f"the data names no time at which the order became {story.order.status}; this is its latest known."
