"""The runs of a backfill, as they are kept: who, when, and what each came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from orderway.ids import new_id
from orderway.legacy.crew import Outcome
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

BEGIN: Final = "INSERT INTO backfill_run (id, actor, since, began_at) VALUES ($1, $2, $3, $4)"
END: Final = "UPDATE backfill_run SET ended_at = $2, brought = $3, failed = $4 WHERE id = $1"
FIND: Final = "SELECT id, actor, began_at, ended_at, brought, failed, undone_at FROM backfill_run WHERE id = $1"
LATEST: Final = """
SELECT id, actor, began_at, ended_at, brought, failed, undone_at FROM backfill_run ORDER BY began_at DESC, id LIMIT 50
"""
UNDONE: Final = "UPDATE backfill_run SET undone_at = $2, undone_by = $3 WHERE id = $1 AND undone_at IS NULL"


@dataclass(frozen=True, slots=True)
class Run:
    """One run. One that was killed has no end and no counts; what it brought stands nevertheless."""

    id: UUID
    actor: str
    began_at: datetime
    ended_at: datetime | None
    brought: int
    failed: int
    undone_at: datetime | None

    @property
    def told(self) -> str:
        """What it was, in a line."""
        end = f"{self.brought:,} orders brought over, {self.failed:,} not" if self.ended_at else "did not end"
        undone = f", undone {self.undone_at:%Y-%m-%d %H:%M}" if self.undone_at else ""
        return f"{self.id}  {self.began_at:%Y-%m-%d %H:%M} UTC  {self.actor}: {end}{undone}"


async def begin(connection: Connection, *, actor: str, since: datetime | None, at: datetime) -> UUID:
    run = new_id()
    await connection.execute(BEGIN, run, actor, since, at)
    return run


async def end(connection: Connection, run: UUID, outcome: Outcome, *, at: datetime) -> None:
    await connection.execute(END, run, at, outcome.brought, len(outcome.failures))


async def find_run(connection: Connection, run: UUID) -> Run:
    """The run of that id; raises NotFound."""
    row = await connection.fetchrow(FIND, run)
    if row is None:
        raise NotFound(f"There is no run {run} of a backfill.", "See `orderway backfill --runs`.")
    return Run(**row)


async def list_runs(connection: Connection) -> list[Run]:
    """The latest, the newest first."""
    return [Run(**row) for row in await connection.fetch(LATEST)]


async def undone(connection: Connection, run: UUID, *, by: str, at: datetime) -> None:
    """Write down that a run was undone, by whom first."""
    await connection.execute(UNDONE, run, at, by)
