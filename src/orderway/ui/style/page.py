"""The page of the style guide, for who may change how this installation works."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import actor_everywhere
from orderway.ui.language import mark, t
from orderway.ui.problems import not_found
from orderway.ui.site import Page, Visit
from orderway.ui.words import Shown

TONES: Mapping[str, str] = {
    "neutral": mark("Neutral"), "active": mark("Active"), "waiting": mark("Waiting"), "good": mark("Good"),
    "bad": mark("Bad"), "ended": mark("Ended"),
}  # fmt: skip


async def guide(visit: Visit) -> Response:
    """Every part in every tone; for others it is not there."""
    if not actor_everywhere(visit.viewer).may(SETTINGS_MANAGE):
        return not_found()
    return visit.page("style/guide.html", chips=[Shown(t(label), tone) for tone, label in TONES.items()])


PAGES = (Page("/style", guide, shows=("systemSettings",)),)
