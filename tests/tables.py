"""The tables of the machines as cases, literally: what takes a row and what it comes to, what is refused and why.

The laws read the same cases, to find a row that no case takes or none refuses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from orderway.statechart import Chart, Refusal, Snapshot, Step, decide
from orderway.statechart.guards import Test
from orderway.statechart.nodes import Transition
from orderway.statechart.plan import Row


@dataclass(frozen=True)
class Taken:
    """From each of `states` the event leads `to` (the same state where it is empty) and changes just this."""

    states: str
    event: Any
    to: str = ""
    context: Any = None
    facts: Any = None
    changed: Mapping[str, Any] = field(default_factory=dict)
    effects: tuple[Any, ...] = ()
    history: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """In each of `states` the event is refused for just these reasons, by guard; for none where no row takes it."""

    states: str
    event: Any
    because: Mapping[str, str] = field(default_factory=dict)
    context: Any = None
    facts: Any = None


def each_taken(cases: Iterable[Taken]) -> list[tuple[Taken, str]]:
    return [(case, state) for case in cases for state in case.states.split()]


def each_refused(cases: Iterable[Refused]) -> list[tuple[Refused, str]]:
    return [(case, state) for case in cases for state in case.states.split()]


def named(one: Any) -> str:
    """The name of a case in pytest's report."""
    return one if isinstance(one, str) else f"{one.event.name}"


def check_taken(chart: Chart, case: Taken, state: str) -> None:
    step = decide(chart, Snapshot(state, case.context, case.history), case.event, case.facts)
    assert isinstance(step, Step), step
    assert step.snapshot.state == (case.to or state)
    assert changes(case.context, step.snapshot.context) == dict(case.changed)
    assert step.effects == case.effects


def check_refused(chart: Chart, case: Refused, state: str) -> None:
    refusal = decide(chart, Snapshot(state, case.context), case.event, case.facts)
    assert isinstance(refusal, Refusal), refusal
    assert {reason.guard: reason.sentence for reason in refusal.reasons} == dict(case.because)


def changes(before: Any, after: Any) -> dict[str, Any]:
    """The fields of a context that differ, with their new values."""
    return {
        each.name: getattr(after, each.name)
        for each in fields(before)
        if getattr(after, each.name) != getattr(before, each.name)
    }


class Traced:
    """A copy of a chart whose rows remember that they were taken, and those whose guard was asked in vain."""

    def __init__(self, chart: Chart) -> None:
        self.took: list[Transition] = []
        self.passed: list[Transition] = []
        self.chart = replace(chart)
        for leaf in self.chart.leaves.values():
            for row in (row for rows in (leaf.always, *leaf.on.values(), leaf.other) for row in rows):
                row.test = self.watching(row)

    def watching(self, row: Row) -> Test:
        asked = row.test

        def test(context: Any, event: Any, facts: Any) -> bool:
            holds = asked is None or asked(context, event, facts)
            (self.took if holds else self.passed).append(row.transition)
            return holds

        return test


def traced(chart: Chart, case: Taken | Refused, state: str) -> Traced:
    """Run a case, remembering its rows."""
    history = case.history if isinstance(case, Taken) else {}
    run = Traced(chart)
    decide(run.chart, Snapshot(state, case.context, history), case.event, case.facts)
    return run
