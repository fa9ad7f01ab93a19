"""Choosing the language that one is spoken to in, on every page and from every browser."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from orderway.people.signing.own import change_own_language
from orderway.ui.guard import local_path
from orderway.ui.problems import forged
from orderway.ui.site import Page, Visit


async def choose(visit: Visit) -> Response:
    """Keep the language that the form says, "" for the browser's, and go back to the page that it stood on."""
    posted = await visit.posted()
    if posted is None:
        return forged()
    wanted, site = posted.get("language", "") or None, visit.site
    async with site.pool.acquire() as connection:
        await change_own_language(connection, visit.viewer, wanted, seen=None, at=site.now())
    return RedirectResponse(local_path(posted.get("next", "")), status_code=303)


PAGES = (Page("/language", choose, "POST", does=("changeMyLanguage",)),)
