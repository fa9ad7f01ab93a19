"""Conformance: recorded answers of XState, replayed, and every difference told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from orderway.statechart.chart import Chart
from orderway.statechart.guards import Guard
from orderway.statechart.nodes import Act, Action, ChartError
from orderway.statechart.step import NeverRests, Step, start, step
from orderway.statechart.xstate import Json, Vocabulary, load, value


@dataclass(frozen=True, slots=True)
class Sent:
    """An event of a recorded run: its type and its one number."""

    type: str
    x: int | None = None

    @property
    def name(self) -> str:
        return self.type


@dataclass(frozen=True, slots=True)
class Trace:
    """The context of a recorded run: a sum, and the reducers that made it."""

    n: int = 0
    trace: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """Where a run stood after a step: the state as XState writes it, and the effects of the step in their order."""

    value: Any
    context: Trace
    done: bool
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What XState said: the birth and each step; `error` where it never came to rest after the last of them."""

    steps: tuple[Rest, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """One line of a file of recorded answers."""

    config: dict[str, Any]
    events: tuple[Sent, ...]
    answer: Answer


def difference(recording: Recording) -> str:
    """The first difference between the engine and the recorded answer, as a sentence; empty where they agree.

    Raises ChartError for a configuration that the engine does not read.
    """
    answer = recording.answer
    if answer.error is None and len(answer.steps) != len(recording.events) + 1:
        return (
            f"{len(recording.events)} events have {len(answer.steps)} answers; there is one for each, and the birth's."
        )
    recorded = iter(answer.steps)
    after = iter(
        ("At birth", *(f"After event {number} ({sent.name})" for number, sent in enumerate(recording.events, 1)))
    )
    try:
        for ours in run(load(recording.config, RECORDED), recording.events):
            where, theirs = next(after), next(recorded, None)
            if theirs is None:
                return f"{where} the engine comes to rest, and XState never does."
            if ours != theirs:
                return f"{where} {told(ours, theirs)}."
    except NeverRests:
        return f"{next(after)} the engine never comes to rest, and XState does." if next(recorded, None) else ""
    return ""


def run(chart: Chart, events: tuple[Sent, ...]) -> Iterator[Rest]:
    """The birth of an instance and each of its steps; raises NeverRests."""
    at = start(chart, Trace())
    yield rest(chart, at)
    for sent in events:
        at = step(chart, at.snapshot, sent)
        yield rest(chart, at)


def rest(chart: Chart, at: Step) -> Rest:
    snapshot = at.snapshot
    return Rest(value(chart, snapshot), snapshot.context, chart.is_final(snapshot.state), at.effects)


def told(ours: Rest, theirs: Rest) -> str:
    """What differs first, in words."""
    what = {"value": "the state", "context": "the context", "done": "being done", "actions": "the order of effects"}
    field = next(name for name in what if getattr(ours, name) != getattr(theirs, name))
    return f"{what[field]} is {getattr(ours, field)!r}, and XState says {getattr(theirs, field)!r}"


def recorded_action(name: str, _params: Json) -> Action:
    """`add<k>_<i>` adds k and leaves a trace, `say_<i>` is an effect, `sig_<X>` raises X."""
    if found := re.fullmatch(r"add(\d+)_\d+", name):
        by = int(found[1])
        return Action(Act.REDUCE, lambda at, _event, _facts: Trace(at.n + by, (*at.trace, name)), name)
    if name.startswith("sig_"):
        raised = Sent(name.removeprefix("sig_"))
        return Action(Act.RAISE, lambda *_: raised, name)
    if name.startswith("say_"):
        return Action(Act.EMIT, lambda *_: name, name)
    raise ChartError(f"{name!r} is no action of the recorded answers: add<k>_<i>, say_<i> or sig_<X>.")


def recorded_guard(name: str) -> Guard:
    """`mod<k>_<m>`: n % k == m; `under<j>`: n < j; `x<p>`: event.x == p, where an event without x counts as 0."""
    if found := re.fullmatch(r"mod([1-9]\d*)_(\d+)", name):
        k, m = int(found[1]), int(found[2])
        return Guard(name, name, lambda at, _event, _facts: at.n % k == m)
    if found := re.fullmatch(r"under(\d+)", name):
        limit = int(found[1])
        return Guard(name, name, lambda at, _event, _facts: at.n < limit)
    if found := re.fullmatch(r"x(\d+)", name):
        wanted = int(found[1])
        return Guard(name, name, lambda _context, event, _facts: (getattr(event, "x", None) or 0) == wanted)
    raise ChartError(f"{name!r} is no guard of the recorded answers: mod<k>_<m>, under<j> or x<p>.")


RECORDED = Vocabulary(recorded_guard, recorded_action, lambda _: Sent, Trace)
