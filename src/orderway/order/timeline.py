"""The timeline of an order: what happened to the parts of it that the viewer sees, and who did it, by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from orderway.order.shape import Order
from orderway.people.names import names_of
from orderway.workflow.history import PAGE, Happening, happenings
from orderway.workflow.kinds import Connection, Workflow


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: who did what, on whose behalf. Notes that the viewer may not read are left out."""

    what: Happening
    who: str
    on_behalf_of: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Some entries, newest first; `older` is what to ask for those before them, None where there are none."""

    entries: tuple[Entry, ...]
    older: int | None


async def load_timeline(
    connection: Connection,
    workflow: Workflow,
    order: Order,
    *,
    instances: Collection[UUID] = (),
    before: int | None = None,
    limit: int = PAGE,
) -> Timeline:
    """Return what happened to the order as its viewer sees it, or to these of its instances. Two statements."""
    seen = {life.id for life in order.lives}
    page = await happenings(
        connection,
        workflow,
        store_id=order.store_id,
        order_id=order.id,
        instances=seen & set(instances) if instances else seen,
        before=before,
        limit=limit,
    )
    names = await names_of(
        connection, {name for each in page.items for name in (each.actor, each.on_behalf_of) if name}
    )
    return Timeline(
        tuple(
            Entry(
                what=each,
                who=names[each.actor],
                on_behalf_of=names[each.on_behalf_of] if each.on_behalf_of and order.customer else None,
                reason=each.reason if _may_read(order, each) else None,
            )
            for each in page.items
        ),
        page.older,
    )


NOTED = ("OVERRIDE", "SHORT", "DISPUTE", "REVERSE")
"""Parts of the names of events whose reason is for the seller's people alone."""


def _may_read(order: Order, happening: Happening) -> bool:
    """Whether its reason was written for the viewer too.

    Why an override was given or not, money let go, or lost to a buyer, is for the seller's people. Why it is brought
    elsewhere, or an attempt failed, may tell a rider who it is for and where, which they learn once it is theirs: until
    then they read what is said of their own offers.
    """
    if order.customer is None:
        return happening.machine == "rider_interest"
    return order.sees_notes or not any(part in happening.event for part in NOTED)
