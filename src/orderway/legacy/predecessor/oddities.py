"""What can not be read as it should, by its kinds: many of one kind are told once, and counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from orderway.legacy.predecessor.facts import Oddity

NAMED: Final = 20
"""So many of one kind are named; the rest is counted."""

WHOLE: Final = "They owe "
"""What begins so is named of all: somebody has to decide about each of them."""

FOUND: Final = re.compile(
    r'(of no known kind|can not be read|is not \w+|points to no row of "\w+")(:|, but) .*', re.DOTALL
)
OWN: Final = re.compile(r"“.*”| ?\([^)]*\)|\S+@\S+|-?\d[\d,.]*\b", re.DOTALL)


def kind_of(oddity: Oddity) -> str:
    """Its table, and its sentence without what is of its row alone."""
    sentence = OWN.sub("…", FOUND.sub(r"\1", oddity.sentence)).removesuffix(".")
    return f"{oddity.where.partition(' ')[0]}: {sentence}."


def kinds_of(oddities: Iterable[Oddity]) -> dict[str, int]:
    """How many there are of each kind."""
    return dict(Counter(kind_of(each) for each in oddities))


def named(oddities: Iterable[Oddity]) -> Iterator[str]:
    """A line for each, those of a kind together; of many of one kind the first, and how many more there are."""
    groups: dict[str, list[str]] = {}
    for each in oddities:
        groups.setdefault(kind_of(each), []).append(f"{each.where}: {each.sentence}")
    for kind, lines in groups.items():
        shown = len(lines) if WHOLE in kind else NAMED
        yield from lines[:shown]
        if more := len(lines[shown:]):
            yield f"… and {more:,} more like this: {kind}"
