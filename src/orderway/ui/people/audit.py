"""Who changed what of people, roles and stores, newest first: of all whom the viewer manages, or of one person."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.people.directory import load_user
from orderway.people.history import ChangeFilters, list_changes
from orderway.ui.language import t
from orderway.ui.people.sending import require
from orderway.ui.people.telling import line
from orderway.ui.site import Visit
from orderway.workflow.errors import Invalid, NotFound

SIZE = 50


async def audit(visit: Visit) -> Response:
    """The page, for who manages people."""
    require(visit)
    asked, viewer, notice = visit.request.query_params, visit.viewer, ""
    person, after = _person(asked.get("person", "")), asked.get("after", "")
    async with visit.site.pool.acquire() as connection:
        found = await load_user(connection, viewer, person) if person else None
        filters = ChangeFilters(person=person)
        try:
            changes, more = await list_changes(connection, viewer, filters=filters, after=after, limit=SIZE)
        except Invalid as wrong:
            changes, more = await list_changes(connection, viewer, filters=filters, limit=SIZE)
            after, notice = "", str(wrong)
    return visit.page(
        "people/audit.html",
        person=found,
        notice=notice,
        changes=[line(each, visit) for each in changes],
        first_url=_url(person) if after else "",
        more_url=_url(person, after=changes[-1].cursor) if more else "",
    )


def _person(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound(t("There is no such person.")) from None


def _url(person: UUID | None, *, after: str = "") -> str:
    told = urlencode({name: text for name, text in (("person", str(person or "")), ("after", after)) if text})
    return f"/audit?{told}" if told else "/audit"
