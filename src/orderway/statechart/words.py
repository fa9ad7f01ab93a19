"""The words a machine is written in: chart, state, final, on, always, entry, leave, done, history."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from orderway.statechart.chart import Chart
from orderway.statechart.guards import Guard, as_guard, three
from orderway.statechart.nodes import Act, Action, ChartError, Kind, Node, Transition, done_event

type_of_reducer = Callable[..., Any]
Reducers = type_of_reducer | Sequence[type_of_reducer]
Effects = Any
"""An effect, a function that makes one (or None), or a sequence of these."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A transition as written, before its target is looked up."""

    event: str
    target: str | None
    guard: Guard | None
    actions: tuple[Action, ...]
    reenter: bool = False
    at: str = ""
    event_class: type | None = None


@dataclass(frozen=True, slots=True)
class Entering:
    """Actions of entering a state."""

    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Actions of leaving a state."""

    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Finished(Arrow):
    """A transition taken when the state around it reaches a final one."""


@dataclass(frozen=True, slots=True)
class Written:
    """A state as written, before it is tied into a chart."""

    name: str
    kind: Kind
    parts: tuple[Any, ...]
    label: str = ""
    tone: str = "neutral"
    lane: str = "main"
    row: int = 0
    initial: str | None = None
    default: str | None = None


def each(given: Any) -> Sequence[Any]:
    return given if isinstance(given, tuple | list) else (given,)


def actions(do: Reducers, emit: Effects) -> tuple[Action, ...]:
    """Reducers first, then effects, which see the context that the reducers left."""
    reducers = [Action(Act.REDUCE, three(function), function.__name__, made_with(function)) for function in each(do)]
    return (*reducers, *(emitting(effect) for effect in each(emit)))


def emitting(effect: Any) -> Action:
    if callable(effect) and not is_dataclass(effect):
        return Action(Act.EMIT, three(effect), effect.__name__, made_with(effect))
    params = {field.name: getattr(effect, field.name) for field in fields(effect)} if is_dataclass(effect) else {}
    return Action(Act.EMIT, lambda *_: effect, type(effect).__name__, params)


def made_with(function: Callable[..., Any]) -> Mapping[str, object]:
    """The values that a function was made with, where another function made it: `told("captured")` has why=captured."""
    return {
        name: value
        for name, value in inspect.getclosurevars(function).nonlocals.items()
        if isinstance(value, str | int | None)
    }


def on(
    event_class: type,
    target: str | None = None,
    *,
    when: Guard | Callable[..., Any] | None = None,
    do: Reducers = (),
    emit: Effects = (),
    at: str = "",
    reenter: bool = False,
) -> Arrow:
    """What an event does here. `at` names the context field (a time, or None) at which the sweeper sends it."""
    name: str = event_class.name  # type: ignore[attr-defined]  # set by the event decorator
    return Arrow(name, target, as_guard(when) if when else None, actions(do, emit), reenter, at, event_class)


def always(
    target: str | None = None,
    *,
    when: Guard | Callable[..., Any],
    do: Reducers = (),
    emit: Effects = (),
) -> Arrow:
    """What happens by itself as soon as the guard holds; judged after the reducers of whatever came before."""
    return Arrow("", target, as_guard(when), actions(do, emit))


def done(
    target: str, *, when: Guard | Callable[..., Any] | None = None, do: Reducers = (), emit: Effects = ()
) -> Arrow:
    """What happens when this compound state reaches one of its finals."""
    return Finished("", target, as_guard(when) if when else None, actions(do, emit))


def entry(*, do: Reducers = (), emit: Effects = ()) -> Entering:
    """What happens whenever this state is entered."""
    return Entering(actions(do, emit))


def leave(*, do: Reducers = (), emit: Effects = ()) -> Leaving:
    """What happens whenever this state is left."""
    return Leaving(actions(do, emit))


def state(
    name: str,
    *parts: Any,
    label: str = "",
    tone: str = "neutral",
    lane: str = "main",
    row: int = 0,
    initial: str | None = None,
) -> Written:
    """A state; a compound one where states stand among its parts, beginning in the first of them or in `initial`."""
    compound = any(isinstance(part, Written) for part in parts)
    return Written(name, Kind.COMPOUND if compound else Kind.ATOMIC, parts, label, tone, lane, row, initial)


def final(name: str, *parts: Any, label: str = "", tone: str = "ended", lane: str = "main", row: int = 0) -> Written:
    """A state of no return."""
    return Written(name, Kind.FINAL, parts, label, tone, lane, row)


def history(name: str, *, default: str | None = None) -> Written:
    """A shallow history: targeting it returns to the child that was last left, or to `default`."""
    return Written(name, Kind.HISTORY, (), default=default)


def chart(
    name: str,
    *,
    version: int,
    states: Sequence[Any],
    context: type,
    facts: type,
    label: str = "",
    initial: str | None = None,
    lanes: Sequence[str] = (),
    born: str = "",
    former: Chart | None = None,
) -> Chart:
    """Tie the states into a chart; raises ChartError, naming the place, for what can not be.

    `lanes` are the columns of its picture from left to right, where they do not come in the order of the states.
    `born` is what the log says of its birth ("registered the payment"); else "opened the …". `former` is the version
    before, which every version but the first has.
    """
    root = Node(name, name, Kind.COMPOUND, label=label or name.capitalize())
    nodes: dict[str, Node] = {}
    arrows: list[tuple[Node, Arrow]] = []
    written = Written(name, Kind.COMPOUND, tuple(states), initial=initial)
    tie(written, root, nodes, arrows)
    events: dict[str, type] = {}
    for source, arrow in arrows:
        connect(source, arrow, nodes)
        if arrow.event_class is not None:
            known = events.setdefault(arrow.event, arrow.event_class)
            if known is not arrow.event_class:
                raise ChartError(f"{name} knows two events named {arrow.event}.")
        if arrow.at and arrow.at not in {each.name for each in fields(context)}:
            raise ChartError(f"{name}: the timer of {arrow.event} reads {arrow.at}, which the context does not have.")
    return Chart(name, version, root.label, context, facts, root, events, tuple(lanes), born, former)


def tie(written: Written, node: Node, nodes: dict[str, Node], arrows: list[tuple[Node, Arrow]]) -> None:
    """Fill a node with its parts, depth first, and collect the arrows."""
    for part in written.parts:
        match part:
            case Written():
                if part.name in nodes:
                    raise ChartError(f"Two states are named {part.name}; a name is one state's.")
                child = Node(part.name, part.name, part.kind, node, part.label or sentence_case(part.name),
                             part.tone, part.lane, part.row)  # fmt: skip
                nodes[part.name] = child
                node.children.append(child)
                tie(part, child, nodes, arrows)
            case Entering():
                node.entry.extend(part.actions)
            case Leaving():
                node.exit.extend(part.actions)
            case Arrow():
                arrows.append((node, part))
            case _:
                raise ChartError(f"{written.name}: {part!r} is no part of a state.")
    begin(written, node, nodes)


def begin(written: Written, node: Node, nodes: dict[str, Node]) -> None:
    """Set where a compound state begins, and what its histories fall back on."""
    inner = {child.name: child for child in node.children if child.kind is not Kind.HISTORY}
    if not inner:
        if written.kind is Kind.COMPOUND:
            raise ChartError(f"{written.name} has no states.")
        return
    if written.kind is Kind.FINAL:
        raise ChartError(f"{written.name} is final, and has states.")
    first = written.initial or next(iter(inner))
    if first not in inner:
        raise ChartError(f"{written.name} begins in {first}, which is not one of its states.")
    node.initial = inner[first]
    defaults = {part.name: part.default for part in written.parts if isinstance(part, Written)}
    for past in node.histories():
        default = defaults[past.name] or first
        past.initial = nodes.get(default)
        if past.initial is None or not past.initial.is_within(node):
            raise ChartError(f"{past.name} falls back on {default}, which is no state within {node.name}.")


def connect(source: Node, arrow: Arrow, nodes: dict[str, Node]) -> None:
    """Look up the target of an arrow and hang the transition on its source."""
    if arrow.target is not None and arrow.target not in nodes:
        raise ChartError(f"{source.name} goes to {arrow.target}, which is no state.")
    target = nodes[arrow.target] if arrow.target else None
    transition = Transition(source, arrow.event, target, arrow.guard, arrow.actions, arrow.reenter, arrow.at)
    if isinstance(arrow, Finished):
        transition.event = done_event(source.name)
    if transition.event:
        source.on.setdefault(transition.event, []).append(transition)
    else:
        source.always.append(transition)


def sentence_case(name: str) -> str:
    """AWAITING_PAYMENT becomes "Awaiting payment"."""
    return name.replace("_", " ").capitalize()
