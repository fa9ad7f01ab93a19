"""Deciding: pure functions from a snapshot, an event and facts to the next snapshot and its effects."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, NamedTuple

from orderway.statechart.chart import Chart, Snapshot
from orderway.statechart.guards import Reason, excludes, why_not
from orderway.statechart.nodes import Act
from orderway.statechart.plan import Leaf, Plan, Row

REDUCE, RAISE = Act.REDUCE, Act.RAISE  # looking them up in their class takes longer than a guard
MAX_ROUNDS = 1000
"""How many rounds a step may take before it is said never to come to rest; XState's recorded answers use the same."""


class NeverRests(RuntimeError):
    """The chart goes round without coming to rest: a cycle of `always` transitions or raised events."""


class Step(NamedTuple):
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
    return settle(chart, Snapshot("", context), chart.birth, BORN, facts)


def step(chart: Chart, snapshot: Snapshot, event: Any, facts: Any = None) -> Step:
    """One step in the semantics of XState v5: an event that nothing takes changes nothing; raises NeverRests.

    `event` is anything with a `name`.
    """
    row = chosen(chart.leaf(snapshot.state), event, snapshot.context, facts)
    plan = row.plan(snapshot.history, chart.nodes) if row else None
    return settle(chart, snapshot, plan, event, facts)


def decide(chart: Chart, snapshot: Snapshot, event: Any, facts: Any = None) -> Step | Refusal:
    """One step where an event that nothing takes is a refusal with its reasons; raises NeverRests."""
    row = chosen(chart.leaf(snapshot.state), event, snapshot.context, facts)
    if row is None:
        return refuse(chart, snapshot, event, facts)
    return settle(chart, snapshot, row.plan(snapshot.history, chart.nodes), event, facts)


def chosen(leaf: Leaf, event: Any, context: Any, facts: Any) -> Row | None:
    """The first row of the leaf that takes the event."""
    return first(leaf.on.get(event.name, leaf.other), context, event, facts)


def first(rows: tuple[Row, ...], context: Any, event: Any, facts: Any) -> Row | None:
    for row in rows:
        if row.test is None or row.test(context, event, facts):
            return row
    return None


def settle(chart: Chart, snapshot: Snapshot, plan: Plan | None, event: Any, facts: Any) -> Step:
    """Microsteps from a plan until no `always` is enabled and nothing is raised.

    An `always` that changed nothing is not asked again before the next raised event: XState's rule, by which a
    transition without target or reducer does not spin.
    """
    state, context, history = snapshot.state, snapshot.context, snapshot.history
    effects: list[Any] = []
    raised: deque[Any] = deque()
    ask_always = True
    for _ in range(MAX_ROUNDS):
        if plan is not None:
            changed = plan.leaf != state or bool(plan.remembers)
            for action in plan.actions:
                result = action.run(context, event, facts)
                if action.act is REDUCE:
                    context, changed = result, True
                elif action.act is RAISE:
                    raised.append(result)
                elif result is not None:
                    effects.append(result)
            state, history = plan.leaf, {**history, **plan.remembers} if plan.remembers else history
            ask_always = ask_always or changed
        leaf = chart.leaves[state]
        row = first(leaf.always, context, event, facts) if ask_always else None
        ask_always = row is None
        if row is None:
            if not raised:
                return Step(Snapshot(state, context, history), tuple(effects))
            event = raised.popleft()
            row = chosen(leaf, event, context, facts)
        plan = row.plan(history, chart.nodes) if row else None
    raise NeverRests(
        f"{chart.name} went through {MAX_ROUNDS} rounds without coming to rest, last in {state}: "
        "its `always` transitions or raised events form a cycle. Put a guard on one of them."
    )


def refuse(chart: Chart, snapshot: Snapshot, event: Any, facts: Any) -> Refusal:
    """The refusal of an event, with every reason."""
    return Refusal(
        chart=chart.name,
        state=snapshot.state,
        event=event.name,
        reasons=reasons_of(chart, snapshot, event, facts),
        takes=takes(chart, snapshot),
    )


def reasons_of(chart: Chart, snapshot: Snapshot, event: Any, facts: Any) -> tuple[Reason, ...]:
    """Each guard that says no to the event in this state, once; rows for things of another sort are no way out."""
    rows = chart.leaf(snapshot.state).on.get(event.name, ())
    meant = [row for row in rows if is_meant(row, snapshot)] or rows
    guards = [row.transition.guard for row in meant if row.transition.guard is not None]
    reasons = [reason for guard in guards for reason in why_not(guard, snapshot.context, event, facts)]
    return tuple({reason.guard: reason for reason in reversed(reasons)}.values())[::-1]


def is_meant(row: Row, snapshot: Snapshot) -> bool:
    """Whether the row is for things of this sort."""
    guard = row.transition.guard
    return guard is None or not excludes(guard, snapshot.context)


def takes(chart: Chart, snapshot: Snapshot) -> tuple[str, ...]:
    """The names of the events that the state takes from things of this sort."""
    on = chart.leaf(snapshot.state).on
    return tuple(name for name in chart.takes(snapshot.state) if any(is_meant(row, snapshot) for row in on[name]))
