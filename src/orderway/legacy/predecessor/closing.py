"""The closing report of an import in words: where the orders stand, the money, what was found, and who has to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from orderway.legacy.predecessor.facts import Oddity
from orderway.legacy.predecessor.readback import Found
from orderway.legacy.predecessor.report import in_words, sum_up

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
    yield from ("", *in_words(sum_up(verdicts)))
    yield from ("", "For a person to look at", *counted(Counter(found.asked)))
    said = [f"  {each.where}: {each.sentence}" for each in oddities]
    yield from ("", f"Not brought over of what the orders stand on: {len(said):,}", *said)


def counted(counts: Counter[str]) -> Iterator[str]:
    if not counts:
        yield "  Nothing."
    yield from (f"  {count:>8,}  {what}" for what, count in counts.most_common())
