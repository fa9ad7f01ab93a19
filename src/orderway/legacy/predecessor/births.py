"""Which of ours stand for the rows of an order that went its road: by them the former ids are found again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from orderway.legacy.predecessor.destination import destination
from orderway.legacy.predecessor.drive import LegacyRoad
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.money import refunds
from orderway.legacy.predecessor.moves import Plan, RefundPayment, RegisterPayment, ReversePayment
from orderway.legacy.predecessor.moves_on_the_way import OfferToDeliver, RefundReturn, RequestReturn
from orderway.legacy.predecessor.parts import REFUND, SENTENCES, Part, parts
from orderway.workflow.kinds import Connection
from orderway.workflow.transaction import Transaction

ADDRESS: Final = "Address"

RETURNS: Final = "SELECT id FROM sales_return WHERE store_id = $1 AND order_id = $2 ORDER BY id"
HERE: Final = """
SELECT kind, theirs FROM legacy_id WHERE (kind, theirs) IN (SELECT * FROM unnest($1::text[], $2::text[]))
"""
# Several orders may have gone to one address of theirs: here each has its own, and the first stands for it.
KEEP: Final = """
INSERT INTO legacy_id (kind, theirs, ours) SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])
UNION ALL SELECT $7, $6, address_id FROM sale_order
WHERE store_id = $4 AND id = $5 AND address_id IS NOT NULL AND $6 <> ''
ON CONFLICT DO NOTHING
"""
# Of an order that goes out again nothing stands here any more.
FORGET: Final = """
DELETE FROM legacy_id WHERE kind = ANY ($3) AND ours IN (
    SELECT id FROM quotation WHERE store_id = $1 AND order_id = $2
    UNION ALL SELECT id FROM sale WHERE store_id = $1 AND order_id = $2
    UNION ALL SELECT id FROM payment WHERE store_id = $1 AND order_id = $2
    UNION ALL SELECT id FROM fulfillment WHERE store_id = $1 AND order_id = $2
    UNION ALL SELECT id FROM rider_interest WHERE store_id = $1 AND order_id = $2
    UNION ALL SELECT id FROM rider_ledger WHERE store_id = $1 AND order_id = $2
    UNION ALL SELECT id FROM sales_return WHERE store_id = $1 AND order_id = $2
    UNION ALL SELECT id FROM delivery_address WHERE store_id = $1 AND order_id = $2
    UNION ALL SELECT $2
)
"""


async def births(road: LegacyRoad, order: Order, planned: Plan) -> dict[Part, UUID]:
    """What it made on this road, with the machines that it has by now."""
    of = order.type.title()
    found = {
        Part(table, row.id): instance.id
        for table, row, machine in (
            ("Quotation", order.quotation, "quotation"),
            (f"{of}Sale", order.sale, "sale"),
            ("Fulfillment", order.fulfillment, "fulfillment"),
        )
        if row and (instance := await road.tx.find(machine))
    }
    found |= {
        Part(f"{of}Payment", move.payment): road.payments[move.reference].id
        for move in road.done
        if isinstance(move, RegisterPayment)
    }
    found |= {Part("FulfillmentPayment", theirs): ours for theirs, ours in road.paid_out.items()}
    found |= {Part(REFUND, id_): road.tx.order_id for id_ in told_refunds(road, order)}
    found |= await offers(road)
    return found | await returns(road, planned)


def told_refunds(road: LegacyRoad, order: Order) -> Iterator[str]:
    """What was refunded for returns names no row: those that no other move names are told by it."""
    yield from (move.refund for move in road.done if isinstance(move, RefundPayment | ReversePayment))
    if any(isinstance(move, RefundReturn) for move in road.done):
        yield from (each.id for each in refunds(order))


async def offers(road: LegacyRoad) -> dict[Part, UUID]:
    made = [move.offer for move in road.done if isinstance(move, OfferToDeliver)]
    here = {each.context.rider: each.id for each in await road.tx.every("rider_interest")} if made else {}
    return {Part("FulfillmentRiderInterest", each): here[road.offers[each]] for each in made}


async def returns(road: LegacyRoad, planned: Plan) -> dict[Part, UUID]:
    """They were asked for in the order of the plan."""
    if not any(isinstance(move, RequestReturn) for move in road.done):
        return {}
    rows = await road.tx.connection.fetch(RETURNS, road.tx.store_id, road.tx.order_id)
    asked = [move.record for move in planned.moves if isinstance(move, RequestReturn)]
    return {Part("SalesReturn", theirs): row["id"] for theirs, row in zip(asked, rows, strict=False)}


async def keep_births(tx: Transaction, order: Order, born: Mapping[Part, UUID]) -> None:
    """Write down which of ours stand for which rows of theirs."""
    place = destination(order).place
    await tx.connection.execute(
        KEEP, [each.table for each in born], [each.id for each in born], list(born.values()), tx.store_id, tx.order_id,
        place.id if place else "", ADDRESS,
    )  # fmt: skip


async def forget_births(connection: Connection, store: UUID, order: UUID) -> None:
    """Before it goes out again."""
    await connection.execute(FORGET, store, order, [*SENTENCES, ADDRESS])


async def known_parts(connection: Connection, order: Order) -> set[Part]:
    """Those of its rows for which something stands here."""
    of = list(parts(order))
    rows = await connection.fetch(HERE, [each.table for each in of], [each.id for each in of])
    return {Part(row["kind"], row["theirs"]) for row in rows}
