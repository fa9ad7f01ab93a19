"""Changing customers through the API, and deciding who becomes a reseller."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import Conflict, Invalid, NotFound, Refused
from orderway.graphql.asking import Asking
from orderway.graphql.changing import changing, once
from orderway.graphql.customers import CustomerDetails, ResellerApplication
from orderway.people.customers.applications import (
    Application,
    Decided,
    DeclineResellerApplication,
    decline,
    load_application,
)
from orderway.people.customers.changes import (
    ChangeCustomer,
    CreateCustomer,
    CustomerMade,
    add_customer,
    change_customer,
)
from orderway.people.customers.reads import Customer, load_customer
from orderway.resellers import ApproveResellerApplication, approve
from orderway.workflow import errors
from orderway.workflow.transaction import Transaction


@strawberry.type(name="CustomerChanged", description="It is so now, and whoever made it so is remembered.")
class CustomerChanged:
    customer: Customer | None = strawberry.field(
        graphql_type=CustomerDetails | None, description="Null where whoever changed it serves them no longer."
    )


@strawberry.type(name="ResellerApplicationDecided", description="It is decided, for good.")
class ResellerApplicationDecided:
    application: Application = strawberry.field(graphql_type=ResellerApplication)
    customer: Customer | None = strawberry.field(
        graphql_type=CustomerDetails | None, description="The reseller; null where the application was declined."
    )


CustomerAnswer = Annotated[
    CustomerChanged | Refused | Conflict | NotFound | Invalid, strawberry.union("CustomerAnswer")
]
DecisionAnswer = Annotated[
    ResellerApplicationDecided | Refused | Conflict | NotFound | Invalid, strawberry.union("ResellerDecisionAnswer")
]


async def create_customer(asking: Asking, wanted: CreateCustomer, key: str | None) -> CustomerChanged:
    async def work(tx: Transaction) -> CustomerMade:
        return CustomerMade(await add_customer(tx.connection, wanted, by=asking.signed_in, at=tx.now))

    made = await once(asking, work, CustomerMade, wanted=wanted, key=key)
    return CustomerChanged(customer=await standing(asking, made.customer))


async def alter_customer(asking: Asking, wanted: ChangeCustomer, key: str | None) -> CustomerChanged:
    async def work(tx: Transaction) -> CustomerMade:
        await change_customer(tx.connection, wanted, by=asking.signed_in, at=tx.now)
        return CustomerMade(wanted.customer)

    made = await once(asking, work, CustomerMade, wanted=wanted, key=key)
    return CustomerChanged(customer=await standing(asking, made.customer))


async def decide_application(
    asking: Asking, wanted: Any, key: str | None, *, do: Callable[..., Awaitable[object]]
) -> ResellerApplicationDecided:
    """Approve or decline, as `do` says. The second of two who decide at once is told of the first."""

    async def work(tx: Transaction) -> Decided:
        await do(tx.connection, wanted, by=asking.signed_in, at=tx.now)
        return Decided(wanted.application)

    decided = await once(asking, work, Decided, wanted=wanted, key=key)
    async with asking.connection() as connection:
        application = await load_application(connection, asking.signed_in, decided.application)
    reseller = application.decision.customer if application.decision else None
    return ResellerApplicationDecided(
        application=application, customer=await standing(asking, reseller) if reseller else None
    )


async def standing(asking: Asking, customer: UUID) -> Customer | None:
    """The customer as the viewer sees them now."""
    try:
        async with asking.connection() as connection:
            return await load_customer(connection, asking.signed_in, customer)
    except errors.NotFound:
        return None


def customer_changes() -> Iterator[StrawberryField]:
    """The mutations of customers and of the applications of resellers."""
    yield changing(
        "createCustomer",
        CreateCustomer,
        create_customer,
        answer=CustomerAnswer,
        description="Add a customer, in one of the stores that the viewer serves.",
    )
    yield changing(
        "changeCustomer",
        ChangeCustomer,
        alter_customer,
        answer=CustomerAnswer,
        description="Change how a customer is reached, the store that serves them and who bills them.",
    )
    yield changing(
        "approveResellerApplication",
        ApproveResellerApplication,
        partial(decide_application, do=approve),
        answer=DecisionAnswer,
        description="Take on a reseller: from now on they can sign in, buy at the prices of their tier, and owe.",
    )
    yield changing(
        "declineResellerApplication",
        DeclineResellerApplication,
        partial(decide_application, do=decline),
        answer=DecisionAnswer,
        description="Decline an application. The address may apply again.",
    )
