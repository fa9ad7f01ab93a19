"""Bringing what is under way of a machine to a later version, in batches beside the traffic, and looking first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from orderway.statechart import Unmapped
from orderway.statechart.migration import migration_holds
from orderway.workflow.actor import Actor
from orderway.workflow.batches import Batch, Pace, Place, Remained
from orderway.workflow.crossing import STANDS, Crossed, Deed, write
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection, Kind
from orderway.workflow.versions import MIGRATED, Before, Migrated, moved_on, raw


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be brought where: all that is under way by an older version, or by the one that `since` names."""

    kind: Kind
    to: int
    since: int | None = None

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions to bring it from."""
        return tuple(each for each in sorted(self.kind.charts) if each < self.to and self.since in (None, each))

    @property
    def under_way(self) -> str:
        """The condition on a row `i`: what ended stays as it ended."""
        live = {version: ", ".join(map(repr, _live(self.kind, version))) for version in self.versions}
        return " OR ".join(f"(i.version = {version} AND i.state IN ({states}))" for version, states in live.items())

    @property
    def standing(self) -> str:
        """The statement that reads it all."""
        return f"""
        SELECT {STANDS} FROM {self.kind.table.name} i
        JOIN sale_order o ON o.store_id = i.store_id AND o.id = i.order_id WHERE ({self.under_way})
        """  # noqa: S608  (names of the workflow's own)

    def require(self) -> None:
        """Raise Invalid for what can not be aimed at."""
        kind = self.kind
        if self.to not in kind.charts:
            there = ", ".join(map(str, sorted(kind.charts)))
            raise Invalid(f"There is no version {self.to} of {kind.name}.", f"Its versions are: {there}.")
        if self.to > kind.opens:
            raise Invalid(
                f"This release opens nothing under version {self.to} of {kind.name} yet: others may still run that do"
                " not know it.",
                "Migrate by the release that opens it.",
            )
        if not self.versions:
            since = "an older version" if self.since is None else f"version {self.since}"
            raise Invalid(f"Nothing can come from {since} of {kind.name} to version {self.to}.", "Name a later one.")
        for way in kind.way(since=self.versions[0], to=self.to):
            for finding in migration_holds(way):
                raise Invalid(f"The migration to version {way.new.version} does not hold: {finding.sentence}",
                              f"See `orderway machine check {kind.name}`.")  # fmt: skip


def _live(kind: Kind, version: int) -> list[str]:
    chart = kind.charts[version]
    return [state for state in chart.leaves if not chart.is_final(state)]


def brought(aim: Aim, row: asyncpg.Record, *, run: UUID) -> Crossed:
    """An instance as it is to stand; raises Unmapped.

    A timer that was put off, and stays the same one, stays put off.
    """
    kind = aim.kind
    codec = kind.codecs[row["version"]]
    snapshot = codec.snapshot(row["state"], row["context"], row["history"])
    after = moved_on(snapshot, kind.way(since=row["version"], to=aim.to))
    due = kind.charts[aim.to].due(after)
    kept = row["due_at"], row["due_event"]
    before = Before(row["version"], row["state"], raw(row["context"]), raw(row["history"]), *kept)
    is_kept = due == codec.chart.due(snapshot)
    return Crossed(row, aim.to, after, kept if is_kept else due or (None, None), Migrated(run, aim.to, before))


@dataclass(slots=True)
class Standing:
    """What is under way in a state of a version: how much, where it leads, and why what leads nowhere does not."""

    version: int
    state: str
    live: int = 0
    leads: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


NOBODY = UUID(int=0)


async def survey(
    connection: Connection, aim: Aim, *, batch: int, on_rows: Callable[[int], None] = lambda _: None
) -> list[Standing]:
    """Look where everything stands, and map each of it really; nothing is written."""
    aim.require()
    found: dict[tuple[int, str], Standing] = {}
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        cursor = await connection.cursor(aim.standing)
        while rows := await cursor.fetch(batch):
            for row in rows:
                key = row["version"], row["state"]
                _look(aim, row, found.setdefault(key, Standing(*key)))
            on_rows(len(rows))
    return sorted(found.values(), key=lambda each: (each.version, _live(aim.kind, each.version).index(each.state)))


def _look(aim: Aim, row: asyncpg.Record, standing: Standing) -> None:
    standing.live += 1
    try:
        standing.leads[brought(aim, row, run=NOBODY).snapshot.state] += 1
    except Unmapped as no:
        standing.refused[str(no)] += 1


@dataclass(frozen=True, slots=True)
class Migrating:
    """The batches of a run that brings instances to a later version."""

    aim: Aim
    run: UUID
    by: Actor
    reason: str

    @property
    def kind(self) -> Kind:
        return self.aim.kind

    async def batch(self, connection: Connection, after: Place, pace: Pace) -> Batch:
        """Bring the next ones that nobody else is about; what somebody is about is skipped, and comes again."""
        rows = await connection.fetch(
            f"{self.aim.standing} AND (i.store_id, i.id) > ($1, $2) ORDER BY i.store_id, i.id LIMIT $3"
            " FOR UPDATE OF o, i SKIP LOCKED",
            *after, pace.size,
        )  # fmt: skip
        found = [self._tried(row) for row in rows]
        crossed = [each for each in found if isinstance(each, Crossed)]
        if crossed:
            deed = Deed(event=MIGRATED, by=self.by, at=pace.clock(), reason=self.reason)
            await write(connection, self.kind, crossed, deed=deed)
        return Batch(rows, len(crossed), tuple(each for each in found if isinstance(each, Remained)))

    def _tried(self, row: asyncpg.Record) -> Crossed | Remained:
        try:
            return brought(self.aim, row, run=self.run)
        except Unmapped as no:
            return Remained(row["number"], row["state"], str(no))

    async def left(self, connection: Connection) -> int:
        """How many are still to be moved, or refused."""
        count: int = await connection.fetchval(
            f"SELECT count(*) FROM {self.kind.table.name} i WHERE {self.aim.under_way}"  # noqa: S608
        )
        return count
