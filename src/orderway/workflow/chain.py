"""The hash that chains each row of the log to the one before; PostgreSQL computes the same and refuses any other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ENCODER = msgspec.json.Encoder()


class Entry(msgspec.Struct, frozen=True):
    """One row of the transition log, in the order in which it is hashed; JSON as the text that is stored."""

    store_id: UUID
    instance_id: UUID
    step: int
    order_id: UUID
    machine: str
    version: int
    from_state: str | None
    to_state: str
    event: str
    payload: str
    facts: str
    actor: str
    on_behalf_of: str | None
    reason: str | None
    request_id: str | None
    at: datetime

    def hash(self, previous: bytes | None) -> bytes:
        """SHA-256 over the JSON array of the hash before, as hexadecimal, and of every column as text."""
        parts = [
            previous.hex() if previous is not None else None,
            str(self.store_id),
            str(self.instance_id),
            str(self.step),
            str(self.order_id),
            self.machine,
            str(self.version),
            self.from_state,
            self.to_state,
            self.event,
            self.payload,
            self.facts,
            self.actor,
            self.on_behalf_of,
            self.reason,
            self.request_id,
            str((self.at - EPOCH) // MICROSECOND),
        ]
        return sha256(ENCODER.encode(parts)).digest()


HASH_IN_POSTGRESQL = """
CREATE FUNCTION orderway_log_hash(
    prev_hash bytea, store_id uuid, instance_id uuid, step integer, order_id uuid, machine text, version smallint,
    from_state text, to_state text, event text, payload json, facts json, actor text, on_behalf_of text,
    reason text, request_id text, at timestamptz
) RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN sha256(convert_to(array_to_json(ARRAY[
        encode(prev_hash, 'hex'), store_id::text, instance_id::text, step::text, order_id::text, machine,
        version::text, from_state, to_state, event, payload::text, facts::text, actor, on_behalf_of, reason,
        request_id, (extract(epoch FROM at) * 1000000)::bigint::text
    ])::text, 'UTF8'));
END $$
"""
"""The same hash, of which the log's check constraint is made (a frozen copy stands in the migration).

In plpgsql, which keeps its plan: a function in sql would be read and planned again for every row of the log.
"""
