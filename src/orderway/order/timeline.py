"""The timeline of an order: what happened to the parts of it that the viewer sees, and who did it, by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID

from orderway.machines import CHARTS
from orderway.order.shape import Order
from orderway.people.names import PERSON, called, named
from orderway.workflow.entries import BIRTH
from orderway.workflow.history import ALL_OF_IT, PAGE, Happening, Wanted, count_happenings, happenings
from orderway.workflow.kinds import Connection, Workflow


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: who did what, on whose behalf. Notes that the viewer may not read are left out."""

    what: Happening
    who: str
    on_behalf_of: str | None
    reason: str | None


class Eyes(Protocol):
    """What decides how much of an entry a viewer reads: whether they see whom the order goes to, and notes."""

    @property
    def customer(self) -> object | None: ...

    @property
    def sees_notes(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Timeline:
    """Some entries, newest first; `older` is what to ask for those before them, None where there are none."""

    entries: tuple[Entry, ...]
    older: int | None


PRICED_BY_HAND = """CASE WHEN l.machine = 'quotation' AND l.event = 'EDIT' THEN EXISTS (
    SELECT FROM json_array_elements(l.payload -> 'lines') e
    WHERE coalesce(e ->> 'unit_price', e ->> 'discount', e ->> 'discount_rate') IS NOT NULL) ELSE false END"""
"""Whether an edit left the prices of the catalogue."""


async def load_timeline(
    connection: Connection,
    workflow: Workflow,
    order: Order,
    *,
    instances: Collection[UUID] = (),
    wanted: Wanted = ALL_OF_IT,
    before: int | None = None,
    limit: int = PAGE,
) -> Timeline:
    """Return what happened to the order as its viewer sees it, or to these of its instances. One statement."""
    page = await happenings(
        connection,
        workflow,
        store_id=order.store_id,
        order_id=order.id,
        instances=seen(order, instances),
        named=named,
        noted=PRICED_BY_HAND,
        wanted=wanted,
        before=before,
        limit=limit,
    )
    return Timeline(tuple(entry_of(each, order) for each in page.items), page.older)


def seen(order: Order, instances: Collection[UUID]) -> set[UUID]:
    """Which of these instances of the order its viewer sees; of none all that they see."""
    lives = {life.id for life in order.lives}
    return lives & set(instances) if instances else lives


def by_person(order: Order, person: UUID) -> Wanted:
    """What a person did, or others on their behalf: as far as the viewer is told of that."""
    actor = f"{PERSON}{person}"
    return Wanted(actors=(actor,), behind=(actor,) if order.customer else ())


async def count_timeline(
    connection: Connection, order: Order, *, instances: Collection[UUID] = (), wanted: Wanted = ALL_OF_IT
) -> int:
    """Return how many entries there are in all. One statement."""
    return await count_happenings(
        connection,
        store_id=order.store_id,
        order_id=order.id,
        instances=seen(order, instances),
        wanted=wanted,
    )


def entry_of(what: Happening, eyes: Eyes) -> Entry:
    """Make an entry of what happened to something that the viewer sees."""
    by_hand = " and set a price by hand" if what.noted else ""
    return Entry(
        what=replace(what, phrase=f"{what.phrase}{by_hand}"),
        who=called(what.actor, what.actor_name),
        on_behalf_of=called(what.on_behalf_of, what.behind_name) if what.on_behalf_of and eyes.customer else None,
        reason=what.reason if _may_read(eyes, what) else None,
    )


def _may_read(eyes: Eyes, happening: Happening) -> bool:
    """Whether its reason was written for the viewer too.

    Each event says whom its reason is for; that of one that no machine knows any more is for the seller's people. Why
    it is brought elsewhere, or an attempt failed, may tell a rider who it is for and where, which they learn once it is
    theirs: until then they read what is said of their own offers.
    """
    if eyes.customer is None:
        return happening.machine == "rider_interest"
    if eyes.sees_notes or happening.event == BIRTH:
        return True
    event: Any = CHARTS[happening.machine].every_event.get(happening.event)
    return event is not None and event.words.reason_for == "buyer"
