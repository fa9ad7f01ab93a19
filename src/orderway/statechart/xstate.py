"""XState's JSON: read a machine from it, write one to it, and hold the engine to recorded answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orderway.statechart.chart import Act, Action, Chart, ChartError, Kind, Node, Snapshot, Transition
from orderway.statechart.guards import Guard

Json = Mapping[str, Any]
"""A JSON object as the standard library reads it."""


@dataclass(frozen=True, slots=True)
class Named:
    """An event of a recorded run: its type and its one number."""

    name: str
    x: int | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """The context of a recorded run."""

    n: int = 0
    trace: tuple[str, ...] = ()


def load(config: Json) -> Chart:
    """A chart of an XState configuration in the vocabulary of the recorded answers; raises ChartError."""
    name = str(config.get("id", "machine"))
    root = Node(name, name, Kind.COMPOUND, label=name)
    by_id: dict[str, Node] = {name: root}
    read_states(config, root, by_id)
    for node, source in list(pair(config, root)):
        read_arrows(source, node, by_id)
    events = dict.fromkeys(
        event for node in by_id.values() for event in node.on if event != "*" and not event.startswith("done.")
    )
    return Chart(name, 1, name, Trace, object, root, dict.fromkeys(events, Named))


def pair(config: Json, node: Node) -> Any:
    """Every node with the configuration that it came from."""
    yield node, config
    for child in node.children:
        yield from pair(config["states"][child.key], child)


def read_states(config: Json, node: Node, by_id: dict[str, Node]) -> None:
    """Make the nodes below one, and its entry and exit actions."""
    node.entry = [action(name) for name in listed(config.get("entry"))]
    node.exit = [action(name) for name in listed(config.get("exit"))]
    for key, inner in config.get("states", {}).items():
        kind = Kind(inner.get("type") or ("compound" if inner.get("states") else "atomic"))
        identity = f"{node.name}.{key}"
        child = Node(identity, key, kind, node, label=key)
        by_id[identity] = child
        node.children.append(child)
        read_states(inner, child, by_id)
    if node.children:
        node.initial = by_id.get(f"{node.name}.{config.get('initial')}")
        if node.initial is None:
            raise ChartError(f"{node.name} begins in {config.get('initial')!r}, which is not one of its states.")


def read_arrows(config: Json, node: Node, by_id: dict[str, Node]) -> None:
    """Hang the transitions of one state on it."""
    for event, given in config.get("on", {}).items():
        node.on[event] = [arrow(each, node, event, by_id) for each in listed(given)]
    node.always = [arrow(each, node, "", by_id) for each in listed(config.get("always"))]
    if "onDone" in config:
        event = f"done.state.{node.name}"
        node.on[event] = [arrow(each, node, event, by_id) for each in listed(config["onDone"])]
    if node.kind is Kind.HISTORY:
        target = config.get("target")
        node.initial = find(target, node, by_id) if target else node.parent and node.parent.initial


def listed(given: Any) -> Sequence[Any]:
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def arrow(given: Any, source: Node, event: str, by_id: Mapping[str, Node]) -> Transition:
    config: Json = {"target": given} if isinstance(given, str) else given
    if "cond" in config:
        raise ChartError(f"{source.name}: `cond` is no word of XState v5 and would be ignored; write `guard`.")
    target = config.get("target")
    return Transition(
        source=source,
        event=event,
        target=find(target, source, by_id) if target else None,
        guard=test(config["guard"]) if config.get("guard") else None,
        actions=tuple(action(name) for name in listed(config.get("actions"))),
        reenter=bool(config.get("reenter")),
    )


def find(target: str, source: Node, by_id: Mapping[str, Node]) -> Node:
    """The node that a target names: `#id` from the root, `.child` from the source, else a sibling."""
    if target.startswith("#"):
        identity = target[1:]
    elif target.startswith("."):
        identity = source.name + target
    else:
        identity = f"{source.parent.name}.{target}" if source.parent else target
    if identity not in by_id or by_id[identity].parent is None:
        raise ChartError(f"{source.name} goes to {target!r}, which is no state that it can enter.")
    return by_id[identity]


def action(name: str) -> Action:
    """`add<k>_<i>` adds k and leaves a trace, `say_<i>` is an effect, `sig_<X>` raises X."""
    if found := re.fullmatch(r"add(\d+)_\d+", name):
        by = int(found[1])
        return Action(Act.REDUCE, lambda at, _e, _f: Trace(at.n + by, (*at.trace, name)), name)
    if name.startswith("sig_"):
        raised = Named(name.removeprefix("sig_"))
        return Action(Act.RAISE, lambda *_: raised, name)
    if name.startswith("say_"):
        return Action(Act.EMIT, lambda *_: name, name)
    raise ChartError(f"{name!r} is no action of the recorded answers: add<k>_<i>, say_<i> or sig_<X>.")


def test(name: str) -> Guard:
    """`mod<k>_<m>`: n % k == m; `under<j>`: n < j; `x<p>`: event.x == p, where an event without x counts as 0."""
    if found := re.fullmatch(r"mod(\d+)_(\d+)", name):
        k, m = int(found[1]), int(found[2])
        return Guard(name, name, lambda at, _e, _f: at.n % k == m)
    if found := re.fullmatch(r"under(\d+)", name):
        limit = int(found[1])
        return Guard(name, name, lambda at, _e, _f: at.n < limit)
    if found := re.fullmatch(r"x(\d+)", name):
        wanted = int(found[1])
        return Guard(name, name, lambda _c, event, _f: (getattr(event, "x", None) or 0) == wanted)
    raise ChartError(f"{name!r} is no guard of the recorded answers: mod<k>_<m>, under<j> or x<p>.")


def value(chart: Chart, snapshot: Snapshot) -> Any:
    """The state as XState writes it: a name, or an object from each compound to what is in it."""
    node = chart.node(snapshot.state)
    written: Any = node.key
    for above in node.ancestors():
        if above.parent is not None:
            written = {above.key: written}
    return written
