"""Changing stock through the API: a mutation for each command, all with one form of answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, get_args

import strawberry
from strawberry.types.field import StrawberryField

from orderway.fulfillment.restocking import change_stock
from orderway.graphql.answers import NOES, Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.expose import INPUTS, KEY, key_of
from orderway.graphql.forms import payload_of
from orderway.graphql.stock import MovementType, ShelfType, TransferType, named, with_names
from orderway.people.scope import stores_of
from orderway.stock import reads
from orderway.stock.changes import MANAGE, MATTERS
from orderway.stock.checks import MOST_GOODS
from orderway.stock.commands import Command
from orderway.stock.reads import Filters, Movement, Shelf
from orderway.stock.transfer_reads import Transfer, find_transfer
from orderway.stock.transfers import Changed


@strawberry.type(name="StockChanged", description="It is so now, and whoever made it so is remembered.")
class StockChanged:
    shelves: list[Shelf] = strawberry.field(
        graphql_type=list[ShelfType], description="The shelves that it is about, where you manage their stock."
    )
    movements: list[Movement] = strawberry.field(
        graphql_type=list[MovementType], description="What moved; empty where nothing did."
    )
    transfer: Transfer | None = strawberry.field(graphql_type=TransferType | None)


StockAnswer = Annotated[
    StockChanged | Refused | NotFound | Invalid,
    strawberry.union("StockAnswer", description="What a change of stock comes to."),
]


def shelving() -> Iterator[StrawberryField]:
    """A mutation for each command."""
    for command in get_args(Command):
        yield mutation(command)


def mutation(command: type[Command]) -> StrawberryField:
    """The mutation that sends one command: ReceiveStock is receiveStock."""
    name = f"{command.__name__[0].lower()}{command.__name__[1:]}"
    form = INPUTS.of(command, machine="stock", name=f"{command.__name__}Input", extras=(KEY,))

    async def resolve(info: Info, input: Any) -> StockAnswer:  # noqa: A002  (the API's word for it)
        return await changed(info.context, command, input)

    resolve.__name__ = name
    resolve.__annotations__ = {"info": Info, "input": form, "return": StockAnswer}
    words = MATTERS[command]
    field: StrawberryField = strawberry.mutation(
        resolver=resolve, name=name, description=f"{words[0].upper()}{words[1:]}."
    )
    return field


async def changed(asking: Asking, command: type[Command], given: Any) -> StockAnswer:
    """Change stock as the viewer, and give it back as it stands; where it could not be, nothing was written."""
    runner, viewer = asking.desk.runner, asking.signed_in
    try:
        wanted = payload_of(command, given)
        about = await change_stock(runner, viewer, wanted, key=key_of(given), request_id=asking.request_id)
    except NOES as no:
        return denied(runner.workflow, no)  # type: ignore[return-value]  # nothing here conflicts
    return await standing(asking, about)


async def standing(asking: Asking, about: Changed) -> StockChanged:
    """What was changed, as it stands."""
    within = stores_of(asking.signed_in, MANAGE)
    async with asking.connection() as connection:
        filters = Filters(stores=about.stores, variants=about.variants)
        shelves = await reads.list_shelves(connection, within=within, filters=filters, limit=2 * MOST_GOODS)
        moved = await reads.load_movements(connection, about.movements, stores=about.stores, within=within)
        movements = await named(connection, moved)
        found = await find_transfer(connection, about.transfer, within=within) if about.transfer else None
        transfers = await with_names(connection, [found] if found else [])
    return StockChanged(shelves=shelves, movements=movements, transfer=next(iter(transfers), None))
