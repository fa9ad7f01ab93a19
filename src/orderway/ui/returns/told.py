"""A return in words: what is given back and why, what became of it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from orderway.order.returns import RETURN_STATUSES, ReturnStatus, SalesReturn
from orderway.people.names import read
from orderway.sale.payments.context import REFUND_TO
from orderway.ui.language import mark, number, t, tr
from orderway.ui.order.deeds import Deed
from orderway.ui.order.returning import came
from orderway.ui.words import Shown, Told, age, ago, money

LONG = timedelta(days=1)
"""What has waited so long stands out."""

TONES: Mapping[ReturnStatus, str] = {
    "REQUESTED": "waiting", "ACCEPTED": "active", "RECEIVED": "good", "REJECTED": "ended",
}  # fmt: skip
TO_REFUND = Shown(mark("Waits for its refund"), "waiting")


@dataclass(frozen=True, slots=True)
class Goods:
    """Pieces of a line that are given back, and what became of them."""

    description: str
    pieces: str
    came: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A return on the page; `deeds` are what the viewer may do with it."""

    id: UUID
    number: str
    order_url: str
    customer: str
    state: Shown
    since: Told
    is_old: bool
    by: str
    reason: str
    goods: tuple[Goods, ...]
    outcome: str
    answer: str
    deeds: tuple[Deed, ...]


def waits(each: SalesReturn) -> bool:
    """Whether somebody of the seller has something to do with it yet."""
    return each.status in {"REQUESTED", "ACCEPTED"} or is_to_refund(each)


def is_to_refund(each: SalesReturn) -> bool:
    """Whether goods came whose price nobody judged yet."""
    return (
        each.status == "RECEIVED"
        and each.refunded_at is None
        and any(line.sellable or line.damaged for line in each.lines)
    )


def given(each: SalesReturn, *, customer: str, deeds: Sequence[Deed], box: ReturnStatus, now: datetime) -> Given:
    """The return in words; its forms come back to the box that it is looked at in."""
    waiting = waits(each)
    since = each.refunded_at or each.closed_at or each.accepted_at or each.requested_at
    return Given(
        id=each.id,
        number=each.number,
        order_url=f"/orders/{each.order_id}",
        customer=customer,
        state=TO_REFUND if is_to_refund(each) else Shown(RETURN_STATUSES[each.status], TONES[each.status]),
        since=age(since, now) if waiting else ago(since, now),
        is_old=waiting and now - since >= LONG,
        by=tr(read(each.requested_by)),
        reason=tr(each.reason),
        goods=tuple(
            Goods(line.description, number(line.quantity), ", ".join(came(line))) for line in each.lines
        ),
        outcome=" ".join(_outcome(each)),
        answer=tr(each.answer or ""),
        deeds=tuple(_here(deed, each, box) for deed in deeds),
    )  # fmt: skip


def _here(deed: Deed, each: SalesReturn, box: ReturnStatus) -> Deed:
    """The same deed with a form that comes back to the inbox; its amount begins empty, as nobody judged it yet."""
    query = urlencode({"status": box.lower()})
    return replace(deed, about="", url=f"/returns/{each.fulfillment_id}/{deed.name.lower()}?{query}")


def _outcome(each: SalesReturn) -> Iterator[str]:
    """Who did what with it, as sentences."""
    if each.accepted_by:
        yield t("Accepted by {who}.", who=tr(read(each.accepted_by)))
    if each.closed_by and each.status == "RECEIVED":
        yield t("Received by {who}.", who=tr(read(each.closed_by)))
    elif each.closed_by:
        yield t("Rejected by {who}.", who=tr(read(each.closed_by)))
    if each.refunded is not None:
        way = tr(REFUND_TO[each.refunded_to]) if each.refunded_to else ""
        amount = money(each.refunded, each.currency)
        yield t("Refunded {amount}: {way}.", amount=amount, way=way) if way else t("Refunded {amount}.", amount=amount)
