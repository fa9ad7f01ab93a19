"""Returns in the API: what was asked back and what became of it, lists of them, and asking for one by its order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.fulfillment.events import ReturnRequested, ReturnWanted
from orderway.fulfillment.parts import has_left, is_dropped
from orderway.graphql.asking import Asking, Info
from orderway.graphql.births import asker
from orderway.graphql.expose import INPUTS, KEY, doing
from orderway.graphql.filters import listed
from orderway.graphql.forms import enum_of, payload_of, value_of
from orderway.graphql.lives import SalesReturnType
from orderway.graphql.paging import After, First, Page, connection_of, id_of, read_id
from orderway.order.begun import on_order
from orderway.order.returns import RETURN_STATUSES, SalesReturn, count_returns, list_returns
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.transaction import Transaction

ReturnStatus: Any = enum_of(tuple(RETURN_STATUSES), "SalesReturnStatus")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReturn:
    """Goods that the buyer of an order gives back, and why.

    `fulfillment` says which of several brought them; it can be left out where only one did.
    """

    order: UUID
    lines: tuple[ReturnWanted, ...]
    reason: str
    fulfillment: UUID | None = None


async def sales_returns(
    info: Info, *, statuses: Any = None, store: UUID | None = None, first: First = 20, after: After = None
) -> Page[SalesReturn]:
    viewer, behind = info.context.signed_in, read_id(after, "returns")
    wanted: Any = value_of(tuple[str, ...], statuses) or ()
    async with info.context.connection() as connection:
        found, more = await list_returns(connection, viewer, statuses=wanted, store_id=store, after=behind, limit=first)
    count = partial(count_returns, viewer=viewer, statuses=wanted, store_id=store)
    return Page(nodes=found, has_more=more, cursor=id_of, count=count, after=after)


sales_returns.__annotations__["statuses"] = listed(ReturnStatus)


def given_back() -> list[StrawberryField]:
    """The query of returns."""
    return [
        strawberry.field(
            resolver=sales_returns,
            graphql_type=connection_of(SalesReturnType),
            description="The returns of the orders whose money the viewer sees, newest first.",
        )
    ]


def giving_back() -> StrawberryField:
    """The mutation that asks for a return."""
    form = INPUTS.of(NewReturn, machine="fulfillment", name="CreateSalesReturnInput", extras=(KEY,))
    return doing("createSalesReturn", form, create_return, description="Ask for a return, by its order.")


async def create_return(asking: Asking, given: Any) -> Moved:
    """Ask for a return as the viewer. Raises NotFound, Invalid where nothing left yet, and what the event raises."""
    asked = payload_of(NewReturn, given)

    async def work(tx: Transaction) -> Moved:
        return await tx.send(await which(tx, asked), ReturnRequested(asked.lines, asked.reason))

    return await on_order(asking.desk.runner, asker(asking, given), work, order=asked.order, asked=asked)


async def which(tx: Transaction, asked: NewReturn) -> Ref:
    """The fulfillment that brought the goods: the one that is named, else the only one that takes a return.

    Where none does, it is the last that brought something: it says why.
    """
    those = await tx.every("fulfillment")
    if asked.fulfillment is not None:
        those = [each for each in those if each.id == asked.fulfillment]
        if not those:
            raise NotFound("The order has no such fulfillment.", "Check its id.")
    taking = [each for each in those if tx.takes(each, ReturnRequested)]
    if len(taking) > 1:
        raise Invalid("The order came in several parts.", "Say which of them brought the goods.", "fulfillment")
    if not those:
        raise Invalid("Nothing of the order is on its way yet.", "Cancel the order instead.", "order")
    brought = [each for each in those if has_left(each)]
    living = [each for each in those if not is_dropped(each)]
    return (taking or brought or living or those)[-1].ref
