"""What happened elsewhere long ago is told to nobody: every sink goes on behind it, with what happens here."""

from __future__ import annotations

from orderway.workflow.transaction import Transaction

# A sink that has had all of what was told of the order before has had this too. One that never heard of the order is
# not passed by what happened in its own time.
GO_ON_BEHIND = """
INSERT INTO outbound_progress (store_id, order_id, sink, known, done)
SELECT o.store_id, o.id, s.sink, o.outbox_number, o.outbox_number
FROM sale_order o CROSS JOIN outbound_sink s
LEFT JOIN outbound_progress p ON p.store_id = o.store_id AND p.order_id = o.id AND p.sink = s.sink
WHERE o.store_id = $1 AND o.id = $2 AND CASE WHEN p.sink IS NOT NULL THEN p.done = $3 ELSE NOT EXISTS (
    SELECT FROM outbox b WHERE b.store_id = $1 AND b.order_id = $2 AND b.number <= $3 AND b.xid > s.begun
) END
ON CONFLICT (store_id, order_id, sink) DO UPDATE SET known = excluded.known, done = excluded.done
WHERE outbound_progress.done = $3
"""
TOLD = "SELECT outbox_number FROM sale_order WHERE store_id = $1 AND id = $2"


async def told(tx: Transaction) -> int:
    """How much was told of the locked order by those before."""
    number: int = await tx.connection.fetchval(TOLD, tx.store_id, tx.order_id)
    return number


async def pass_over(tx: Transaction, *, since: int = 0) -> None:
    """Let no sink hear of what this transaction tells of the locked order, of which so much was `told` before."""
    await tx.settle()
    await tx.connection.execute(GO_ON_BEHIND, tx.store_id, tx.order_id, since)
