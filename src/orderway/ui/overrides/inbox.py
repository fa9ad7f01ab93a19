"""The inbox of overrides: what waits for the viewer, what they asked for, and what was decided."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.order.available import load_available
from orderway.order.questions import Box, count_questions, list_questions
from orderway.people.permissions import OVERRIDE_DECIDE, SETTINGS_MANAGE
from orderway.people.scope import actor_everywhere
from orderway.people.viewer import Viewer
from orderway.ui.helping import who_can_help
from orderway.ui.language import mark, number, t, tr
from orderway.ui.overrides.asked import Asked, Tried, asked
from orderway.ui.shell import OVERRIDES
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.ui.words import Told
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

SIZE = 20

LABELS: dict[Box, str] = {
    "waiting_for_me": mark("Waiting for you"),
    "waiting": mark("Waiting for a decision"),
    "asked_by_me": mark("Asked by me"),
    "decided": mark("Decided"),
}
EMPTY: dict[Box, tuple[str, str]] = {
    "waiting_for_me": (
        mark("Nothing waits for you"),
        mark("When somebody asks to release goods without payment, or to go over a credit limit, it appears here."),
    ),
    "waiting": (
        mark("Nothing waits for a decision"),
        mark("When somebody asks to release goods without payment, or to go over a credit limit, it appears here."),
    ),
    "asked_by_me": (
        mark("You have asked for nothing"),
        mark("Ask for an override on the page of an order that lacks payment or credit; how it is decided shows here."),
    ),
    "decided": (mark("Nothing was decided yet"), mark("Requests that were approved, declined or lapsed appear here.")),
}


def boxes(viewer: Viewer) -> list[Box]:
    """The boxes of a viewer: who decides looks at what waits for them, the others at all that waits."""
    waiting: Box = "waiting_for_me" if OVERRIDE_DECIDE in viewer.permissions else "waiting"
    return [waiting, "asked_by_me", "decided"] if "override.ask" in viewer.permissions else [waiting, "decided"]


async def overrides(visit: Visit) -> Response:
    """The page, for who works for the seller and sees money."""
    return await inbox(visit)


async def inbox(visit: Visit, *, tried: Tried | None = None) -> Response:
    """The page; with a form that was tried and not taken where it was."""
    viewer = visit.viewer
    if not OVERRIDES(viewer):
        raise NotFound(t("There is nothing at this address."))
    mine, given = boxes(viewer), visit.request.query_params
    box = cast("Box", given["box"]) if given.get("box") in mine else mine[0]
    after = _id(given.get("after", ""))
    async with visit.site.pool.acquire() as connection:
        tabs = [await _tab(connection, viewer, each, here=box) for each in mine]
        found = await _asked(connection, visit, box=box, after=after, tried=tried)
    requests, oldest, more = found
    return visit.page(
        "overrides/inbox.html",
        status=tried.typed.status if tried else 200,
        tabs=tabs,
        box=box,
        requests=requests,
        oldest=oldest,
        empty=[tr(text) for text in EMPTY[box]],
        problem=tried.typed.problem if tried and all(each.id != tried.request for each in requests) else "",
        may_cap=actor_everywhere(viewer).may(SETTINGS_MANAGE),
        first_url=f"/overrides?box={box}" if after else "",
        more_url=f"/overrides?{urlencode({'box': box, 'after': str(requests[-1].id)})}" if more else "",
    )


async def _tab(connection: Connection, viewer: Viewer, box: Box, *, here: Box) -> Tab:
    count = await count_questions(connection, viewer, box)
    return Tab(tr(LABELS[box]), f"/overrides?box={box}", box == here, number(count))


async def _asked(
    connection: Connection, visit: Visit, *, box: Box, after: UUID | None, tried: Tried | None
) -> tuple[list[Asked], Told | None, bool]:
    """The requests of a page, since when the oldest waits where the page ends with it, and whether more follow."""
    viewer, now = visit.viewer, visit.site.now()
    found, more = await list_questions(connection, viewer, box=box, after=after, limit=SIZE)
    helpers, told = await who_can_help(connection), []
    for each in found:
        available = await load_available(visit.site.runner, viewer, each.order, instances=[each.request.id])
        told.append(asked(each, available, helpers=helpers, now=now, tried=tried))
    oldest = told[-1].since if told and told[-1].waits and not more else None
    return told, oldest, more


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
