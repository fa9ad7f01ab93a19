"""Whole orders out of the database: one statement shapes each as JSON, which is decoded once into typed records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal, get_args
from uuid import UUID

import msgspec

from orderway.delivery.keeping import READ
from orderway.order.archived import find_archived
from orderway.order.returns import RETURNS
from orderway.order.shape import Order
from orderway.order.sight import EVERY_STORE, Sight
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

Part = Literal["lines", "terms", "fulfillments", "payments", "more"]
"""What is read of an order only where it is wanted: `terms` are its quotation and its sale, `more` what was asked about
it: overrides, offers of riders, returns."""

WHOLE: frozenset[Part] = frozenset(get_args(Part))

DECODER = msgspec.json.Decoder(Order)
OF_ORDER = "i.store_id = o.store_id AND i.order_id = o.id"


def life(machine: str, context: str = "i.context", more: str = "") -> str:
    """One instance `i` as JSON; `more` are further pairs of it."""
    return f"""json_build_object('machine', '{machine}', 'store_id', i.store_id,
        'order_id', i.order_id, 'id', i.id, 'version', i.version, 'step', i.step,
        'state', i.state, 'context', {context}, 'due_at', i.due_at, 'due_event', i.due_event,
        'created_at', i.created_at, 'moved_at', i.moved_at{more})"""


def one(machine: str, context: str, seen: str) -> str:
    """The order's only instance of a machine, where it is there and seen."""
    return f"CASE WHEN {seen} THEN (SELECT {life(machine, context)} FROM {machine} i WHERE {OF_ORDER}) END"  # noqa: S608


def many(machine: str, shape: str, seen: str) -> str:
    """All instances of a machine that are seen, in the order of their births."""
    return f"""coalesce((SELECT json_agg({shape} ORDER BY i.created_at, i.id)
        FROM {machine} i WHERE {OF_ORDER} AND {seen}), '[]')"""  # noqa: S608


def person(id: str) -> str:
    return f"(SELECT json_build_object('id', p.id, 'name', p.name) FROM person p WHERE p.id = {id})"  # noqa: S608


def actor(field: str) -> str:
    """The name of a person that a context names as the log does; the actor's own text for anyone else."""
    named = f"i.context ->> '{field}'"
    return f"""coalesce((SELECT p.name FROM person p
        WHERE p.id = substring({named} FROM '^person:([0-9a-f-]{{36}})$')::uuid), {named})"""  # noqa: S608


RECEIPT = """json_build_object('id', r.id, 'content_type', r.content_type, 'size', r.size,
    'sha256', encode(r.sha256, 'hex'), 'bucket', r.bucket, 'key', r.key, 'uploaded_at', r.uploaded_at,
    'uploaded_by', coalesce((SELECT p.name FROM person p
        WHERE p.id = substring(r.uploaded_by FROM '^person:([0-9a-f-]{36})$')::uuid), r.uploaded_by))"""

RECEIPTS = f"""coalesce((SELECT json_agg({RECEIPT} ORDER BY r.uploaded_at DESC, r.id DESC)
    FROM payment_receipt r WHERE r.store_id = i.store_id AND r.payment_id = i.id), '[]')"""  # noqa: S608

PORTIONS = """coalesce((SELECT json_agg(
        json_build_object('line', r.line_id, 'quantity', r.quantity, 'status', r.status) ORDER BY l.position)
    FROM reservation r JOIN order_line l ON l.store_id = r.store_id AND l.id = r.line_id
    WHERE r.store_id = i.store_id AND r.order_id = i.order_id AND r.part = i.part), '[]')"""

LINES = """
    coalesce((SELECT json_agg(json_build_object('id', l.id, 'position', l.position, 'variant_id', l.variant_id,
            'sku', v.sku, 'description', l.description, 'quantity', l.quantity,
            'price', CASE WHEN money.seen THEN json_build_object('unit', l.unit_price, 'list_price', l.list_price,
                'tax_rate', l.tax_rate, 'discount', l.discount, 'tax', l.tax, 'freight', l.freight,
                'total', l.total) END)
        ORDER BY l.position)
        FROM order_line l JOIN variant v ON v.id = l.variant_id
        WHERE l.store_id = o.store_id AND l.order_id = o.id), '[]')
"""


# Where nobody brings it yet, riders are told of the town alone.
TOWN = "json_build_object('city', d.city, 'region', d.region, 'country', d.country, 'promised_at', d.promised_at)"
DELIVERY = f"""(SELECT CASE WHEN door.seen THEN {READ} ELSE {TOWN} END
    FROM delivery_address d WHERE d.store_id = o.store_id AND d.id = o.address_id)"""  # noqa: S608


QUOTATION = one("quotation", "i.context", "money.seen")

# Why a sale is under review is a note between the seller's people; of its overrides a buyer reads where they stand.
NOTES = " ".join(
    f"#- '{{{override}, {name}}}'"
    for override in ("admin", "credit_override")
    for name in ("request", "approved_amount", "expires_at")
)
PLAIN_SALE = f"(i.context::jsonb - 'review' {NOTES})::json"
SALE = one("sale", f"CASE WHEN staff.seen THEN i.context ELSE {PLAIN_SALE} END", "money.seen")

PAYMENTS = many("payment", life("payment", more=f", 'receipts', {RECEIPTS}"), "money.seen")

ASKED = f", 'asked_by', {actor('requested_by')}, 'decided_by', {actor('decided_by')}"
OVERRIDES = many("override_request", life("override_request", more=ASKED), "staff.seen")


def fulfillments(sight: Sight) -> str:
    """What a rider is paid is between the rider and the seller."""
    hidden = f"CASE WHEN {sight.interest()} THEN '{{pin_hash}}' ELSE '{{pin_hash, cost, interest}}' END"
    context = f"(i.context::jsonb - ({hidden})::text[])::json"
    return many(
        "fulfillment",
        life("fulfillment", context, more=f", 'rider', {person('i.rider_id')}, 'lines', {PORTIONS}"),
        "true",
    )


def interests(sight: Sight) -> str:
    return many("rider_interest", life("rider_interest", more=f", 'rider', {person('i.rider_id')}"), sight.interest())


def statement(sight: Sight, which: str, parts: AbstractSet[Part] = WHOLE) -> str:
    """The statement that reads orders as JSON, newest first; `which` says which of those that the viewer sees."""

    def read(part: Part, value: Callable[[Sight], str], otherwise: str = "'[]'::json") -> str:
        return value(sight) if part in parts else otherwise

    return f"""
    SELECT json_build_object(
        'store_id', o.store_id, 'id', o.id, 'number', o.number, 'placed_at', o.placed_at, 'currency', o.currency,
        'fulfillment_type', o.fulfillment_type, 'delivery', {DELIVERY}, 'source', o.source,
        'source_ref', o.source_ref, 'copied_from', o.copied_from, 'sees_money', money.seen, 'sees_notes', staff.seen,
        'phase', (SELECT h.phase FROM order_phase h WHERE h.store_id = o.store_id AND h.order_id = o.id),
        'store', json_build_object('id', s.id, 'code', s.code, 'name', s.name, 'timezone', s.timezone),
        'customer', CASE WHEN door.seen THEN json_build_object('id', c.id, 'kind', c.kind, 'name', c.name,
            'phone', c.phone, 'email', CASE WHEN money.seen THEN c.email END) END,
        'biller', {person("o.biller_id")},
        'lines', {read("lines", lambda _: LINES)},
        'quotation', {read("terms", lambda _: QUOTATION, "NULL")},
        'sale', {read("terms", lambda _: SALE, "NULL")},
        'fulfillments', {read("fulfillments", fulfillments)},
        'payments', {read("payments", lambda _: PAYMENTS)},
        'overrides', {read("more", lambda _: OVERRIDES)},
        'interests', {read("more", interests)},
        'returns', {read("more", lambda _: f"CASE WHEN money.seen THEN {RETURNS} ELSE '[]' END")}
    )::text
    FROM sale_order o JOIN store s ON s.id = o.store_id JOIN customer c ON c.id = o.customer_id
    CROSS JOIN LATERAL (SELECT {sight.money()} AS seen) money
    CROSS JOIN LATERAL (SELECT {sight.staff()} AS seen) staff
    CROSS JOIN LATERAL (SELECT {sight.address()} AS seen) door
    WHERE {which} AND {sight.order()}
    ORDER BY o.placed_at DESC, o.id DESC
    """  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)


async def load_order(
    connection: Connection, viewer: Viewer, order_id: UUID, *, parts: AbstractSet[Part] = WHOLE
) -> Order:
    """Return the order as the viewer may see it. Raises NotFound, or Archived; one statement.

    Of one id, and not of a list of one, PostgreSQL knows that it is one order, and plans the long statement once.
    """
    orders = await _found(connection, Sight(viewer, order_id), "o.id = $1", parts)
    if not orders:
        raise await find_archived(connection, viewer, id=order_id) or no_order()
    return orders[0]


async def load_order_numbered(connection: Connection, viewer: Viewer, number: str) -> Order:
    """Return the order of that number. Raises NotFound, Archived, or Invalid where stores share it; one statement."""
    orders = await _found(connection, Sight(viewer, number), "o.number = $1")
    if len(orders) > 1:
        raise Invalid(f"Several stores have an order {number}.", "Ask for it by its id.", "number")
    if not orders:
        raise await find_archived(connection, viewer, number=number) or no_order()
    return orders[0]


async def load_orders(
    connection: Connection, viewer: Viewer, order_ids: Sequence[UUID], *, parts: AbstractSet[Part] = WHOLE
) -> list[Order]:
    """Return those of the orders that the viewer sees, newest first. One statement, however many they are.

    What is no part that is wanted is not read, and empty. Reading all of it takes several times as long.
    """
    return await _found(connection, Sight(viewer, list(order_ids)), "o.id = ANY ($1::uuid[])", parts)


async def _found(connection: Connection, sight: Sight, which: str, parts: AbstractSet[Part] = WHOLE) -> list[Order]:
    rows = await connection.fetch(statement(sight, f"{which} AND o.store_id = {EVERY_STORE}", parts), *sight.values)
    return [DECODER.decode(row[0]) for row in rows]


def no_order() -> NotFound:
    return NotFound("There is no such order.", "Check its number, or look for it in the list of orders.")
