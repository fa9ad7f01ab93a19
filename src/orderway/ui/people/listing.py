"""The list of those whom the viewer manages, and the search through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.people.directory import RoleStanding, User, UserFilters, list_roles, list_users
from orderway.people.stores import list_stores
from orderway.ui.forms import Choice
from orderway.ui.language import mark, t, tr
from orderway.ui.people.sending import require
from orderway.ui.site import Visit
from orderway.ui.words import Shown
from orderway.workflow.errors import Invalid

SIZE = 50
STANDING: Mapping[str, bool] = {"in": False, "out": True}
OUT = Shown(mark("Disabled"), "ended")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the list in words."""

    url: str
    name: str
    email: str
    roles: str
    stores: str
    state: Shown | None


async def people(visit: Visit) -> Response:
    """The page, for who manages people."""
    require(visit)
    asked = {name: visit.request.query_params.get(name, "")[:100] for name in ("search", "role", "store", "let")}
    after, viewer, notice = visit.request.query_params.get("after", ""), visit.viewer, ""
    async with visit.site.pool.acquire() as connection:
        filters = _filters(asked)
        try:
            found, more = await list_users(connection, viewer, filters=filters, after=after, limit=SIZE)
        except Invalid as wrong:
            found, more = await list_users(connection, viewer, filters=filters, limit=SIZE)
            after, notice = "", str(wrong)
        roles, stores = await list_roles(connection, viewer), await list_stores(connection, viewer)
    return visit.page(
        "people/list.html",
        asked=asked,
        notice=notice,
        rows=[_person(each) for each in found],
        roles=[Choice("", t("Any role")), *(Choice(each.name, called(each)) for each in roles)],
        stores=[Choice("", t("Any store")), *(Choice(str(each.id), each.name) for each in stores)],
        lets=[Choice("", t("Let in or not")), Choice("in", t("Let in")), Choice("out", t("Disabled"))],
        first_url=_url(asked) if after else "",
        more_url=_url(asked, after=found[-1].cursor) if more else "",
        narrowed=any(asked.values()),
    )


def called(role: RoleStanding) -> str:
    """A role as it stands alone: in a list of them."""
    return tr(role.label[:1].upper() + role.label[1:])


def _filters(asked: Mapping[str, str]) -> UserFilters:
    try:
        store = UUID(asked["store"]) if asked["store"] else None
    except ValueError:
        store = None
    return UserFilters(
        search=asked["search"], role=asked["role"] or None, store=store, disabled=STANDING.get(asked["let"])
    )


def _url(asked: Mapping[str, str], *, after: str = "") -> str:
    told = urlencode({name: value for name, value in {**asked, "after": after}.items() if value})
    return f"/people?{told}" if told else "/people"


def _person(each: User) -> Person:
    return Person(
        f"/people/{each.id}", each.name, each.email, ", ".join(tr(role.label) for role in each.roles),
        ", ".join(store.name for store in each.stores), OUT if each.disabled_at else None,
    )  # fmt: skip
