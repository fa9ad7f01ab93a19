"""Reading the reconciliation inbox: newest first, each item with its evidence, as far as its viewer reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import msgspec

from orderway.people.names import names_of
from orderway.people.permissions import PAYMENT_RECONCILE, RECONCILIATION_SEE
from orderway.people.scope import allowed
from orderway.people.viewer import Viewer
from orderway.sale.reconciliation.parking import Kind
from orderway.sale.reconciliation.standing import Destination, Standing
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

LARGEST = 100
STATUS = {"open": "i.resolution IS NULL", "resolved": "i.resolution IS NOT NULL"}
ITEM, DESTINATION = msgspec.json.Decoder(Standing), msgspec.json.Decoder(Destination)

NAMED = """json_build_object('store_id', o.store_id, 'id', o.id, 'number', o.number, 'currency', o.currency,
    'store', (SELECT name FROM store WHERE id = o.store_id), 'customer_id', o.customer_id,
    'customer', (SELECT name FROM customer WHERE id = o.customer_id))"""
SALE = """(SELECT json_build_object('id', s.id, 'state', s.state, 'context', s.context) FROM sale s
    WHERE s.store_id = o.store_id AND s.order_id = o.id)"""
PAYMENT = """(SELECT json_build_object('id', p.id, 'state', p.state, 'context', p.context) FROM payment p
    WHERE p.store_id = i.store_id AND p.id = i.payment_id)"""
OWED = """(SELECT coalesce(sum(l.amount), 0)::bigint FROM payable l
    WHERE l.store_id = i.store_id AND l.order_id = i.order_id)"""
# Where it went is named to who sees the inbox of that order too.
TO = f"""(SELECT {NAMED} FROM sale_order o
    WHERE o.store_id = i.to_store_id AND o.id = i.to_order_id AND {{seen}})"""  # noqa: S608  (texts of this module)

# Where the item names no report, those of the payment that it is about.
REPORT = """(SELECT json_build_object('id', e.id, 'event_id', e.event_id, 'kind', e.kind, 'method', e.method,
        'received_at', e.received_at, 'occurred_at', e.occurred_at)
    FROM webhook_event e
    WHERE e.id = i.event_id OR i.event_id IS NULL AND e.store_id = i.store_id AND e.payment_id = i.payment_id
    ORDER BY e.received_at DESC LIMIT 1)"""

# The payment that has the reference, and those that wait for just this amount: some, the newest first.
ALIKE = """(SELECT coalesce(json_agg(json_build_object('id', p.id, 'state', p.state, 'amount', p.amount,
        'reference', p.reference, 'order', {named}, 'same', a.same) ORDER BY a.same DESC, p.id DESC), '[]')
    FROM (
        SELECT r.store_id, r.payment_id AS id, 'reference' AS same FROM payment_reference r
        WHERE r.provider = i.provider AND r.reference = i.reference
        UNION ALL (
            SELECT w.store_id, w.id, 'amount' FROM payment w
            WHERE w.state = 'PENDING' AND w.amount = i.amount AND w.currency = i.currency
            AND (w.provider, w.reference) IS DISTINCT FROM (i.provider, i.reference)
            ORDER BY w.id DESC LIMIT 5
        )
    ) a JOIN payment p ON p.store_id = a.store_id AND p.id = a.id
    JOIN sale_order o ON o.store_id = p.store_id AND o.id = p.order_id
    WHERE i.resolution IS NULL AND p.id IS DISTINCT FROM i.payment_id AND {seen})"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to list: all of it must hold."""

    kinds: tuple[Kind, ...] = ()
    status: Literal["open", "resolved"] | None = None
    order_id: UUID | None = None


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Page:
    """Some items, and whether more come after them."""

    items: tuple[Standing, ...]
    has_more: bool


class Asked:
    """One question of one viewer: its parameters, and the conditions of what they see and may settle."""

    def __init__(self, viewer: Viewer, *values: object) -> None:
        see = allowed(viewer, RECONCILIATION_SEE, first=len(values) + 1)
        settle = allowed(viewer, PAYMENT_RECONCILE, first=len(values) + 1 + len(see.values))
        self.values: list[object] = [*values, *see.values, *settle.values]
        self.seen, self.settled = see.sql, settle.sql

    def value(self, value: object) -> str:
        """Add a parameter and return its place: "$3"."""
        self.values.append(value)
        return f"${len(self.values)}"

    def where(self, filters: Filters, after: UUID | None = None) -> str:
        parts = [self.seen]
        if filters.kinds:
            parts.append(f"i.kind = ANY ({self.value(list(filters.kinds))}::text[])")
        if filters.status:
            parts.append(STATUS[filters.status])
        if filters.order_id:
            parts.append(f"i.order_id = {self.value(filters.order_id)}::uuid")
        if after:
            parts.append(f"i.id < {self.value(after)}::uuid")
        return " AND ".join(parts)

    def items(self, where: str) -> str:
        """The statement that reads items as JSON."""
        return f"""
        SELECT json_build_object('money', to_json(i), 'may_settle', coalesce({self.settled}, false), 'report', {REPORT},
            'order', CASE WHEN o.id IS NOT NULL THEN {NAMED} END, 'sale', {SALE}, 'payment', {PAYMENT},
            'owed', {OWED}, 'to_order', {TO.format(seen=self.seen)},
            'candidates', {ALIKE.format(named=NAMED, seen=self.seen)})::text
        FROM parked_money i LEFT JOIN sale_order o ON o.store_id = i.store_id AND o.id = i.order_id
        WHERE {where}
        """  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)


async def list_items(
    connection: Connection,
    viewer: Viewer,
    *,
    filters: Filters = EVERYTHING,
    after: UUID | None = None,
    limit: int = 20,
) -> Page:
    """Return the newest items that the viewer sees, from behind the item `after` on. One statement.

    Raises Invalid for a limit outside 1 to LARGEST.
    """
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} items.", "Ask for fewer, and then for the next page.", "first")
    asked = Asked(viewer)
    statement = f"{asked.items(asked.where(filters, after))} ORDER BY i.id DESC LIMIT {asked.value(limit + 1)}"
    rows = await connection.fetch(statement, *asked.values)
    return Page(tuple(ITEM.decode(row[0]) for row in rows[:limit]), len(rows) > limit)


async def count_items(connection: Connection, viewer: Viewer, filters: Filters = EVERYTHING) -> int:
    """Return how many items the viewer sees that pass the filters. One statement."""
    asked = Asked(viewer)
    counted: int = await connection.fetchval(
        f"""
        SELECT count(*) FROM parked_money i LEFT JOIN sale_order o ON o.store_id = i.store_id AND o.id = i.order_id
        WHERE {asked.where(filters)}
        """,  # noqa: S608  (texts of this module)
        *asked.values,
    )
    return counted


async def load_item(connection: Connection, viewer: Viewer, id: UUID) -> Standing:
    """Return one item. Raises NotFound, also for what the viewer may not see; one statement."""
    asked = Asked(viewer, id)
    row = await connection.fetchval(asked.items(f"i.id = $1 AND {asked.seen}"), *asked.values)
    if row is None:
        raise NotFound("There is no such item in the inbox.", "Check its id, or look for it in the list.")
    return ITEM.decode(row)


async def load_destination(connection: Connection, viewer: Viewer, order_id: UUID) -> Destination:
    """Return the order that money is to be attached to. Raises NotFound where the viewer does not settle there."""
    condition = allowed(viewer, PAYMENT_RECONCILE, first=2)
    row = await connection.fetchval(
        f"""
        SELECT json_build_object('order', {NAMED}, 'sale', {SALE})::text FROM sale_order o
        WHERE o.id = $1 AND o.store_id = ANY (ARRAY(SELECT id FROM store)) AND {condition.sql}
        """,  # noqa: S608  (texts of this module)
        order_id, *condition.values,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such order.", "Check its number, or look for it in the list of orders.")
    return DESTINATION.decode(row)


async def names_in(connection: Connection, items: Sequence[Standing]) -> Mapping[str, str]:
    """What people call those who resolved the items; at most one statement."""
    return await names_of(connection, {item.money.resolved_by for item in items if item.money.resolved_by})
