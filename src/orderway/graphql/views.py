"""Saved views in the API: the names that people give to lists of orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import Conflict, Invalid, NotFound, Refused
from orderway.graphql.asking import Asking, Info
from orderway.graphql.changing import changing, done_once, once
from orderway.people.views import NewView, SavedView, list_views, load_view, remove_view, save_view
from orderway.workflow.transaction import Transaction


@strawberry.type(name="SavedView", description="A list of orders by the name that somebody gave to it.")
class SavedViewType:
    id: UUID
    name: str
    query: str = strawberry.field(description="What stands behind the question mark of the address of the list.")
    shared: bool = strawberry.field(description="Whether everyone who works for the seller sees it.")
    owner: str = strawberry.field(description="What the person is called who saved it.")
    is_mine: bool


@strawberry.type(name="ViewSaved", description="It is kept so.")
class ViewSaved:
    view: SavedView = strawberry.field(graphql_type=SavedViewType)


@strawberry.type(name="ViewRemoved", description="It is gone.")
class ViewRemoved:
    id: UUID


SaveViewAnswer = Annotated[
    ViewSaved | Refused | Conflict | NotFound | Invalid,
    strawberry.union("SaveViewAnswer", description="What saving a view comes to."),
]
RemoveViewAnswer = Annotated[
    ViewRemoved | Refused | Conflict | NotFound | Invalid,
    strawberry.union("RemoveViewAnswer", description="What removing a view comes to."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedView:
    """The view to be removed."""

    id: UUID


class Kept(msgspec.Struct, frozen=True):
    """What an idempotency key keeps of a view."""

    id: UUID


async def saved_views(info: Info) -> list[SavedView]:
    """The viewer's own, and those that others share with whom works for the seller; each by its name."""
    async with info.context.connection() as connection:
        return await list_views(connection, info.context.signed_in)


async def save(asking: Asking, new: NewView, key: str | None) -> ViewSaved:
    async def work(tx: Transaction) -> Kept:
        return Kept(await save_view(tx, asking.signed_in, new))

    kept = await once(asking, work, Kept, wanted=new, key=key)
    async with asking.connection() as connection:
        return ViewSaved(view=await load_view(connection, asking.signed_in, kept.id))


async def remove(asking: Asking, wanted: RemovedView, key: str | None) -> ViewRemoved:
    async def work(tx: Transaction) -> None:
        await remove_view(tx, asking.signed_in, wanted.id)

    await done_once(asking, work, wanted=wanted, key=key)
    return ViewRemoved(id=wanted.id)


def viewed() -> StrawberryField:
    """The query of saved views."""
    asked: StrawberryField = strawberry.field(
        resolver=saved_views, graphql_type=list[SavedViewType], description=saved_views.__doc__
    )  # type: ignore[assignment]  # a field, though typed as what it resolves to
    return asked


def viewing() -> Iterator[StrawberryField]:
    """The mutations of saved views."""
    yield changing(
        "saveView", NewView, save, answer=SaveViewAnswer,
        description="Keep a list of orders under a name; one of the same name that is yours is replaced.",
    )  # fmt: skip
    yield changing(
        "removeView", RemovedView, remove, answer=RemoveViewAnswer,
        description="Remove a view: one's own, or a shared one where one manages settings.",
    )  # fmt: skip
