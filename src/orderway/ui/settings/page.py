"""The page of the settings: how each stands, a form to change it with a reason, and who changed it before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from orderway.configuration.changes import LONGEST, Wish, change
from orderway.configuration.live import catch_up
from orderway.configuration.reads import Changed, Standing, find_setting, list_settings
from orderway.errors import OrderwayError
from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import actor_everywhere
from orderway.schedule import Schedule
from orderway.setting import Source
from orderway.ui.forms import Choice
from orderway.ui.language import mark, number, t, tr
from orderway.ui.problems import forged
from orderway.ui.settings.over import over
from orderway.ui.settings.subjects import NOWHERE, SUBJECTS
from orderway.ui.site import Page, Visit
from orderway.ui.typed import Typed, mended, step_in
from orderway.ui.words import Shown, Told, ago
from orderway.workflow.errors import Invalid, NotFound

SOURCES: Mapping[Source, Shown] = {
    "database": Shown(mark("Set here"), "active"),
    "environment": Shown(mark("From the environment"), "neutral"),
    "default": Shown(mark("Default"), "ended"),
}
FIELDS = ("value", "reason")


@dataclass(frozen=True, slots=True)
class Line:
    """One change of the history, as a sentence with its reason."""

    who: str
    did: str
    at: Told
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune:
    """A setting as the page shows it; `typed` is what its form holds, `choices` there are where it is chosen."""

    standing: Standing
    told: str
    source: Shown
    expects: str
    choices: Sequence[Choice] | None
    typed: Typed
    history: tuple[Line, ...]
    next: str

    @property
    def open(self) -> bool:
        """Whether its form is shown at once, since there is something to mend."""
        return self.typed.status > 200


@dataclass(frozen=True, slots=True)
class Subject:
    """What some settings are about; `anchor` is where its heading stands."""

    anchor: str
    label: str
    tunes: tuple[Tune, ...]


async def settings(visit: Visit) -> Response:
    """The page, for who may change settings; for others it is not there."""
    return await _shown(visit)


async def tune(visit: Visit) -> Response:
    """Change or reset a setting as its form says, then back to it; what is refused is said in the form."""
    _require(visit)
    posted = await visit.posted()
    if posted is None:
        return forged(("/settings", t("Back to the settings")))
    name, site = visit.request.path_params["name"], visit.site
    value = None if posted.get("act") == "reset" else posted.get("value", "")
    try:
        wish = Wish(name=name, value=value, reason=posted.get("reason", ""), seen=step_in(posted))
        async with site.pool.acquire() as connection:
            await change(connection, wish, by=actor_everywhere(visit.viewer), at=site.now())
            await catch_up(site.workflow.settings, connection)
            now = await find_setting(connection, site.workflow.settings, name)
    except NotFound:
        raise
    except OrderwayError as no:
        return await _shown(visit, name, mended(posted, _in_words(no, posted), fields=FIELDS))
    said = t("{name} is taken out.", name=name)
    if now:
        said = t("{label}: {value} from now on.", label=tr(now.label), value=_told(now))
    return visit.back(f"/settings#{name}", said)


def _in_words(no: OrderwayError, posted: Mapping[str, str]) -> OrderwayError:
    """What is wrong with a value, without the name for programs: the form stands beside the label."""
    text = posted.get("value", "")
    if isinstance(no, Invalid) and no.field == "value" and len(text) <= LONGEST:
        return Invalid(t("“{text}” can not be used here.", text=text[:60]), no.remedy, "value")
    return no


def _require(visit: Visit) -> None:
    if not actor_everywhere(visit.viewer).may(SETTINGS_MANAGE):
        raise NotFound(t("There is nothing at this address."))


async def _shown(visit: Visit, name: str = "", typed: Typed | None = None) -> Response:
    """The page; `typed` is what was typed into the form of the setting of that name."""
    _require(visit)
    site = visit.site
    async with site.pool.acquire() as connection:
        found = await list_settings(connection, site.workflow.settings)
    tunes = {each.name: _tune(each, typed if each.name == name else None, now=site.now()) for each in found}
    return visit.page(
        "settings/page.html",
        status=typed.status if typed else 200,
        subjects=list(_subjects(tunes)),
        over=await over(site.workflow.flags, now=site.now()),
    )


def _subjects(tunes: Mapping[str, Tune]) -> Iterator[Subject]:
    """The settings under their headings; at the end what the database holds for none."""
    left = dict(tunes)
    for nth, (label, names) in enumerate(SUBJECTS.items(), 1):
        yield Subject(f"subject-{nth}", tr(label), tuple(left.pop(name) for name in names))
    if left:
        yield Subject("subject-none", tr(NOWHERE), tuple(left.values()))


def _tune(standing: Standing, typed: Typed | None, *, now: datetime) -> Tune:
    chosen, expects = standing.unit == "yes or no", tr(standing.expects)
    return Tune(
        standing=standing,
        told=_told(standing),
        source=SOURCES[standing.source],
        expects=f"{expects[:1].upper()}{expects[1:]}",
        choices=(Choice("yes", t("Yes")), Choice("no", t("No"))) if chosen else None,
        typed=typed or Typed({"value": standing.value}),
        history=tuple(_line(each, now) for each in standing.history),
        next=_next(standing, now),
    )


def _told(standing: Standing) -> str:
    """The value in words: "1,440 minutes", "1 minute", "Yes", "0 * * * *"."""
    if standing.unit == "yes or no":
        return t("Yes") if standing.value == "yes" else t("No")
    if standing.high is None:
        return standing.value
    n, unit = int(standing.value), tr(standing.unit)
    return f"{number(n)} {unit.removesuffix('s') if n == 1 else unit}"


def _next(standing: Standing, now: datetime) -> str:
    """When a schedule comes next, which its five fields tell few: "Next 26 Nov, 10:00, then 26 Nov, 11:00 (UTC)"."""
    if standing.unit != "cron":
        return ""
    schedule = Schedule.read(standing.value)
    first = schedule.after(now)
    then = schedule.after(first)
    return t("Next {first}, then {then} (UTC)", first=ago(first, now).text, then=ago(then, now).text)


def _line(change: Changed, now: datetime) -> Line:
    did = t("reset it") if change.to_value is None else t("set it to {value}", value=change.to_value)
    before = f" ({t('it was {value}', value=change.from_value)})" if change.from_value is not None else ""
    return Line(tr(change.who), f"{did}{before}", ago(change.at, now), tr(change.reason))


PAGES: tuple[Page, ...] = (
    Page("/settings", settings, shows=("systemSettings", "featureFlags")),
    Page("/settings/{name}", tune, "POST", does=("changeSetting", "resetSetting")),
)
