"""Pages of lists, in one way for all of them: Relay connections, read forward by key and counted only when asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Generic, TypeVar, get_args
from uuid import UUID

import strawberry
from strawberry.types import get_object_definition

from orderway.graphql.asking import Info
from orderway.workflow import errors
from orderway.workflow.kinds import Connection

First = Annotated[int, strawberry.argument(description="How many, at most 100.")]
After = Annotated[
    str | None, strawberry.argument(description="The `endCursor` of the page before; null for the first.")
]

Node = TypeVar("Node")
Count = Callable[[Connection], Awaitable[int]]
"""Counts all of a list."""


@strawberry.type(name="PageInfo", description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool = strawberry.field(description="Whether it was asked for by an `after`.")
    start_cursor: str | None
    end_cursor: str | None = strawberry.field(description="Send it as `after` for the next page.")


@dataclass(frozen=True, slots=True)
class Edge(Generic[Node]):
    """One of a list, and its place in it."""

    cursor: str
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Node]):
    """Some of a list: what each connection of the API is resolved from.

    `cursor` tells the place of a node, which the list's read function takes as the `after` of the next page; `after`
    is what this one was asked for by.
    """

    nodes: Sequence[Node]
    has_more: bool
    cursor: Callable[[Node], str]
    count: Count
    after: str | None = None

    @property
    def edges(self) -> list[Edge[Node]]:
        """Made only when they are asked for, as all of these."""
        return [Edge(self.cursor(node), node) for node in self.nodes]

    @property
    def page_info(self) -> PageInfo:
        """Where it lies."""
        ends = [self.cursor(node) for node in (self.nodes[0], self.nodes[-1])] if self.nodes else [None, None]
        return PageInfo(
            has_next_page=self.has_more, has_previous_page=bool(self.after), start_cursor=ends[0], end_cursor=ends[1]
        )


async def total_count(root: strawberry.Parent[Page[Any]], info: Info) -> int:
    async with info.context.reading() as connection:
        return await root.count(connection)


@cache
def connection_of(node: Any) -> Any:
    """The connection of a type of the API, named after it: a field of it is resolved from a Page. One for each type."""
    name = name_of(node)
    edge = strawberry.type(type(f"{name}Edge", (), {"__annotations__": {"cursor": str, "node": node}}))
    body = {
        "__annotations__": {"edges": list[edge], "nodes": list[node], "page_info": PageInfo, "total_count": int},  # type: ignore[valid-type]
        "total_count": strawberry.field(resolver=total_count, description="Counted only when it is asked for."),
    }
    made = type(f"{name}Connection", (), body)
    return strawberry.type(made, description="A page of a list.")


def name_of(node: Any) -> str:
    """The name of a type of the API, also of one that is told by name alone."""
    definition = get_object_definition(node)
    return definition.name if definition else str(get_args(node)[0].__forward_arg__)


def id_of(node: Any) -> str:
    """The cursor of a list whose cursors are ids."""
    return str(node.id)


def place_of(node: Any) -> str:
    """The cursor of a list whose records know their own."""
    return str(node.cursor)


def read_id(cursor: str | None, things: str) -> UUID | None:
    """Read the cursor of a list of `things` whose cursors are ids; None for none. Raises Invalid."""
    if not cursor:
        return None
    try:
        return UUID(cursor)
    except ValueError:
        raise errors.Invalid(
            f"This is no place in the list of {things}.", "Send the cursor of a page as it was given.", "after"
        ) from None
