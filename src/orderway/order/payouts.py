"""What riders earned and were paid: for themselves, and for who looks at the order for the seller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import msgspec

from orderway.cursors import cursor_of, read_cursor
from orderway.fulfillment.payouts.ledger import PayoutMethod
from orderway.fulfillment.riding.reads import check_page
from orderway.order.shape import Person
from orderway.order.sight import EVERY_STORE, Sight
from orderway.people.viewer import Viewer
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

Kind = Literal["EARNED", "PAID", "CORRECTED"]
ENTRY_KINDS: dict[Kind, str] = {"EARNED": "Earned", "PAID": "Paid", "CORRECTED": "Corrected"}
"""What an entry of a rider's ledger is, in words."""

LATEST = datetime(9999, 1, 1, tzinfo=UTC)
LAST = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderLedgerEntry:
    """Earned (+), paid (-) or corrected (+ or -): `amount` in minor units of `currency`, `who` entered it."""

    id: UUID
    order: UUID
    number: str
    fulfillment: UUID
    kind: Kind
    amount: int
    currency: str
    method: PayoutMethod | None
    reference: str | None
    reason: str | None
    at: datetime
    who: str

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with this entry."""
        return cursor_of(self.at, self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentPayment:
    """What a rider asked for a delivery, what was agreed, and what of it is paid: minor units of `currency`.

    `due` is what was earned and corrected, less what was paid. `proposed` is None where they made no offer, `agreed`
    where they do not bring it.
    """

    fulfillment: UUID
    rider: Person
    currency: str
    proposed: int | None
    agreed: int | None
    earned: int
    corrected: int
    paid: int
    due: int
    entries: tuple[RiderLedgerEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderTotal:
    """All that a rider earned in one currency, in minor units; `due` is what is not paid yet."""

    currency: str
    earned: int
    corrected: int
    paid: int
    due: int


SUMS = """
    'earned', coalesce(sum(e.amount) FILTER (WHERE e.kind = 'EARNED'), 0),
    'corrected', coalesce(sum(e.amount) FILTER (WHERE e.kind = 'CORRECTED'), 0),
    'paid', coalesce(-sum(e.amount) FILTER (WHERE e.kind = 'PAID'), 0), 'due', coalesce(sum(e.amount), 0)
"""
ENTRY = """
    json_build_object('id', e.id, 'order', o.id, 'number', o.number, 'fulfillment', e.fulfillment_id, 'kind', e.kind,
        'amount', e.amount, 'currency', e.currency, 'method', e.method, 'reference', e.reference, 'reason', e.reason,
        'at', e.at, 'who', coalesce((SELECT w.name FROM person w
            WHERE w.id = substring(e.actor FROM '^person:([0-9a-f-]{36})$')::uuid), e.actor))
"""
PAYMENTS = msgspec.json.Decoder(FulfillmentPayment)
TOTALS = msgspec.json.Decoder(RiderTotal)
ENTRIES = msgspec.json.Decoder(RiderLedgerEntry)


async def load_payments(connection: Connection, viewer: Viewer, fulfillment: UUID) -> list[FulfillmentPayment]:
    """Return what riders are paid for a delivery, whoever brings it first; a rider their own.

    None for a delivery that the viewer does not see. One statement.
    """
    sight = Sight(viewer, fulfillment)
    of = f"f.id = $1 AND f.store_id = {EVERY_STORE} AND {sight.order()}"
    theirs = theirs_or_staff(sight, "p.id")
    query = f"""
    SELECT json_build_object('fulfillment', f.id, 'rider', json_build_object('id', p.id, 'name', p.name),
        'currency', o.currency, 'proposed', (SELECT (i.context ->> 'proposed_cost')::bigint FROM rider_interest i
            WHERE i.store_id = f.store_id AND i.fulfillment_id = f.id AND i.rider_id = p.id),
        'agreed', CASE WHEN f.rider_id = p.id THEN (f.context ->> 'cost')::bigint END, {SUMS},
        'entries', coalesce(json_agg({ENTRY} ORDER BY e.at, e.id) FILTER (WHERE e.id IS NOT NULL), '[]'))::text
    FROM fulfillment f JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
    JOIN person p ON p.id = f.rider_id OR p.id IN (
        SELECT r.rider_id FROM rider_ledger r WHERE r.store_id = f.store_id AND r.fulfillment_id = f.id)
    LEFT JOIN rider_ledger e ON e.store_id = f.store_id AND e.fulfillment_id = f.id AND e.rider_id = p.id
    WHERE {of} AND {theirs}
    GROUP BY f.store_id, f.id, o.store_id, o.id, p.id
    ORDER BY p.id = f.rider_id DESC, p.name, p.id
    """  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
    rows = await connection.fetch(query, *sight.values)
    return [PAYMENTS.decode(row[0]) for row in rows]


async def load_totals(connection: Connection, viewer: Viewer, rider: UUID) -> list[RiderTotal]:
    """Return what a rider earned in each currency, of what `list_earnings` lists and what was archived since."""
    whose = Sight(viewer, rider)
    rows = await connection.fetch(
        f"""
        SELECT json_build_object('currency', e.currency, {SUMS})::text FROM (
            SELECT e.currency, e.kind, e.amount {earned(whose)}
            UNION ALL SELECT o.currency, e.kind, e.amount {earned_before(whose)}
        ) e GROUP BY e.currency ORDER BY e.currency
        """,  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
        *whose.values,
    )
    return [TOTALS.decode(row[0]) for row in rows]


async def list_earnings(
    connection: Connection, viewer: Viewer, rider: UUID, *, after: str = "", limit: int = 20
) -> tuple[list[RiderLedgerEntry], bool]:
    """Return what a rider earned by deliveries that the viewer looks at for the seller; a rider all of their own.

    The newest entries first, and whether more follow. Raises Invalid for a page that is too large or begins nowhere.
    One statement.
    """
    check_page(limit, "entries")
    at, id = read_cursor(after, "entries") if after else (LATEST, LAST)
    whose = Sight(viewer, rider)
    seen = earned(whose)
    place = f"(e.at, e.id) < ({whose.value(at)}::timestamptz, {whose.value(id)}::uuid)"
    rows = await connection.fetch(
        f"SELECT {ENTRY}::text {seen} AND {place} ORDER BY e.at DESC, e.id DESC LIMIT {whose.value(limit + 1)}",
        *whose.values,
    )
    return [ENTRIES.decode(row[0]) for row in rows[:limit]], len(rows) > limit


async def count_earnings(connection: Connection, viewer: Viewer, rider: UUID) -> int:
    """Return how many entries `list_earnings` lists in all. One statement."""
    whose = Sight(viewer, rider)
    counted: int = await connection.fetchval(f"SELECT count(*) {earned(whose)}", *whose.values)
    return counted


async def is_shortened(connection: Connection, viewer: Viewer, rider: UUID) -> bool:
    """Whether `load_totals` counts what `list_earnings` lists no more: entries left with archived orders."""
    whose = Sight(viewer, rider)
    found: bool = await connection.fetchval(f"SELECT EXISTS (SELECT {earned_before(whose)})", *whose.values)
    return found


def earned(whose: Sight) -> str:
    """The entries `e` of the rider $1 that the viewer sees."""
    ledger = "FROM rider_ledger e JOIN sale_order o ON o.store_id = e.store_id AND o.id = e.order_id"
    return f"{ledger} WHERE e.rider_id = $1 AND {theirs_or_staff(whose, 'e.rider_id')}"


def earned_before(whose: Sight) -> str:
    """What archived orders `o` say of the rider $1: sums `e` of each kind, as far as the viewer sees them."""
    return f"""FROM archived_as_order o CROSS JOIN LATERAL
        jsonb_to_recordset(o.carried -> 'riders') AS e (rider uuid, kind text, amount bigint)
        WHERE o.carried -> 'riders' @> jsonb_build_array(jsonb_build_object('rider', $1::uuid)) AND e.rider = $1
        AND {theirs_or_staff(whose, "e.rider")}"""


def theirs_or_staff(sight: Sight, rider: str) -> str:
    """Whether the rider is the viewer, or the viewer sees the money of the order for the seller."""
    return f"({rider} = {sight.value(sight.viewer.person_id)}::uuid OR {sight.staff()} AND {sight.money()})"


async def load_payment(connection: Connection, viewer: Viewer, fulfillment: UUID, *, rider: UUID) -> FulfillmentPayment:
    """Return what one rider is paid for a delivery. Raises NotFound."""
    for each in await load_payments(connection, viewer, fulfillment):
        if each.rider.id == rider:
            return each
    raise NotFound("There is no such delivery of this rider.", "Check both ids.")
