"""Comments on an order: notes that the seller's people keep among themselves, and what both sides read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.order.begun import Asker
from orderway.order.reads import load_order
from orderway.order.shape import Order
from orderway.order.texts import check_text
from orderway.people.scope import actor_on
from orderway.workflow.errors import Invalid, not_allowed
from orderway.workflow.kinds import Connection, Instance
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """What is to be said about an order. Where it is not `for_buyer` the seller's people alone read it.

    What the buyer writes is read by both.
    """

    order: UUID
    text: str
    for_buyer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Something that was said about an order; `number` is its place among all that happened to it."""

    number: int
    who: str
    text: str
    for_buyer: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What the outbox tells of a comment: that there is one, and not what it says."""

    by: UUID
    for_buyer: bool


def may_comment(order: Order) -> bool:
    """Whether the viewer of the order may: who looks for the seller, and the buyer. A rider may not."""
    return order.sees_notes or order.sees_money


async def add_comment(runner: Runner, by: Asker, asked: NewComment) -> Comment:
    """Say something about an order that the viewer sees; the same key says it once.

    Raises NotFound, Refused for who may not, and Invalid for a text that is none or too long.
    """
    async with runner.pool.acquire() as connection:
        order = await load_order(connection, by.viewer, asked.order, parts=frozenset())
        actor = await actor_on(connection, by.viewer, store_id=order.store_id, order_id=order.id)
    if not may_comment(order):
        raise not_allowed("money.see", to="comment on the order")
    text = asked.text.strip()
    if not text:
        raise Invalid("Comment is missing.", "Write something.", "text")
    check_text(text, label="Comment", field="text")

    async def work(tx: Transaction) -> Comment:
        await tx.lock(order.store_id, order.id)
        told = Told(by.viewer.person_id, asked.for_buyer or not order.sees_notes)
        about = await _standing(tx)
        if not order.sees_notes:
            number = await tx.put("order.comment.asked", told, about=about)
        elif told.for_buyer:
            number = await tx.put("order.comment.told", told, about=about)
        else:
            number = await tx.put("order.comment.noted", told, about=about)
        await tx.connection.execute(KEEP, tx.store_id, tx.order_id, number, told.by, text, told.for_buyer, tx.now)
        return Comment(number=number, who=by.viewer.name, text=text, for_buyer=told.for_buyer, at=tx.now)

    return await runner.once(
        work, Comment, key=by.key, request=("addComment", asked), actor=actor, request_id=by.request_id
    )


KEEP = """
INSERT INTO order_comment (store_id, order_id, number, person_id, text, for_buyer, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def _standing(tx: Transaction) -> Instance | None:
    """The thing that the order stands at, by which the world is told of a comment."""
    parts = await tx.every("fulfillment")
    return parts[-1] if parts else await tx.find("sale") or await tx.find("quotation")


COMMENTS = """
SELECT c.number, p.name AS who, c.text, c.for_buyer, c.at
FROM order_comment c JOIN person p ON p.id = c.person_id
WHERE c.store_id = $1 AND c.order_id = $2 AND ($3 OR c.for_buyer) AND ($4::int IS NULL OR c.number < $4)
ORDER BY c.number DESC LIMIT $5
"""
COUNT = "SELECT count(*) FROM order_comment WHERE store_id = $1 AND order_id = $2 AND ($3 OR for_buyer)"


async def list_comments(
    connection: Connection, order: Order, *, before: int | None = None, limit: int = PAGE
) -> tuple[list[Comment], bool]:
    """Return what was said, as far as the order's viewer reads it, newest first: at most `limit` numbered below
    `before`, and whether there are older ones. One statement, or none for who reads nothing of it.
    """
    if not may_comment(order):
        return [], False
    rows = await connection.fetch(COMMENTS, order.store_id, order.id, order.sees_notes, before, limit + 1)
    return [Comment(**row) for row in rows[:limit]], len(rows) > limit


async def count_comments(connection: Connection, order: Order) -> int:
    """Return how many the order's viewer reads. One statement."""
    counted: int = await connection.fetchval(COUNT, order.store_id, order.id, order.sees_notes)
    return counted if may_comment(order) else 0
