"""The proof: every instance, replayed from its log, stands where its row says; every row of the log fits the chain."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from orderway.statechart import Refusal, Snapshot
from orderway.statechart.explain import sentence
from orderway.workflow.actor import author_of
from orderway.workflow.again import Again
from orderway.workflow.chain import Entry
from orderway.workflow.kinds import Connection, Kind, Workflow, encode
from orderway.workflow.timers import LATER, LATEST
from orderway.workflow.versions import BETWEEN_VERSIONS

COLUMNS = ", ".join(Entry.__struct_fields__)
EVERY_ROW = f"""
SELECT {COLUMNS}, prev_hash, hash FROM transition_log ORDER BY store_id, instance_id, step
"""  # noqa: S608  (the columns are the entry's own)
WINDOW = 2000

Row = asyncpg.Record | Mapping[str, Any]
"""The row of an instance, as it is stored or as it was archived."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: which rule, where, and what is wrong there."""

    rule: str
    where: str
    sentence: str


@dataclass(slots=True)
class Track:
    """One instance as far as it was replayed."""

    machine: str
    store_id: UUID
    instance_id: UUID
    order_id: UUID
    again: Again
    born_at: datetime
    moved_at: datetime
    step: int = -1
    hash: bytes | None = None
    is_broken: bool = False

    @property
    def where(self) -> str:
        return f"{self.machine} {self.instance_id}"

    def is_kin(self, entry: Entry) -> bool:
        """Whether the row is of the same machine and order, and of the same version where it is a move."""
        is_same = entry.version == self.again.version or entry.event in BETWEEN_VERSIONS
        return is_same and (entry.machine, entry.order_id) == (self.machine, self.order_id)


class Replay:
    """Takes the rows of the log in order and tells of each that does not follow from the one before.

    `now` is the time up to which a timer may have been put off.
    """

    def __init__(self, workflow: Workflow, now: datetime) -> None:
        self.workflow = workflow
        self.now = now
        self.findings: list[Finding] = []
        self.rows = 0
        self.instances = 0

    def begin(self, entry: Entry) -> Track | None:
        """A fresh track for the first row of an instance; None where the machine is unknown."""
        self.instances += 1
        kind = self.workflow.kinds.get(entry.machine)
        if kind is None or entry.version not in kind.charts:
            where = f"{entry.machine} {entry.instance_id}"
            self.tell("machine", where, f"It runs under {entry.machine} version {entry.version}, which is not known.")
            return None
        return Track(
            machine=entry.machine,
            store_id=entry.store_id,
            instance_id=entry.instance_id,
            order_id=entry.order_id,
            again=Again(kind, entry.version),
            born_at=entry.at,
            moved_at=entry.at,
        )

    def take(self, track: Track, entry: Entry, link: tuple[bytes | None, bytes]) -> None:
        """Check one row against the chain, and replay it."""
        self.rows += 1
        previous, stored = link
        if entry.step != track.step + 1:
            self.tell(
                "chain", track.where, f"Step {entry.step} follows step {track.step}: rows are missing between them."
            )
        elif previous != track.hash:
            self.tell("chain", track.where, f"Step {entry.step} is not chained to the row before it: one was altered.")
        if entry.hash(previous) != stored:
            self.tell("hash", track.where, f"Step {entry.step} was altered: its content does not give its hash.")
        if not track.is_kin(entry):
            self.tell(
                "chain", track.where, f"Step {entry.step} is of another order, machine or version than its birth."
            )
        track.step, track.hash = entry.step, stored
        if entry.event not in BETWEEN_VERSIONS:  # it stands where it stood, since it came there
            track.moved_at = entry.at
        if not track.is_broken:
            self.redo(track, entry)

    def redo(self, track: Track, entry: Entry) -> None:
        """Decide again what the row says was decided."""
        try:
            after = self.decide(track, entry)
        except Exception as wrong:  # noqa: BLE001  (what a forged row breaks in a machine is told, and hides no other)
            self.broken(track, f"Step {entry.step} ({entry.event}) can not be replayed: {wrong}")
            return
        if isinstance(after, Refusal):
            no = sentence(after, track.again.codec.chart)
            self.broken(track, f"Step {entry.step} ({entry.event}) would be refused: {no}")
            return
        stood = track.again.snapshot
        before = stood.state if stood is not None else None
        if (before, after.state) != (entry.from_state, entry.to_state):
            self.broken(
                track, f"Step {entry.step} ({entry.event}) says {entry.from_state} to {entry.to_state}, "
                f"but replaying it goes from {before} to {after.state}."
            )  # fmt: skip
            return
        track.again.settle(entry, after)

    def decide(self, track: Track, entry: Entry) -> Snapshot | Refusal:
        if entry.event in BETWEEN_VERSIONS:
            return track.again.cross(entry)
        facts = track.again.codec.facts.decode(entry.facts)
        self.compare_facts(track, entry, facts)
        return track.again.decide(entry, facts)

    def compare_facts(self, track: Track, entry: Entry, facts: Any) -> None:
        """The facts of most machines tell the time and who acted: as the row does."""
        author = author_of(entry.actor, entry.on_behalf_of)
        told = getattr(facts, "actor", author), getattr(facts, "now", entry.at)
        if told != (author, entry.at):
            why = f"Step {entry.step} is by {author} at {entry.at}, but its facts tell of {told[0]} at {told[1]}."
            self.tell("facts", track.where, why)

    def broken(self, track: Track, why: str) -> None:
        track.is_broken = True
        self.tell("replay", track.where, why)

    def tell(self, rule: str, where: str, why: str) -> None:
        self.findings.append(Finding(rule, where, why))

    def compare(self, track: Track, row: Row | None) -> None:
        """Hold the stored row of an instance against its replay."""
        if row is None:
            self.tell("row", track.where, "The log tells of it, but its row is gone.")
            return
        if (row["step"], row["hash"]) != (track.step, track.hash):
            self.tell("row", track.where, f"Its row stands at step {row['step']}, its log at step {track.step}.")
        again = track.again
        if track.is_broken or again.snapshot is None:
            return
        due = again.codec.chart.due(again.snapshot)
        for name, stored, replayed in (
            ("order", row["order_id"], track.order_id),
            ("version", row["version"], again.version),
            ("state", row["state"], again.snapshot.state),
            ("context", row["context"], encode(again.snapshot.context)),
            ("history", row["history"], encode(again.snapshot.history)),
            ("birth", row["created_at"], track.born_at),
            ("last move", row["moved_at"], track.moved_at),
            ("timer", in_words(self.as_set(row, due)), in_words(due)),
        ):
            if stored != replayed:
                self.tell("row", track.where, f"Its {name} is {stored}, but its log replays to {replayed}.")

    def as_set(self, row: Row, due: tuple[datetime, str] | None) -> tuple[datetime, str] | None:
        """The timer of a row as it was set, before it was put off. The clocks of the workers may differ a little."""
        at, name = row["due_at"], row["due_event"]
        # A difference never leaves the calendar, as the sum for a timer set to its end does.
        if due and name == due[1] and at - due[0] >= LATER and at <= self.now + LATEST + LATER:
            return due
        return None if name is None else (at, name)


def in_words(timer: tuple[datetime, str] | None) -> str:
    return f"{timer[1]} at {timer[0].astimezone(UTC)}" if timer else "none"


async def replay_all(
    connection: Connection, workflow: Workflow, *, now: datetime, on_rows: Callable[[int], None] = lambda _: None
) -> Replay:
    """Replay the whole log in one consistent view; `on_rows` hears how many rows each window held.

    Memory stays flat: one instance at a time, their stored rows fetched a window at a time.
    """
    replay = Replay(workflow, now)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        async for tracks, rows in windows(connection, replay):
            await compare_rows(connection, replay, tracks)
            on_rows(rows)
        for kind in workflow.kinds.values():
            await find_unlogged(connection, replay, kind)
    return replay


async def windows(connection: Connection, replay: Replay) -> AsyncIterator[tuple[list[Track], int]]:
    """The instances that were replayed to their end, as they come."""
    cursor = await connection.cursor(EVERY_ROW)
    track: Track | None = None
    last: tuple[UUID, UUID] | None = None
    while rows := await cursor.fetch(WINDOW):
        finished: list[Track] = []
        for row in rows:
            *columns, previous, stored = row
            entry = Entry(*columns)
            if (entry.store_id, entry.instance_id) != last:
                finished += [track] if track is not None else []
                last = (entry.store_id, entry.instance_id)
                track = replay.begin(entry)
            if track is not None:
                replay.take(track, entry, (previous, stored))
        yield finished, len(rows)
    if track is not None:
        yield [track], 0


async def compare_rows(connection: Connection, replay: Replay, tracks: Iterable[Track]) -> None:
    """Fetch the stored rows of some replayed instances and compare."""
    by_machine: dict[str, list[Track]] = {}
    for track in tracks:
        by_machine.setdefault(track.machine, []).append(track)
    for machine, some in by_machine.items():
        table = replay.workflow.kinds[machine].table.name
        rows = await connection.fetch(
            f"SELECT t.* FROM {table} t"  # noqa: S608
            " JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (store_id, id) USING (store_id, id)",
            [track.store_id for track in some], [track.instance_id for track in some],
        )  # fmt: skip
        stored = {row["id"]: row for row in rows}
        for track in some:
            replay.compare(track, stored.get(track.instance_id))


async def find_unlogged(connection: Connection, replay: Replay, kind: Kind) -> None:
    """Rows of a lifecycle that the log does not know."""
    rows = await connection.fetch(
        f"SELECT id FROM {kind.table.name} t WHERE NOT EXISTS (SELECT FROM transition_log l"  # noqa: S608
        " WHERE l.store_id = t.store_id AND l.instance_id = t.id AND l.machine = $1)",
        kind.name,
    )
    for row in rows:
        replay.tell("row", f"{kind.name} {row['id']}", "It has a row, but the log does not tell of it.")
