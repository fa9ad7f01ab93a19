"""Overrides in the API: the requests in their boxes, and what each role may approve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import Conflict, Invalid, NotFound, Refused
from orderway.graphql.asking import Asking, Info
from orderway.graphql.changing import changing, done_once
from orderway.graphql.forms import enum_type, value_of
from orderway.graphql.lives import OverrideRequest
from orderway.graphql.orders import SaleOrder
from orderway.graphql.paging import After, First, Page, connection_of, read_id
from orderway.graphql.scalars import Int64
from orderway.order.questions import BOXES, Box, Question, count_questions, list_questions
from orderway.order.shape import Order, Override
from orderway.people.caps import CapChange, Capped, change_cap, list_caps
from orderway.people.scope import actor_everywhere
from orderway.workflow.transaction import Transaction

OverrideBox = enum_type("OverrideBox", BOXES, description="Which requests for overrides.")


@strawberry.type(
    name="OverrideQuestion", description="A request for an override with what it is about, in minor units of its order."
)
class OverrideQuestion:
    request: Override = strawberry.field(graphql_type=OverrideRequest)
    order: Order = strawberry.field(graphql_type=SaleOrder)
    amount: Int64 = strawberry.field(description="What was asked for.")
    currency: str
    outstanding: Int64 = strawberry.field(description="What is still to pay for the sale.")
    limit: Int64 = strawberry.field(description="What the customer may owe.")
    exposure: Int64 = strawberry.field(description="What all their other sales owe.")
    overage: Int64 = strawberry.field(description="How far the sale goes over the limit.")
    overage_percent: float | None = strawberry.field(description="In percent of the limit; null where that is 0.")


@strawberry.type(name="OverrideCapChange", description="Who changed a cap; null stands for no cap.")
class OverrideCapChange:
    role: str
    currency: str
    amount_before: Int64 | None
    amount_after: Int64 | None
    reason: str
    at: datetime
    who: str


@strawberry.type(name="OverrideCap")
class OverrideCap:
    currency: str
    amount: Int64


@strawberry.type(
    name="RoleWithCaps",
    description="A role that decides overrides. Without caps it may approve any amount; with some, nothing in the"
    " currencies that have none.",
)
class RoleWithCaps:
    role: str
    label: str
    caps: list[OverrideCap]
    changes: list[OverrideCapChange] = strawberry.field(description="The latest, newest first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveOverrideCap:
    """A cap that is to be no more; `role` is the role's name, as MANAGER."""

    role: str
    currency: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOverrideCap(RemoveOverrideCap):
    """The most that a role may approve, in minor units; `role` is the role's name, as MANAGER."""

    amount: int


@strawberry.type(name="OverrideCapsChanged", description="It is done, from the next decision on.")
class OverrideCapsChanged:
    roles: list[Capped] = strawberry.field(graphql_type=list[RoleWithCaps])


OverrideCapAnswer = Annotated[
    OverrideCapsChanged | Refused | Conflict | NotFound | Invalid, strawberry.union("OverrideCapAnswer")
]


async def override_requests(
    info: Info,
    *,
    box: OverrideBox | None = None,  # type: ignore[valid-type]  # made just above
    first: First = 20,
    after: After = None,
) -> Page[Question]:
    viewer, behind = info.context.signed_in, read_id(after, "requests")
    chosen: Box | None = value_of(str, box)  # type: ignore[assignment]  # the enum's values are the boxes
    async with info.context.connection() as connection:
        found, more = await list_questions(connection, viewer, box=chosen, after=behind, limit=first)
    return Page(
        nodes=found,
        has_more=more,
        cursor=lambda each: str(each.request.id),
        count=partial(count_questions, viewer=viewer, box=chosen),
        after=after,
    )


async def override_caps(info: Info) -> list[Capped]:
    async with info.context.connection() as connection:
        return await list_caps(connection, by=actor_everywhere(info.context.signed_in))


async def set_override_cap(asking: Asking, asked: SetOverrideCap, key: str | None) -> OverrideCapsChanged:
    wanted = CapChange(role=asked.role, currency=asked.currency, amount=asked.amount, reason=asked.reason)
    return await change(asking, wanted, key=key)


async def remove_override_cap(asking: Asking, asked: RemoveOverrideCap, key: str | None) -> OverrideCapsChanged:
    wanted = CapChange(role=asked.role, currency=asked.currency, amount=None, reason=asked.reason)
    return await change(asking, wanted, key=key)


async def change(asking: Asking, wanted: CapChange, *, key: str | None) -> OverrideCapsChanged:
    actor = actor_everywhere(asking.signed_in)

    async def work(tx: Transaction) -> None:
        await change_cap(tx.connection, wanted, by=actor, at=tx.now)

    await done_once(asking, work, wanted=wanted, key=key)
    async with asking.connection() as connection:
        return OverrideCapsChanged(roles=await list_caps(connection, by=actor))


def overridden() -> list[StrawberryField]:
    """The queries of overrides."""
    return [
        strawberry.field(
            resolver=override_requests,
            graphql_type=connection_of(OverrideQuestion),
            description="Requests for overrides of the orders that the viewer sees for the seller, newest first.",
        ),  # type: ignore[list-item]  # a field, though typed as what it resolves to
        strawberry.field(
            resolver=override_caps,
            graphql_type=list[RoleWithCaps],
            description="What each role that decides overrides may approve, for who may change it.",
        ),  # type: ignore[list-item]  # a field, though typed as what it resolves to
    ]


def capping() -> Iterator[StrawberryField]:
    """The mutations of caps."""
    yield changing(
        "setOverrideCap",
        SetOverrideCap,
        set_override_cap,
        answer=OverrideCapAnswer,
        description="Set the most that a role may approve of an override.",
    )
    yield changing(
        "removeOverrideCap",
        RemoveOverrideCap,
        remove_override_cap,
        answer=OverrideCapAnswer,
        description="Remove a cap. The role's last one: it may approve any amount.",
    )
