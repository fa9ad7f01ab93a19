"""One person: who they are, what they may and where, whether they are let in, and who changed what of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.commands import (
    ChangeUser,
    DisableUser,
    EnableUser,
    Personal,
    SetUserPassword,
    SetUserRoles,
    SetUserStores,
)
from orderway.people.directory import User, list_roles, load_user
from orderway.people.history import ChangeFilters, list_changes
from orderway.people.stores import list_stores
from orderway.ui.language import mark, t, tr
from orderway.ui.people.adding import MOST, store_ids
from orderway.ui.people.listing import OUT, called
from orderway.ui.people.sending import require, send
from orderway.ui.people.telling import line, ticked, ticks
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, mended, needed
from orderway.ui.words import Shown, ago
from orderway.workflow.errors import Conflict, NotFound

LATEST = 20
"""How many of the latest changes the page shows."""

FIELDS = ("name", "email", "password", "reason")

Posted = Mapping[str, str]
Made = Callable[[UUID, Posted], Personal]

DEEDS: Mapping[str, tuple[Made, str]] = {
    "particulars": (
        lambda user, posted: ChangeUser(
            user=user, name=needed(posted, "name"), email=needed(posted, "email"), reason=needed(posted, "reason")
        ),
        mark("Changed the particulars of {name}."),
    ),
    "roles": (
        lambda user, posted: SetUserRoles(user=user, roles=ticked(posted, "role"), reason=needed(posted, "reason")),
        mark("{name} has these roles now."),
    ),
    "stores": (
        lambda user, posted: SetUserStores(
            user=user, stores=store_ids(ticked(posted, "store")), reason=needed(posted, "reason")
        ),
        mark("{name} works in these stores now."),
    ),
    "password": (
        lambda user, posted: SetUserPassword(
            user=user, password=needed(posted, "password"), reason=needed(posted, "reason")
        ),
        mark("{name} has a new password, and has to sign in again."),
    ),
    "disable": (
        lambda user, posted: DisableUser(user=user, reason=needed(posted, "reason")),
        mark("{name} is let in no more."),
    ),
    "enable": (
        lambda user, posted: EnableUser(user=user, reason=needed(posted, "reason")),
        mark("{name} may sign in again."),
    ),
}
"""What can be done about a person: the command of a form, and what is said of it afterwards."""


async def person(visit: Visit) -> Response:
    """The page, for who manages them."""
    return await _shown(visit, "", Typed())


async def do(visit: Visit) -> Response:
    """Do what one of the forms says; what is refused is said there. A password never comes back with the page."""
    require(visit)
    id, deed = _id(visit), visit.request.path_params["deed"]
    posted = await visit.posted(most=MOST)
    if posted is None:
        return forged((f"/people/{id}", t("Back to the person")))
    if deed not in DEEDS:
        raise NotFound(t("There is nothing at this address."))
    make, said = DEEDS[deed]
    async with visit.site.pool.acquire() as connection:
        found = await load_user(connection, visit.viewer, id)
    kept = {name: text for name, text in posted.items() if name != "password"}
    try:
        await send(visit, make(id, posted), posted)
    except Conflict as moved:
        return await _shown(visit, deed, mended({**kept, "seen": str(moved.step)}, moved, fields=FIELDS))
    except NotFound:
        raise
    except OrderwayError as no:
        return await _shown(visit, deed, mended(kept, no, fields=FIELDS))
    return visit.back(f"/people/{id}", t(said, name=kept.get("name") or found.name))


async def _shown(visit: Visit, deed: str, typed: Typed) -> Response:
    """The page; `typed` is what was typed into the form of `deed`."""
    require(visit)
    id, viewer, now = _id(visit), visit.viewer, visit.site.now()
    async with visit.site.pool.acquire() as connection:
        found = await load_user(connection, viewer, id)
        roles = {each.name: called(each) for each in await list_roles(connection, viewer)}
        stores = {str(each.id): each.name for each in await list_stores(connection, viewer)}
        changes, more = await list_changes(connection, viewer, filters=ChangeFilters(person=id), limit=LATEST)
    forms = {each: typed if each == deed else _fresh(found) for each in DEEDS}
    held = ticked(typed.values, "role") if deed == "roles" else [role.name for role in found.roles]
    works = ticked(typed.values, "store") if deed == "stores" else [str(store.id) for store in found.stores]
    return visit.page(
        "people/one.html",
        status=typed.status,
        person=found,
        own=found.id == viewer.person_id,
        state=OUT if found.disabled_at else Shown(tr(mark("Let in")), "good"),
        out=ago(found.disabled_at, now) if found.disabled_at else None,
        added=ago(found.created_at, now),
        held=", ".join(tr(role.label) for role in found.roles),
        forms=forms,
        deed=deed,
        roles=ticks("role", roles, held),
        stores=ticks("store", {str(each.id): each.name for each in found.stores} | stores, works),
        changes=[line(each, visit) for each in changes],
        more_url=f"/audit?person={id}" if more and "/audit" in visit.addresses else "",
    )


def _fresh(found: User) -> Typed:
    return Typed({"name": found.name, "email": found.email, "seen": str(found.step)})


def _id(visit: Visit) -> UUID:
    try:
        return UUID(visit.request.path_params["person"])
    except ValueError:
        raise NotFound(t("There is no such person.")) from None
