"""Customers in the API: whom the viewer serves, what changed of them, and who applied as a reseller."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import cast, get_args
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.delivery.address import Delivery
from orderway.graphql.asking import Info
from orderway.graphql.credit import KindOfBuyer
from orderway.graphql.forms import enum_of, value_of
from orderway.graphql.lives import DeliveryType
from orderway.graphql.paging import After, First, Page, connection_of, id_of, read_id
from orderway.order.addresses import list_used
from orderway.people.customers.applications import (
    Application,
    Decision,
    State,
    count_applications,
    list_applications,
)
from orderway.people.customers.changes import Kind
from orderway.people.customers.reads import (
    Customer,
    Place,
    Wanted,
    count_customers,
    list_billers,
    list_changes,
    list_customers,
    load_customer,
)
from orderway.people.customers.record import Noted

ApplicationState = enum_of(get_args(State), "ResellerApplicationState")


@strawberry.type(name="CustomerStore", description="The store that serves a customer.")
class CustomerStore:
    id: UUID
    name: str


@strawberry.type(name="CustomerBiller", description="Who bills what a customer begins themselves.")
class CustomerBiller:
    id: UUID
    name: str


@strawberry.type(name="CustomerChange", description="Who changed what of a customer, when and why, in words.")
class CustomerChange:
    step: int
    what: str = strawberry.field(description="It continues the name of who did it.")
    was: str | None
    became: str | None
    reason: str
    at: datetime
    who: str


async def changes_of(root: strawberry.Parent[Customer], info: Info) -> list[Noted]:
    info.context.look()
    async with info.context.connection() as connection:
        return await list_changes(connection, info.context.signed_in, root.id)


async def addresses_of(root: strawberry.Parent[Customer], info: Info) -> list[Delivery]:
    info.context.look()
    async with info.context.connection() as connection:
        return await list_used(connection, info.context.signed_in, root.id)


@strawberry.type(name="CustomerDetails", description="A customer, as who serves them knows them.")
class CustomerDetails:
    id: UUID
    kind: Kind = strawberry.field(graphql_type=KindOfBuyer)
    name: str
    phone: str | None
    email: str | None
    currency: str
    step: int = strawberry.field(description="How often it was changed. Send it as `seen` with the next change.")
    has_account: bool = strawberry.field(description="Whether somebody signs in for them.")
    store: Place | None = strawberry.field(graphql_type=CustomerStore | None)
    biller: Place | None = strawberry.field(graphql_type=CustomerBiller | None)
    addresses: list[Delivery] = strawberry.field(
        resolver=addresses_of,
        graphql_type=list[DeliveryType],
        description="Where their latest orders went, each place once.",
    )
    changes: list[Noted] = strawberry.field(
        resolver=changes_of,
        graphql_type=list[CustomerChange],
        description="The latest changes, newest first; none for those who may not change customers.",
    )


@strawberry.type(name="ResellerDecision", description="What was decided of an application, for good.")
class ResellerDecision:
    outcome: State = strawberry.field(graphql_type=ApplicationState)
    reason: str
    who: str
    at: datetime
    customer: UUID | None = strawberry.field(description="The reseller that it made.")


@strawberry.type(name="ResellerApplication", description="Somebody who wants to sell on, and what was decided.")
class ResellerApplication:
    id: UUID
    email: str
    name: str
    company: str
    phone: str | None
    currency: str
    store: Place = strawberry.field(graphql_type=CustomerStore)
    applied_at: datetime
    state: State = strawberry.field(graphql_type=ApplicationState)
    decision: Decision | None = strawberry.field(graphql_type=ResellerDecision | None)


async def customer(info: Info, id: UUID) -> Customer:
    async with info.context.connection() as connection:
        return await load_customer(connection, info.context.signed_in, id)


async def billers(info: Info, store: UUID) -> list[Place]:
    async with info.context.connection() as connection:
        return await list_billers(connection, info.context.signed_in, store)


async def customers(
    info: Info,
    *,
    first: First = 20,
    after: After = None,
    search: str = "",
    kind: KindOfBuyer | None = None,  # type: ignore[valid-type]  # an enum made from its literal
    store: UUID | None = None,
) -> Page[Customer]:
    viewer = info.context.signed_in
    wanted = Wanted(search=search, kind=cast("Kind | None", value_of(Kind, kind)), store=store)
    behind = read_id(after, "customers")
    async with info.context.connection() as connection:
        found, more = await list_customers(connection, viewer, wanted, after=behind, limit=first)
    count = partial(count_customers, viewer=viewer, wanted=wanted)
    return Page(nodes=found, has_more=more, cursor=id_of, count=count, after=after)


async def reseller_applications(
    info: Info,
    *,
    first: First = 20,
    after: After = None,
    state: ApplicationState | None = None,  # type: ignore[valid-type]  # the same
) -> Page[Application]:
    viewer, wanted = info.context.signed_in, cast("State | None", value_of(State, state))
    behind = read_id(after, "applications")
    async with info.context.connection() as connection:
        found, more = await list_applications(connection, viewer, state=wanted, after=behind, limit=first)
    count = partial(count_applications, viewer=viewer, state=wanted)
    return Page(nodes=found, has_more=more, cursor=id_of, count=count, after=after)


def serving() -> list[StrawberryField]:
    """The queries of customers."""
    return [
        strawberry.field(
            resolver=billers,
            graphql_type=list[CustomerBiller],
            description="Who may bill the customers of a store, for who may add customers there.",
        ),  # type: ignore[list-item]  # a field, though typed as what it resolves to
        strawberry.field(
            resolver=customer,
            graphql_type=CustomerDetails,
            description="A customer whom the viewer serves, or the viewer themselves; another is not found.",
        ),  # type: ignore[list-item]  # a field, though typed as what it resolves to
        strawberry.field(
            resolver=customers,
            graphql_type=connection_of(CustomerDetails),
            description="Whom the viewer serves, the newest first. `search` holds beginnings of words of the name, or"
            " the beginning of an e-mail address or of a telephone number.",
        ),  # type: ignore[list-item]  # the same
        strawberry.field(
            resolver=reseller_applications,
            graphql_type=connection_of(ResellerApplication),
            description="Who applied as a reseller, the newest first, for who may decide it.",
        ),  # type: ignore[list-item]  # the same
    ]
