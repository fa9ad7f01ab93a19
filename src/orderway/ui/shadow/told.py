"""The shadow in words: where it is, what a day came to, and each divergence with both sides beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from orderway.changeover.divergences import CLASSES, Divergence
from orderway.changeover.shadow import Standing, Summary
from orderway.ui.language import number, t, tr
from orderway.ui.reviews.told import Said, Sides, sides_of
from orderway.ui.words import Told, age, ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A divergence on the page."""

    of: Sides
    id: str
    class_: str
    until: Told | None


@dataclass(frozen=True, slots=True)
class Row:
    """What a day came to of one class."""

    label: str
    still_open: str
    opened: str
    closed: str


def told(each: Divergence, now: datetime) -> Item:
    """The divergence in words."""
    return Item(
        of=sides_of(each, kind=tr(each.kind_label), since=age(each.opened_at, now), now=now),
        id=f"{each.order_id}-{each.kind}-{each.opened_at:%Y%m%d%H%M%S%f}",
        class_=tr(each.class_label),
        until=ago(each.closed_at, now) if each.closed_at else None,
    )


def place_of(standing: Standing, now: datetime) -> Iterator[Said]:
    """Where the shadow is."""
    lag = standing.lag(now)
    behind = t("It does not follow now") if lag is None else t("{seconds} s", seconds=number(round(lag)))
    yield Said(t("Behind"), behind)
    name, _, place = standing.source.rpartition(" at ")
    yield Said(t("Database"), t("{name} at {place}", name=tr(name), place=tr(place)) if name else place)
    yield Said(t("Judged up to"), ago(standing.seen_until, now).text)
    yield Said(t("Changes followed today"), number(standing.followed))
    if standing.left_out:
        yield Said(t("Left out, since their store is switched on"), number(standing.left_out))
    if standing.not_in:
        yield Said(t("Orders that could not be brought over"), number(standing.not_in))


def rows_of(summary: Summary) -> Iterator[Row]:
    """A day by who was wrong."""
    for each, label in CLASSES.items():
        found = summary.counts[each]
        yield Row(tr(label), number(found.still_open), number(found.opened), number(found.closed))
