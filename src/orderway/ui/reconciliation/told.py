"""An item of the inbox in words: what came, why it is here, what is known of it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from orderway.sale.machine import SALE
from orderway.sale.payments.context import METHODS
from orderway.sale.payments.machine import PAYMENT
from orderway.sale.reconciliation.parking import KINDS, RESOLUTIONS
from orderway.sale.reconciliation.rules import ACTIONS, Action, Tolerance, choices
from orderway.sale.reconciliation.standing import Candidate, Standing
from orderway.sale.reconciliation.suggesting import Suggestion, suggestion
from orderway.ui.forms import Choice
from orderway.ui.language import t, tr
from orderway.ui.order.reasons import Why, why
from orderway.ui.typed import Typed, new_key
from orderway.ui.words import Shown, Told, age, ago, money, shown

LONG = timedelta(days=1)
GRAVE: frozenset[Action] = frozenset({"return", "refund"})
"""What sends money away."""


@dataclass(frozen=True, slots=True)
class Pair:
    label: str
    value: str
    url: str = ""
    state: Shown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Something that can be done: by a form, or not yet for these reasons."""

    action: str
    label: str
    url: str
    look: str
    reasons: tuple[Why, ...]
    typed: Typed
    orders: tuple[Choice, ...] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item on the page. The first of its `ways` is what is suggested, where `suggests` says so."""

    id: UUID
    kind: str
    amount: str
    since: Told
    is_old: bool
    why: str
    pairs: tuple[Pair, ...]
    candidates: tuple[Pair, ...]
    suggests: str
    ways: tuple[Way, ...]
    ended: Shown | None
    who: str
    when: Told | None
    reason: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was sent and not taken: of which item and action, and what is wrong with it."""

    item: UUID
    action: str
    typed: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What every item of a page is told with."""

    now: datetime
    tolerance: Tolerance
    names: Mapping[str, str]
    helpers: Mapping[str, str]
    tried: Tried | None = None


def told(item: Standing, by: Looking) -> Item:
    """The item in words."""
    parked = item.money
    safe = suggestion(item, by.tolerance)
    since = parked.resolved_at or parked.parked_at
    return Item(
        id=parked.id,
        kind=tr(KINDS[parked.kind]),
        amount=money(parked.amount, parked.currency),
        since=ago(since, by.now) if parked.resolution else age(since, by.now),
        is_old=parked.resolution is None and by.now - since >= LONG,
        why=tr(parked.why),
        pairs=tuple(_facts(item, by.now)),
        candidates=tuple(_candidate(each) for each in item.candidates),
        suggests=_suggests(item, safe),
        ways=tuple(_ways(item, safe, by)),
        ended=Shown(tr(RESOLUTIONS[parked.resolution]), "ended") if parked.resolution else None,
        who=by.names.get(parked.resolved_by or "", ""),
        when=ago(parked.resolved_at, by.now) if parked.resolved_at else None,
        reason=parked.reason or "",
    )


def _facts(item: Standing, now: datetime) -> Iterator[Pair]:
    """What is known of it; what is not is left out."""
    parked, order, payment = item.money, item.order, item.payment
    if order:
        sale = shown(SALE, item.sale.state) if item.sale else None
        yield Pair(t("Order"), f"{order.number} · {order.customer} · {order.store}", f"/orders/{order.id}", sale)
    if payment:
        amount = money(payment.context.amount, payment.context.currency)
        named = f"{payment.context.reference} · {amount}"
        yield Pair(t("Payment"), named, f"/payments/{payment.id}", shown(PAYMENT, payment.state))
    yield Pair(t("Through whom"), tr(parked.provider))
    for label, value in ((t("Their transaction"), parked.transaction), (t("Reference"), parked.reference)):
        if value:
            yield Pair(label, value)
    if item.report:
        yield Pair(t("How it was paid"), tr(METHODS[item.report.method]))
        yield Pair(t("Reported"), ago(item.report.received_at, now).text)
    if item.is_about_a_payment and parked.resolution is None:
        yield Pair(t("Can be sent back now"), money(item.usable, parked.currency))
    if item.to_order:
        yield Pair(t("Went to"), item.to_order.number, f"/orders/{item.to_order.id}")
    if parked.sent_reference:
        yield Pair(t("Sent back as"), parked.sent_reference)


def _candidate(each: Candidate) -> Pair:
    """A payment that it may be meant for, or be a second time."""
    same = t("Same reference") if each.same == "reference" else t("Same amount")
    value = (
        f"{each.order.number} · {each.reference} · {money(each.amount, each.order.currency)} · {each.order.customer}"
    )
    return Pair(same, value, f"/payments/{each.id}", shown(PAYMENT, each.state))


def _suggests(item: Standing, safe: Suggestion | None) -> str:
    """Why just this is safe, as a sentence."""
    if safe is None:
        return ""
    if safe.order:
        if item.money.kind == "short":
            return t("It is a part of what {number} still needs.", number=safe.order.number)
        return t("Only {number} waits for it.", number=safe.order.number)
    return {
        "accept_short": t("What is missing is little enough to let go."),
        "accept_over": t("The order is paid by it; what is too much stays owed to the buyer."),
        "refund": t("Nothing is owed for it any more, so it goes back to the buyer."),
        "return": t("It is for nothing here, so it goes back to where it came from."),
    }.get(safe.action, "")


def _ways(item: Standing, safe: Suggestion | None, by: Looking) -> Iterator[Way]:
    """What can be done, what is suggested first; what the viewer may not decide at all is left out."""
    if not item.may_settle:
        return
    found = sorted(
        choices(item, by.tolerance), key=lambda each: (not safe or each.action != safe.action, each.reasons != ())
    )
    for each in found:
        is_safe = safe is not None and each.action == safe.action
        tried = by.tried if by.tried and (by.tried.item, by.tried.action) == (item.money.id, each.action) else None
        order = str(safe.order.id) if is_safe and safe and safe.order else ""
        yield Way(
            action=each.action,
            label=tr(ACTIONS[each.action]),
            url=f"/reconciliation/{item.money.id}/{each.action}",
            look="main" if is_safe else "grave" if each.action in GRAVE else "",
            reasons=tuple(why(reason, by.helpers, may=()) for reason in each.reasons),
            typed=tried.typed if tried else Typed({"key": new_key(), "order": order}),
            orders=tuple(_orders(item)) if each.action == "attach" else (),
            is_open=tried is not None,
        )


def _orders(item: Standing) -> Iterator[Choice]:
    """The orders that it may be meant for, each once; and another, which is named by its number."""
    named = [each.order for each in item.candidates]
    if item.order and not item.is_about_a_payment:
        named.insert(0, item.order)
    yield Choice("", t("The one with the number"))
    for order in {each.id: each for each in named}.values():
        yield Choice(str(order.id), f"{order.number} · {order.customer}")
