"""The report on the predecessor's orders: a line of JSON each, their sums, and how they agree with what is expected.

What is expected was counted independently of the import: `expected.jsonl.gz` beside the report, a line for each order.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from orderway.legacy.predecessor.catalog import LegacyInvalid
from orderway.legacy.predecessor.judge import Verdict
from orderway.quotation.machine import QUOTATION
from orderway.sale.machine import SALE

EXPECTED: Final = "expected.jsonl.gz"
AMOUNTS: Final = ("total", "captured", "outstanding", "overpaid")
MONEY: Final = "Money, of each order"
FLAGS: Final = "Flags, of each order"
UNSUPPORTED: Final = "Cleared without a reason"
STATES: Final = {state: chart.node(state).label for chart in (QUOTATION, SALE) for state in chart.leaves}
"""What the states of the report are called, of a sale or, before there is one, of its quotation."""

CLEARED: Final = frozenset({"CLEARED_FOR_FULFILLMENT", "AWAITING_SETTLEMENT", "COMPLETED", "REFUNDED"})


class Line(Struct, frozen=True, kw_only=True):
    """What the report says of one order; amounts in minor units."""

    order_id: str
    status: str
    total_minor: int
    captured_minor: int
    outstanding_minor: int
    overpaid_minor: int
    state: str
    fulfillment_state: str | None
    decided_by: str
    why: str
    confidence: float
    clearance: str | None
    flags: tuple[str, ...]
    review: tuple[str, ...]


class Expected(Struct, frozen=True, kw_only=True):
    """What is expected of one order, as far as it can be laid beside a line."""

    order_id: str
    total_minor: int
    captured_minor: int
    outstanding_minor: int
    overpaid_minor: int
    flags: tuple[str, ...]


class Check(Struct, frozen=True, kw_only=True):
    """One thing that was counted twice."""

    what: str
    ours: int
    expected: int

    @property
    def agrees(self) -> bool:
        return self.ours == self.expected


@dataclass(slots=True)
class Sums:
    """What the orders come to, in minor units; how many there are of each flag, status and state; and for each of these
    what they come to. `unsupported` are those that are cleared, or further, without a reason: there must be none.
    """

    orders: int = 0
    money: Counter[str] = field(default_factory=Counter)
    by: dict[str, Counter[str]] = field(
        default_factory=lambda: {"flag": Counter(), "status": Counter(), "state": Counter()}
    )
    money_by: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    unsupported: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        amounts = {each: getattr(verdict, each) for each in AMOUNTS}
        self.orders += 1
        self.money.update(amounts)
        for kind, names in (("flag", verdict.flags), ("status", (verdict.status,)), ("state", (verdict.state,))):
            for name in names:
                self.by[kind][name] += 1
                self.money_by.setdefault((kind, name), Counter()).update(amounts)
        if verdict.state in CLEARED and verdict.clearance is None:
            self.unsupported.append(verdict.order_id)


def line_of(verdict: Verdict) -> Line:
    return Line(
        order_id=verdict.order_id,
        status=verdict.status,
        total_minor=verdict.total,
        captured_minor=verdict.captured,
        outstanding_minor=verdict.outstanding,
        overpaid_minor=verdict.overpaid,
        state=verdict.state,
        fulfillment_state=verdict.fulfillment_state,
        decided_by=verdict.decided_by,
        why=verdict.why,
        confidence=verdict.confidence,
        clearance=verdict.clearance,
        flags=verdict.flags,
        review=tuple(f"{doubt.kind}: {doubt.sentence}" for doubt in verdict.review),
    )


def write_lines(verdicts: Iterable[Verdict], path: Path) -> None:
    """A line of JSON for each order. Raises LegacyInvalid where the file can not be written."""
    try:
        with path.open("wb") as file:
            file.writelines(msgspec.json.encode(line_of(verdict)) + b"\n" for verdict in verdicts)
    except OSError as error:
        raise LegacyInvalid(f"The report {path} can not be written: {error.strerror}.", "Name another file.") from None


def sum_up(verdicts: Iterable[Verdict]) -> Sums:
    sums = Sums()
    for verdict in verdicts:
        sums.add(verdict)
    return sums


def in_words(sums: Sums) -> Iterator[str]:
    """The sums as lines of a table: in total, then by flag, status and state; amounts in minor units."""
    heading = " ".join(f"{each:>16}" for each in ("orders", *AMOUNTS))
    yield f"{'Minor units':<46} {heading}"
    yield row("All", sums.orders, sums.money)
    for kind, counts in sums.by.items():
        yield f"By {kind}"
        words = STATES if kind == "state" else {}
        yield from (
            row(f"  {words.get(name, name)}", counts[name], sums.money_by[kind, name]) for name in sorted(counts)
        )


def row(what: str, orders: int, money: Mapping[str, int]) -> str:
    figures = " ".join(f"{each:>16,}" for each in (orders, *(money[amount] for amount in AMOUNTS)))
    return f"{what:<46} {figures}"


def find_expected(folder: Path) -> Sequence[Expected] | None:
    """What the folder expects of each order; None where it expects nothing. Raises LegacyInvalid."""
    path = folder / EXPECTED
    if not path.exists():
        return None
    try:
        with gzip.open(path, "rb") as lines:
            return [msgspec.json.decode(each, type=Expected) for each in lines]
    except (OSError, EOFError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LegacyInvalid(
            f"{path.name} can not be read as what is expected of the orders: {error}.",
            "Correct it, or take it away to report without a comparison.",
        ) from None


def compare(verdicts: Sequence[Verdict], expected: Sequence[Expected]) -> tuple[Check, ...]:
    """How many orders there are, and of how many the money and the flags agree; then each sum, and each flag."""
    ours = {verdict.order_id: line_of(verdict) for verdict in verdicts}
    sums, theirs = sum_up(verdicts), Counter(flag for each in expected for flag in each.flags)
    return (
        Check(what="Orders", ours=len(ours), expected=len(expected)),
        Check(
            what=MONEY,
            ours=sum(is_same_money(ours.get(each.order_id), each) for each in expected),
            expected=len(expected),
        ),
        Check(
            what=FLAGS,
            ours=sum(is_same_flags(ours.get(each.order_id), each) for each in expected),
            expected=len(expected),
        ),
        *(
            Check(
                what=amount,
                ours=sums.money[amount],
                expected=sum(getattr(each, f"{amount}_minor") for each in expected),
            )
            for amount in AMOUNTS
        ),
        Check(what=UNSUPPORTED, ours=len(sums.unsupported), expected=0),
        *(
            Check(what=flag, ours=sums.by["flag"][flag], expected=theirs[flag])
            for flag in sorted({*sums.by["flag"], *theirs})
        ),
    )


def is_same_money(ours: Line | None, theirs: Expected) -> bool:
    names = [f"{amount}_minor" for amount in AMOUNTS]
    return ours is not None and all(getattr(ours, name) == getattr(theirs, name) for name in names)


def is_same_flags(ours: Line | None, theirs: Expected) -> bool:
    return ours is not None and set(ours.flags) == set(theirs.flags)


def beside(checks: Sequence[Check]) -> Iterator[str]:
    """The comparison as lines of a table, and how much of it agrees."""
    yield f"{f'Beside {EXPECTED}':<46} {'ours':>16} {'expected':>16}"
    for check in checks:
        verdict = "agrees" if check.agrees else "DIFFERS"
        yield f"  {check.what:<44} {check.ours:>16,} {check.expected:>16,}  {verdict}"
    yield f"{sum(check.agrees for check in checks)} of {len(checks)} lines agree."
