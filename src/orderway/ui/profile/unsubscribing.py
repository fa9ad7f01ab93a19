"""Ending e-mails by the link that stands in each of them: by a button on a page, or by a mail program itself.

Source: RFC 8058. Whoever has the link may do so, signed in or not: it is its reader's own, and nobody can guess it. A
look at the page changes nothing, since programs that check links look at all of them.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from orderway.notifications.mails.choices import Reader, find_reader, stop_mails
from orderway.ui.language import speak
from orderway.ui.pages import rendered
from orderway.ui.problems import not_found
from orderway.ui.site import Site


class Unsubscribing:
    """The pages at `/unsubscribe/{token}`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def ask(self, request: Request) -> Response:
        """The page with the button."""
        async with self._site.pool.acquire() as connection:
            reader = await find_reader(connection, request.path_params["token"])
        return _shown(request, reader)

    async def stop(self, request: Request) -> Response:
        """Send them none any more; a second time changes nothing."""
        async with self._site.pool.acquire() as connection:
            reader = await find_reader(connection, request.path_params["token"])
            if reader:
                await stop_mails(connection, reader.person_id, at=self._site.now())
                reader = await find_reader(connection, request.path_params["token"])
        return _shown(request, reader)


def _shown(request: Request, reader: Reader | None) -> Response:
    if reader is None:
        return not_found()
    if reader.language:
        speak(reader.language)
    return rendered("profile/unsubscribe.html", stopped=reader.stopped, here=request.url.path)
