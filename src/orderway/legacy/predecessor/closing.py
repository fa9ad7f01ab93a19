"""The closing report of an import in words: where the orders stand, the money, what was found, and who has to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from orderway.changeover.reviews import KINDS
from orderway.legacy.predecessor.facts import Oddity
from orderway.legacy.predecessor.oddities import named
from orderway.legacy.predecessor.parts import SENTENCES
from orderway.legacy.predecessor.payouts import BOOKED
from orderway.legacy.predecessor.readback import Found, total
from orderway.legacy.predecessor.report import in_words, sum_up
from orderway.legacy.turn import printable

CAME: Final = {
    "IN": "in, where they were judged to be",
    "RESTS": "in, and rest before where they were judged to be",
    "REWRITTEN": "in, and told another way there since: nothing was done",
    "FAILED": "not in, or not gone on",
    "SETTLED": "in, and not gone on: somebody decided so",
}
ARCHIVED: Final = "archived here since"


Followed = Mapping[str, int]
"""How much of what orders stand on was followed, by what it is in words."""


def lines(found: Found, oddities: Iterable[Oddity], followed: Followed | None = None) -> Iterator[str]:
    """Whatever somebody wrote there, no line of it commands a terminal."""
    yield from (printable(each) for each in told(found, oddities, followed or {}))


def told(found: Found, oddities: Iterable[Oddity], followed: Followed) -> Iterator[str]:
    verdicts = found.verdicts
    yield f"Read back: {len(verdicts):,} orders"
    yield from (f"  {count:>8,}  {CAME[came]}" for came, count in found.came.items())
    stand = Counter(ARCHIVED if each.order_id in found.departed else each.ends.in_words for each in verdicts)
    yield from ("", "Where they stand", *counted(stand))
    yield from ("", "By whose word", *counted(Counter(each.decided_by for each in verdicts)))
    yield from ("", *in_words(sum_up(verdicts)))
    yield from ("", *rows(found), "", *paid_to_riders(found))
    yield from (
        "",
        "For a person to look at",
        *counted(Counter({KINDS[kind]: count for kind, count in found.asked.items()})),
    )
    if changed := [f"  {each}" for each in found.departed.values() if each]:
        yield from ("", f"Changed there since they were archived: {len(changed):,}", *changed)
    yield from ("", "What of their rows can not be read as it should", *counted(total(verdicts, "odd")))
    if followed:
        yield from ("", "Changed there since the run before, and followed", *counted(Counter(followed)))
    said = list(oddities)
    yield from ("", f"To know of what the orders stand on: {len(said):,}", *(f"  {each}" for each in named(said)))


def rows(found: Found) -> Iterator[str]:
    """What was read is here, or its order has a finding that tells of it; what is neither would be lost."""
    there, left = total(found.verdicts, "rows"), total(found.verdicts, "left")
    yield f"{'Rows of the orders':<32} {'there':>10} {'here':>10} {'told of':>10}"
    for table in SENTENCES:
        if there[table]:
            here = found.here.get(table, 0)
            lost = "" if there[table] == here + left[table] else "  DIFFERS"
            yield f"  {table:<30} {there[table]:>10,} {here:>10,} {left[table]:>10,}{lost}"


def paid_to_riders(found: Found) -> Iterator[str]:
    """What riders were paid there by what became of it: what is not in the books stands on the review list."""
    paid = total(found.verdicts, "riders_paid")
    yield f"Paid to riders there, minor units: {sum(paid.values()):,}"
    yield f"  {found.riders_paid:>12,}  {BOOKED}"
    yield from (f"  {amount:>12,}  not here: {why}" for why, amount in paid.most_common() if why != BOOKED)


def counted(counts: Counter[str]) -> Iterator[str]:
    if not counts:
        yield "  Nothing."
    yield from (f"  {count:>8,}  {what}" for what, count in counts.most_common())
