"""The end of access: whatever lets a person in ends here, when they are disabled or their password is replaced."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from orderway.workflow.kinds import Connection


async def end_access(connection: Connection, person_id: UUID, *, by: str, at: datetime) -> None:
    """End every session and key of the person, for good: whoever is enabled again signs in anew."""
    await end_sessions(connection, person_id, at=at)
    await connection.execute(
        "UPDATE api_key SET revoked_at = $2, revoked_by = $3 WHERE person_id = $1 AND revoked_at IS NULL",
        person_id,
        at,
        by,
    )


async def end_sessions(connection: Connection, person_id: UUID, *, at: datetime, but: UUID | None = None) -> int:
    """End the sessions of the person, all or all but one, with every token of them; gives how many."""
    ended: int = await connection.fetchval(
        "WITH ended AS (UPDATE session SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL"
        " AND expires_at > $2 AND id IS DISTINCT FROM $3 RETURNING id) SELECT count(*) FROM ended",
        person_id, at, but,
    )  # fmt: skip
    return ended


async def end_keys_of_others(connection: Connection, person_id: UUID, *, by: str, at: datetime) -> None:
    """End the keys of the person that others made: for a service account, which somebody signs in by from now on."""
    await connection.execute(
        "UPDATE api_key SET revoked_at = $2, revoked_by = $3"
        " WHERE person_id = $1 AND revoked_at IS NULL AND created_by <> 'person:' || $1::text",
        person_id, at, by,
    )  # fmt: skip
