"""The catalogue in the API: products, what a customer pays, price lists, and who changed what."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.catalogue import reads
from orderway.catalogue.changes import WORDS
from orderway.catalogue.reads import Eyes, Product, Variant
from orderway.graphql.asking import Asking, Info
from orderway.graphql.forms import Outputs, enum_type
from orderway.graphql.paging import After, First, Page, connection_of, id_of, read_id
from orderway.order.looking import Asked, looking
from orderway.people.names import names_of
from orderway.people.scope import sees_prices
from orderway.workflow.kinds import Connection

SOLD = Outputs()
VariantType = SOLD.of(Variant, machine="catalogue", name="Variant")
ProductType = SOLD.of(Product, machine="catalogue", name="Product")
ListedPriceType = SOLD.of(reads.ListedPrice, machine="catalogue", name="ListedPrice")
What = enum_type("CatalogueChangeKind", {what: words.capitalize() for what, words in WORDS.items()})

Customer = Annotated[
    UUID | None,
    strawberry.argument(description="Whose `customerPrice` is asked for; a buyer's own needs no asking."),
]
Currency = Annotated[
    str | None, strawberry.argument(description="In which currency; without one, in that of the customer.")
]
StoreAsked = Annotated[
    UUID | None, strawberry.argument(description="In which store `available` and `free` are asked for.")
]


async def list_prices(
    root: strawberry.Parent[reads.PriceList],
    info: Info,
    *,
    first: First = 50,
    after: After = None,
) -> Page[reads.ListedPrice]:
    info.context.look()
    async with info.context.connection() as connection:
        found, more = await reads.load_list_prices(connection, root.id, after=after or "", limit=first)
    count = partial(reads.count_list_prices, id=root.id)
    return Page(nodes=found, has_more=more, cursor=lambda price: price.sku, count=count, after=after)


@strawberry.type(
    name="PriceList",
    description="What resellers of a tier pay in a currency, where it differs from the variants' own prices.",
)
class PriceListType:
    id: UUID
    tier: str
    currency: str = strawberry.field(description="ISO 4217; the prices of the list are in its minor units.")
    prices: Page[reads.ListedPrice] = strawberry.field(
        resolver=list_prices, graphql_type=connection_of(ListedPriceType), description="By SKU."
    )


@strawberry.type(name="CatalogueChange", description="One change of the catalogue, of which none is ever taken out.")
class CatalogueChange:
    id: UUID
    what: str = strawberry.field(graphql_type=What)
    phrase: str = strawberry.field(description='Continues the name of who did it: "changed its price".')
    product: UUID | None
    variant: UUID | None
    price_list: UUID | None
    was: str | None = strawberry.field(description="A price in minor units, a tax in basis points, or a text.")
    became: str | None
    who: str
    at: datetime


async def products(
    info: Info,
    *,
    search: Annotated[str, strawberry.argument(description="A part of the name, or the beginning of a SKU.")] = "",
    first: First = 20,
    after: After = None,
    customer: Customer = None,
    currency: Currency = None,
    store: StoreAsked = None,
) -> Page[Product]:
    behind = read_id(after, "products")
    async with info.context.connection() as connection:
        eyes = await eyes_of(info.context, connection, Asked(customer, currency, store))
        page = await reads.load_products(connection, eyes, search=search, after=behind, limit=first)
    count = partial(reads.count_products, eyes=eyes, search=search)
    return Page(nodes=page.products, has_more=page.has_more, cursor=id_of, count=count, after=after)


async def product(
    info: Info, *, id: UUID, customer: Customer = None, currency: Currency = None, store: StoreAsked = None
) -> Product | None:
    async with info.context.connection() as connection:
        eyes = await eyes_of(info.context, connection, Asked(customer, currency, store))
        return await reads.load_product(connection, eyes, id)


async def variant(
    info: Info, *, id: UUID | None = None, sku: str = "", customer: Customer = None, currency: Currency = None,
    store: StoreAsked = None,
) -> Variant | None:  # fmt: skip
    async with info.context.connection() as connection:
        eyes = await eyes_of(info.context, connection, Asked(customer, currency, store))
        return await reads.load_variant(connection, eyes, id=id, sku=sku)


async def eyes_of(asking: Asking, connection: Connection, asked: Asked) -> Eyes:
    """With what eyes the viewer looks at the catalogue. Raises what `looking` raises."""
    return await looking(connection, asking.signed_in, asked, settings=asking.desk.runner.workflow.settings)


async def price_lists(info: Info) -> list[reads.PriceList]:
    if not sees_prices(info.context.signed_in):
        return []
    async with info.context.connection() as connection:
        return await reads.load_price_lists(connection)


async def catalogue_changes(
    info: Info,
    *,
    of: Annotated[UUID | None, strawberry.argument(description="Of this product, variant or price list.")] = None,
    first: First = 50,
    after: After = None,
) -> Page[CatalogueChange]:
    if not sees_prices(info.context.signed_in):
        return Page(nodes=(), has_more=False, cursor=id_of, count=none_of, after=after)
    behind = read_id(after, "changes")
    async with info.context.connection() as connection:
        found, more = await reads.load_changes(connection, of=of, after=behind, limit=first)
        names = await names_of(connection, {each.actor for each in found})
    nodes = [
        CatalogueChange(
            id=each.id, what=each.what, phrase=WORDS[each.what], product=each.product, variant=each.variant,
            price_list=each.price_list, was=each.was, became=each.became, who=names[each.actor], at=each.at,
        )
        for each in found
    ]  # fmt: skip
    return Page(nodes=nodes, has_more=more, cursor=id_of, count=partial(reads.count_changes, of=of), after=after)


async def none_of(_: Connection) -> int:
    """How many there are for whom there is nothing."""
    return 0


def shelves() -> list[StrawberryField]:
    """The queries of the catalogue."""
    made: list[Any] = [
        strawberry.field(
            resolver=products,
            graphql_type=connection_of(ProductType),
            description="What is sold, by name; a rider sees no price of it.",
        ),
        strawberry.field(resolver=product, graphql_type=ProductType | None, description="Null where there is none."),
        strawberry.field(
            resolver=variant, graphql_type=VariantType | None, description="By its id or its SKU; null where none is."
        ),
        strawberry.field(
            resolver=price_lists, graphql_type=list[PriceListType], description="For the seller's people."
        ),
        strawberry.field(
            resolver=catalogue_changes,
            graphql_type=connection_of(CatalogueChange),
            description="Newest first, for the seller's people.",
        ),
    ]
    return made
