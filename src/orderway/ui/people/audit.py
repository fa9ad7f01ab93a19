"""Who changed what of people, roles and stores, newest first: all of it, or what fits the filters of the address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from starlette.responses import RedirectResponse, Response

from orderway.people.directory import UserFilters, list_roles, list_users
from orderway.people.history import list_changes
from orderway.people.record import PHRASES
from orderway.people.stores import list_stores
from orderway.people.viewer import Viewer
from orderway.ui.forms import Choice
from orderway.ui.language import t, tr
from orderway.ui.people.asking import SUBJECTS, Asked, heard
from orderway.ui.people.listing import called
from orderway.ui.people.sending import require
from orderway.ui.people.telling import line
from orderway.ui.people.versions import tabs
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

SIZE = 50
MOST = 12
"""So many of the same name are offered to choose from."""
REPLACED: Mapping[str, tuple[str, ...]] = {"who": ("by",), "about": SUBJECTS}
"""What people type a name into, so that somebody is looked for, and the filters that it stands for."""


async def audit(visit: Visit) -> Response:
    """The page, for who manages people; a name that was typed leads to the page of whom it means."""
    require(visit)
    given = dict(visit.request.query_params)
    after, typed = given.pop("after", ""), {name: given.pop(name, "").strip()[:100] for name in REPLACED}
    async with visit.site.runner.reading() as connection:
        asked = await heard(connection, visit.viewer, given, now=visit.site.now())
        if any(typed.values()):
            return await _find(connection, visit, asked, typed=typed)
        return await _shown(connection, visit, asked, after)


async def _shown(connection: Connection, visit: Visit, asked: Asked, after: str) -> Response:
    notices, filters = list(asked.notices), asked.filters()
    try:
        changes, more = await list_changes(connection, visit.viewer, filters=filters, after=after, limit=SIZE)
    except Invalid as wrong:
        changes, more = await list_changes(connection, visit.viewer, filters=filters, limit=SIZE)
        after, notices = "", [*notices, tr(str(wrong))]
    return visit.page(
        "people/audit.html",
        tabs=tabs(visit),
        notices=notices,
        asked=asked,
        chips=[Tab(asked.told(name), asked.url(without=name)) for name in asked.values],
        kept=[(name, asked.values[name]) for name in ("by", *SUBJECTS) if name in asked.values],
        whats=[
            Choice("", t("Any change")),
            *(Choice(each.lower(), _capital(tr(said))) for each, said in PHRASES.items()),
        ],
        changes=[line(each, visit) for each in changes],
        first_url=asked.url() if after else "",
        more_url=asked.url(after=changes[-1].cursor) if more else "",
    )


async def _find(connection: Connection, visit: Visit, asked: Asked, *, typed: Mapping[str, str]) -> Response:
    """To the list of whom the first name means that was typed; a page to choose on where it means several."""
    name, text = next((name, text) for name, text in typed.items() if text)
    found = [each async for each in _meant(connection, visit.viewer, name, text)][:MOST]
    others = {each: value for each, value in asked.values.items() if each not in REPLACED[name]}
    rest = {each: value for each, value in typed.items() if each != name}
    kept = Asked(others, asked.names)
    choices = [Tab(label, kept.url(**rest, **{what: id})) for label, what, id in found]
    if len(choices) == 1:
        return RedirectResponse(choices[0].url, status_code=303)
    says = t("Who or what is meant by “{text}”?", text=text[:60])
    if not choices:
        says = t("Nobody and nothing that you manage is called “{text}”.", text=text[:60])
    return visit.page("orders/which.html", says=says, choices=choices, back_url=asked.url())


async def _meant(connection: Connection, viewer: Viewer, name: str, text: str) -> AsyncIterator[tuple[str, str, str]]:
    """Whom a name may mean: what they are called, the filter, and its value."""
    people, _ = await list_users(connection, viewer, filters=UserFilters(search=text), limit=MOST)
    for each in people:
        yield each.name, "by" if name == "who" else "person", str(each.id)
    if name == "who":
        return
    for store in await list_stores(connection, viewer):
        if text.lower() in store.name.lower():
            yield store.name, "store", str(store.id)
    for role in await list_roles(connection, viewer):
        if text.lower() in called(role).lower():
            yield t("The role {name}", name=called(role)), "role", str(role.id)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
