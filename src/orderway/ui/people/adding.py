"""Adding a person who can sign in."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.commands import CreateUser
from orderway.people.directory import list_roles
from orderway.people.stores import list_stores
from orderway.ui.language import t
from orderway.ui.people.listing import called
from orderway.ui.people.sending import require, send
from orderway.ui.people.telling import ticked, ticks
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, mended, needed, new_key
from orderway.workflow.errors import Invalid

FIELDS = ("name", "email", "password", "reason")
MOST = 300
"""Fields of a form that has one for each role and each store."""


async def new_person(visit: Visit) -> Response:
    """The form."""
    return await _form(visit, Typed({"key": new_key()}))


async def add(visit: Visit) -> Response:
    """Add the person, and on to their page; the password does not come back with the form."""
    require(visit)
    posted = await visit.posted(most=MOST)
    if posted is None:
        return forged(("/people/new", t("Back to the new person")))
    password = posted.pop("password", "")
    try:
        wanted = CreateUser(
            email=needed(posted, "email"), name=needed(posted, "name"), roles=ticked(posted, "role"),
            stores=store_ids(ticked(posted, "store")), password=password or None, reason=posted.get("reason") or None,
        )  # fmt: skip
        made = await send(visit, wanted, posted)
    except OrderwayError as no:
        return await _form(visit, mended(posted, no, fields=FIELDS))
    return visit.back(f"/people/{made.user}", t("Added {name}.", name=wanted.name.strip()))


def store_ids(texts: tuple[str, ...]) -> tuple[UUID, ...]:
    """The stores that were ticked. Raises Invalid for what no form of ours sends."""
    try:
        return tuple(UUID(text) for text in texts)
    except ValueError:
        raise Invalid(t("This can not be read."), t("Choose one of those offered."), "stores") from None


async def _form(visit: Visit, typed: Typed) -> Response:
    require(visit)
    async with visit.site.pool.acquire() as connection:
        roles = {each.name: called(each) for each in await list_roles(connection, visit.viewer)}
        stores = {str(each.id): each.name for each in await list_stores(connection, visit.viewer)}
    return visit.page(
        "people/new.html",
        status=typed.status,
        typed=typed,
        roles=ticks("role", roles, ticked(typed.values, "role")),
        stores=ticks("store", stores, ticked(typed.values, "store")),
    )
