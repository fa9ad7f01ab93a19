"""What is done at set times: how each schedule stands, the workers that do it, and every run with its errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import everywhere
from orderway.schedules.known import SCHEDULES
from orderway.schedules.reads import (
    Done,
    Present,
    RunFilters,
    RunState,
    Standing,
    list_runs,
    list_schedules,
    list_workers,
)
from orderway.ui.language import mark, number, t, tr
from orderway.ui.shell import OPERATIONS
from orderway.ui.site import Page, Visit
from orderway.ui.stock.heads import address
from orderway.ui.words import Shown, Told, ago, duration
from orderway.workflow.errors import Invalid, NotFound

SIZE = 50
STATES: Mapping[RunState, Shown] = {
    "done": Shown(mark("Done"), "good"),
    "failed": Shown(mark("With errors"), "bad"),
    "under_way": Shown(mark("Under way"), "active"),
    "left_behind": Shown(mark("Left behind"), "waiting"),
}
AT_WORK, STOPPED, GONE = Shown(mark("At work"), "good"), Shown(mark("Stopped"), "ended"), Shown(mark("Gone"), "bad")


@dataclass(frozen=True, slots=True)
class Row:
    """A run in words; `took` is empty while it is under way, `errors` without any, `tries` where one worker did it."""

    label: str
    state: Shown
    planned: Told
    took: str
    rows: str
    errors: str
    why: str
    worker: str
    tries: str


@dataclass(frozen=True, slots=True)
class Line:
    """A schedule in words; `url` leads to the setting of its times, for who may change it."""

    label: str
    times: str
    url: str
    next: Told
    last: Row | None


@dataclass(frozen=True, slots=True)
class Hand:
    """A worker in words."""

    name: str
    version: str
    state: Shown
    since: Told
    seen: Told


async def schedules(visit: Visit) -> Response:
    """The page, for who sees operations."""
    if not OPERATIONS(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    asked, notices, now = visit.request.query_params, list[str](), visit.site.now()
    name, failed, after = asked.get("schedule", ""), asked.get("failed") == "yes", asked.get("after", "")
    filters = RunFilters(schedule=name if name in SCHEDULES else None, failed=failed)
    async with visit.site.pool.acquire() as connection:
        standing = await list_schedules(connection, visit.viewer, visit.site.workflow.settings, now=now)
        workers = await list_workers(connection, visit.viewer)
        try:
            runs, more = await list_runs(connection, visit.viewer, filters=filters, after=after, limit=SIZE)
        except Invalid:
            notices.append(t("“{text}” is no place in the list, so it begins at the top.", text=after[:40]))
            after = ""
            runs, more = await list_runs(connection, visit.viewer, filters=filters, limit=SIZE)
    kept = {"schedule": filters.schedule or "", "failed": "yes" if failed else ""}
    return visit.page(
        "schedules/list.html",
        notices=notices,
        idle=all(each.gone for each in workers),
        schedules=[_line(each, visit, now) for each in standing],
        hands=[_hand(each, now) for each in workers],
        runs=[_row(each, now) for each in runs],
        choices=[(each.name, tr(each.label)) for each in SCHEDULES.values()],
        chosen=kept["schedule"],
        failed=failed,
        narrowed=bool(filters.schedule or failed),
        first_url=address("/schedules", **kept) if after else "",
        more_url=address("/schedules", **kept, after=runs[-1].cursor) if more else "",
    )


def _line(each: Standing, visit: Visit, now: datetime) -> Line:
    regular = each.regular
    url = f"/settings#{regular.times.name}" if everywhere(visit.viewer, SETTINGS_MANAGE) else ""
    last = _row(each.last, now) if each.last else None
    return Line(tr(regular.label), each.times, url, ago(each.next_at, now), last)


def _row(run: Done, now: datetime) -> Row:
    return Row(
        label=tr(run.label),
        state=STATES[run.state],
        planned=ago(run.planned_at, now),
        took=duration(run.ended_at - run.started_at) if run.ended_at else "",
        rows=number(run.rows),
        errors=t("{n} error", "{n} errors", n=run.errors) if run.errors else "",
        why=tr(run.why or ""),
        worker=_name(run.host, run.process),
        tries=t("begun by {n} workers", n=number(run.tries)) if run.tries > 1 else "",
    )


def _hand(each: Present, now: datetime) -> Hand:
    state = STOPPED if each.stopped_at else GONE if each.gone else AT_WORK
    seen, since = ago(each.stopped_at or each.seen_at, now), ago(each.started_at, now)
    return Hand(_name(each.host, each.process), each.version, state, since, seen)


def _name(host: str, process: int) -> str:
    return t("{host}, process {n}", host=host, n=str(process))


PAGES: tuple[Page, ...] = (Page("/schedules", schedules, shows=("schedules", "scheduleRuns", "workers")),)
