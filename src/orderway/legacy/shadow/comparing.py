"""Where the predecessor and our machines differ on an order after the same facts, who is wrong, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from orderway.changeover.divergences import Class
from orderway.legacy.ends import Ends
from orderway.legacy.predecessor.drive import NO_GOODS
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.flags import EXPIRED
from orderway.legacy.predecessor.judge import Verdict
from orderway.legacy.predecessor.ledger import Came
from orderway.legacy.predecessor.opinions import has_live_fulfillment, opinions
from orderway.legacy.predecessor.standing import is_gone
from orderway.money import Money

PAID: Final = frozenset({"PAID", "FULFILLED"})
"""The predecessor's words for what may be brought."""

SALE_STAGES: Final[Mapping[str | None, str]] = {
    **dict.fromkeys((None, "QUOTATION_DRAFT"), "none"),
    **dict.fromkeys(
        ("CLEARED_FOR_FULFILLMENT", "CLEARED_FOR_FULFILMENT", "AWAITING_SETTLEMENT", "COMPLETED", "REFUNDED"), "cleared"
    ),
    **dict.fromkeys(("CANCELLED", "EXPIRED", "SALE_EXPIRED"), "over"),
}
"""How far a sale is in our words and in theirs, as far as time alone does not change it; all others wait."""

FULFILLMENT_STAGES: Final[Mapping[str | None, str]] = {
    None: "none",
    "SHIPPED": "on its way",
    **dict.fromkeys(
        (
            "DELIVERED",
            "COMPLETED",
            "RETURN_REQUESTED",
            "RETURN_ACCEPTED",
            "RETURN_RECEIVED",
            "REFUNDED",
        ),
        "there",
    ),
    **dict.fromkeys(("CANCELLED", "FAILED"), "over"),
}
"""The same of a fulfillment; all others are being prepared."""

OF_DOUBTS: Final[Mapping[str, tuple[str, Class]]] = {
    "LEFT_UNPAID": ("LEFT_UNPAID", "OLD_WRONG"),
    "NOT_CLEARED": ("CLEARED", "OLD_WRONG"),
    "NOT_RELEASED": ("RELEASED", "OLD_WRONG"),
    "CONTRADICTION": ("CONTRADICTION", "UNCLEAR"),
    "ON_HOLD": ("CONTRADICTION", "UNCLEAR"),
}
"""What a doubt of the judge is as a divergence, and of which class."""


CANCELLED: Final = "It was cancelled there, and its goods have left all the same."
LAPSED: Final = "It was let expire there, and its goods have left all the same."

UNCLEARED: Final = frozenset({"NOT_CLEARED", "NOT_RELEASED"})
"""Doubts that are none of an order which is cleared here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """An order on both sides: what is known of it there, and where it `rests` here.

    `came` is what became of it and `why`, `is_guarded` whether a guard of ours said no.
    """

    order: Order
    verdict: Verdict
    rests: Ends
    came: Came
    why: str | None
    is_guarded: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which they differ, and why, in a sentence."""

    kind: str
    class_: Class
    sentence: str


def compare(beside: Beside) -> tuple[Difference, ...]:
    """All that they differ in, each kind once; nothing where they agree."""
    found: dict[str, Difference] = {}
    for each in (*by_road(beside), *by_doubts(beside), *by_status(beside), *by_rest(beside)):
        found.setdefault(each.kind, each)
    return tuple(found.values())


def by_road(beside: Beside) -> Iterator[Difference]:
    """It could not go here as it went there, and is somewhere else."""
    why = beside.why or ""
    if beside.came == "REWRITTEN":
        yield Difference("REWRITTEN", "UNCLEAR", why)
    elif beside.came == "FAILED" and not agree(beside):
        yield Difference("REFUSED", "OLD_WRONG" if beside.is_guarded else blame(beside), why)
    elif beside.came == "RESTS":
        yield Difference("GOODS", "UNCLEAR", why) if why == NO_GOODS else Difference("CREDIT", "OLD_WRONG", why)


def by_doubts(beside: Beside) -> Iterator[Difference]:
    """What the judge of its rows found."""
    order = beside.order
    for doubt in beside.verdict.review:
        if doubt.kind in UNCLEARED and is_cleared(beside):
            continue
        if doubt.kind == "CONTRADICTION" and is_gone(order) and order.status == "CANCELLED":
            yield Difference("ENDED", "OLD_WRONG", LAPSED if order.workflow_state == EXPIRED else CANCELLED)
        elif doubt.kind == "NOT_RELEASED" and not has_live_fulfillment(order):
            yield Difference("CONTRADICTION", "UNCLEAR", doubt.sentence)
        elif doubt.kind in OF_DOUBTS:
            yield Difference(*OF_DOUBTS[doubt.kind], doubt.sentence)


def by_status(beside: Beside) -> Iterator[Difference]:
    """What its statuses say that our guards would not have let happen."""
    order, judged = beside.order, beside.verdict.ends
    missing = Money(beside.verdict.outstanding, order.currency)
    if order.status in PAID and is_waiting(judged) and not is_cleared(beside):
        yield Difference("CLEARED", "OLD_WRONG", f"Its status says that it is paid, with {missing} unpaid.")
    if order.workflow_state == EXPIRED and order.status == "CANCELLED" and judged.sale != "EXPIRED":
        if judged.sale is None:
            yield Difference("EXPIRED", "OLD_WRONG", "It was no sale yet: a quotation is not what expires unpaid.")
        elif judged.sale == "CANCELLED":
            sentence = "Money had come for it or was announced, or its time was not over."
            yield Difference("EXPIRED", "OLD_WRONG", sentence)
    times = sum(each.to_state == "DELIVERED" for each in order.fulfillment.log) if order.fulfillment else 0
    if times > 1:
        yield Difference("TWICE", "OLD_WRONG", f"It was delivered {times} times: goods and money moved each time.")


def by_rest(beside: Beside) -> Iterator[Difference]:
    """It went its road here, and is not where its facts put it: a clock or a person moved it, or we are wrong."""
    if beside.came == "IN" and not agree(beside):
        here, there = beside.rests.in_words, beside.verdict.ends.in_words
        sentence = f"Here it rests with its {here}; by what is known there it is {there}."
        yield Difference("ELSEWHERE", blame(beside), sentence)


def agree(beside: Beside) -> bool:
    """Whether it is as far here as its facts say, whichever way it went.

    What both cleared stays so, though the override or the credit that did it would not by now.
    """
    here, there = beside.rests, beside.verdict.ends
    if is_cleared(beside) and is_waiting(there) and SALE_STAGES.get(beside.order.workflow_state) == "cleared":
        return True
    return stages([here.sale], [here.fulfillment]) == stages([there.sale], [there.fulfillment])


def blame(beside: Beside) -> Class:
    """Ours, where its statuses and the evidence there agree on how far it is."""
    said = opinions(beside.order)
    sales, goods = stages(
        filter(None, (said.stored, said.status, said.evidence)),
        filter(None, (said.stored_fulfillment, said.status_fulfillment)),
    )
    is_doubted = any(each.kind in OF_DOUBTS for each in beside.verdict.review)
    return "UNCLEAR" if is_doubted or len(sales) > 1 or len(goods) > 1 else "OURS_WRONG"


def is_cleared(beside: Beside) -> bool:
    """Whether its sale is cleared here."""
    return SALE_STAGES.get(beside.rests.sale) == "cleared"


def is_waiting(ends: Ends) -> bool:
    return SALE_STAGES.get(ends.sale, "waiting") == "waiting"


def stages(sales: Iterable[str | None], fulfillments: Iterable[str | None]) -> tuple[set[str], set[str]]:
    """How far sales and fulfillments of these words are."""
    return (
        {SALE_STAGES.get(each, "waiting") for each in sales},
        {FULFILLMENT_STAGES.get(each, "preparing") for each in fulfillments},
    )
