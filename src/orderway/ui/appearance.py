"""How pages look and answer to keys in one browser: kept in its cookies, for it is nobody else's matter."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from orderway.ui.guard import local_path, remember
from orderway.ui.problems import forged
from orderway.ui.site import Visit

YEAR = 365 * 24 * 3600

CHOICES: Mapping[str, tuple[str, ...]] = {"look": ("light", "dark", ""), "keys": ("off", "")}
"""What can be chosen, and between what; nothing is as the browser itself does."""


def cookie_of(choice: str) -> str:
    """The name of the cookie that keeps a choice."""
    return f"orderway_{choice}"


async def choose(visit: Visit) -> Response:
    """Keep what the form says, and go back to the page that it stood on."""
    posted = await visit.posted()
    if posted is None:
        return forged()
    answer = RedirectResponse(local_path(posted.get("next", "")), status_code=303)
    for choice, values in CHOICES.items():
        value = posted.get(choice)
        if value in values:
            remember(answer, name=cookie_of(choice), value=value, request=visit.request, seconds=YEAR if value else 0)
    return answer


async def keyboard(visit: Visit) -> Response:
    """What each key does, and the way to turn them off."""
    return visit.page("keyboard.html")
