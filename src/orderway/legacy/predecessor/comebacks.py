"""What came back of an order of the predecessor, as far as its returns can be followed one after the other."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from orderway.fulfillment.context import Condition
from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.facts import Order, Returned
from orderway.legacy.predecessor.lines import bought, worth
from orderway.legacy.predecessor.moments import arrived
from orderway.legacy.predecessor.money import count, refunds
from orderway.legacy.predecessor.moves_on_the_way import Piece

Outcome = Literal["RETURN_REQUESTED", "RETURN_ACCEPTED", "RETURN_RECEIVED", "REFUNDED", "DELIVERED"]
SELLABLE = frozenset({"GOOD", "NEW", "OK", "RESALABLE", "SELLABLE", "UNOPENED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comeback:
    """A return that can be followed, to `outcome`; `refund` in minor units, None where none was recorded."""

    record: Returned
    pieces: tuple[Piece, ...]
    outcome: Outcome
    refund: int | None = None
    was_received: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comebacks:
    """`doubts` say what of the returns could not be followed, or not for sure."""

    taken: tuple[Comeback, ...]
    doubts: tuple[str, ...]

    @property
    def state(self) -> Outcome:
        """Where they leave the fulfillment."""
        return self.taken[-1].outcome if self.taken else "DELIVERED"

    @property
    def refunded(self) -> int:
        return sum(each.refund or 0 for each in self.taken)


def comebacks(order: Order, around: Circumstances) -> Comebacks:
    """Follow the returns by their time, for as long as each leaves the goods with the buyer."""
    taken, doubts = list[Comeback](), list[str]()
    for record in sorted(order.returns, key=lambda each: each.created_at):
        wrong = objection(order, record, taken, around=around)
        if wrong:
            doubts.append(wrong)
            continue
        taken.append(follow(order, record, taken))
        doubts.extend(doubts_of(taken[-1]))
    return Comebacks(taken=tuple(taken), doubts=tuple(doubts))


def objection(order: Order, record: Returned, taken: list[Comeback], *, around: Circumstances) -> str | None:
    """Why a return can not be followed."""
    there = order.fulfillment
    if there is None or there.status != "DELIVERED":
        return "A return of it is not brought: its goods were not delivered."
    if taken and taken[-1].outcome != "DELIVERED":
        return "A return of it is not brought: the one before it is not over."
    if record.created_at > arrived(order, there).at + around.return_window:
        return "A return of it is not brought: it was asked for when the time for returns was over."
    back = back_by(taken) + counted(pieces_of(order, record))
    return None if back <= bought(order) else "A return of it is not brought: it names more than was sold."


def follow(order: Order, record: Returned, taken: list[Comeback]) -> Comeback:
    pieces = pieces_of(order, record)
    if record.status != "FULFILLED" or not named(record):
        outcomes: dict[str, Outcome] = {"PENDING": "RETURN_REQUESTED", "REJECTED": "DELIVERED"}
        return Comeback(record=record, pieces=pieces, outcome=outcomes.get(record.status, "RETURN_ACCEPTED"))
    already = sum(each.refund or 0 for each in taken)
    given = sum(-each.amount for each in refunds(order) if each.received_at >= record.created_at) - already
    if given <= 0:
        return Comeback(record=record, pieces=pieces, outcome="RETURN_RECEIVED", was_received=True)
    return Comeback(
        record=record,
        pieces=pieces,
        outcome="REFUNDED" if back_by(taken) + counted(pieces) == bought(order) else "DELIVERED",
        refund=min(given, worth(order, counted(pieces)), count(order).came - already),
        was_received=True,
    )


def pieces_of(order: Order, record: Returned) -> tuple[Piece, ...]:
    """What a return names; one that names nothing is for all."""
    return named(record) or tuple(
        Piece(variant=variant, quantity=quantity) for variant, quantity in bought(order).items()
    )


def named(record: Returned) -> tuple[Piece, ...]:
    said = (*record.conditions, *("" for _ in record.items))
    return tuple(
        Piece(variant=item.variant, quantity=item.quantity, condition=condition_of(condition))
        for item, condition in zip(record.items, said, strict=False)
        if item.quantity > 0
    )


def condition_of(words: str) -> Condition:
    """What is not said to be as good as new goes onto no shelf."""
    return "SELLABLE" if words.strip().upper() in SELLABLE else "DAMAGED"


def counted(pieces: tuple[Piece, ...]) -> Counter[str]:
    found = Counter[str]()
    for piece in pieces:
        found[piece.variant] += piece.quantity
    return found


def back_by(taken: list[Comeback]) -> Counter[str]:
    """What has come back by these."""
    return counted(tuple(piece for each in taken if each.was_received for piece in each.pieces))


def doubts_of(comeback: Comeback) -> list[str]:
    doubts = []
    if not named(comeback.record):
        doubts.append("Its return names no goods: it is brought as one of all that was sold, and nothing as received.")
    if comeback.outcome == "RETURN_RECEIVED":
        doubts.append("Its goods came back, and no refund is recorded.")
    return doubts
