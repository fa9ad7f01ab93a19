"""How many things of a machine stand in each of its states, as the viewer sees them: cheap however many there are.

Each state is the end of an index that begins with whoever looks, and no more than MOST of it is ever read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import asyncpg

from orderway.order.sight import Sight
from orderway.people.permissions import STAFF_SCOPES
from orderway.people.viewer import Viewer
from orderway.statechart import Chart
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection, Kind

MOST = 10_000
"""So many of one state are counted; of more it is only known that there are more."""

Key = TypeVar("Key")

LISTED = frozenset({"quotation", "sale", "fulfillment", "payment"})
"""Machines whose rows know whose order they are of."""

KNOWS = "CROSS JOIN LATERAL (SELECT i.store_id, i.order_id AS id, i.customer_id, i.biller_id) o"
ASKS = "JOIN sale_order o ON o.store_id = i.store_id AND o.id = i.order_id"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stand in a state, at most MOST; `is_more` tells that they are more."""

    count: int = 0
    is_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What stands in a state that is not the end: how many, since when the first of them, and worth how much.

    `versions` counts them by the version of the machine. `worth` is their orders' totals by currency, of payments their
    amounts, in minor units; it is empty for those who do not see money. Where there are more than MOST, all of it is of
    MOST of them.
    """

    tally: Tally
    oldest: datetime | None = None
    versions: Mapping[int, int] = field(default_factory=dict)
    worth: Mapping[str, int] = field(default_factory=dict)


def require_staff(viewer: Viewer) -> None:
    """Raise NotFound for who does not work for the seller: what others see of all orders is little, and not counted."""
    if viewer.permissions.isdisjoint(STAFF_SCOPES):
        raise NotFound("There are no counts here.", "Look into the list of your orders.")


async def count_states(
    connection: Connection, viewer: Viewer, *, kind: Kind, store_id: UUID | None = None, most: int = MOST
) -> dict[str, Tally]:
    """Return how many the viewer sees in each state of any version of the machine, each up to `most`. One statement."""
    sight = Sight(viewer)
    standing = _Standing(sight, kind, store_id, most)
    branches = [f"SELECT '{name}' AS state, count(*) FROM ({standing.of(name)}) x" for name in kind.newest.every_leaf]  # noqa: S608  (texts of the code and of the viewer's conditions, which hold no values)
    rows = await connection.fetch(" UNION ALL ".join(branches), *sight.values)
    return {row["state"]: _tally(row["count"], most) for row in rows}


async def weigh_states(
    connection: Connection, viewer: Viewer, *, kind: Kind, store_id: UUID | None = None
) -> dict[str, Weight]:
    """Return what the viewer sees in each state that is not the end. One statement."""
    sight = Sight(viewer)
    standing = _Standing(sight, kind, store_id)
    money = sight.money()
    branches = [standing.weighed(name, money) for name in live(kind.newest)]
    rows = await connection.fetch(" UNION ALL ".join(branches), *sight.values)
    found = defaultdict[str, list[asyncpg.Record]](list)
    for row in rows:
        found[row["state"]].append(row)
    return {state: _weight(found[state]) for state in live(kind.newest)}


@dataclass(frozen=True, slots=True)
class Longer:
    """How many stand in a state since some time or longer, and since when the first of them."""

    tally: Tally
    oldest: datetime | None


async def count_longer(
    connection: Connection, viewer: Viewer, *, kind: Kind, since: Mapping[str, datetime]
) -> dict[str, Longer]:
    """Return how many the viewer sees that have stood in a state since its time of `since`. One statement."""
    if not since:
        return {}
    sight = Sight(viewer)
    standing = _Standing(sight, kind, None)
    branches = [standing.longer(state, sight.value(at)) for state, at in since.items()]
    rows = await connection.fetch(" UNION ALL ".join(branches), *sight.values)
    return {row["state"]: Longer(_tally(row["count"]), row["oldest"]) for row in rows}


def live(chart: Chart) -> list[str]:
    """The states that are not the end, in the order of the machine."""
    return [name for name in chart.every_leaf if not chart.is_final(name)]


class _Standing:
    """What the viewer sees of a machine: each state on its own, since PostgreSQL knows how many stand in which."""

    def __init__(self, sight: Sight, kind: Kind, store_id: UUID | None, most: int = MOST) -> None:
        self.kind, self.most = kind, most
        parts = [sight.order(), sight.instance(kind.name)]
        if store_id:
            parts.append(f"i.store_id = {sight.value(store_id)}::uuid")
        self.seen = " AND ".join(parts)

    def of(self, state: str, columns: str = "") -> str:
        """What stands in a state, and one more than is counted."""
        order = KNOWS if self.kind.name in LISTED else ASKS
        of = f"{self.kind.table.name} i {order}"
        return f"SELECT {columns} FROM {of} WHERE i.state = '{state}' AND {self.seen} LIMIT {self.most + 1}"  # noqa: S608

    def longer(self, state: str, at: str) -> str:
        """How many have stood in an open state since a time or longer, as its index tells, and since when the first."""
        held = f"i.state = '{state}' AND i.moved_at <= {at}::timestamptz AND {self.seen}"
        of = f"{self.kind.table.name} i {KNOWS} WHERE {held} ORDER BY i.moved_at LIMIT {MOST + 1}"
        return f"SELECT '{state}' AS state, count(*), min(moved_at) AS oldest FROM (SELECT i.moved_at FROM {of}) x"  # noqa: S608

    def weighed(self, state: str, money: str) -> str:
        """The same by version and currency, with what it is worth to those who see `money`."""
        worth = "amount" if self.kind.name == "payment" else "NULL::bigint AS amount"
        standing = self.of(state, f"i.version, i.moved_at, i.store_id, i.order_id, {worth}")
        return f"""
        SELECT '{state}' AS state, i.version, v.currency, count(*), min(i.moved_at) AS oldest,
            sum(v.worth)::text AS worth
        FROM ({standing}) i CROSS JOIN LATERAL (
            SELECT o.currency, CASE WHEN {money} THEN coalesce(i.amount, (SELECT sum(l.total) FROM order_line l
                WHERE l.store_id = i.store_id AND l.order_id = i.order_id)) END AS worth
            FROM sale_order o WHERE o.store_id = i.store_id AND o.id = i.order_id OFFSET 0) v
        GROUP BY i.version, v.currency
        """  # noqa: S608


def _tally(count: int, most: int = MOST) -> Tally:
    return Tally(min(count, most), count > most)


def _weight(rows: Collection[asyncpg.Record]) -> Weight:
    if not rows:
        return Weight(tally=Tally())
    return Weight(
        tally=_tally(sum(row["count"] for row in rows)),
        oldest=min(row["oldest"] for row in rows),
        versions=_sums((row["version"], row["count"]) for row in rows),
        worth=_sums((row["currency"], int(row["worth"])) for row in rows if row["worth"] not in {None, "0"}),
    )


def _sums(pairs: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    sums = defaultdict[Key, int](int)
    for key, value in pairs:
        sums[key] += value
    return dict(sums)
