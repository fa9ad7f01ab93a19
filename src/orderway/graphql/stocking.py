"""Changing the catalogue through the API: a mutation for each command, all with one form of answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, get_args

import strawberry
from strawberry.types.field import StrawberryField

from orderway.catalogue import reads
from orderway.catalogue.changes import Altered, Changed, change
from orderway.catalogue.commands import Command, Creation
from orderway.catalogue.reads import Eyes, Product, Variant
from orderway.graphql.answers import Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.catalogue import PriceListType, ProductType, VariantType
from orderway.graphql.changing import once
from orderway.graphql.expose import INPUTS, KEY, key_of
from orderway.graphql.forms import payload_of
from orderway.workflow import errors
from orderway.workflow.transaction import Transaction


@strawberry.type(name="CatalogueChanged", description="It is so now, and whoever made it so is remembered.")
class CatalogueChanged:
    product: Product | None = strawberry.field(graphql_type=ProductType | None)
    variant: Variant | None = strawberry.field(graphql_type=VariantType | None)
    price_list: reads.PriceList | None = strawberry.field(graphql_type=PriceListType | None)


CatalogueAnswer = Annotated[
    CatalogueChanged | Refused | NotFound | Invalid,
    strawberry.union("CatalogueAnswer", description="What a change of the catalogue comes to."),
]


def stocking() -> Iterator[StrawberryField]:
    """A mutation for each command."""
    for command in get_args(Command):
        yield mutation(command)


def mutation(command: type) -> StrawberryField:
    """The mutation that sends one command: CreateProduct is createProduct."""
    name = f"{command.__name__[0].lower()}{command.__name__[1:]}"
    form = INPUTS.of(command, machine="catalogue", name=f"{command.__name__}Input", extras=(KEY,))

    async def resolve(info: Info, input: Any) -> CatalogueAnswer:  # noqa: A002  (the API's word for it)
        return await changed(info.context, command, input)

    resolve.__name__ = name
    resolve.__annotations__ = {"info": Info, "input": form, "return": CatalogueAnswer}
    field: StrawberryField = strawberry.mutation(resolver=resolve, name=name, description=f"{said(command)}.")
    return field


def said(command: type) -> str:
    """SetVariantPrice is "Set variant price"."""
    return "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in command.__name__).strip().capitalize()


async def changed(asking: Asking, command: type, given: Any) -> CatalogueAnswer:
    """Change the catalogue as the viewer, and give it back as it stands; where it could not be, nothing was written."""
    try:
        wanted, key = payload_of(command, given), key_of(given)
        about = await (make if command in get_args(Creation) else alter)(asking, wanted, key)
    except (errors.Refused, errors.NotFound, errors.Invalid, errors.KeyReused) as no:
        return denied(asking.desk.runner.workflow, no)  # type: ignore[return-value]  # nothing here conflicts
    return await standing(asking, about)


async def make(asking: Asking, wanted: Command, key: str | None) -> Changed:
    async def work(tx: Transaction) -> Changed:
        return await change(tx, wanted)

    return await once(asking, work, Changed, wanted=wanted, key=key)


async def alter(asking: Asking, wanted: Command, key: str | None) -> Changed:
    async def work(tx: Transaction) -> Altered:
        return Altered(await change(tx, wanted))

    return (await once(asking, work, Altered, wanted=wanted, key=key)).altered


async def standing(asking: Asking, about: Changed) -> CatalogueChanged:
    """What was changed, as it stands."""
    eyes = Eyes(seller=True)
    async with asking.connection() as connection:
        found = await reads.load_product(connection, eyes, about.product) if about.product else None
        lists = await reads.load_price_lists(connection, id=about.price_list) if about.price_list else []
    mine = [each for each in found.variants if each.id == about.variant] if found else []
    return CatalogueChanged(product=found, variant=next(iter(mine), None), price_list=next(iter(lists), None))
