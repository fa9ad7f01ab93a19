"""The stores: what is kept of each, and how many people work there."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from orderway.people.directory import count_by_store
from orderway.people.stores import Store, list_stores
from orderway.ui.language import t
from orderway.ui.site import Visit
from orderway.ui.stores.place import lies, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A store of the list in words."""

    url: str
    name: str
    code: str
    money: str
    place: str
    people: str
    people_url: str


async def stores(visit: Visit) -> Response:
    """The page, for who manages the stores."""
    require(visit)
    async with visit.site.pool.acquire() as connection:
        found = await list_stores(connection, visit.viewer)
        people = await count_by_store(connection, visit.viewer)
    return visit.page("stores/list.html", rows=[_row(each, people.get(each.id, 0)) for each in found])


def _row(each: Store, people: int) -> Row:
    return Row(
        url=f"/stores/{each.id}", name=each.name, code=each.code, money=f"{each.currency} · {each.timezone}",
        place=lies(each), people=says_people(people), people_url=f"/people?store={each.id}",
    )  # fmt: skip


def says_people(n: int) -> str:
    """How many work there, in words."""
    return t("{n} person", "{n} people", n=n)
