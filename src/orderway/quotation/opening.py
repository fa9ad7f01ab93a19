"""Placing an order: its row with a number, its quotation and its lines, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from orderway.delivery.address import Delivery, checked
from orderway.delivery.keeping import keep
from orderway.ids import new_id
from orderway.quotation.context import PricedLine, QuotationContext
from orderway.quotation.guards import LARGEST_TOTAL, TEN_YEARS
from orderway.quotation.lines import write_lines
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order as it is placed; amounts of the lines in minor units of `currency` (ISO 4217).

    Without `number` it gets the store's code and the next number. (source, source_ref) names it where it comes from,
    once for each store; `copied_from` is the order of the same store whose terms it begins with. `reason` is why it is
    placed, for the log. Without `biller_id` it is billed by the customer's biller, where they work in the store.
    """

    store_id: UUID
    customer_id: UUID
    currency: str
    fulfillment_type: str
    lines: tuple[PricedLine, ...] = ()
    biller_id: UUID | None = None
    delivery: Delivery | None = None
    valid_until: datetime | None = None
    number: str | None = None
    source: str | None = None
    source_ref: str | None = None
    copied_from: UUID | None = None
    reason: str | None = None


PLACE = """
INSERT INTO sale_order (store_id, id, number, customer_id, biller_id, currency, fulfillment_type, placed_at, source,
    source_ref, copied_from)
SELECT s.id, $2, coalesce($3, s.code || '-' || numbered.text), c.id, coalesce($5, (
        SELECT p.id FROM person p JOIN person_store w ON w.person_id = p.id
        WHERE p.id = c.biller_id AND p.disabled_at IS NULL AND w.store_id = s.id)), $6, $7, $8, $9, $10, $11
FROM store s, customer c,
    LATERAL (SELECT CASE WHEN $3::text IS NULL THEN nextval('sale_order_number')::text END AS digits) next,
    LATERAL (SELECT lpad(digits, greatest(6, length(digits)), '0') AS text) numbered
WHERE s.id = $1 AND c.id = $4 AND ($5::uuid IS NULL OR EXISTS (SELECT FROM person WHERE id = $5))
RETURNING number
"""


def check_validity(valid_until: datetime | None, *, now: datetime) -> None:
    """Raises Invalid for a validity that has no zone, lies behind, or is too far away; the rules of an edit."""
    if valid_until is None:
        return
    if valid_until.tzinfo is None:
        raise Invalid(f"The validity {valid_until} has no zone.", "Write it like 2026-03-01T09:30:00Z.", "valid_until")
    if not now < valid_until <= now + timedelta(days=TEN_YEARS):
        raise Invalid("The validity must end in the future, and within ten years.", "Set another date.", "valid_until")


async def place(tx: Transaction, order: NewOrder) -> Moved:
    """Place an order and give birth to its quotation, a draft; the order's row is then locked.

    Raises NotFound where the store, the customer or the biller is not there, Invalid where the number or the source's
    reference is taken or a value can not be, and Refused for who may not draft quotations.
    """
    tx.require("quotation.edit", to="place an order")
    delivery = checked(order.delivery) if order.delivery else None
    check_validity(order.valid_until, now=tx.now)
    id, total = new_id(), sum(line.total for line in order.lines)
    if total > LARGEST_TOTAL:
        raise Invalid("The order comes to more than can be counted.", "Ask for less.", "lines")
    try:
        number = await tx.connection.fetchval(
            PLACE, order.store_id, id, order.number, order.customer_id, order.biller_id, order.currency,
            order.fulfillment_type, tx.now, order.source, order.source_ref, order.copied_from,
        )  # fmt: skip
    except asyncpg.UniqueViolationError as taken:
        raise Invalid("The store has this order already.", "Look for its number or its reference.") from taken
    except asyncpg.CheckViolationError as wrong:
        raise Invalid(
            "The currency must be a code such as NGN, and the fulfillment PICKUP, DELIVERY or SERVICE.", "Correct it."
        ) from wrong
    if number is None:
        raise NotFound("There is no such store, customer or biller.")
    await tx.lock(order.store_id, id)
    if delivery:
        await keep(tx, delivery)
    if order.lines:
        await write_lines(tx, order.lines)
    context = QuotationContext(
        currency=order.currency,
        total=total,
        line_count=len(order.lines),
        valid_until=order.valid_until,
    )
    return await tx.open("quotation", context, reason=order.reason)
