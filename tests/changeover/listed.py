"""Orders on the review list, as an import leaves them."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from orderway.changeover.evidence import Evidence, FormerMove, FormerPayment

READ_AT = datetime.fromisoformat("2026-03-01T09:00:00+00:00")
EVIDENCE = Evidence(
    status="PAID",
    sale_status="PENDING",
    workflow_state="CLEARED_FOR_FULFILMENT",
    fulfillment_status="PENDING",
    fulfillment_workflow_state=None,
    currency="NGN",
    total=2000,
    captured=500,
    outstanding=1500,
    overpaid=0,
    came_to="PAYMENT_PENDING_CONFIRMATION",
    fulfillment_came_to=None,
    why="5.00 of 20.00 is paid.",
    confidence=0.7,
    payments=(FormerPayment(amount=500, method="CASH", status="CONFIRMED", reference=None, at=READ_AT),),
    log=(FormerMove(of="sale", from_state=None, to_state="AWAITING_PAYMENT_METHOD", event="checkout", at=READ_AT),),
)


async def differ(
    pool: asyncpg.Pool, order: UUID, kind: str, *, class_: str = "OLD_WRONG", at: datetime = READ_AT
) -> None:
    """Let the shadow have followed until a time, and have found that an order is told otherwise there."""
    await pool.execute(
        "INSERT INTO shadow_place (id, source, horizon, seen_until, swept, began_at) VALUES (1, 'there', 7, $1, '', $1)"
        " ON CONFLICT DO NOTHING",
        at,
    )
    await pool.execute("INSERT INTO shadow_day VALUES ($1, 12, 0.8) ON CONFLICT DO NOTHING", at.date())
    await pool.execute(
        "INSERT INTO shadow_divergence (store_id, order_id, kind, opened_at, class, sentence, evidence, at_stake)"
        " SELECT store_id, id, $2, $3, $4, $5, $6, 1500 FROM sale_order WHERE id = $1",
        order, kind, at, class_, f"It is {kind}.", msgspec.json.encode(EVIDENCE).decode(),
    )  # fmt: skip


async def leave_out(pool: asyncpg.Pool, order: UUID, *, since: datetime = READ_AT) -> None:
    """Let the shadow have left an order out since a time."""
    await pool.execute(
        "INSERT INTO shadow_left_out (store_id, order_id, since) SELECT store_id, id, $2 FROM sale_order WHERE id = $1",
        order, since,
    )  # fmt: skip


async def put_on_the_list(pool: asyncpg.Pool, order: UUID, kind: str, *, opened_at: datetime = READ_AT) -> None:
    """Let an import have left an order for a person, for a reason."""
    await pool.execute(
        "INSERT INTO imported_order (store_id, order_id, status) SELECT store_id, id, 'PAID' FROM sale_order"
        " WHERE id = $1 ON CONFLICT DO NOTHING",
        order,
    )
    await pool.execute(
        "INSERT INTO import_review (store_id, order_id, kind, sentence, evidence, opened_at)"
        " SELECT store_id, id, $2, $3, $4, $5 FROM sale_order WHERE id = $1",
        order, kind, f"It is {kind}.", msgspec.json.encode(EVIDENCE).decode(), opened_at,
    )  # fmt: skip
