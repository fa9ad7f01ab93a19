"""The place up to which the shadow has followed: it survives a restart, and says what hinders the following."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from orderway.workflow.kinds import Connection

READ: Final = "SELECT horizon, seen_until, swept FROM shadow_place WHERE source = $1"
BEGIN: Final = """
INSERT INTO shadow_place AS p (id, source, horizon, seen_until, swept, began_at) VALUES (1, $1, $2, $3, '', $3)
ON CONFLICT (id) DO UPDATE SET source = excluded.source, horizon = excluded.horizon,
    seen_until = excluded.seen_until, swept = '', began_at = excluded.began_at, ended_at = NULL, trouble = NULL
"""
MOVE: Final = "UPDATE shadow_place SET horizon = $1, seen_until = $2, swept = $3, ended_at = NULL, trouble = NULL"
COUNT: Final = """
INSERT INTO shadow_day AS d (day, followed, longest) VALUES ($1, $2, $3)
ON CONFLICT (day) DO UPDATE SET
    followed = d.followed + excluded.followed, longest = greatest(d.longest, excluded.longest)
"""
TROUBLE: Final = "UPDATE shadow_place SET trouble = $1"
END: Final = "UPDATE shadow_place SET ended_at = $1"


@dataclass(frozen=True, slots=True)
class Place:
    """All that was written by transactions before `horizon` is judged, and was so at `seen_until`; `swept` is the last
    order that was read anew whatever changed.
    """

    horizon: int
    seen_until: datetime
    swept: str = ""


async def read_place(connection: Connection, source: str) -> Place | None:
    """Where the shadow of this source is; None where it has none yet."""
    row = await connection.fetchrow(READ, source)
    return Place(**row) if row else None


async def begin_place(connection: Connection, source: str, place: Place) -> None:
    """Begin anew with this source: all of it is judged."""
    await connection.execute(BEGIN, source, place.horizon, place.seen_until)


async def move_place(connection: Connection, place: Place, *, followed: int, now: datetime, waited: float) -> None:
    """Go on to a place, and count what was `followed` on the way: none of that `waited` longer, in seconds."""
    async with connection.transaction():
        await connection.execute(MOVE, place.horizon, place.seen_until, place.swept)
        if followed:
            await connection.execute(COUNT, now.astimezone(UTC).date(), followed, waited)


async def note_trouble(connection: Connection, why: str) -> None:
    await connection.execute(TROUBLE, why)


async def end_place(connection: Connection, now: datetime) -> None:
    """Say that nothing follows any more; the next start goes on from the place."""
    await connection.execute(END, now)
