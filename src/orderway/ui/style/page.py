"""The page of the style guide, for who may change how this installation works."""

from __future__ import annotations

from starlette.responses import Response

from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import actor_everywhere
from orderway.ui.problems import not_found
from orderway.ui.site import Page, Visit
from orderway.ui.words import Shown

TONES = ("neutral", "active", "waiting", "good", "bad", "ended")


async def guide(visit: Visit) -> Response:
    """Every part in every tone; for others it is not there."""
    if not actor_everywhere(visit.viewer).may(SETTINGS_MANAGE):
        return not_found()
    return visit.page("style/guide.html", chips=[Shown(tone.capitalize(), tone) for tone in TONES])


PAGES = (Page("/style", guide, shows=("systemSettings",)),)
