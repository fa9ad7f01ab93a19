"""Where a stranger may come to: the stores, as whoever wants to sign up or apply is told of them."""

from __future__ import annotations

from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Info
from orderway.people.customers.door import APPLY, SIGN_UP
from orderway.people.stores import Shop, list_shops


@strawberry.type(name="Shop", description="A store that one signs up at.")
class ShopType:
    id: UUID
    name: str
    currency: str


async def shops(info: Info) -> list[Shop]:
    """All of them where people sign up or apply by themselves, none where they do not."""
    settings = info.context.desk.runner.workflow.settings
    if not (SIGN_UP.is_open(settings) or APPLY.is_open(settings)):
        return []
    async with info.context.connection() as connection:
        return await list_shops(connection)


def shopping() -> StrawberryField:
    """The query of the stores that one may come to."""
    description = "The stores to sign up or apply at, by name: for anyone, and none where nobody comes by themselves."
    field: StrawberryField = strawberry.field(resolver=shops, graphql_type=list[ShopType], description=description)  # type: ignore[assignment]  # a field, though typed as what it resolves to
    return field
