"""The runs that bring a machine to another version, as they are kept: who, when, why, and what it came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from orderway.ids import new_id
from orderway.workflow.batches import Remained
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection, encode

COLUMNS = """
id, machine, from_version, to_version, undoes, actor, reason, started_at, ended_at, moved, remained, total, stayed
"""
BEGIN = f"""
INSERT INTO machine_migration (id, machine, from_version, to_version, undoes, actor, reason, started_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (machine) WHERE ended_at IS NULL DO UPDATE SET machine = excluded.machine RETURNING {COLUMNS}
"""  # noqa: S608  (names of the code alone)
FIND = f"SELECT {COLUMNS} FROM machine_migration WHERE id = $1"  # noqa: S608
LIST = f"SELECT {COLUMNS} FROM machine_migration WHERE machine = $1 ORDER BY started_at DESC, id LIMIT $2"  # noqa: S608
OPEN = f"SELECT {COLUMNS} FROM machine_migration WHERE ended_at IS NULL ORDER BY started_at, id"  # noqa: S608
FORESEE = "UPDATE machine_migration SET total = moved + $2 WHERE id = $1 AND ended_at IS NULL"
END = "UPDATE machine_migration SET ended_at = $2, remained = $3, stayed = $4 WHERE id = $1 AND ended_at IS NULL"

REASONS, LONGEST = 20, 500
"""So many reasons are kept, each of so many letters: one may tell of what a single order has."""


@dataclass(frozen=True, slots=True)
class Stayed:
    """Why so many of a state were left where they stood."""

    state: str
    why: str
    count: int


READER = msgspec.json.Decoder(tuple[Stayed, ...])


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `from_version` is None where it takes all that is older; `undoes` names the run that it takes back.

    `total` is how many there were to be moved when it was begun last; None of one that never looked.
    """

    id: UUID
    machine: str
    from_version: int | None
    to_version: int
    undoes: UUID | None
    actor: str
    reason: str
    started_at: datetime
    ended_at: datetime | None
    moved: int
    remained: int
    total: int | None
    stayed: tuple[Stayed, ...]

    @property
    def told(self) -> str:
        """What it is, in words."""
        if self.undoes:
            return f"The run that takes back {self.undoes}"
        since = "" if self.from_version is None else f"from version {self.from_version} "
        return f"The migration of {self.machine} {since}to version {self.to_version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A run as it is asked for."""

    machine: str
    to_version: int
    from_version: int | None = None
    undoes: UUID | None = None
    actor: str
    reason: str


async def begin(connection: Connection, wish: Wish, *, at: datetime) -> Run:
    """Begin a run, or go on with the same one where it did not end. Raises Invalid while another is under way."""
    if not wish.reason.strip():
        raise Invalid("A migration needs a reason.", "Say why, for those who read the history.", "reason")
    (row,) = await connection.fetch(
        BEGIN, new_id(), wish.machine, wish.from_version, wish.to_version, wish.undoes, wish.actor,
        wish.reason.strip(), at,
    )  # fmt: skip
    run = _run(row)
    if (run.from_version, run.to_version, run.undoes) != (wish.from_version, wish.to_version, wish.undoes):
        raise Invalid(
            f"{run.told} is under way since {run.started_at:%Y-%m-%d %H:%M} UTC (run {run.id}).",
            "Let it end; where it was stopped, the same command goes on with it, and --undo takes it back.",
        )
    return run


async def find_run(connection: Connection, id: UUID, *, machine: str) -> Run:
    """The run of that id; raises NotFound."""
    row = await connection.fetchrow(FIND, id)
    if row is None or row["machine"] != machine:
        raise NotFound(f"There is no run {id} of {machine}.", f"See `orderway machine runs {machine}`.")
    return _run(row)


async def list_runs(connection: Connection, machine: str, *, limit: int = 50) -> Sequence[Run]:
    """The latest runs of a machine, the newest first."""
    return [_run(row) for row in await connection.fetch(LIST, machine, limit)]


async def list_open(connection: Connection) -> Sequence[Run]:
    """The runs that did not end, of every machine."""
    return [_run(row) for row in await connection.fetch(OPEN)]


async def foresee(connection: Connection, run: Run, *, left: int) -> None:
    """Write down how many are still to be moved as it begins, or goes on."""
    await connection.execute(FORESEE, run.id, left)


async def end(
    connection: Connection, run: Run, *, at: datetime | None, remained: int, stayed: Sequence[Stayed] = ()
) -> None:
    """Write down what a run left, and when it came to its end: None where it was stopped, and may go on.

    One that ended stays as it is.
    """
    await connection.execute(END, run.id, at, remained, encode(stayed))


def counted(remained: Sequence[Remained]) -> tuple[Stayed, ...]:
    """Why something was left, the most frequent reasons first."""
    reasons = Counter((each.state, each.why[:LONGEST]) for each in remained)
    return tuple(Stayed(state, why, count) for (state, why), count in reasons.most_common(REASONS))


def _run(row: asyncpg.Record) -> Run:
    return Run(**{**row, "stayed": READER.decode(row["stayed"])})
