"""XState's JSON: read a chart from it and write one to it, so that XState v5 and this engine run the same machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orderway.statechart.chart import Chart, Snapshot
from orderway.statechart.guards import Guard
from orderway.statechart.nodes import Action, ChartError, Kind, Node, Transition, done_event

Json = Mapping[str, Any]
"""A JSON object as the standard library reads it."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the names in a configuration stand for; each raises ChartError for a name that it does not know."""

    guard: Callable[[str], Guard]
    action: Callable[[str, Json], Action]
    event: Callable[[str], type]
    context: type
    facts: type = object


def load(config: Json, vocabulary: Vocabulary) -> Chart:
    """The chart of an XState v5 configuration; raises ChartError, naming the place."""
    name = str(config.get("id", "machine"))
    root = Node(name, name, Kind.COMPOUND, label=name)
    reader = Reader(vocabulary, {name: root})
    reader.states(config, root)
    for node, source in list(paired(config, root)):
        reader.arrows(source, node)
    events = dict.fromkeys(
        event for node in root.walk() for event in node.on if event not in ("*", done_event(node.name))
    )
    return Chart(
        name=name,
        version=int(config.get("version", 1)),
        label=name,
        context=vocabulary.context,
        facts=vocabulary.facts,
        root=root,
        events={event: vocabulary.event(event) for event in events},
    )


def paired(config: Json, node: Node) -> Iterator[tuple[Node, Json]]:
    """Every node with the configuration that it came from."""
    yield node, config
    for child in node.children:
        yield from paired(config["states"][child.key], child)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one configuration: first the states, then what points at them."""

    vocabulary: Vocabulary
    by_id: dict[str, Node]

    def states(self, config: Json, node: Node) -> None:
        """Make the nodes below one, and its entry and exit actions."""
        node.entry = self.actions(config.get("entry"))
        node.exit = self.actions(config.get("exit"))
        for key, inner in config.get("states", {}).items():
            identity = inner.get("id", f"{node.name}.{key}")
            child = Node(identity, key, kind_of(inner, identity), node, label=inner.get("description", key))
            self.by_id[identity] = child
            node.children.append(child)
            self.states(inner, child)
        if node.children:
            node.initial = below(node, [str(config.get("initial"))])
            if node.initial is None:
                raise ChartError(f"{node.name} begins in {config.get('initial')!r}, which is not one of its states.")

    def arrows(self, config: Json, node: Node) -> None:
        """Hang the transitions of one state on it."""
        for event, given in config.get("on", {}).items():
            node.on[event] = [self.arrow(each, node, event) for each in listed(given)]
        node.always = [self.arrow(each, node, "") for each in listed(config.get("always"))]
        if "onDone" in config:
            event = done_event(node.name)
            node.on[event] = [self.arrow(each, node, event) for each in listed(config["onDone"])]
        if node.kind is Kind.HISTORY and node.parent is not None:
            target = config.get("target")
            node.initial = self.find(target, node) if target else node.parent.initial

    def arrow(self, given: Any, source: Node, event: str) -> Transition:
        config: Json = {"target": given} if isinstance(given, str) else given
        if "cond" in config:
            raise ChartError(f"{source.name}: `cond` is no word of XState v5 and would be ignored; write `guard`.")
        target, guard = config.get("target"), config.get("guard")
        return Transition(
            source=source,
            event=event,
            target=self.find(target, source) if target else None,
            guard=self.vocabulary.guard(named(guard)[0]) if guard else None,
            actions=tuple(self.actions(config.get("actions"))),
            reenter=bool(config.get("reenter")),
            at=config.get("meta", {}).get("at", ""),
        )

    def actions(self, given: Any) -> list[Action]:
        return [self.vocabulary.action(*named(each)) for each in listed(given)]

    def find(self, target: str, source: Node) -> Node:
        """The node that a target names: `#id`, or a path from the source (`.child`) or from its parent (`sibling`)."""
        found = (
            self.by_id.get(target[1:])
            if target.startswith("#")
            else below(source, target[1:].split("."))
            if target.startswith(".")
            else below(source.parent, target.split("."))
        )
        if found is None or found.parent is None:
            raise ChartError(f"{source.name} goes to {target!r}, which is no state that it can enter.")
        return found


def kind_of(config: Json, identity: str) -> Kind:
    given = config.get("type") or ("compound" if config.get("states") else "atomic")
    if given not in set(Kind) or config.get("history") == "deep":
        what = " ".join(word for word in (config.get("history"), given) if word)
        raise ChartError(f"{identity} is a {what} state, which this engine does not have.")
    return Kind(given)


def below(node: Node | None, keys: Sequence[str]) -> Node | None:
    """The node at the end of a path of keys."""
    for key in keys:
        node = next((child for child in node.children if child.key == key), None) if node else None
    return node


def listed(given: Any) -> Sequence[Any]:
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def named(given: Any) -> tuple[str, Json]:
    """A reference to a guard or an action: its name and its parameters."""
    return (given, {}) if isinstance(given, str) else (given["type"], given.get("params", {}))


def value(chart: Chart, snapshot: Snapshot) -> Any:
    """The state as XState writes it: a name, or an object from each compound to what is in it."""
    node = chart.node(snapshot.state)
    written: Any = node.key
    for above in node.ancestors():
        if above.parent is not None:
            written = {above.key: written}
    return written


def export(chart: Chart) -> str:
    """The chart as JSON that XState v5 loads unchanged: `createMachine(JSON.parse(text), {guards, actions})`.

    Guards and actions stand there by name; a combined guard has one name, and `meta.guards` says what it is made of.
    A guard reads the facts as `event.facts`. What XState has no word for (labels, lanes, timers that the sweeper
    sends) stands in `meta`. The same chart gives the same text.
    """
    root = chart.root
    config = {
        "id": chart.name,
        "version": str(chart.version),
        "description": chart.label,
        **written(root),
        "meta": {
            "lanes": list(chart.lanes),
            "events": {name: words(event) for name, event in chart.events.items()},
            "guards": {guard.name: said(guard) for guard in guards(chart)},
        },
    }
    return json.dumps(config, indent=2, ensure_ascii=False, default=str) + "\n"


def guards(chart: Chart) -> Iterator[Guard]:
    """Every guard of the chart and every part of it."""
    waiting = [transition.guard for transition in chart.transitions() if transition.guard]
    while waiting:
        guard = waiting.pop(0)
        yield guard
        waiting.extend(guard.parts)


def words(event: Any) -> Json:
    return {"label": event.words.label, "log": event.words.log, "permission": event.words.permission}


def said(guard: Guard) -> Json:
    parts = {"mode": guard.mode, "parts": [part.name for part in guard.parts]} if guard.parts else {}
    return {"description": guard.says, **parts}


def written(node: Node) -> Json:
    """One state of the configuration, without what is empty."""
    on = {event: rows(transitions) for event, transitions in node.on.items() if event != done_event(node.name)}
    parts = {
        "initial": node.initial.key if node.initial and node.kind is not Kind.HISTORY else None,
        "entry": [reference(action) for action in node.entry],
        "exit": [reference(action) for action in node.exit],
        "always": rows(node.always),
        "on": on,
        "onDone": rows(node.on.get(done_event(node.name), [])),
        "states": {child.key: {"id": child.name, **words_of(child), **written(child)} for child in node.children},
    }
    return {key: part for key, part in parts.items() if part}


def words_of(node: Node) -> Json:
    if node.kind is Kind.HISTORY:
        fallback = {"target": f"#{node.initial.name}"} if node.initial else {}
        return {"type": "history", "history": "shallow", **fallback}
    final = {"type": "final"} if node.kind is Kind.FINAL else {}
    return {**final, "description": node.label, "meta": {"tone": node.tone, "lane": node.lane, "row": node.row}}


def rows(transitions: Sequence[Transition]) -> list[Json]:
    return [row(transition) for transition in transitions]


def row(transition: Transition) -> Json:
    parts = {
        "target": f"#{transition.target.name}" if transition.target else None,
        "guard": transition.guard.name if transition.guard else None,
        "description": transition.guard.says if transition.guard else None,
        "actions": [reference(action) for action in transition.actions],
        "reenter": transition.reenter,
        "meta": {"at": transition.at} if transition.at else None,
    }
    return {key: part for key, part in parts.items() if part}


def reference(action: Action) -> str | Json:
    return {"type": action.name, "params": dict(action.params)} if action.params else action.name
