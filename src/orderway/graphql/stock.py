"""Stock in the API: what lies on the shelves, what is low, how it came and went, and transfers between stores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.catalogue.reads import check_page
from orderway.graphql.asking import Info
from orderway.graphql.forms import Outputs, enum_of, value_of
from orderway.graphql.paging import PageInfo
from orderway.graphql.queries import listed
from orderway.people.names import names_of
from orderway.people.scope import stores_of
from orderway.people.viewer import Viewer
from orderway.stock import reads, transfer_reads
from orderway.stock.changes import MANAGE
from orderway.stock.checks import Stores, require_store
from orderway.stock.reads import Filters, Movement, ReorderPointChange, Shelf
from orderway.stock.transfer_reads import Transfer, TransferFilters
from orderway.workflow.kinds import Connection

OUT = Outputs()
OUT.of(reads.Store, machine="stock", name="StockStore")
OUT.of(reads.VariantNamed, machine="stock", name="StockVariant")
OUT.of(transfer_reads.GoodsNamed, machine="stock", name="StockTransferGoods")
ShelfType: Any = OUT.of(Shelf, machine="stock", name="StockShelf")
MovementType: Any = OUT.of(Movement, machine="stock", name="StockMovement")
PointType: Any = OUT.of(ReorderPointChange, machine="stock", name="ReorderPointChange")
TransferType: Any = OUT.of(Transfer, machine="stock", name="StockTransfer")
MovementKind = enum_of(tuple(reads.KINDS), "StockMovementKind")
TransferStatus = enum_of(tuple(transfer_reads.STATUSES), "StockTransferStatus")

First = Annotated[int, strawberry.argument(description="How many, at most 100.")]
After = Annotated[str, strawberry.argument(description="The `endCursor` of the page before.")]
Before = Annotated[UUID | None, strawberry.argument(description="The last one of the page before.")]
Search = Annotated[str, strawberry.argument(description="A part of the name, or the beginning of a SKU.")]
StoreAsked = Annotated[UUID | None, strawberry.argument(description="Without one, every store that you manage.")]


@strawberry.type(name="StockPage", description="Shelves by SKU, and of one SKU by store.")
class StockPage:
    nodes: list[Shelf] = strawberry.field(graphql_type=list[ShelfType])
    page_info: PageInfo


@strawberry.type(name="StockMovementPage", description="Movements in the order they were entered, newest first.")
class MovementPage:
    nodes: list[Movement] = strawberry.field(graphql_type=list[MovementType])
    page_info: PageInfo


@strawberry.type(name="StockTransferPage", description="Transfers, newest first.")
class TransferPage:
    nodes: list[Transfer] = strawberry.field(graphql_type=list[TransferType])
    page_info: PageInfo


async def stock(
    info: Info, *, store: StoreAsked = None, variant: UUID | None = None, search: Search = "", first: First = 50,
    after: After = "",
) -> StockPage:  # fmt: skip
    check_page(first)
    filters = Filters(stores=only(store), variants=only(variant), search=search)
    async with info.context.connection() as connection:
        within = await reach(connection, info.context.signed_in, store)
        found = await reads.list_shelves(connection, within=within, filters=filters, after=after, limit=first + 1)
    return page_of(found, first)


async def low_stock(
    info: Info, *, store: StoreAsked = None, search: Search = "", first: First = 50, after: After = ""
) -> StockPage:
    check_page(first)
    filters = Filters(stores=only(store), search=search)
    async with info.context.connection() as connection:
        within = await reach(connection, info.context.signed_in, store)
        found = await reads.list_low_shelves(connection, within=within, filters=filters, after=after, limit=first + 1)
    return page_of(found, first)


def only(id: UUID | None) -> tuple[UUID, ...]:
    return () if id is None else (id,)


def page_of(found: list[Shelf], first: int) -> StockPage:
    nodes = found[:first]
    end = nodes[-1].cursor if nodes else None
    return StockPage(nodes=nodes, page_info=PageInfo(has_next_page=len(found) > first, end_cursor=end))


async def stock_movements(
    info: Info, *, store: UUID, variant: UUID | None = None, kinds: Any = None, first: First = 50, before: Before = None
) -> MovementPage:
    check_page(first)
    of_kinds: Any = value_of(tuple[str, ...], kinds) or ()
    async with info.context.connection() as connection:
        await reach(connection, info.context.signed_in, store)
        found = await reads.list_movements(
            connection, store, variant=variant, kinds=of_kinds, before=before, limit=first + 1
        )
        nodes = await named(connection, found[:first])
    return MovementPage(nodes=nodes, page_info=ended(found, first))


async def stock_transfers(
    info: Info, *, store: StoreAsked = None, statuses: Any = None, first: First = 50, before: Before = None
) -> TransferPage:
    check_page(first)
    standing: Any = value_of(tuple[str, ...], statuses) or ()
    async with info.context.connection() as connection:
        within = await reach(connection, info.context.signed_in, store)
        filters = TransferFilters(store=store, statuses=standing)
        found = await transfer_reads.list_transfers(
            connection, within=within, filters=filters, before=before, limit=first + 1
        )
        nodes = await with_names(connection, found[:first])
    return TransferPage(nodes=nodes, page_info=ended(found, first))


async def reorder_point_changes(
    info: Info, *, store: UUID, variant: UUID | None = None, first: First = 50, before: Before = None
) -> list[ReorderPointChange]:
    check_page(first)
    async with info.context.connection() as connection:
        await reach(connection, info.context.signed_in, store)
        found = await reads.list_reorder_point_changes(connection, store, variant=variant, before=before, limit=first)
        names = await names_of(connection, {each.who for each in found})
    return [replace(each, who=names[each.who]) for each in found]


async def reach(connection: Connection, viewer: Viewer, store: UUID | None) -> Stores:
    """The stores of which the viewer manages stock; raises NotFound for another one that is asked for."""
    within = stores_of(viewer, MANAGE)
    if store is not None:
        await require_store(connection, store, within=within)
    return within


async def named(connection: Connection, movements: Iterable[Movement]) -> list[Movement]:
    """The movements with the names of who made them."""
    found = list(movements)
    names = await names_of(connection, {each.who for each in found})
    return [replace(each, who=names[each.who]) for each in found]


async def with_names(connection: Connection, transfers: Iterable[Transfer]) -> list[Transfer]:
    """The transfers with the names of who asked and who decided."""
    found = list(transfers)
    names = await names_of(connection, {who for each in found for who in (each.requested_by, each.decided_by) if who})
    return [
        replace(each, requested_by=names[each.requested_by], decided_by=names.get(each.decided_by or ""))
        for each in found
    ]


def ended(found: list[Any], first: int) -> PageInfo:
    """Where the page ends of which one more than it holds was looked for."""
    end = str(found[:first][-1].id) if found else None
    return PageInfo(has_next_page=len(found) > first, end_cursor=end)


def stocked() -> list[StrawberryField]:
    """The queries of stock."""
    stock_movements.__annotations__["kinds"] = listed(MovementKind)
    stock_transfers.__annotations__["statuses"] = listed(TransferStatus)
    return [
        strawberry.field(resolver=stock, description="What lies on the shelves of the stores that you manage."),
        strawberry.field(
            resolver=low_stock, description="Where it is time to order more: no more is free than the reorder point."
        ),
        strawberry.field(resolver=stock_movements, description="How the goods of a store came and went."),
        strawberry.field(
            resolver=stock_transfers, description="Transfers to or from the stores that you manage, newest first."
        ),
        strawberry.field(
            resolver=reorder_point_changes,
            graphql_type=list[PointType],
            description="Who changed the reorder points of a store, newest first.",
        ),
    ]
