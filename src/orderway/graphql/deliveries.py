"""Deliveries in the API: how far each sink has come, what has failed and why, and what people do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import Conflict, Invalid, NotFound, Refused
from orderway.graphql.asking import Asking, Info
from orderway.graphql.changing import changing, done_once, once
from orderway.graphql.expose import said
from orderway.graphql.filters import left_out
from orderway.graphql.forms import enum_type, input_type
from orderway.graphql.lives import ItsOrder
from orderway.graphql.outbox import its_order
from orderway.graphql.paging import After, First, Page, connection_of, place_of
from orderway.order.shape import Order
from orderway.outbound.panel import deeds
from orderway.outbound.panel.changes import DeliveryChange, count_changes, list_changes
from orderway.outbound.panel.deeds import RetryDeliveries, SetEventAside
from orderway.outbound.panel.deliveries import Delivery, DeliveryFilters, count_deliveries, list_deliveries
from orderway.outbound.panel.sinks import SinkStanding, list_sinks
from orderway.workflow.transaction import Transaction

OutboxDeliveryStatus = enum_type(
    "OutboxDeliveryStatus",
    {
        "WAITING": "It was not tried yet.",
        "FAILING": "It failed, and is tried again by itself.",
        "DEAD": "It was given up, and waits for a person.",
    },
)
OutboxDeed = enum_type(
    "OutboxDeed", {"RETRIED": "It was tried again by hand.", "SET_ASIDE": "The event was set aside for good."}
)


@strawberry.type(
    name="OutboxSink", description="Where events go, with how far it has come with those of the viewer's stores."
)
class OutboxSink:
    sink: str = strawberry.field(description='"notifications", "broker", "mail", or "webhook:" and its id.')
    lag: int = strawberry.field(description="Events that it has yet to be given.")
    unread: int = strawberry.field(description="Those of them of which no worker has taken note yet.")
    oldest_at: datetime | None = strawberry.field(description="When the oldest of them happened.")
    waiting: int = strawberry.field(description="Orders of which something was not tried yet.")
    failing: int = strawberry.field(description="Orders of which something failed, and is tried again by itself.")
    dead: int = strawberry.field(description="Orders of which something was given up, and waits for a person.")
    attempts: int = strawberry.field(description="How often the events failed at which those stand.")
    gaps: int = strawberry.field(description="Events that were set aside: it is never given them.")
    away_since: datetime | None = strawberry.field(description="Since when the whole place takes nothing.")
    paused_at: datetime | None = strawberry.field(description="Since when it is switched off.")
    away_why: str | None


@strawberry.type(name="OutboxDelivery", description="An order of which a sink has yet to be given something.")
class OutboxDelivery:
    sink: str
    status: OutboxDeliveryStatus  # type: ignore[valid-type]  # made just above
    order_id: UUID
    order_number: str
    number: int = strawberry.field(description="The number of the event that it is given first.")
    event_id: UUID
    type: str = strawberry.field(description="As order.sale.payment_captured.")
    at: datetime = strawberry.field(description="When that happened.")
    events: int = strawberry.field(description="How many events wait, with this one.")
    tries: int = strawberry.field(description="How often this one failed.")
    why: str | None = strawberry.field(description="Why it did, the last time.")
    due_at: datetime | None = strawberry.field(description="When it is tried next; null for what was given up.")
    dead_at: datetime | None = strawberry.field(description="When it was given up.")
    on_its_way: bool = strawberry.field(description="Whether a worker has it now.")
    order: Order | None = strawberry.field(resolver=its_order, graphql_type=ItsOrder | None)


@strawberry.type(name="OutboxChange", description="What somebody did by hand about an event that had failed.")
class OutboxChange:
    id: UUID
    sink: str
    order_id: UUID
    order_number: str
    what: OutboxDeed  # type: ignore[valid-type]  # made just above
    number: int
    tries: int = strawberry.field(description="How often it had failed.")
    why: str | None = strawberry.field(description="Why it had, the last time.")
    reason: str = strawberry.field(description="Why they did it.")
    who: str
    at: datetime


@strawberry.type(name="DeliveriesRetried", description="They are tried now.")
class DeliveriesRetried:
    retried: int = strawberry.field(description="Orders that are tried again now.")
    left: int = strawberry.field(description="Orders of which something has failed, and that are not: ask again.")


@strawberry.type(name="EventSetAside", description="It is not given to the sink any more, which goes on behind it.")
class EventSetAside:
    number: int


RetryAnswer = Annotated[
    DeliveriesRetried | Refused | Conflict | NotFound | Invalid, strawberry.union("RetryDeliveriesAnswer")
]
SetAsideAnswer = Annotated[
    EventSetAside | Refused | Conflict | NotFound | Invalid, strawberry.union("SetEventAsideAnswer")
]
OutboxChangeFilter = input_type(
    "OutboxChangeFilter",
    [left_out("sink", str | None), left_out("order", UUID | None)],
    description="What a change has to fulfill to be listed: all of it.",
)
OutboxDeliveryFilter = input_type(
    "OutboxDeliveryFilter",
    [left_out("status", OutboxDeliveryStatus | None), left_out("store", UUID | None)],
    description="What a delivery has to fulfill to be listed: all of it.",
)


async def outbox_sinks(info: Info) -> list[SinkStanding]:
    async with info.context.connection() as connection:
        return await list_sinks(connection, info.context.signed_in)


async def outbox_deliveries(
    info: Info,
    *,
    sink: str,
    first: First = 20,
    after: After = None,
    filter: Any = None,  # noqa: A002  (the API's word for it)
) -> Page[Delivery]:
    viewer, filters = info.context.signed_in, read_filters(sink, filter)
    async with info.context.connection() as connection:
        found, more = await list_deliveries(connection, viewer, filters=filters, after=after or "", limit=first)
    count = partial(count_deliveries, viewer=viewer, filters=filters)
    return Page(nodes=found, has_more=more, cursor=place_of, count=count, after=after)


def read_filters(sink: str, given: Any) -> DeliveryFilters:
    if not given:
        return DeliveryFilters(sink=sink)
    status = said(given.status)
    return DeliveryFilters(sink=sink, status=status.value if status else None, store_id=said(given.store))


async def outbox_changes(
    info: Info,
    *,
    first: First = 20,
    after: After = None,
    filter: Any = None,  # noqa: A002  (the API's word for it)
) -> Page[DeliveryChange]:
    viewer = info.context.signed_in
    sink, order = (said(filter.sink), said(filter.order)) if filter else (None, None)
    async with info.context.connection() as connection:
        found, more = await list_changes(connection, viewer, sink=sink, order=order, after=after or "", limit=first)
    count = partial(count_changes, viewer=viewer, sink=sink, order=order)
    return Page(nodes=found, has_more=more, cursor=place_of, count=count, after=after)


async def retry(asking: Asking, wanted: RetryDeliveries, key: str | None) -> DeliveriesRetried:
    async def work(tx: Transaction) -> deeds.Retried:
        return await deeds.retry(tx.connection, wanted, by=asking.signed_in, at=tx.now)

    done = await once(asking, work, deeds.Retried, wanted=wanted, key=key)
    return DeliveriesRetried(retried=done.retried, left=done.left)


async def set_aside(asking: Asking, wanted: SetEventAside, key: str | None) -> EventSetAside:
    async def work(tx: Transaction) -> None:
        await deeds.set_aside(tx.connection, wanted, by=asking.signed_in, at=tx.now)

    await done_once(asking, work, wanted=wanted, key=key)
    return EventSetAside(number=wanted.number)


def delivered() -> list[StrawberryField]:
    """The queries of deliveries."""
    outbox_changes.__annotations__["filter"] = OutboxChangeFilter | None
    outbox_deliveries.__annotations__["filter"] = OutboxDeliveryFilter | None
    sinks: StrawberryField = strawberry.field(
        resolver=outbox_sinks,
        graphql_type=list[OutboxSink],
        description="Every sink by its name, for those who look after the outbox.",
    )  # type: ignore[assignment]  # a field, though typed as what it resolves to
    deliveries: StrawberryField = strawberry.field(
        resolver=outbox_deliveries,
        graphql_type=connection_of(OutboxDelivery),
        description="The orders of which a sink has yet to be given something: what is due, or was given up, first.",
    )
    changes: StrawberryField = strawberry.field(
        resolver=outbox_changes,
        graphql_type=connection_of(OutboxChange),
        description="What people did about deliveries that failed, newest first.",
    )
    return [sinks, deliveries, changes]


def redelivering() -> Iterator[StrawberryField]:
    """The mutations of deliveries."""
    yield changing(
        "retryDeliveries",
        RetryDeliveries,
        retry,
        answer=RetryAnswer,
        description="Try again now what a sink did not take: of some orders, or of all, at most 10,000 at once.",
    )
    yield changing(
        "setEventAside",
        SetEventAside,
        set_aside,
        answer=SetAsideAnswer,
        description="Let a sink go on behind an event that it does not take, and is never given any more.",
    )
