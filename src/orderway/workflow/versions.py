"""What the log keeps of an instance that was brought to another version of its machine, and how it is replayed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from orderway.statechart import Chart, Migration, Snapshot, Unmapped
from orderway.workflow.entries import BIRTH

MIGRATED = "MIGRATED"
MIGRATION_UNDONE = "MIGRATION_UNDONE"
BETWEEN_VERSIONS = (MIGRATED, MIGRATION_UNDONE)
"""What is no move: an instance stands where it stood, in the words of another version."""

OF_THE_DOOR = (BIRTH, *BETWEEN_VERSIONS)
"""What the log tells of besides the events of a machine."""


class Before(msgspec.Struct, frozen=True):
    """Where an instance stood, byte for byte: context and history as the texts of their columns."""

    version: int
    state: str
    context: msgspec.Raw
    history: msgspec.Raw
    due_at: datetime | None
    due_event: str | None


class Migrated(msgspec.Struct, frozen=True):
    """The payload of a row that brings an instance to a later version."""

    run: UUID
    to: int
    before: Before


class Undone(msgspec.Struct, frozen=True):
    """The payload of a row that takes an instance back to where it stood before the row above it."""

    run: UUID
    undoes: UUID


MIGRATED_READER = msgspec.json.Decoder(Migrated)


def raw(text: str) -> msgspec.Raw:
    """The text of a column, to be kept as it is."""
    return msgspec.Raw(text.encode())


def unmoved(chart: Chart, event: str) -> str:
    """What the log tells of besides the events of a machine, in words; empty for anything else."""
    thing = chart.label.lower()
    said = {
        BIRTH: chart.born,
        MIGRATED: f"brought the {thing} to another version of its workflow",
        MIGRATION_UNDONE: f"took the {thing} back to the version of its workflow that it had",
    }
    return said.get(event, "")


def phrase(chart: Chart, event: str, *, before: str | None, after: str) -> str:
    """What was done, as it continues the name of who did it; `chart` is that of the row's version."""
    thing = chart.label.lower()
    if event == MIGRATED:
        return f"brought the {thing} to version {chart.version}"
    if event == MIGRATION_UNDONE:
        return f"took the {thing} back to version {chart.version}"
    known: Any = chart.every_event.get(event)
    said: str = known.words.phrase(before, after) if known else chart.born
    return said


def moved_on(snapshot: Snapshot, way: Sequence[Migration]) -> Snapshot:
    """The instance under a later version; raises Unmapped, also where a migration fails on it."""
    for migration in way:
        try:
            snapshot = migration.move(snapshot)
        except Unmapped:
            raise
        except Exception as wrong:
            why = f"{type(wrong).__name__}: {wrong}"
            raise Unmapped(f"The migration to version {migration.new.version} fails on it: {why}") from wrong
    return snapshot
