"""The page of the settings: how each stands, a form to change it with a reason, and who changed it before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from orderway.configuration.changes import Wish, change
from orderway.configuration.live import catch_up
from orderway.configuration.reads import Changed, Standing, list_settings
from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import actor_everywhere
from orderway.setting import Source
from orderway.ui.language import mark, t, tr
from orderway.ui.problems import forged, not_found, told
from orderway.ui.site import Visit
from orderway.ui.typed import step_in
from orderway.ui.words import Shown, Told, ago
from orderway.workflow.errors import Conflict, Invalid, NotFound

SOURCES: Mapping[Source, Shown] = {
    "database": Shown(mark("Set here"), "active"),
    "environment": Shown(mark("From the environment"), "neutral"),
    "default": Shown(mark("Default"), "ended"),
}
BACK = ("/settings", mark("Back to the settings"))


@dataclass(frozen=True, slots=True)
class Tried:
    """A change that was sent and not made: what was entered, and why not."""

    name: str
    value: str
    reason: str
    problem: str
    status: int


@dataclass(frozen=True, slots=True)
class Line:
    """One change of the history, as a sentence with its reason."""

    who: str
    did: str
    at: Told
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune:
    """A setting as the page shows it; `kind` is how its value is entered: number, choice or text."""

    standing: Standing
    source: Shown
    kind: str
    expects: str
    value: str
    reason: str
    problem: str
    history: tuple[Line, ...]

    @property
    def open(self) -> bool:
        """Whether its form is shown at once, since there is something to mend."""
        return bool(self.problem)


def may_tune(visit: Visit) -> bool:
    return actor_everywhere(visit.viewer).may(SETTINGS_MANAGE)


async def settings(visit: Visit) -> Response:
    """The page, for who may change settings; for others it is not there."""
    return await _shown(visit) if may_tune(visit) else not_found()


async def tune(visit: Visit) -> Response:
    """Change or reset a setting as the form says it, then back to the page; what is refused is said beside the form."""
    if not may_tune(visit):
        return not_found()
    posted = await visit.posted()
    if posted is None:
        return forged(BACK)
    name, site = visit.request.path_params["name"], visit.site
    value, reason = posted.get("value", ""), posted.get("reason", "")
    resets = posted.get("act") == "reset"
    try:
        wish = Wish(name=name, value=None if resets else value, reason=reason, seen=step_in(posted))
        async with site.pool.acquire() as connection:
            await change(connection, wish, by=actor_everywhere(visit.viewer), at=site.now())
            await catch_up(site.workflow.settings, connection)
    except (Invalid, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return await _shown(visit, Tried(name, value, reason, str(error), status))
    except NotFound as error:
        return told(error, BACK)
    return RedirectResponse(f"/settings?{urlencode({'done': name})}#{name}", status_code=303)


async def _shown(visit: Visit, tried: Tried | None = None) -> Response:
    site = visit.site
    async with site.pool.acquire() as connection:
        found = await list_settings(connection, site.workflow.settings)
    tunes = [_tune(each, tried if tried and tried.name == each.name else None, now=site.now()) for each in found]
    done = visit.request.query_params.get("done") if tried is None else None
    return visit.page("settings.html", status=tried.status if tried else 200, tunes=tunes, done=done)


def _tune(standing: Standing, tried: Tried | None, *, now: datetime) -> Tune:
    kind = "number" if standing.high is not None else "choice" if standing.unit == "yes or no" else "text"
    expects = tr(standing.expects)
    return Tune(
        standing=standing,
        source=SOURCES[standing.source],
        kind=kind,
        expects=f"{expects[:1].upper()}{expects[1:]}",
        value=tried.value if tried else standing.value,
        reason=tried.reason if tried else "",
        problem=tried.problem if tried else "",
        history=tuple(_line(each, now) for each in standing.history),
    )


def _line(change: Changed, now: datetime) -> Line:
    did = t("reset it") if change.to_value is None else t("set it to {value}", value=change.to_value)
    before = f" ({t('it was {value}', value=change.from_value)})" if change.from_value is not None else ""
    return Line(change.who, f"{did}{before}", ago(change.at, now), change.reason)
