"""What stands still: open orders that stand in a state for longer than nine of ten did before them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from orderway.insight.reads import Dwell, load_dwell
from orderway.insight.windows import last_days
from orderway.order.leading import MAIN, open_states
from orderway.order.tallies import Tally, count_longer
from orderway.people.viewer import Viewer
from orderway.statechart import Chart
from orderway.workflow.kinds import Connection, Workflow

REMEMBERED = 30
"""Days over which it is known what is usual."""

ENOUGH = 20
"""So many have to have left a state before it is known what is usual there."""

SHORTEST = timedelta(hours=1)
"""Nothing is stuck that stood for less."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """How many stand in a state for longer than is usual there; `since` is when the first of them came to stand."""

    machine: str
    state: str
    usual: timedelta
    tally: Tally
    since: datetime


async def load_usual(connection: Connection, viewer: Viewer, machine: str, *, now: datetime) -> dict[str, timedelta]:
    """Return how long nine of ten stood in each state, where enough have left it; one statement."""
    dwell = await load_dwell(connection, viewer, machine, window=last_days(REMEMBERED, now=now))
    return {state: usual_of(each) for state, each in dwell.items() if each.spells >= ENOUGH}


def usual_of(dwell: Dwell) -> timedelta:
    """How long it is usual to stand there."""
    return max(dwell.most, SHORTEST)


async def load_stuck(connection: Connection, workflow: Workflow, viewer: Viewer, *, now: datetime) -> tuple[Stuck, ...]:
    """Return where orders of the viewer stand for longer than usual. Raises NotFound for who sees no figures."""
    found = []
    for machine in MAIN:
        kind = workflow.kind(machine)
        usual = await load_usual(connection, viewer, machine, now=now)
        since = {state: now - usual[state] for state in waiting(kind.newest) if state in usual}
        longer = await count_longer(connection, viewer, kind=kind, since=since)
        found += [
            Stuck(machine, state, usual[state], each.tally, each.oldest)
            for state, each in longer.items()
            if each.oldest and each.tally.count
        ]
    return tuple(found)


def waiting(chart: Chart) -> Iterator[str]:
    """The open states in which something is waited for: not those that are good as they are."""
    return (state for state in open_states(chart.name) if chart.node(state).tone != "good")
