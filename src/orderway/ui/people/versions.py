"""What was brought to other versions of its workflow, newest first: who, when and why, how much, and what stayed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from orderway.machine_runs import MachineRun, list_machine_runs, sees_machine_runs
from orderway.machines import CHARTS
from orderway.statechart import Chart
from orderway.ui.language import mark, number, t, tr
from orderway.ui.site import Visit
from orderway.ui.stock.heads import address
from orderway.ui.tabs import Tab
from orderway.ui.words import Shown, Told, ago, duration, shown
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.migration_runs import Stayed

SIZE = 50
URL = "/audit/versions"
NOT_ENDED, DONE = Shown(mark("Not ended yet"), "active"), Shown(mark("Done"), "good")
SOME_STAYED, TAKEN_BACK = Shown(mark("Some stayed"), "waiting"), Shown(mark("Taken back"), "ended")

ON, ON_FROM_OLDER = mark("{machine}, version {since} to {to}"), mark("{machine}, older versions to {to}")
BACK = mark("{machine}, version {since} back to {to}")
BACK_TO_OLDER = mark("{machine}, version {since} back to older ones")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why so many of a state stayed where they stood; of one that this release does not know, its name stands there."""

    count: str
    state: Shown
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """A run in words: what it did, how it stands, and what came of it."""

    label: str
    state: Shown
    who: str
    began: Told
    facts: tuple[str, ...]
    reason: str
    stayed: tuple[Reason, ...]


def tabs(visit: Visit) -> list[Tab]:
    """What the audit is of; none where the viewer sees the people of their own stores alone."""
    if not sees_machine_runs(visit.viewer):
        return []
    here = visit.request.url.path
    pages = ((t("People, roles and stores"), "/audit"), (t("Versions of workflows"), URL))
    return [Tab(label, url, url == here) for label, url in pages]


async def versions(visit: Visit) -> Response:
    """The page, for who may see the audit of what is of no store."""
    if not sees_machine_runs(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    asked, notices, now = visit.request.query_params, list[str](), visit.site.now()
    machine, after = asked.get("machine", ""), asked.get("after", "")
    chosen = machine if machine in CHARTS else None
    async with visit.site.runner.reading() as connection:
        try:
            runs, more = await list_machine_runs(connection, visit.viewer, machine=chosen, after=after, limit=SIZE)
        except Invalid:
            notices.append(t("“{text}” is no place in the list, so it begins at the top.", text=after[:40]))
            after = ""
            runs, more = await list_machine_runs(connection, visit.viewer, machine=chosen, limit=SIZE)
    return visit.page(
        "people/versions.html",
        tabs=tabs(visit),
        notices=notices,
        under_way=any(each.ended_at is None for each in runs),
        runs=[line(each, now) for each in runs],
        choices=[(name, tr(chart.label)) for name, chart in CHARTS.items()],
        chosen=chosen or "",
        first_url=address(URL, machine=chosen or "") if after else "",
        more_url=address(URL, machine=chosen or "", after=runs[-1].cursor) if more else "",
    )


def line(run: MachineRun, now: datetime) -> Line:
    """A run in words."""
    chart = CHARTS.get(run.machine)
    return Line(
        label=called(run, tr(chart.label) if chart else run.machine),
        state=_state(run),
        who=tr(run.who),
        began=ago(run.started_at, now),
        facts=tuple(_facts(run)),
        reason=run.reason,
        stayed=tuple(_reason(each, chart) for each in run.stayed),
    )


def called(run: MachineRun, machine: str) -> str:
    """What it did: "Sale, version 1 to 2"."""
    since, to = run.from_version, run.to_version
    form = (BACK if to else BACK_TO_OLDER) if run.undoes else ON if since else ON_FROM_OLDER
    return t(form, machine=machine, since=str(since), to=str(to))


def _state(run: MachineRun) -> Shown:
    if not run.ended_at:
        return NOT_ENDED
    if run.moved and run.undone >= run.moved:
        return TAKEN_BACK
    return SOME_STAYED if run.remained else DONE


def _facts(run: MachineRun) -> Iterator[str]:
    """How many it moved, of one that did not end of how many; how long that took; what went back since, what stayed."""
    if run.to_come is not None:
        total = number(run.moved + run.to_come + run.remained)
        yield t("{moved} of {total} so far", moved=number(run.moved), total=total)
    elif run.undoes:
        yield t("{n} taken back", "{n} taken back", n=run.moved)
    else:
        yield t("{n} brought over", "{n} brought over", n=run.moved)
    if run.ended_at:
        yield t("took {span}", span=duration(run.ended_at - run.started_at))
    if run.undone:
        yield t("{n} taken back since", "{n} taken back since", n=run.undone)
    if run.remained and run.undoes:
        yield t("{n} had moved since, and stays", "{n} had moved since, and stay", n=run.remained)
    elif run.remained:
        yield t("{n} stays where it stood", "{n} stay where they stood", n=run.remained)


def _reason(each: Stayed, chart: Chart | None) -> Reason:
    known = chart if chart and each.state in chart.every_leaf else None
    state = shown(known, each.state) if known else Shown(each.state, "neutral")
    return Reason(number(each.count), state, tr(each.why))
