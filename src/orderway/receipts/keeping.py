"""Keeping a receipt: the file in the storage first, then its row; or neither, whatever breaks in between."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

import asyncpg
import msgspec
import structlog

from orderway.ids import new_id
from orderway.order.reach import reach
from orderway.order.reads import RECEIPT
from orderway.order.shape import ContentType, Receipt
from orderway.people.scope import actor_on
from orderway.people.viewer import Viewer
from orderway.receipts.arriving import Arrived
from orderway.receipts.content import content_type_of
from orderway.receipts.desk import Receipts
from orderway.receipts.links import label
from orderway.receipts.parts import UploadRefused
from orderway.storage.place import StorageUnavailable
from orderway.storage.storage import Storage
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import Runner

DECODER = msgspec.json.Decoder(Receipt)
log = structlog.get_logger(__name__)

ABANDONED_AFTER = timedelta(days=1)
SWEPT_AT_ONCE = 100

BEGIN = "INSERT INTO receipt_begun (bucket, key, begun_at) VALUES ($1, $2, $3)"
END = "DELETE FROM receipt_begun WHERE bucket = $1 AND key = $2 RETURNING true"
ADD = """
    INSERT INTO payment_receipt (store_id, id, order_id, payment_id, bucket, key, sha256, size, content_type,
        uploaded_by, uploaded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (store_id, payment_id, sha256) DO NOTHING RETURNING true
"""
FIND = f"""
    SELECT r.order_id, {RECEIPT}::text FROM payment_receipt r
    WHERE r.store_id = $1 AND r.payment_id = $2 AND r.sha256 = $3
"""  # noqa: S608  (texts of this program alone)
# In any order, so that what can never be deleted does not stand before everything else for ever.
ABANDONED = "SELECT bucket, key FROM receipt_begun WHERE begun_at < $1 ORDER BY random() LIMIT $2"


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment that a receipt is for, and who hands it in."""

    store_id: UUID
    order_id: UUID
    id: UUID
    viewer: Viewer


@dataclass(frozen=True, slots=True)
class Kept:
    """A receipt that is kept; `added` is whether it was not there before."""

    order_id: UUID
    payment_id: UUID
    receipt: Receipt
    added: bool


@dataclass(slots=True)
class Abandoned:
    """What a sweep came to: objects that were deleted, and those that are left for another time."""

    deleted: int = 0
    left: int = 0


class _KnownAlready(Exception):
    """The same file came for the same payment in the meantime: ends the transaction without a trace."""


async def admit(receipts: Receipts, viewer: Viewer, payment: str) -> Payment:
    """Return the payment, where the viewer may hand in receipts for it.

    Raises NotFound for a payment that is not there or not for their eyes, UploadRefused for whoever may see it and
    register none.
    """
    async with receipts.pool.acquire() as connection:
        return await _admit(connection, receipts, viewer, payment)


async def _admit(connection: Connection, receipts: Receipts, viewer: Viewer, payment: str) -> Payment:
    kind = receipts.runner.workflow.kind("payment")
    try:
        id = UUID(payment)
    except ValueError:
        raise NotFound("There is no such payment.", "Send its id as the field payment, before the file.") from None
    reached = await reach(connection, viewer, kind=kind, id=id)
    store_id, order_id = reached.ref.store_id, reached.order_id
    actor = await actor_on(connection, viewer, store_id=store_id, order_id=order_id)
    if not actor.may("payment.register"):
        raise UploadRefused(403, "You may not add receipts to this payment.", "Ask who may register payments.")
    return Payment(store_id, order_id, id, viewer)


async def keep(receipts: Receipts, arrived: Arrived[Payment], file: BinaryIO) -> Kept:
    """Keep a file that arrived whole. Raises NotAReceipt, StorageUnavailable, and what `admit` raises.

    The same file for the same payment is the same receipt, which is then given back as it is.
    """
    file.flush()
    content_type = await asyncio.to_thread(content_type_of, file)
    if known := await _find(receipts, arrived):
        return known
    bucket, key = receipts.storage.bucket, receipts.storage.new_key()
    await receipts.pool.execute(BEGIN, bucket, key, receipts.now())
    try:
        await receipts.storage.at(bucket).put(key, file, label(content_type, arrived.sha256))
        await _add(receipts, arrived, content_type, (bucket, key))
    except BaseException as error:
        await _take_back(receipts.pool, receipts.storage, (bucket, key))
        if not isinstance(error, _KnownAlready):
            raise
    found = await _find(receipts, arrived)
    if found is None:
        raise RuntimeError("A receipt was added that is not there.")
    return Kept(found.order_id, found.payment_id, found.receipt, found.receipt.key == key)


async def _add(
    receipts: Receipts, arrived: Arrived[Payment], content_type: ContentType, where: tuple[str, str]
) -> None:
    """Add the row of an object that is written. Raises _KnownAlready."""
    payment = arrived.admitted
    async with receipts.pool.acquire() as connection, connection.transaction():
        await _admit(connection, receipts, payment.viewer, str(payment.id))  # reading took its time
        added = await connection.fetchval(
            ADD, payment.store_id, new_id(), payment.order_id, payment.id, *where, arrived.sha256, arrived.size,
            content_type, payment.viewer.actor().id, receipts.now(),
        )  # fmt: skip
        if not added:
            raise _KnownAlready
        if not await connection.fetchval(END, *where):
            raise StorageUnavailable("The receipt was a day on its way, and given up.", "Upload it again.")


async def _find(receipts: Receipts, arrived: Arrived[Payment]) -> Kept | None:
    payment = arrived.admitted
    row = await receipts.pool.fetchrow(FIND, payment.store_id, payment.id, arrived.sha256)
    if row is None:
        return None
    return Kept(row[0], payment.id, DECODER.decode(row[1]), added=False)


async def _take_back(pool: asyncpg.Pool, storage: Storage, where: tuple[str, str]) -> None:
    """Undo what was begun, as far as it can be reached; the worker undoes the rest when its day is over."""
    try:
        await asyncio.shield(_give_up(pool, storage, where))
    except (StorageUnavailable, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        bucket, key = where
        log.warning("A receipt that broke off is left for the worker.", bucket=bucket, key=key, reason=str(error))


async def _give_up(pool: asyncpg.Pool, storage: Storage, where: tuple[str, str]) -> bool:
    """Delete an object that no row names; gives whether it was so.

    The line is taken first: where it is gone, the row was committed, and where its transaction is still under way,
    this waits for it.
    """
    bucket, key = where
    async with pool.acquire() as connection, connection.transaction():
        if not await connection.fetchval(END, bucket, key):
            return False
        await storage.at(bucket).delete(key)
        return True


async def sweep_abandoned(runner: Runner, storage: Storage) -> Abandoned:
    """Delete the objects of uploads that nobody finished within a day.

    A bucket that fails is left alone for this time, and holds up no other: each request to it may take its PATIENCE.
    """
    before = runner.clock() - ABANDONED_AFTER
    swept, away = Abandoned(), set[str]()
    for bucket, key in await runner.pool.fetch(ABANDONED, before, SWEPT_AT_ONCE):
        if bucket in away:
            swept.left += 1
            continue
        try:
            swept.deleted += await _give_up(runner.pool, storage, (bucket, key))
        except StorageUnavailable as error:
            away.add(bucket)
            swept.left += 1
            log.warning("An abandoned receipt can not be deleted.", bucket=bucket, key=key, reason=str(error))
    return swept
