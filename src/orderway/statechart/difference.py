"""What changed from one chart to another: states, events, transitions, guards and context, each in words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any, Literal, TypeVar

from orderway.statechart.chart import Chart
from orderway.statechart.guards import Guard
from orderway.statechart.migration import Migration, Split, Stays
from orderway.statechart.nodes import Act, Action, Kind, Node, Transition
from orderway.statechart.xstate import Json, Vocabulary, guards, load

Subject = Literal["state", "event", "transition", "guard", "context", "facts"]
How = Literal["added", "removed", "changed"]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not in both, or not alike; `says` tells what of it changed, or what it is."""

    subject: Subject
    how: How
    name: str
    says: str = ""

    def __str__(self) -> str:
        return f"{self.subject} {self.name} {self.how}" + (f": {self.says}" if self.says else "")


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a state of the old chart leads: to states of the new one, or nowhere, and then why."""

    state: str
    to: tuple[str, ...]
    why: str = ""


def differences(old: Chart, new: Chart) -> tuple[Change, ...]:
    """Everything that changed, in the order of the source."""
    return (
        *compared("state", inner(old), inner(new), told_state),
        *compared("event", old.events, new.events, told_event),
        *compared("transition", arrows(old), arrows(new), told_arrow),
        *compared("guard", {each.name: each for each in guards(old)}, {each.name: each for each in guards(new)},
                  told_guard),
        *compared("context", columns(old.context), columns(new.context), lambda told: {"type": told}),
        *compared("facts", columns(old.facts), columns(new.facts), lambda told: {"type": told}),
    )  # fmt: skip


def leads(way: Migration) -> Iterator[Lead]:
    """Where each state leads in which something is under way."""
    for name in way.old.leaves:
        if way.old.is_final(name):
            continue
        place = way.place(name)
        if isinstance(place, Split):
            yield Lead(name, place.targets)
        elif isinstance(place, Stays):
            yield Lead(name, (), place.why)
        elif place is None:
            yield Lead(name, (), f"Version {way.new.version} has no place for it.")
        else:
            yield Lead(name, (place,))


def compared(
    subject: Subject,
    old: Mapping[str, Thing],
    new: Mapping[str, Thing],
    told: Callable[[Thing], Mapping[str, str]],
) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield Change(subject, "removed", name)
        elif name not in old:
            yield Change(subject, "added", name, "; ".join(f"{what} {says}" for what, says in told(new[name]).items()))
        else:
            was, now = told(old[name]), told(new[name])
            changed = [
                f"{what} from {was.get(what) or 'nothing'} to {now.get(what) or 'nothing'}"
                for what in dict.fromkeys([*was, *now])
                if was.get(what) != now.get(what)
            ]
            if changed:
                yield Change(subject, "changed", name, "; ".join(changed))


def inner(chart: Chart) -> dict[str, Node]:
    return {name: node for name, node in chart.nodes.items() if node is not chart.root}


def told_state(node: Node) -> Mapping[str, str]:
    parent = node.parent.name if node.parent and node.parent.parent else ""
    told = {
        "kind": node.kind.value,
        "label": f"“{node.label}”",
        "within": parent,
        "tone": node.tone,
        "begins in": node.initial.name if node.initial and node.kind is not Kind.HISTORY else "",
        "entry": named(node.entry),
        "exit": named(node.exit),
    }
    return {what: says for what, says in told.items() if says}


def told_event(event: Any) -> Mapping[str, str]:
    words = getattr(event, "words", None)
    if words is None:
        return {}
    told = {
        "label": f"“{words.label}”",
        "log": f"“{words.log}”",
        "permission": words.permission,
        **{f"field {name}": told for name, told in columns(event).items()},
    }
    return {what: says for what, says in told.items() if says}


def arrows(chart: Chart) -> dict[str, list[Transition]]:
    """The rows by where they come from, what they wait for and where they lead."""
    found: dict[str, list[Transition]] = {}
    for row in chart.transitions():
        target = row.target.name if row.target else "the same state"
        found.setdefault(f"{row.source.name} on {row.event or 'always'} to {target}", []).append(row)
    return found


def told_arrow(rows: list[Transition]) -> Mapping[str, str]:
    told = {
        "guard": " or ".join(row.guard.name if row.guard else "none" for row in rows),
        "actions": " or ".join(named(row.actions) or "none" for row in rows),
        "timer": " or ".join(row.at for row in rows if row.at),
        "re-entry": "yes" if any(row.reenter for row in rows) else "",
    }
    return {what: says for what, says in told.items() if says}


def told_guard(guard: Any) -> Mapping[str, str]:
    told = {
        "sentence": f"“{guard.says}”" if guard.says else "",
        "detail": guard.detail,
        "remedy": guard.remedy,
        "opened by": guard.help,
        "parts": ", ".join(part.name for part in guard.parts),
        "function": "" if guard.parts else source(guard.test),
    }
    return {what: says for what, says in told.items() if says}


def unread(*_: object) -> bool:
    """Stands for a function of which only the name is known."""
    return False


def sketch(config: Json) -> Chart:
    """The chart of a configuration of XState as far as it can be compared; raises ChartError."""
    names = Vocabulary(
        guard=lambda name: Guard(name, "", unread),
        action=lambda name, params: Action(Act.EMIT, unread, name, params),
        event=lambda _: object,
        context=object,
    )
    return load(config, names)


def source(test: Callable[..., Any]) -> str:
    """Where the function stands that a guard asks: another one may say the same words."""
    if test is unread:
        return ""
    function = inspect.getclosurevars(test).nonlocals.get("function", test)
    return f"{function.__module__}.{function.__qualname__}"


def named(actions: Any) -> str:
    return ", ".join(action.name for action in actions if isinstance(action, Action))


def columns(record: type) -> dict[str, str]:
    """The fields of a record with their types, and their defaults where there are any."""
    if not is_dataclass(record):
        return {}
    return {
        each.name: str(each.type) + (f" = {each.default!r}" if each.default is not MISSING else "")
        for each in fields(record)
    }
