"""Stock in the API: what lies on the shelves, what is low, how it came and went, and transfers between stores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.catalogue.reads import check_page
from orderway.graphql.asking import Info
from orderway.graphql.filters import listed
from orderway.graphql.forms import Outputs, enum_of, value_of
from orderway.graphql.paging import After, Count, First, Page, connection_of, id_of, place_of, read_id
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

Search = Annotated[str, strawberry.argument(description="A part of the name, or the beginning of a SKU.")]
StoreAsked = Annotated[UUID | None, strawberry.argument(description="Without one, every store that you manage.")]


async def stock(
    info: Info, *, store: StoreAsked = None, variant: UUID | None = None, search: Search = "", first: First = 50,
    after: After = None,
) -> Page[Shelf]:  # fmt: skip
    check_page(first)
    filters = Filters(stores=only(store), variants=only(variant), search=search)
    async with info.context.connection() as connection:
        within = await reach(connection, info.context.signed_in, store)
        found = await reads.list_shelves(connection, within=within, filters=filters, after=after or "", limit=first + 1)
    return page_of(found, first, after=after, count=partial(reads.count_shelves, within=within, filters=filters))


async def low_stock(
    info: Info, *, store: StoreAsked = None, search: Search = "", first: First = 50, after: After = None
) -> Page[Shelf]:
    check_page(first)
    filters = Filters(stores=only(store), search=search)
    async with info.context.connection() as connection:
        within = await reach(connection, info.context.signed_in, store)
        found = await reads.list_low_shelves(
            connection, within=within, filters=filters, after=after or "", limit=first + 1
        )
    return page_of(found, first, after=after, count=partial(reads.count_low_shelves, within=within, filters=filters))


def only(id: UUID | None) -> tuple[UUID, ...]:
    return () if id is None else (id,)


def page_of(found: list[Shelf], first: int, *, after: str | None, count: Count) -> Page[Shelf]:
    return Page(nodes=found[:first], has_more=len(found) > first, cursor=place_of, count=count, after=after)


async def stock_movements(
    info: Info, *, store: UUID, variant: UUID | None = None, kinds: Any = None, first: First = 50, after: After = None
) -> Page[Movement]:
    check_page(first)
    of_kinds: Any = value_of(tuple[str, ...], kinds) or ()
    behind = read_id(after, "movements")
    async with info.context.connection() as connection:
        await reach(connection, info.context.signed_in, store)
        found = await reads.list_movements(
            connection, store, variant=variant, kinds=of_kinds, after=behind, limit=first + 1
        )
        nodes = await named(connection, found[:first])
    count = partial(reads.count_movements, store=store, variant=variant, kinds=of_kinds)
    return Page(nodes=nodes, has_more=len(found) > first, cursor=id_of, count=count, after=after)


async def stock_transfers(
    info: Info, *, store: StoreAsked = None, statuses: Any = None, first: First = 50, after: After = None
) -> Page[Transfer]:
    check_page(first)
    standing: Any = value_of(tuple[str, ...], statuses) or ()
    filters, behind = TransferFilters(store=store, statuses=standing), read_id(after, "transfers")
    async with info.context.connection() as connection:
        within = await reach(connection, info.context.signed_in, store)
        found = await transfer_reads.list_transfers(
            connection, within=within, filters=filters, after=behind, limit=first + 1
        )
        nodes = await with_names(connection, found[:first])
    count = partial(transfer_reads.count_transfers, within=within, filters=filters)
    return Page(nodes=nodes, has_more=len(found) > first, cursor=id_of, count=count, after=after)


async def reorder_point_changes(
    info: Info, *, store: UUID, variant: UUID | None = None, first: First = 50, after: After = None
) -> Page[ReorderPointChange]:
    check_page(first)
    behind = read_id(after, "changes")
    async with info.context.connection() as connection:
        await reach(connection, info.context.signed_in, store)
        found = await reads.list_reorder_point_changes(
            connection, store, variant=variant, after=behind, limit=first + 1
        )
        names = await names_of(connection, {each.who for each in found})
    nodes = [replace(each, who=names[each.who]) for each in found[:first]]
    count = partial(reads.count_reorder_point_changes, store=store, variant=variant)
    return Page(nodes=nodes, has_more=len(found) > first, cursor=id_of, count=count, after=after)


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


def stocked() -> list[StrawberryField]:
    """The queries of stock."""
    stock_movements.__annotations__["kinds"] = listed(MovementKind)
    stock_transfers.__annotations__["statuses"] = listed(TransferStatus)
    told: list[tuple[Any, Any, str]] = [
        (stock, ShelfType, "What lies on the shelves of the stores that you manage, by SKU."),
        (low_stock, ShelfType, "Where it is time to order more: no more is free than the reorder point."),
        (stock_movements, MovementType, "How the goods of a store came and went, the last entered first."),
        (stock_transfers, TransferType, "Transfers to or from the stores that you manage, newest first."),
        (reorder_point_changes, PointType, "Who changed the reorder points of a store, newest first."),
    ]
    return [
        strawberry.field(resolver=read, graphql_type=connection_of(of), description=says) for read, of, says in told
    ]
