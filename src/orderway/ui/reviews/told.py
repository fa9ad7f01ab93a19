"""A review in words: why the order is on the list, what the former system said of it, and how it was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from orderway.changeover.evidence import Evidence, FormerMove, FormerPayment
from orderway.changeover.listing import Listed
from orderway.changeover.reviews import DECISIONS, KINDS, Place, Review
from orderway.fulfillment.machine import FULFILLMENT
from orderway.sale.machine import SALE
from orderway.ui.language import mark, t, tr
from orderway.ui.reviews.former import theirs
from orderway.ui.typed import Typed, new_key
from orderway.ui.words import Shown, Told, age, ago, money, shown

UNKNOWN = mark("It could not be decided")


@dataclass(frozen=True, slots=True)
class Said:
    """What one place said; `state` where it is a state of ours."""

    label: str
    value: str
    state: Shown | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A payment or a move as it stood there."""

    at: Told
    text: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What is listed of an order, with what spoke for what side by side."""

    kind: str
    number: str
    order_url: str
    customer: str
    store: str
    sentence: str
    since: Told
    said: tuple[Said, ...]
    sums: tuple[Said, ...]
    payments: tuple[Line, ...]
    moves: tuple[Line, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A review on the page."""

    of: Sides
    place: Place
    id: str
    url: str
    may_decide: bool
    typed: Typed
    decision: str
    who: str
    when: Told | None
    reason: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was sent and not taken: of which review, and what is wrong with it."""

    place: Place
    typed: Typed


def told(review: Review, *, names: Mapping[str, str], now: datetime, tried: Tried | None) -> Item:
    """The review in words."""
    place = Place(review.order_id, review.kind)
    since = ago(review.decided_at, now) if review.decided_at else age(review.opened_at, now)
    return Item(
        of=sides_of(review, kind=tr(KINDS.get(review.kind, UNKNOWN)), since=since, now=now),
        place=place,
        id=f"{review.order_id}-{review.kind}",
        url=f"/reviews/{review.order_id}/{review.kind}",
        may_decide=review.may_decide and review.decided_at is None,
        typed=tried.typed if tried and tried.place == place else Typed({"key": new_key()}),
        decision=tr(DECISIONS[review.decision]) if review.decision else "",
        who=names.get(f"person:{review.decided_by}", ""),
        when=ago(review.decided_at, now) if review.decided_at else None,
        reason=review.reason or "" if review.decided_at else "",
    )


def sides_of(row: Listed, *, kind: str, since: Told, now: datetime) -> Sides:
    """What is listed of an order in words; `kind` and `since` are in words already."""
    evidence = row.evidence
    return Sides(
        kind=kind,
        number=row.number,
        order_url=f"/orders/{row.order_id}",
        customer=row.customer,
        store=row.store,
        sentence=tr(row.sentence),
        since=since,
        said=tuple(said_of(evidence)),
        sums=tuple(sums_of(evidence)),
        payments=tuple(payment_line(each, evidence.currency, now) for each in evidence.payments),
        moves=tuple(move_line(each, now) for each in evidence.log),
        why=t("{why} Sure to {percent} %.", why=tr(evidence.why), percent=round(100 * evidence.confidence)),
    )


def said_of(evidence: Evidence) -> Iterator[Said]:
    """What each place said, and where the import put it."""
    for label, value in (
        (t("The order's status"), evidence.status),
        (t("The sale's status"), evidence.sale_status),
        (t("The workflow"), evidence.workflow_state),
        (t("The fulfillment's status"), evidence.fulfillment_status),
        (t("The fulfillment's workflow"), evidence.fulfillment_workflow_state),
    ):
        if value:
            yield Said(label, theirs(value))
    for label, chart, state in (
        (t("The sale here"), SALE, evidence.came_to),
        (t("The fulfillment here"), FULFILLMENT, evidence.fulfillment_came_to),
    ):
        if state and state in chart.leaves:
            yield Said(label, "", shown(chart, state))


def sums_of(evidence: Evidence) -> Iterator[Said]:
    """What it comes to, and what of it is missing or too much."""
    for label, amount in (
        (t("Total"), evidence.total),
        (t("Paid"), evidence.captured),
        (t("Still to pay"), evidence.outstanding),
        (t("Paid too much"), evidence.overpaid),
    ):
        if amount or label == t("Total"):
            yield Said(label, money(amount, evidence.currency))


def payment_line(payment: FormerPayment, currency: str, now: datetime) -> Line:
    """A payment of the former system on a line."""
    named = [theirs(payment.method), theirs(payment.status), *([payment.reference] if payment.reference else [])]
    return Line(ago(payment.at, now), " · ".join(named), money(payment.amount, currency))


def move_line(move: FormerMove, now: datetime) -> Line:
    """A line of its log."""
    states = " → ".join(theirs(state) for state in (move.from_state, move.to_state) if state)
    text = t("Fulfillment: {states}", states=states) if move.of == "fulfillment" else t("Sale: {states}", states=states)
    return Line(ago(move.at, now), text, move.event or "")
