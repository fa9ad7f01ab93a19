"""The engine: charts as data, decided by pure functions in the semantics of XState v5. Standard library only."""

from orderway.statechart.chart import Chart, Snapshot
from orderway.statechart.events import SYSTEM, Event, event
from orderway.statechart.explain import Awaited, Choice, awaited, explain, sentence
from orderway.statechart.guards import Guard, Reason, all_of, any_of, guard, not_, sorting
from orderway.statechart.migration import Migration, Unmapped, migration, split, stays
from orderway.statechart.nodes import ChartError
from orderway.statechart.numbers import Amount
from orderway.statechart.records import replace
from orderway.statechart.step import NeverRests, Refusal, Step, decide, start, step
from orderway.statechart.words import always, chart, done, entry, final, history, leave, on, state

__all__ = [
    "SYSTEM",
    "Amount",
    "Awaited",
    "Chart",
    "ChartError",
    "Choice",
    "Event",
    "Guard",
    "Migration",
    "NeverRests",
    "Reason",
    "Refusal",
    "Snapshot",
    "Step",
    "Unmapped",
    "all_of",
    "always",
    "any_of",
    "awaited",
    "chart",
    "decide",
    "done",
    "entry",
    "event",
    "explain",
    "final",
    "guard",
    "history",
    "leave",
    "migration",
    "not_",
    "on",
    "replace",
    "sentence",
    "sorting",
    "split",
    "start",
    "state",
    "stays",
    "step",
]
