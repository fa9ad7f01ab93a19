"""One instance out of its log: what each row says was decided, decided again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from orderway.statechart import Refusal, Snapshot, Unmapped, decide, start
from orderway.workflow.chain import Entry
from orderway.workflow.kinds import Codec, Kind, encode
from orderway.workflow.versions import BETWEEN_VERSIONS, MIGRATED, Migrated, moved_on

MIGRATED_READER = msgspec.json.Decoder(Migrated)


@dataclass(slots=True)
class Again:
    """An instance as far as its log was taken in; `before` is where it stood before a migration that came last."""

    kind: Kind
    version: int
    snapshot: Snapshot | None = None
    before: tuple[int, Snapshot] | None = None

    @property
    def codec(self) -> Codec:
        return self.kind.codecs[self.version]

    def decide(self, entry: Entry, facts: Any) -> Snapshot | Refusal:
        """Where the next row leads, by its machine; the first row is the birth."""
        if self.snapshot is None:
            return start(self.codec.chart, self.codec.birth(entry.payload), facts).snapshot
        decision = decide(self.codec.chart, self.snapshot, self.codec.event(entry.event, entry.payload), facts)
        return decision if isinstance(decision, Refusal) else decision.snapshot

    def cross(self, entry: Entry) -> Snapshot:
        """Where the next row leads, which is one between two versions; raises Unmapped where it can not be."""
        if self.snapshot is None:
            raise Unmapped("It was not born yet.")
        if entry.event == MIGRATED:
            version, after = self._brought(self.snapshot, entry.payload)
        elif self.before is not None:
            version, after = self.before
        else:
            raise Unmapped("No migration stands right before it.")
        if version != entry.version:
            raise Unmapped(f"It says version {entry.version}, and leads to version {version}.")
        return after

    def _brought(self, before: Snapshot, payload: str) -> tuple[int, Snapshot]:
        row = MIGRATED_READER.decode(payload)
        told = row.before
        stood = (self.version, before.state, encode(before.context), encode(before.history))
        if stood != (told.version, told.state, bytes(told.context).decode(), bytes(told.history).decode()):
            raise Unmapped("It did not stand where the row says that it was brought from.")
        return row.to, moved_on(before, self.kind.way(since=self.version, to=row.to))

    def settle(self, entry: Entry, after: Snapshot) -> None:
        """Stand where the row led."""
        self.before = (self.version, self.snapshot) if entry.event == MIGRATED and self.snapshot else None
        if entry.event in BETWEEN_VERSIONS:
            self.version = entry.version
        self.snapshot = after
