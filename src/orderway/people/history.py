"""The history of people, roles and stores: who changed what, newest first, as far as the reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from orderway.cursors import cursor_of, read_cursor
from orderway.people.directory import check_limit, managed, require_manager
from orderway.people.names import PERSON, names_of
from orderway.people.record import PHRASES
from orderway.people.scope import Condition
from orderway.people.viewer import Viewer
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleChange:
    """One change of a person, a role or a store: one of the three ids is there.

    `subject` is what it was called then, `phrase` continues the name of `who`; `was` and `became` are words of then,
    and neither is there for a secret. `step` is that of the subject afterwards.
    """

    id: UUID
    person: UUID | None
    role: UUID | None
    store: UUID | None
    subject: str
    step: int
    what: str
    phrase: str
    was: str | None
    became: str | None
    reason: str
    at: datetime
    who: str

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with it."""
        return cursor_of(self.at, self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilters:
    """Which changes to list: of whom or what, by which person, of which of PHRASES, from `since` on, before `until`."""

    person: UUID | None = None
    role: UUID | None = None
    store: UUID | None = None
    actor: UUID | None = None
    what: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = ChangeFilters()
CHANGES = """
SELECT h.id, h.person_id AS person, h.role_id AS role, h.store_id AS store, h.subject, h.step, h.what, h.was, h.became,
    h.reason, h.at, h.actor FROM people_change h
"""


async def list_changes(
    connection: Connection, viewer: Viewer, *, filters: ChangeFilters = EVERYTHING, after: str = "", limit: int = 20
) -> tuple[list[PeopleChange], bool]:
    """Return a page of changes, newest first, and whether more come. Raises Refused and Invalid."""
    check_limit(limit)
    listed = _listed(viewer, filters)
    values = [*listed.values, limit + 1]
    behind = ""
    if after:
        at, id = read_cursor(after, "changes")
        behind = f"AND (h.at, h.id) < (${len(values) + 1}, ${len(values) + 2}::uuid)"
        values += [at, id]
    rows = await connection.fetch(
        f"{CHANGES} WHERE {listed.sql} {behind} ORDER BY h.at DESC, h.id DESC LIMIT ${len(listed.values) + 1}",
        *values,
    )
    names = await names_of(connection, {row["actor"] for row in rows[:limit]})
    return [_change(row, names) for row in rows[:limit]], len(rows) > limit


async def count_changes(connection: Connection, viewer: Viewer, filters: ChangeFilters = EVERYTHING) -> int:
    """Return how many `list_changes` lists in all."""
    listed = _listed(viewer, filters)
    count: int = await connection.fetchval(
        f"SELECT count(*) FROM people_change h WHERE {listed.sql}",  # noqa: S608  (texts of the code alone)
        *listed.values,
    )
    return count


def _change(row: asyncpg.Record, names: Mapping[str, str]) -> PeopleChange:
    values = dict(row)
    actor = values.pop("actor")
    return PeopleChange(**values, phrase=PHRASES[row["what"]], who=names[actor])


def _listed(viewer: Viewer, filters: ChangeFilters) -> Condition:
    seen = _seen(viewer)
    parts, values = [seen.sql], list(seen.values)
    actor = None if filters.actor is None else f"{PERSON}{filters.actor}"
    for test, value in (
        ("h.person_id = ?::uuid", filters.person),
        ("h.role_id = ?::uuid", filters.role),
        ("h.store_id = ?::uuid", filters.store),
        ("h.actor = ?", actor),
        ("h.what = ?", filters.what),
        ("h.at >= ?", filters.since),
        ("h.at < ?", filters.until),
    ):
        if value is not None:
            values.append(value)
            parts.append(test.replace("?", f"${len(values)}"))
    return Condition(" AND ".join(parts), tuple(values))


def _seen(viewer: Viewer) -> Condition:
    """Return the condition over `people_change h` under which the viewer sees it: of some stores, or of all."""
    stores = require_manager(viewer)
    if stores is None:
        return Condition("true")
    mine = managed(viewer, first=1)
    person = f"EXISTS (SELECT FROM person p WHERE p.id = h.person_id AND {mine.sql})"
    return Condition(f"({person} OR h.store_id = ANY ($1::uuid[]))", mine.values)
