"""A list of what people look at of orders on the way over: what is open or what is over, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import msgspec

from orderway.changeover.evidence import Evidence
from orderway.people.scope import allowed
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

LARGEST = 100

SEES = "outbox.see"
"""Whoever sees operations sees what of an order is on a list."""

FROM = "FROM {table} r JOIN sale_order o ON o.store_id = r.store_id AND o.id = r.order_id"
NAMED = "JOIN customer c ON c.id = o.customer_id JOIN store s ON s.id = o.store_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What is listed of whose order, since when, and what spoke for what."""

    store_id: UUID
    order_id: UUID
    kind: str
    sentence: str
    evidence: Evidence
    opened_at: datetime
    number: str
    customer: str
    store: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: behind what was opened, or was over, `at` this time."""

    order_id: UUID
    kind: str
    at: datetime

    def __str__(self) -> str:
        return f"{self.order_id}:{self.kind}:{self.at.isoformat()}"


def place_in(cursor: str) -> Place | None:
    """The place that a cursor tells; None where it tells none."""
    order, _, rest = cursor.partition(":")
    kind, _, at = rest.partition(":")
    try:
        place = Place(UUID(order), kind, datetime.fromisoformat(at))
    except ValueError:
        return None
    return place if kind.isidentifier() and place.at.tzinfo else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to list: all of it must hold. `status` is "open" or what it is called by its list where it is over."""

    status: str = "open"
    class_: str | None = None
    kind: str | None = None
    order_id: UUID | None = None


EVERYTHING = Filters()
decode = msgspec.json.Decoder().decode
Row = TypeVar("Row", bound=Listed)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some of a list, and whether more comes after them."""

    rows: tuple[Row, ...]
    has_more: bool


class Asked:
    """One question of one viewer: its parameters, and the conditions under which they have permissions, by name."""

    def __init__(self, viewer: Viewer, permissions: Mapping[str, str]) -> None:
        self.values: list[object] = []
        self.may: dict[str, str] = {}
        for name, permission in permissions.items():
            condition = allowed(viewer, permission, first=1 + len(self.values))
            self.values += condition.values
            self.may[name] = condition.sql

    def value(self, value: object) -> str:
        """Add a parameter and return its place: "$3"."""
        self.values.append(value)
        return f"${len(self.values)}"

    @property
    def seen(self) -> str:
        """The condition that the viewer has one of the permissions."""
        return f"({' OR '.join(self.may.values())})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[Row]):
    """The rows `r` of a table, each of an order `o`: open until the time of its `{over}_at`.

    Whoever has one of the permissions of `sees` on the order sees it. `more` is what is read of it beside its columns:
    a name of `sees` in braces is whether the viewer has that permission. `things` are called so by people, and come in
    the `way` of their times where they are open; what was over last comes first.
    """

    table: str
    things: str
    row: type[Row]
    over: str
    way: Literal["ASC", "DESC"]
    sees: Mapping[str, str]
    more: str

    async def page(
        self,
        connection: Connection,
        viewer: Viewer,
        *,
        filters: Filters = EVERYTHING,
        after: Place | None = None,
        limit: int = 20,
    ) -> Page[Row]:
        """Return some of what the viewer sees, from behind a place on. Raises Invalid for a limit over LARGEST."""
        if not 1 <= limit <= LARGEST:
            sentence = f"A page holds 1 to {LARGEST} {self.things}."
            raise Invalid(sentence, "Ask for fewer, and then for the next page.", "first")
        asked, way = Asked(viewer, self.sees), self.way if filters.status == "open" else "DESC"
        where, keys = self.where(asked, filters), self.keys(filters)
        if after:
            key = ", ".join(asked.value(each) for each in (after.at, after.order_id, after.kind))
            where += f" AND ({', '.join(keys)}) {'<' if way == 'DESC' else '>'} ({key})"
        order = ", ".join(f"{each} {way}" for each in keys)
        rows = await self.read(connection, asked, f"{where} ORDER BY {order} LIMIT {asked.value(limit + 1)}")
        return Page(rows[:limit], len(rows) > limit)

    async def count(
        self, connection: Connection, viewer: Viewer, filters: Filters = EVERYTHING, *, most: int | None = None
    ) -> int:
        """Return how many there are of those that the viewer sees; of more than `most` that many."""
        asked = Asked(viewer, self.sees)
        where, limit = self.where(asked, filters), f"LIMIT {asked.value(most)}" if most else ""
        statement = f"SELECT count(*) FROM (SELECT {self.found} WHERE {where} {limit}) counted"  # noqa: S608  (texts of ours)
        counted: int = await connection.fetchval(statement, *asked.values)
        return counted

    async def read(self, connection: Connection, asked: Asked, where: str) -> tuple[Row, ...]:
        """Read the rows of a condition, with what else is said behind it."""
        columns = f"r.*, o.number, c.name AS customer, s.name AS store, {self.more.format(**asked.may)}"
        rows = await connection.fetch(f"SELECT {columns} {self.found} {NAMED} WHERE {where}", *asked.values)
        return tuple(msgspec.convert({**row, "evidence": decode(row["evidence"])}, self.row) for row in rows)

    @property
    def found(self) -> str:
        return FROM.format(table=self.table)

    def keys(self, filters: Filters) -> tuple[str, str, str]:
        """By what it is sorted."""
        return f"r.{'opened' if filters.status == 'open' else self.over}_at", "r.order_id", "r.kind"

    def where(self, asked: Asked, filters: Filters) -> str:
        """The condition of what the viewer sees and the filters let pass."""
        parts = [asked.seen, f"r.{self.over}_at IS {'' if filters.status == 'open' else 'NOT '}NULL"]
        for column, wanted in (("class", filters.class_), ("kind", filters.kind), ("order_id", filters.order_id)):
            if wanted:
                parts.append(f"r.{column} = {asked.value(wanted)}")
        return " AND ".join(parts)

    def cursor(self, row: Any) -> str:
        """Where the page ends that ends with this row, or with what the API shows of it."""
        return str(Place(row.order_id, row.kind, getattr(row, f"{self.over}_at") or row.opened_at))
