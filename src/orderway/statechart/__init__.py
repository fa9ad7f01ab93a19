"""The engine: charts as data, decided by pure functions in the semantics of XState v5. Standard library only."""

from orderway.statechart.chart import Chart, Snapshot
from orderway.statechart.events import SYSTEM, Event, event
from orderway.statechart.guards import Amount, Guard, Reason, all_of, any_of, guard, not_
from orderway.statechart.nodes import ChartError
from orderway.statechart.step import NeverRests, Refusal, Step, decide, start, step
from orderway.statechart.words import always, chart, done, entry, final, history, leave, on, state

__all__ = [
    "SYSTEM",
    "Amount",
    "Chart",
    "ChartError",
    "Event",
    "Guard",
    "NeverRests",
    "Reason",
    "Refusal",
    "Snapshot",
    "Step",
    "all_of",
    "always",
    "any_of",
    "chart",
    "decide",
    "done",
    "entry",
    "event",
    "final",
    "guard",
    "history",
    "leave",
    "not_",
    "on",
    "start",
    "state",
    "step",
]
