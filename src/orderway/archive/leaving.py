"""Archiving: an order is locked, written as one file, and removed, in one transaction; the next one after it.

Whoever dies between the file and the removal leaves the order where it was: the next run writes the same file anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from orderway.archive.carried import CARRIED
from orderway.archive.document import AS_WRITTEN, Document, pack, read_order
from orderway.archive.shelf import key_of
from orderway.archive.tables import LEAVES
from orderway.storage.storage import Storage
from orderway.workflow.kinds import Connection

AT_ONCE = 100
"""Orders that are looked at before those of them that may leave do."""

Why = Literal["open", "doubt", "refund", "account", "credit", "rider", "inbox", "told", "figures", "busy"]
WHYS: Mapping[Why, str] = {
    "open": "something of them is still under way, or may move by itself",
    "doubt": "somebody has to decide what an import could not",
    "refund": "their buyer is owed money",
    "account": "their buyer's account, which they moved, holds money",
    "credit": "they are owed for on credit",
    "rider": "their rider is owed money",
    "inbox": "money of theirs went through the inbox, or a report of it waits",
    "told": "somebody has not been told of all that happened to them",
    "figures": "the figures have not counted them yet",
    "busy": "somebody was about them just then",
}
"""Why orders stay, as the database says it, in words."""

# The log tells when an order moved last; of one that was imported, by the times of its source.
OLD = """
NOT EXISTS (SELECT FROM transition_log l WHERE l.store_id = o.store_id AND l.order_id = o.id AND l.at >= $1)
"""
LOOK = f"""
SELECT o.placed_at, o.id, o.store_id, orderway_order_stays(o.store_id, o.id) AS why FROM sale_order o
WHERE o.placed_at < $1 AND (o.placed_at, o.id) > ($2, $3) AND {OLD} ORDER BY o.placed_at, o.id LIMIT {AT_ONCE}
"""  # noqa: S608  (texts of this module)
LOCK = f"""
SELECT o.placed_at, orderway_order_stays(o.store_id, o.id) AS why, {OLD} AS old FROM sale_order o
WHERE o.store_id = $2 AND o.id = $3 FOR UPDATE SKIP LOCKED
"""  # noqa: S608  (texts of this module)
REMOVE = "SELECT orderway_archive($1, $2, $3, $4, $5, $6, $7, $8)"

COLLIDED = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.ForeignKeyViolationError)
"""What says that somebody wrote of the order meanwhile: it is left alone."""

COUNTS = msgspec.json.Decoder(dict[str, int])
BEGINNING = UUID(int=0)


@dataclass(slots=True)
class Left:
    """What a run came to: orders that left, and how many stayed, by why."""

    archived: int = 0
    stayed: Counter[Why] = field(default_factory=Counter)


class Changed(Exception):
    """What was to be removed is not what was written: nothing was removed."""


async def archive_old(
    connection: Connection, shelf: Storage, *, before: datetime, now: datetime, dry: Literal["dry", ""] = ""
) -> Left:
    """Archive what is finished and has not moved since `before`, the oldest first; `dry` only counts it.

    Raises StorageUnavailable where the file of an order can not be kept; all before it have left.
    """
    left, place = Left(), (await connection.fetchval("SELECT '-infinity'::timestamptz"), BEGINNING)
    while found := await connection.fetch(LOOK, before, *place):
        place = found[-1]["placed_at"], found[-1]["id"]
        for row in found:
            why = row["why"]
            if why is None and not dry:
                why = await archive_one(
                    connection, shelf, store=row["store_id"], order=row["id"], before=before, now=now
                )
            if why is None:
                left.archived += 1
            else:
                left.stayed[why] += 1
    return left


async def archive_one(
    connection: Connection, shelf: Storage, *, store: UUID, order: UUID, before: datetime, now: datetime
) -> Why | None:
    """Archive an order; gives why it stays, where it does. Raises StorageUnavailable; then nothing was removed."""
    try:
        # What is read is what is removed: whoever changed a row in between lets the removal fail.
        async with connection.transaction(isolation="repeatable_read"):
            await connection.execute(AS_WRITTEN)
            locked = await connection.fetchrow(LOCK, before, store, order)
            if locked is None or not locked["old"]:
                return "busy"
            if locked["why"] is not None:
                why: Why = locked["why"]
                return why
            document = await read_order(
                connection, store, order, carried=await connection.fetchval(CARRIED, store, order)
            )
            await put_away(connection, shelf, document, placed_at=locked["placed_at"], now=now)
    except (*COLLIDED, Changed):
        return "busy"
    return None


async def put_away(
    connection: Connection, shelf: Storage, document: Document, *, placed_at: datetime, now: datetime
) -> None:
    """Keep the file, and then remove what is in it. Raises StorageUnavailable, or Changed."""
    packed = pack(document)
    key = key_of(shelf, document.store, document.order, placed_at=placed_at)
    await shelf.at(shelf.bucket).replace(key, packed.content)
    ends, sums = msgspec.json.encode(document.last_hashes()).decode(), bytes(document.carried).decode()
    gone = await connection.fetchval(
        REMOVE, document.store, document.order, shelf.bucket, key, packed.sha256, ends, sums, now
    )  # fmt: skip
    if COUNTS.decode(gone) != {name: len(document.tables[name].rows) for name in LEAVES}:
        raise Changed
