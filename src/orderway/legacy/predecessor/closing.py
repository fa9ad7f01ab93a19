"""The closing report of an import in words: where the orders stand, the money, what was found, and who has to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from orderway.legacy.predecessor.facts import Oddity
from orderway.legacy.predecessor.moves import CURRENCY
from orderway.legacy.predecessor.readback import Found
from orderway.money import Money

CAME: Final = {
    "IN": "in, where they were judged to be",
    "RESTS": "in, and rest before where they were judged to be",
    "REWRITTEN": "in, and told another way there since: nothing was done",
    "FAILED": "not in, or not gone on",
}


def lines(found: Found, oddities: Iterable[Oddity]) -> Iterator[str]:
    verdicts = found.verdicts
    yield f"Read back: {len(verdicts):,} orders"
    yield from (f"  {count:>8,}  {CAME[came]}" for came, count in found.came.items())
    yield from ("", "Where they stand", *counted(Counter(each.ends.in_words for each in verdicts)))
    yield from ("", "By whose word", *counted(Counter(each.decided_by for each in verdicts)))
    yield from ("", "Money")
    for what in ("total", "captured", "outstanding", "overpaid"):
        yield f"  {Money(sum(getattr(each, what) for each in verdicts), CURRENCY)!s:>20}  {what}"
    yield from ("", "Found", *counted(Counter(flag for each in verdicts for flag in each.flags)))
    yield from ("", "For a person to look at", *counted(Counter(found.asked)))
    said = [f"  {each.where}: {each.sentence}" for each in oddities]
    yield from ("", f"Not brought over of what the orders stand on: {len(said):,}", *said)


def counted(counts: Counter[str]) -> Iterator[str]:
    if not counts:
        yield "  Nothing."
    yield from (f"  {count:>8,}  {what}" for what, count in counts.most_common())
