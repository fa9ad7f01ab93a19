"""Taking back what a run brought to a later version: to where it stood, byte for byte, unless it moved since."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import asyncpg
import msgspec

from orderway.workflow.actor import Actor
from orderway.workflow.batches import Batch, Pace, Place, Remained
from orderway.workflow.crossing import STANDS, Crossed, Deed, write
from orderway.workflow.kinds import Connection, Kind
from orderway.workflow.versions import MIGRATED, MIGRATION_UNDONE, Migrated, Undone

READER = msgspec.json.Decoder(Migrated)

LISTED = 200
"""How many of those that moved since are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Unmigrating:
    """The batches of a run that takes back what another one did: it is still where that one left it."""

    kind: Kind
    run: UUID
    undoes: UUID
    by: Actor
    reason: str

    @property
    def brought(self) -> str:
        """The rows `i` with the row of the log `l` by which the run $1 brought them where they stand."""
        return f"""
        FROM {self.kind.table.name} i JOIN sale_order o ON o.store_id = i.store_id AND o.id = i.order_id
        JOIN transition_log l ON l.store_id = i.store_id AND l.instance_id = i.id AND l.step = i.step
        WHERE l.event = '{MIGRATED}' AND l.payload ->> 'run' = $1::uuid::text
        """

    async def batch(self, connection: Connection, after: Place, pace: Pace) -> Batch:
        """Take back the next ones that nobody else is about."""
        rows = await connection.fetch(
            f"SELECT {STANDS}, l.payload::text {self.brought} AND (i.store_id, i.id) > ($2, $3)"
            " ORDER BY i.store_id, i.id LIMIT $4 FOR UPDATE OF o, i SKIP LOCKED",
            self.undoes, *after, pace.size,
        )  # fmt: skip
        if rows:
            deed = Deed(event=MIGRATION_UNDONE, by=self.by, at=pace.clock(), reason=self.reason)
            await write(connection, self.kind, [self._taken_back(row) for row in rows], deed=deed)
        return Batch(rows, len(rows))

    def _taken_back(self, row: asyncpg.Record) -> Crossed:
        before = READER.decode(row["payload"]).before
        snapshot = self.kind.codecs[before.version].snapshot(
            before.state, bytes(before.context).decode(), bytes(before.history).decode()
        )
        return Crossed(
            row, before.version, snapshot, (before.due_at, before.due_event), Undone(self.run, self.undoes)
        )  # fmt: skip

    async def left(self, connection: Connection) -> int:
        """How many still stand where the run left them."""
        count: int = await connection.fetchval(f"SELECT count(*) {self.brought}", self.undoes)
        return count

    async def moved_since(self, connection: Connection) -> tuple[int, list[Remained]]:
        """How many that the run brought over have moved since, and stay; and the first of them by their orders."""
        moved = f"""
        FROM {self.kind.table.name} i JOIN sale_order o ON o.store_id = i.store_id AND o.id = i.order_id
        JOIN transition_log l ON l.store_id = i.store_id AND l.instance_id = i.id AND l.step < i.step
        WHERE l.event = '{MIGRATED}' AND l.payload ->> 'run' = $1::uuid::text AND NOT EXISTS (
            SELECT FROM transition_log u WHERE u.store_id = i.store_id AND u.instance_id = i.id
            AND u.step = l.step + 1 AND u.event = '{MIGRATION_UNDONE}')
        """
        count: int = await connection.fetchval(f"SELECT count(*) {moved}", self.undoes)
        first = await connection.fetch(
            f"SELECT o.number, i.state {moved} ORDER BY o.number LIMIT {LISTED}", self.undoes
        )
        return count, [Remained(row["number"], row["state"], "It moved since.") for row in first]
