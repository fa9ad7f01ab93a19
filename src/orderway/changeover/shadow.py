"""How far the shadow has followed the former system, and what a day of it came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from orderway.changeover.divergences import CLASSES, KINDS, Class
from orderway.money import Money
from orderway.workflow.kinds import Connection

WORST = 10
"""So many divergences a summary names."""

PLACE = """
SELECT p.source, p.seen_until, p.began_at, p.ended_at, p.trouble, coalesce(d.followed, 0) AS followed, coalesce(
    (SELECT count(*) FROM legacy_order WHERE came = 'FAILED' AND order_id IS NULL), 0
) AS not_in, (SELECT count(*) FROM shadow_left_out) AS left_out
FROM shadow_place p LEFT JOIN shadow_day d ON d.day = $1
"""
DAY = """
SELECT coalesce(max(followed), 0) AS followed, coalesce(max(longest), 0) AS longest,
    (SELECT count(*) FROM shadow_left_out WHERE since < $2) AS left_out
FROM shadow_day WHERE day = $1
"""
COUNTS = """
SELECT class, count(*) FILTER (WHERE opened_at >= $1) AS opened,
    count(*) FILTER (WHERE closed_at < $2) AS closed,
    count(*) FILTER (WHERE closed_at IS NULL OR closed_at >= $2) AS still_open
FROM shadow_divergence WHERE opened_at < $2 AND (closed_at IS NULL OR closed_at >= $1) GROUP BY class
"""
OPEN = "SELECT class, count(*) FROM shadow_divergence WHERE closed_at IS NULL GROUP BY class"
WORST_OF = """
SELECT o.number, d.kind, d.class, d.sentence, d.at_stake, o.currency, d.opened_at
FROM shadow_divergence d JOIN sale_order o ON o.store_id = d.store_id AND o.id = d.order_id
WHERE d.opened_at < $1 AND (d.closed_at IS NULL OR d.closed_at >= $1)
ORDER BY array_position($2::text[], d.class), d.at_stake DESC, d.opened_at, o.number LIMIT $3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the shadow is: all that was committed there until `seen_until` is judged here.

    `followed` counts what changed there today, `not_in` the orders that could not be brought over at all, `left_out`
    those with which people have gone on here where their store is switched on. `trouble` is why the former database
    can not be read at the moment.
    """

    source: str
    seen_until: datetime
    began_at: datetime
    ended_at: datetime | None
    trouble: str | None
    followed: int
    not_in: int
    left_out: int

    def lag(self, now: datetime) -> float | None:
        """Seconds that a change there may have waited by now; None where nothing follows any more."""
        return None if self.ended_at else max(0.0, (now - self.seen_until).total_seconds())


@dataclass(frozen=True, slots=True)
class Counted:
    """Divergences of a class on a day: found, gone, and open at its end."""

    opened: int = 0
    closed: int = 0
    still_open: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """A divergence that a summary names; `at_stake` in minor units of `currency`."""

    number: str
    kind: str
    class_: Class
    sentence: str
    at_stake: int
    currency: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a day (UTC) of the shadow came to; `longest` is the longest that a change may have waited, in seconds.

    `left_out` counts the orders that are so since before its end.
    """

    day: date
    followed: int
    longest: float
    left_out: int
    counts: Mapping[Class, Counted]
    worst: Sequence[Worst]

    @property
    def is_empty(self) -> bool:
        return not (self.followed or self.worst or any(each != Counted() for each in self.counts.values()))


async def read_standing(connection: Connection, *, now: datetime) -> Standing | None:
    """Where the shadow is, or None where there never was one."""
    row = await connection.fetchrow(PLACE, now.astimezone(UTC).date())
    return Standing(**row) if row else None


async def count_open(connection: Connection) -> Mapping[str, int]:
    """How many divergences are open, by class."""
    rows = await connection.fetch(OPEN)
    found = {row["class"]: row["count"] for row in rows}
    return {each: found.get(each, 0) for each in CLASSES}


async def summarize(connection: Connection, day: date) -> Summary:
    """Sum up a day, by what was open at its end. Three statements."""
    begin = datetime.combine(day, time(), UTC)
    end = begin + timedelta(days=1)
    (followed,) = await connection.fetch(DAY, day, end)
    counts = {
        each["class"]: Counted(each["opened"], each["closed"], each["still_open"])
        for each in await connection.fetch(COUNTS, begin, end)
    }
    worst = await connection.fetch(WORST_OF, end, list(CLASSES), WORST)
    return Summary(
        day=day,
        **followed,
        counts={each: counts.get(each, Counted()) for each in CLASSES},
        worst=tuple(Worst(**{"class_" if name == "class" else name: value for name, value in each.items()})
                    for each in worst),
    )  # fmt: skip


def lines(summary: Summary) -> list[str]:
    """The summary in words, a line each."""
    said = [
        f"{summary.followed:,} changes of orders were followed; none waited longer than {summary.longest:,.1f} s."
        if summary.followed
        else "Nothing was followed."
    ]
    for each, label in CLASSES.items():
        found = summary.counts[each]
        said.append(f"{label}: {found.still_open:,} open, {found.opened:,} new, {found.closed:,} gone.")
    if summary.left_out:
        said.append(f"Left out, since their store is switched on and people have gone on here: {summary.left_out:,}.")
    for one in summary.worst:
        at_stake, kind = Money(one.at_stake, one.currency), KINDS.get(one.kind, one.kind)
        where = f"On order {one.number}, with {at_stake} at stake:" if one.at_stake else f"On order {one.number}:"
        said.append(f"{where} {CLASSES[one.class_]}. {kind}. {one.sentence}")
    return said
