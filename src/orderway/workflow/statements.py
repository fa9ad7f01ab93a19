"""The statements of the door, written once for each table: one that locks and reads, one that moves, logs and tells."""

from __future__ import annotations

from functools import cache
from typing import Literal

Intent = Literal["move", "look", "rehearse"]
"""Whether a transaction is to move what it reads, and locks it; or only looks: then it locks nothing.

One that rehearses moves as others do, and is undone.
"""

LOCK_ORDER = "SELECT outbox_number, customer_id, biller_id FROM sale_order WHERE store_id = $1 AND id = $2 FOR UPDATE"

COUNT = "UPDATE sale_order SET outbox_number = $3 WHERE store_id = $1 AND id = $2"

PUT = """
WITH counted AS (UPDATE sale_order SET outbox_number = $3 WHERE store_id = $1 AND id = $2)
INSERT INTO outbox (store_id, order_id, number, id, type, data, instance_id, step, at, traceparent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

Counting = Literal["now", "later"]
"""Whether a move counts the order's outbox in its own statement; one that does not is counted by COUNT, at the end."""

LOG = """
logged AS (
    INSERT INTO transition_log (store_id, instance_id, step, order_id, machine, version, from_state, to_state, event,
        payload, facts, actor, on_behalf_of, reason, request_id, at, prev_hash, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
)"""

COUNTED = """, counted AS (
    UPDATE sale_order SET outbox_number = $23 WHERE store_id = $1 AND id = $4
)"""

TELL = """
INSERT INTO outbox (store_id, order_id, number, id, type, data, instance_id, step, at, traceparent)
SELECT $1, $4, $23, $24, $25, $26, $2, $3, $16, $27 FROM moved
"""


def log_and_tell(counting: Counting) -> str:
    return LOG + (COUNTED if counting == "now" else "") + TELL


@cache
def load(table: str, intent: Intent) -> str:
    """Lock the order, then the instance, and read it. Parameters: store, id."""
    lock = "FOR UPDATE OF o, i" if intent != "look" else ""
    return f"""
    SELECT o.outbox_number, o.customer_id, o.biller_id, i.order_id, i.version, i.state, i.context::text,
        i.history::text, i.step, i.hash, i.moved_at
    FROM sale_order o JOIN {table} i ON i.store_id = o.store_id AND i.order_id = o.id
    WHERE i.store_id = $1 AND i.id = $2
    {lock}
    """  # noqa: S608  (the table is one of the workflow's own)


@cache
def find(table: str, intent: Intent) -> str:
    """Lock and read what an order has of a machine, oldest first. Parameters: store, order, which is locked."""
    lock = "FOR UPDATE" if intent != "look" else ""
    return f"""
    SELECT id, version, state, context::text, history::text, step, hash, moved_at FROM {table}
    WHERE store_id = $1 AND order_id = $2 ORDER BY created_at, id
    {lock}
    """  # noqa: S608  (the table is one of the workflow's own)


@cache
def everything(tables: tuple[tuple[str, str], ...]) -> str:
    """Read what an order has of every machine, oldest first, and lock nothing. Parameters: store, order."""
    each = " UNION ALL ".join(
        f"""SELECT '{machine}' AS machine, id, version, state, context::text, history::text, step, hash, moved_at,
            created_at
        FROM {table} WHERE store_id = $1 AND order_id = $2"""  # noqa: S608  (the tables are the workflow's own)
        for machine, table in tables
    )
    return f"{each} ORDER BY created_at, id"


@cache
def move(table: str, counting: Counting) -> str:
    """Move an instance that is locked, log the move and tell of it.

    Its order is named too: a plan made while the table was all but empty may look by it, and is then as good.
    """
    return f"""
    WITH moved AS (
        UPDATE {table}
        SET state = $8, context = $19, history = $20, step = $3, hash = $18, due_at = $21, due_event = $22,
            moved_at = $16
        WHERE store_id = $1 AND id = $2 AND order_id = $4 AND step = $3 - 1
        RETURNING 1
    ), {log_and_tell(counting)}
    """  # noqa: S608  (the table is one of the workflow's own)


@cache
def birth(table: str, counting: Counting) -> str:
    """Insert an instance, log its birth and tell of it."""
    return f"""
    WITH moved AS (
        INSERT INTO {table} (store_id, id, step, order_id, version, state, hash, context, history, due_at, due_event,
            created_at, moved_at)
        VALUES ($1, $2, $3, $4, $6, $8, $18, $19, $20, $21, $22, $16, $16)
        RETURNING 1
    ), {log_and_tell(counting)}
    """  # noqa: S608  (the table is one of the workflow's own)
