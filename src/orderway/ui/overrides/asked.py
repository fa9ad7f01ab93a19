"""A request for an override in words: what is asked, what it would do, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from orderway.order.available import Available
from orderway.order.questions import Question
from orderway.people.names import read
from orderway.sale.machine import SALE
from orderway.sale.overrides.machine import OVERRIDE_REQUEST
from orderway.ui.language import t, tr
from orderway.ui.order.reasons import Why, why
from orderway.ui.typed import Typed, new_key
from orderway.ui.words import Shown, Told, age, ago, money, shown

LONG = timedelta(days=1)
"""What has waited so long stands out."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Something that can not be done yet, and why."""

    label: str
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request on the page. `can` are the events that the viewer may send now; `typed` is its form."""

    id: UUID
    order_url: str
    number: str
    customer: str
    asks: str
    reason: str
    effect: str
    currency: str
    by: str
    store: str
    state: Shown
    waits: bool
    since: Told
    is_old: bool
    outcome: str
    until: Told | None
    can: frozenset[str]
    closed: tuple[Closed, ...]
    typed: Typed


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was sent and not taken: of which request, and what is wrong with it."""

    request: UUID
    typed: Typed


def asked(
    question: Question, available: Sequence[Available], *, helpers: Mapping[str, str], now: datetime,
    tried: Tried | None = None,
) -> Asked:  # fmt: skip
    """The request in words."""
    request, order = question.request, question.order
    waits = request.state == "PENDING"
    since = request.created_at if waits else request.moved_at
    ends = request.context.expires_at
    typed = tried.typed if tried and tried.request == request.id else Typed({"key": new_key()})
    return Asked(
        id=request.id,
        order_url=f"/orders/{order.id}",
        number=order.number,
        customer=order.customer.name if order.customer else "",
        asks=asks(question),
        reason=tr(request.context.reason),
        effect=effect(question) if waits else "",
        currency=question.currency,
        by=tr(read(request.asked_by)),
        store=order.store.name,
        state=shown(OVERRIDE_REQUEST, request.state),
        waits=waits,
        since=age(since, now) if waits else ago(since, now),
        is_old=waits and now - since >= LONG,
        outcome=outcome(question),
        until=ago(ends, now) if ends else None,
        can=frozenset(each.choice.event for each in available if each.is_theirs and each.choice.is_enabled),
        closed=() if is_over(question) else closed(available, helpers),
        typed=Typed({"seen": str(request.step), **typed.values}, typed.problems, typed.problem, typed.status),
    )


def asks(question: Question) -> str:
    """What is asked, as a sentence."""
    amount = money(question.amount, question.currency)
    if question.request.context.kind == "CREDIT_LIMIT":
        return t("Go {amount} over the credit limit", amount=amount)
    return t("Release goods before {amount} is paid", amount=amount)


def effect(question: Question) -> str:
    """What it would do, so that whoever decides need not look it up."""
    owed = money(question.exposure + question.outstanding, question.currency)
    if question.request.context.kind != "CREDIT_LIMIT":
        if question.exposure:
            return t("They owe {amount} for other orders.", amount=money(question.exposure, question.currency))
        return t("They owe nothing for other orders.")
    if not question.limit:
        return t("They have no credit, and would owe {amount}.", amount=owed)
    percent = (question.exposure + question.outstanding) * 100 // question.limit
    limit = money(question.limit, question.currency)
    return t("Uses {percent} % of the limit: {owed} of {limit}.", percent=percent, owed=owed, limit=limit)


def outcome(question: Question) -> str:
    """Who decided, and for how much; empty while nobody has."""
    context, by = question.request.context, question.request.decided_by
    if by is None:
        return ""
    who = tr(read(by))
    if context.approved_amount is None or context.approved_amount == context.amount:
        return t("Decided by {who}", who=who)
    return t("Decided by {who}, for {amount}", who=who, amount=money(context.approved_amount, context.currency))


def is_over(question: Question) -> bool:
    """Whether its sale has come to its end: nothing of it will be decided any more."""
    sale = question.order.sale
    return sale is None or SALE.is_final(sale.state)


def closed(available: Sequence[Available], helpers: Mapping[str, str]) -> tuple[Closed, ...]:
    """What the viewer may do and can not yet, with every reason."""
    return tuple(
        Closed(each.choice.label, tuple(why(reason, helpers, may=()) for reason in each.choice.reasons))
        for each in available
        if each.is_theirs and not each.choice.is_enabled
    )
