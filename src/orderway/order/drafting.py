"""Drafting a quotation as a viewer: the order is placed and its lines are edited in, by the rules of any edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from orderway.delivery.address import Delivery
from orderway.delivery.way import FulfillmentType
from orderway.people.customers.changes import require_biller
from orderway.people.permissions import SCOPE_BILLED
from orderway.people.scope import may_open
from orderway.people.stores import Store, list_stores
from orderway.people.viewer import Viewer
from orderway.quotation.events import Edit, LineWanted
from orderway.quotation.opening import NewOrder, place
from orderway.statechart.explain import text
from orderway.workflow.errors import NotFound, Refused
from orderway.workflow.kinds import Connection, Moved
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A quotation to draft, in the currency of its store. Prices come from the catalogue."""

    store: UUID
    customer: UUID
    fulfillment_type: FulfillmentType
    lines: tuple[LineWanted, ...] = ()
    delivery: Delivery | None = None
    valid_until: datetime | None = None
    biller: UUID | None = None


async def draft_quotation(
    runner: Runner, viewer: Viewer, draft: Draft, *, key: str | None = None, request_id: str | None = None
) -> Moved:
    """Place the order, and edit its lines in; the same key gives the same order. Gives the quotation's last move.

    Raises NotFound for a store, a customer or a biller out of reach, and what `place` and EDIT raise.
    """
    async with runner.pool.acquire() as connection:
        currency = await connection.fetchval("SELECT currency FROM store WHERE id = $1", draft.store)
        if currency is None or not may_open(viewer, store_id=draft.store, customer_id=draft.customer):
            raise NotFound("There is no such store or customer.", "Check both ids.")
        if draft.biller:
            await require_biller(connection, draft.biller, store_id=draft.store)
    bills = SCOPE_BILLED in viewer.permissions
    order = NewOrder(
        store_id=draft.store,
        customer_id=draft.customer,
        currency=currency,
        fulfillment_type=draft.fulfillment_type,
        biller_id=draft.biller or (viewer.person_id if bills else None),
        delivery=draft.delivery,
        valid_until=draft.valid_until,
    )

    async def work(tx: Transaction) -> Moved:
        moved = await place(tx, order)
        if not draft.lines:
            return moved
        try:
            return await tx.send(moved.ref, Edit(draft.lines, draft.valid_until))
        except Refused as no:
            raise _not_drafted(no) from no

    request = (type(draft).__name__, draft)
    return await runner.once(work, Moved, key=key, request=request, actor=viewer.actor(), request_id=request_id)


async def list_openings(connection: Connection, viewer: Viewer, customer_id: UUID) -> Sequence[Store]:
    """Return the stores in which the viewer may draft a quotation for the customer, by their names."""
    known = await list_stores(connection, viewer)
    return [store for store in known if may_open(viewer, store_id=store.id, customer_id=customer_id)]


def _not_drafted(no: Refused) -> Refused:
    """The refusal of the edit that brings the first lines, as one of the draft: there is nothing yet to edit."""
    reasons = no.refusal.reasons
    said = " ".join(text(reason) for reason in reasons)
    return Refused(replace(no.refusal, state="", takes=()), f"The quotation can not be drafted. {said}")
