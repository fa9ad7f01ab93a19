"""The proof of a chart before anyone runs it: what can never happen, never end, never be explained or never fire."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from types import NoneType
from typing import Any, get_args, get_type_hints

from orderway.statechart.chart import Chart
from orderway.statechart.nodes import TONES, Action, Kind, Transition, done_event
from orderway.statechart.plan import Row, plan
from orderway.statechart.xstate import guards


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: which rule, where in the chart, and what is wrong there."""

    rule: str
    where: str
    sentence: str


def check(chart: Chart) -> tuple[Finding, ...]:
    """Every finding, rule by rule; none for a chart that holds."""
    return tuple(Finding(rule.__name__, where, said) for rule in RULES for where, said in rule(chart))


def reachable(chart: Chart) -> Iterator[tuple[str, str]]:
    """Every state can be reached."""
    found = closure({chart.root.landing().name}, moves(chart))
    for name in missing(chart, found):
        yield name, "No way leads here from the beginning."


def ends(chart: Chart) -> Iterator[tuple[str, str]]:
    """From every state a final one can be reached; in a chart that never ends, its beginning."""
    back: dict[str, set[str]] = {}
    for leaf, ways in moves(chart).items():
        for to in ways:
            back.setdefault(to, set()).add(leaf)
    finals = {name for name in chart.leaves if chart.is_final(name)}
    goal = "to a final state" if finals else "back to the beginning"
    for name in missing(chart, closure(finals or {chart.root.landing().name}, back)):
        yield name, f"No way leads from here {goal}."


def missing(chart: Chart, found: set[str]) -> list[str]:
    return [name for name in chart.leaves if name not in found]


def closure(begin: set[str], ways: Mapping[str, set[str]]) -> set[str]:
    """All that can be reached from the beginnings."""
    found, waiting = set(begin), list(begin)
    while waiting:
        fresh = ways.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found


def moves(chart: Chart) -> dict[str, set[str]]:
    """From each leaf, the leaves that one transition may end in."""
    return {name: {to for row in takeable(chart, name) for to in landings(row)} for name in chart.leaves}


def landings(row: Row) -> Iterator[str]:
    """Where the row may end: for a history, in any child that it may remember."""
    target = row.transition.target
    yield plan(row.leaf, row.transition).leaf
    if target is not None and target.kind is Kind.HISTORY and target.parent is not None:
        for child in target.parent.children:
            if child.kind is not Kind.HISTORY:
                yield plan(row.leaf, row.transition, child).leaf


def takeable(chart: Chart, name: str) -> Iterator[Row]:
    """The rows of a leaf that some context may take: none behind a row without a guard, or with one asked before."""
    leaf, parent = chart.leaf(name), chart.node(name).parent
    raised = done_event(parent.name) if parent and chart.nodes[name].kind is Kind.FINAL else ""
    heard = [rows for event, rows in leaf.on.items() if event in chart.events or event == raised]
    for rows in (leaf.always, *heard, leaf.other):
        asked: set[str] = set()
        for row in rows:
            guard = row.transition.guard
            if guard is None:
                yield row
                break
            if guard.name not in asked:
                asked.add(guard.name)
                yield row


def taken(chart: Chart) -> Iterator[tuple[str, str]]:
    """Every transition can be taken: none is hidden by a row before it or within it."""
    seen = {id(row.transition) for name in chart.leaves for row in takeable(chart, name)}
    for transition in chart.transitions():
        if id(transition) not in seen:
            yield place(transition), hidden(transition)


def hidden(transition: Transition) -> str:
    """Why a transition is never taken."""
    source = transition.source
    if source.ends_all:
        return "The state is final: nothing is taken from it."
    same = source.on[transition.event] if transition.event else source.always
    before = same[: same.index(transition)]
    if any(row.guard is None for row in before):
        return "A row before it has no guard, so that this one is never asked."
    if any(row.guard and transition.guard and row.guard.name == transition.guard.name for row in before):
        return "A row before it asks the same guard, so that this one is never taken."
    return "Every state within takes the event first, or the event never comes there."


def place(transition: Transition) -> str:
    return f"{transition.source.name} on {transition.event or 'always'}"


def rests(chart: Chart) -> Iterator[tuple[str, str]]:
    """No cycle of `always` transitions without guards."""
    onward = {}
    for name, leaf in chart.leaves.items():
        row = next((row for row in leaf.always if row.transition.guard is None), None)
        if row is not None:
            onward[name] = plan(row.leaf, row.transition).leaf
    for name in onward:
        path = [name]
        while path[-1] in onward and onward[path[-1]] not in path:
            path.append(onward[path[-1]])
        if onward.get(path[-1]) == name:
            yield name, f"Goes round for ever without a guard: {' → '.join([*path, name])}."


def guards_speak(chart: Chart) -> Iterator[tuple[str, str]]:
    """Every guard has a name of its own and a sentence, and its detail is a plain template."""
    known: dict[str, tuple[object, ...]] = {}
    for guard in guards(chart):
        if "<lambda>" in guard.name or not guard.name:
            yield guard.sentence or "guard", "The guard has no name: write it as a function."
        if not is_sentence(guard.sentence) and (guard.mode in ("leaf", "not") or guard.sentence):
            yield guard.name, "The guard has no sentence: say in its docstring what must hold, from capital to stop."
        if any(spec or conversion for _, _, spec, conversion in string.Formatter().parse(guard.detail)):
            yield guard.name, "Its detail formats a number: whoever shows it does that; write only the name."
        says = (guard.sentence, guard.detail, guard.remedy, guard.help, guard.mode, [part.name for part in guard.parts])
        if known.setdefault(guard.name, says) != says:
            yield guard.name, "Two guards with this name say different things."


def is_sentence(text: str) -> bool:
    return text[:1].isupper() and text.endswith(".")


def timers_fire(chart: Chart) -> Iterator[tuple[str, str]]:
    """Every timer reads a time, or nothing, from the context, and its event needs no payload."""
    types = get_type_hints(chart.context)
    for transition in chart.transitions():
        if not transition.at:
            continue
        if set(get_args(types.get(transition.at))) != {datetime, NoneType}:
            yield place(transition), f"Its timer reads {transition.at}, which must be `datetime | None` in the context."
        if needed := [each.name for each in fields(chart.events[transition.event]) if is_required(each)]:
            yield place(transition), f"It is sent by a timer, which can not fill in {', '.join(needed)}."


def is_required(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def states_speak(chart: Chart) -> Iterator[tuple[str, str]]:
    """Every state has words, a tone, and a place in the picture that is its own."""
    places: dict[tuple[str, int], str] = {}
    for name, node in chart.states.items():
        if not is_words(node.label):
            yield name, f"Its label {node.label!r} is not in words."
        if node.tone not in TONES:
            yield name, f"Its tone {node.tone!r} is none of {', '.join(TONES)}."
        if not node.lane:
            yield name, "It has no lane."
        if node.is_leaf and places.setdefault((node.lane, node.row), name) != name:
            yield name, f"It is drawn where {places[node.lane, node.row]} is: lane {node.lane!r}, row {node.row}."


def events_speak(chart: Chart) -> Iterator[tuple[str, str]]:
    """Every event has a label, words for the log, a permission, and a label for each field."""
    for name, event in chart.events.items():
        words = event.words  # type: ignore[attr-defined]  # set by the event decorator
        if not is_words(words.label):
            yield name, f"Its label {words.label!r} is not in words."
        if not is_words(words.log) or not words.log[0].islower():
            yield name, f"Its words for the log, {words.log!r}, do not go on after who did it: “cancelled the sale”."
        if not words.permission:
            yield name, "It has no permission."
        for field, label in words.fields.items():
            if not is_words(label):
                yield name, f"The label {label!r} of its field {field} is not in words."


def is_words(text: str) -> bool:
    return bool(text) and "_" not in text and not (text.isupper() and len(text) > 1)


def actions_named(chart: Chart) -> Iterator[tuple[str, str]]:
    """Every action has a name, under which other tools know it."""
    for node in chart.nodes.values():
        for action in (*node.entry, *node.exit):
            if is_nameless(action):
                yield node.name, "An action of entering or leaving it has no name: write it as a function."
    for transition in chart.transitions():
        if any(is_nameless(action) for action in transition.actions):
            yield place(transition), "An action of it has no name: write it as a function."


def is_nameless(action: Action) -> bool:
    return action.name in ("", "<lambda>")


RULES = (
    reachable,
    ends,
    taken,
    rests,
    guards_speak,
    timers_fire,
    states_speak,
    events_speak,
    actions_named,
)
