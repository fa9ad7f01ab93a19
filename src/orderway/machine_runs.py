"""The runs that brought machines to other versions, as those read them who may see the audit: newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from orderway.cursors import cursor_of, read_cursor
from orderway.people.names import names_of
from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import everywhere
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, not_allowed
from orderway.workflow.kinds import Connection
from orderway.workflow.migration_runs import READER, Stayed

LARGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRun:
    """What a run did. One that `undoes` another leads from the later version to the earlier one.

    A version is None where there was more than one: whatever was older was brought over, or goes back to its own.
    `undone` of what it moved was taken back since; `stayed` says why something was left where it stood.
    """

    id: UUID
    machine: str
    from_version: int | None
    to_version: int | None
    undoes: UUID | None
    who: str
    reason: str
    started_at: datetime
    ended_at: datetime | None
    moved: int
    remained: int
    undone: int
    total: int | None
    stayed: tuple[Stayed, ...]

    @property
    def to_come(self) -> int | None:
        """How many are still to be moved, as far as anybody looked; None of one that ended."""
        if self.ended_at or self.total is None:
            return None
        return max(0, self.total - self.moved - self.remained)

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with it."""
        return cursor_of(self.started_at, self.id)


WITHIN = "($1::text IS NULL OR r.machine = $1)"
# The way `w` is that of the run itself, or of the one that it takes back. What is older than version 2 is version 1.
PAGE = f"""
SELECT r.id, r.machine, CASE WHEN r.undoes IS NULL THEN s.since ELSE w.to_version END AS from_version,
    CASE WHEN r.undoes IS NULL THEN w.to_version ELSE s.since END AS to_version, r.undoes, r.actor, r.reason,
    r.started_at, r.ended_at, r.moved, r.remained, r.total, r.stayed,
    (SELECT coalesce(sum(b.moved), 0)::int FROM machine_migration b WHERE b.undoes = r.id) AS undone
FROM machine_migration r JOIN machine_migration w ON w.id = coalesce(r.undoes, r.id)
CROSS JOIN LATERAL (SELECT coalesce(w.from_version, CASE WHEN w.to_version = 2 THEN 1 END) AS since) s
WHERE {WITHIN} AND ($2::timestamptz IS NULL OR (r.started_at, r.id) < ($2, $3::uuid))
ORDER BY r.started_at DESC, r.id DESC LIMIT $4
"""  # noqa: S608  (texts of the code alone)
COUNT = f"SELECT count(*) FROM machine_migration r WHERE {WITHIN}"  # noqa: S608  (as above)


def sees_machine_runs(viewer: Viewer) -> bool:
    """Whether the viewer may see the audit of what is of no store."""
    return everywhere(viewer, SETTINGS_MANAGE)


async def list_machine_runs(
    connection: Connection, viewer: Viewer, *, machine: str | None = None, after: str = "", limit: int = 20
) -> tuple[list[MachineRun], bool]:
    """Return a page of runs, newest first, and whether more come. Two statements. Raises Refused and Invalid."""
    _require(viewer)
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} runs.", "Ask for fewer, and then for the next page.", "first")
    place = read_cursor(after, "runs") if after else (None, None)
    rows = await connection.fetch(PAGE, machine, *place, limit + 1)
    names = await names_of(connection, {row["actor"] for row in rows[:limit]})
    return [_told(row, names) for row in rows[:limit]], len(rows) > limit


async def count_machine_runs(connection: Connection, viewer: Viewer, *, machine: str | None = None) -> int:
    """Return how many `list_machine_runs` lists in all."""
    _require(viewer)
    count: int = await connection.fetchval(COUNT, machine)
    return count


def _told(row: asyncpg.Record, names: Mapping[str, str]) -> MachineRun:
    values = dict(row)
    who, stayed = names[values.pop("actor")], READER.decode(values.pop("stayed"))
    return MachineRun(**values, who=who, stayed=stayed)


def _require(viewer: Viewer) -> None:
    if not sees_machine_runs(viewer):
        raise not_allowed(SETTINGS_MANAGE, to="see who brought what to another version of its workflow")
