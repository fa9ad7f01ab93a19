"""The roles: what each holds and how many have it; those of one's own are composed, changed and deleted here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.commands import ChangeRole, CreateRole, DeleteRole
from orderway.people.directory import RoleStanding, list_permissions, list_roles
from orderway.people.permissions import LABELS, SETTINGS_MANAGE
from orderway.people.scope import actor_everywhere
from orderway.ui.language import t, tr
from orderway.ui.people.listing import called
from orderway.ui.people.sending import send
from orderway.ui.people.telling import Tick, ticked, ticks
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, mended, needed, new_key
from orderway.workflow.errors import Conflict, NotFound

MOST = 100
FIELDS = ("name", "label", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role in words; `typed` is what its form holds, and `open` whether somebody has to mend it."""

    name: str
    label: str
    holders: str
    holds: list[str]
    stays: bool
    typed: Typed
    ticks: list[Tick]
    open: bool


async def roles(visit: Visit) -> Response:
    """The page, for who composes roles."""
    return await _shown(visit, "", Typed())


async def compose(visit: Visit) -> Response:
    """Make a role of what one holds oneself."""
    posted = await _posted(visit)
    if posted is None:
        return _forged()
    try:
        wanted = CreateRole(
            name=needed(posted, "name").upper(), label=needed(posted, "label"), permissions=ticked(posted, "may"),
            reason=posted.get("reason") or None,
        )  # fmt: skip
        await send(visit, wanted, posted)
    except OrderwayError as no:
        return await _shown(visit, "", mended(posted, no, fields=FIELDS))
    return visit.back("/roles", t("Composed the role “{name}”.", name=wanted.label))


async def change(visit: Visit) -> Response:
    """Change a role of one's own, or delete it where its form says so."""
    posted, name = await _posted(visit), visit.request.path_params["role"]
    if posted is None:
        return _forged()
    try:
        reason = needed(posted, "reason")
        if posted.get("act") == "delete":
            await send(visit, DeleteRole(role=name, reason=reason), posted)
            return visit.back("/roles", t("Deleted the role."))
        label, may = needed(posted, "label"), ticked(posted, "may")
        await send(visit, ChangeRole(role=name, label=label, permissions=may, reason=reason), posted)
    except NotFound:
        raise
    except Conflict as moved:
        return await _shown(visit, name, mended({**posted, "seen": str(moved.step)}, moved, fields=FIELDS))
    except OrderwayError as no:
        return await _shown(visit, name, mended(posted, no, fields=FIELDS))
    return visit.back("/roles", t("Changed the role “{name}”.", name=label))


async def _posted(visit: Visit) -> dict[str, str] | None:
    _require(visit)
    return await visit.posted(most=MOST)


async def _shown(visit: Visit, name: str, typed: Typed) -> Response:
    """The page; `typed` is what was typed into the form of the role of that name, "" for the one of a new role."""
    _require(visit)
    async with visit.site.pool.acquire() as connection:
        found = await list_roles(connection, visit.viewer)
    known = {each.name: tr(each.label) for each in list_permissions(visit.viewer)}
    fresh = typed if not name and typed.status != 200 else Typed({"key": new_key()})
    return visit.page(
        "people/roles.html",
        status=typed.status,
        roles=[_role(each, known, typed if each.name == name else None) for each in found],
        fresh=fresh,
        may=ticks("may", known, ticked(fresh.values, "may")),
        mending=fresh is typed,
    )


def _role(each: RoleStanding, known: Mapping[str, str], typed: Typed | None) -> Role:
    held = ticked(typed.values, "may") if typed else each.permissions
    return Role(
        name=each.name, label=called(each), stays=each.is_built_in,
        holders=t("{n} person has it", "{n} people have it", n=each.holders),
        holds=[known[name] for name in LABELS if name in each.permissions],
        typed=typed or Typed({"label": each.label, "seen": str(each.step)}),
        ticks=ticks("may", known, held), open=typed is not None,
    )  # fmt: skip


def _require(visit: Visit) -> None:
    if not actor_everywhere(visit.viewer).may(SETTINGS_MANAGE):
        raise NotFound(t("There is nothing at this address."))


def _forged() -> Response:
    return forged(("/roles", t("Back to the roles")))
