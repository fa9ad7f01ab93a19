"""What a person has to look at before an order of the predecessor is taken for what it was judged to be."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.comebacks import comebacks
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.flags import CONTRADICTIONS
from orderway.legacy.predecessor.money import count
from orderway.legacy.predecessor.moves import Plan
from orderway.legacy.predecessor.opinions import CLEARED, has_live_fulfillment
from orderway.legacy.predecessor.payouts import in_doubt
from orderway.legacy.predecessor.standing import Standing, is_gone, is_on_account, is_over
from orderway.money import Money as Amount

Kind = Literal[
    "LEFT_UNPAID",
    "CONTRADICTION",
    "NOT_CLEARED",
    "NOT_RELEASED",
    "ON_HOLD",
    "MONEY_OF_CANCELLED",
    "PAYMENTS",
    "ROWS",
    "RIDER",
    "ADDRESS",
    "RETURN",
    "RIDER_PAID",
]


NAMED: Final = 5
"""So much of what can not be read of an order is named; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """At most one of each kind for an order; `sentence` says what was found, and what became of it."""

    kind: Kind
    sentence: str


SAID: Mapping[str, tuple[Kind, str]] = {
    "contradiction:cancelled_sale_live_fulfilment": ("CONTRADICTION", "It was cancelled, and its fulfillment was not."),
    "contradiction:delivered_not_fulfilled": ("CONTRADICTION", "It was delivered, and its status never said so."),
    "contradiction:fulfilled_not_delivered": (
        "CONTRADICTION",
        "Its status says that it was fulfilled, and no fulfillment that it was delivered.",
    ),
    "contradiction:pending_sale_with_fulfilment": ("CONTRADICTION", "It had a fulfillment before it was approved."),
    "bad_context": ("ROWS", "Its context can not be read: an override in it would be lost."),
    "child_status": ("ROWS", "The order and its sale have another status each: the order's was taken."),
    "orphan_store": ("ROWS", "Its store is none that there is: the one of its sale was taken."),
    "dup_reference": ("PAYMENTS", "Payments of it have the same reference: one may have been entered twice."),
    "shared_reference": ("PAYMENTS", "A reference of its payments stands with other orders too."),
    "sale_mismatch": ("PAYMENTS", "A payment of it names the sale of another order: it was counted here."),
    "rider_mismatch": ("RIDER", "One rider's offer was taken, and another rider is named: the latter was taken."),
    "two_assigned": ("RIDER", "The offers of several riders were taken: one rider could be assigned."),
    "no_address": ("ADDRESS", "It is to be delivered, and names no address."),
}
"""What some flags mean for a person. The others change nothing that anybody could decide."""


def doubts(order: Order, stands: Standing, *, flags: tuple[str, ...], around: Circumstances) -> tuple[Doubt, ...]:
    """All of one kind in one, in the order of their weight."""
    return in_one(
        [*of_standing(order, stands), *of_flags(order, flags), *of_returns(order, around), *of_oddities(order)]
    )


def in_one(said: Iterable[tuple[Kind, str]]) -> tuple[Doubt, ...]:
    """All of one kind in one."""
    found: dict[Kind, list[str]] = {}
    for kind, sentence in said:
        found.setdefault(kind, []).append(sentence)
    return tuple(Doubt(kind=kind, sentence=" ".join(each)) for kind, each in found.items())


def with_doubts_of(order: Order, review: tuple[Doubt, ...], planned: Plan) -> tuple[Doubt, ...]:
    """The same, with what only the plan shows: money that it has no move for."""
    more: list[tuple[Kind, str]] = [("RIDER_PAID", each) for each in in_doubt(order, planned)]
    for each in order.payments:
        if each.amount == 0 or (each.amount < 0 and each.status != "CONFIRMED"):
            name, amount = each.reference or each.id, Amount(each.amount, order.currency)
            sentence = f"A payment of nothing or less did not come along: {name} ({amount}, {each.status})."
            more.append(("PAYMENTS", sentence))
    return in_one([*((each.kind, each.sentence) for each in review), *more])


def of_standing(order: Order, stands: Standing) -> Iterator[tuple[Kind, str]]:
    money, ends = count(order), stands.ends
    missing, held = Amount(money.outstanding, order.currency), Amount(money.captured, order.currency)
    if stands.clearance == "GONE":
        yield "LEFT_UNPAID", f"Its goods have left with {missing} unpaid, and nothing had cleared it."
    if is_gone(order) and order.status == "CANCELLED":
        yield "CONTRADICTION", "Its goods have left all the same, so its sale stands."
    if (
        order.workflow_state == CLEARED
        and ends.sale is not None
        and stands.clearance is None
        and not is_over(ends.sale)
    ):
        yield "NOT_CLEARED", f"Its workflow called it cleared, with {missing} unpaid."
    if is_live(stands) and ends.fulfillment is None and order.fulfillment is not None:
        yield "NOT_RELEASED", unreleased(order)
    if ends.fulfillment == "ON_HOLD":
        yield "ON_HOLD", "It is paid or was, and no row says that its goods are still to be brought: it is on hold."
    if ends.sale is None and money.captured > 0:
        yield "PAYMENTS", f"It has no sale, and {held} was paid for it."
    if money.given_back > money.came:
        yield "PAYMENTS", "More of its money went back than came."
    if is_over(ends.sale) and money.captured > 0:
        yield "MONEY_OF_CANCELLED", f"It ended early, and {held} that was paid has not gone back."


def unreleased(order: Order) -> str:
    if not has_live_fulfillment(order):
        return "Its fulfillment was cancelled, and its sale was not: it waits for its money."
    if is_on_account(order):
        return "It was to be brought on credit, and the reseller has not so much left: its fulfillment is not begun."
    return "It was to be brought unpaid, and its goods are still here: its fulfillment is not begun."


def is_live(stands: Standing) -> bool:
    return stands.ends.sale is not None and not is_over(stands.ends.sale)


def of_flags(order: Order, flags: tuple[str, ...]) -> Iterator[tuple[Kind, str]]:
    """A context that can not be read matters only where something is to pay."""
    for flag in flags:
        if flag in SAID and not (flag == "bad_context" and count(order).is_paid):
            yield SAID[flag]


def of_returns(order: Order, around: Circumstances) -> Iterator[tuple[Kind, str]]:
    for sentence in comebacks(order, around).doubts:
        yield "RETURN", sentence


def of_oddities(order: Order) -> Iterator[tuple[Kind, str]]:
    """What of its rows could not be read as it should: the first of it by name."""
    for each in order.oddities[:NAMED]:
        yield "ROWS", f"In the row {each.where}: {each.sentence}"
    if more := len(order.oddities[NAMED:]):
        yield "ROWS", f"And {more} more like this."


def contradicts(flags: tuple[str, ...]) -> bool:
    return any(flag in CONTRADICTIONS for flag in flags)
