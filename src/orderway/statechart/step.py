"""Deciding: pure functions from a snapshot, an event and facts to the next snapshot and its effects."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from orderway.statechart.chart import Chart, Snapshot
from orderway.statechart.guards import Reason, why_not
from orderway.statechart.nodes import Act
from orderway.statechart.plan import Plan, Row, birth

MAX_ROUNDS = 1000
"""How many rounds a step may take before it is said never to come to rest; XState's recorded answers use the same."""


class NeverRests(RuntimeError):
    """The chart goes round without coming to rest: a cycle of `always` transitions or raised events."""


@dataclass(frozen=True, slots=True)
class Step:
    """A decision that says yes: where the instance is now, and what is to be done, in order."""

    snapshot: Snapshot
    effects: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision that says no: the state, the event, why, and the events that the state would take."""

    chart: str
    state: str
    event: str
    reasons: tuple[Reason, ...]
    takes: tuple[str, ...]


class Born:
    """The event that guards and actions see while an instance is born."""

    name = "born"


BORN = Born()


def start(chart: Chart, context: Any, facts: Any = None) -> Step:
    """The birth of an instance; raises NeverRests."""
    run = Run(chart, Snapshot("", context), BORN, facts)
    run.apply(birth(chart.root))
    return run.to_rest()


def step(chart: Chart, snapshot: Snapshot, event: Any, facts: Any = None) -> Step:
    """One step in the semantics of XState v5: an event that nothing takes changes nothing; raises NeverRests.

    `event` is anything with a `name`.
    """
    run = Run(chart, snapshot, event, facts)
    row = run.select(event)
    if row is not None:
        run.take(row)
    return run.to_rest()


def decide(chart: Chart, snapshot: Snapshot, event: Any, facts: Any = None) -> Step | Refusal:
    """One step where an event that nothing takes is a refusal with its reasons; raises NeverRests."""
    run = Run(chart, snapshot, event, facts)
    row = run.select(event)
    if row is None:
        return refuse(chart, snapshot, event, facts)
    run.take(row)
    return run.to_rest()


def refuse(chart: Chart, snapshot: Snapshot, event: Any, facts: Any) -> Refusal:
    """The refusal of an event, with every reason."""
    return Refusal(
        chart=chart.name,
        state=snapshot.state,
        event=event.name,
        reasons=reasons_of(chart, snapshot, event, facts),
        takes=chart.takes(snapshot.state),
    )


def reasons_of(chart: Chart, snapshot: Snapshot, event: Any, facts: Any) -> tuple[Reason, ...]:
    """Each guard that says no to the event in this state, once."""
    rows = chart.leaf(snapshot.state).on.get(event.name, ())
    guards = [row.transition.guard for row in rows if row.transition.guard is not None]
    reasons = [reason for guard in guards for reason in why_not(guard, snapshot.context, event, facts)]
    return tuple({reason.guard: reason for reason in reversed(reasons)}.values())[::-1]


class Run:
    """One step under way: microsteps until the chart rests."""

    __slots__ = (
        "changed",
        "chart",
        "context",
        "effects",
        "event",
        "facts",
        "history",
        "is_done",
        "raised",
        "state",
    )

    def __init__(self, chart: Chart, snapshot: Snapshot, event: Any, facts: Any) -> None:
        self.chart = chart
        self.state = snapshot.state
        self.context = snapshot.context
        self.history = snapshot.history
        self.event = event
        self.facts = facts
        self.effects: list[Any] = []
        self.raised: deque[Any] = deque()
        self.is_done = False
        self.changed = False

    def select(self, event: Any) -> Row | None:
        """The first row of the current leaf that takes the event."""
        leaf = self.chart.leaf(self.state)
        return self.first(leaf.on.get(event.name, leaf.other), event)

    def first(self, rows: Iterable[Row], event: Any) -> Row | None:
        for row in rows:
            if row.test is None or row.test(self.context, event, self.facts):
                return row
        return None

    def take(self, row: Row) -> None:
        self.apply(row.plan(self.history, self.chart.nodes))

    def apply(self, plan: Plan) -> None:
        """One microstep: the plan's actions in order, then the new leaf."""
        self.changed = plan.leaf != self.state or bool(plan.remembers)
        for action in plan.actions:
            result = action.run(self.context, self.event, self.facts)
            match action.act:
                case Act.REDUCE:
                    self.context = result
                    self.changed = True
                case Act.EMIT:
                    if result is not None:
                        self.effects.append(result)
                case Act.RAISE:
                    self.raised.append(result)
        if plan.remembers:
            self.history = {**self.history, **plan.remembers}
        self.state = plan.leaf
        self.is_done = plan.is_done

    def to_rest(self) -> Step:
        """Microsteps until no `always` is enabled and nothing is raised.

        An `always` that changed nothing is not asked again before the next raised event: XState's rule, by which a
        transition without target or reducer does not spin.
        """
        rounds = 0
        ask_always = True
        while not self.is_done:
            rounds += 1
            if rounds > MAX_ROUNDS:
                self.never_rests()
            row = self.first(self.chart.leaves[self.state].always, self.event) if ask_always else None
            if row is not None:
                self.take(row)
                ask_always = self.changed
                continue
            if not self.raised:
                break
            self.event = self.raised.popleft()
            row = self.select(self.event)
            if row is not None:
                self.take(row)
            ask_always = True
        return Step(Snapshot(self.state, self.context, self.history), tuple(self.effects))

    def never_rests(self) -> NoReturn:
        raise NeverRests(
            f"{self.chart.name} went through {MAX_ROUNDS} rounds without coming to rest, last in {self.state}: "
            "its `always` transitions or raised events form a cycle. Put a guard on one of them."
        )
