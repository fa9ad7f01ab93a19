"""Choosing one of the viewer's stores for a page, or all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from orderway.people.stores import list_stores
from orderway.ui.site import Visit
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True)
class Store:
    """A store to choose, and whether it is chosen."""

    id: str
    name: str
    here: bool


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores that can be chosen, and the one that is; None is all of them."""

    options: tuple[Store, ...]
    id: UUID | None = None

    @property
    def query(self) -> str:
        """What of an address chooses the same: "store=…", or nothing."""
        return f"store={self.id}" if self.id else ""


async def choose_store(connection: Connection, visit: Visit, *, among: Collection[UUID] | None = None) -> Stores:
    """Return the stores of the viewer (those `among` some) with the one that the address names.

    Raises NotFound where it names another.
    """
    asked = visit.request.query_params.get("store", "")
    known = [each for each in await list_stores(connection, visit.viewer) if among is None or each.id in among]
    chosen = next((each.id for each in known if str(each.id) == asked), None)
    if asked and chosen is None:
        raise NotFound("There is no such store.", "Choose one of those offered.")
    return Stores(tuple(Store(str(each.id), each.name, each.id == chosen) for each in known), chosen)
