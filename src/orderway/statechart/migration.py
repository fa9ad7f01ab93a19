"""From one version of a machine to the next: where each state leads, and what becomes of context and history.

A migration is pure and is kept for ever: the log is replayed by it. It decides nothing, so it performs no effect and
asks no `always`; the next event does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from orderway.statechart.chart import Chart, Snapshot
from orderway.statechart.check import Finding, is_sentence
from orderway.statechart.nodes import Kind, Node


class Unmapped(Exception):
    """What a migration has no place for; it says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Split:
    """A state that becomes one of several: `by` names which, out of the context of before."""

    targets: tuple[str, ...]
    by: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Stays:
    """What stands in the state goes on by the version that it has; `why` says so to a person."""

    why: str


Place = str | Split | Stays


def split(*targets: str, by: Callable[[Any], str]) -> Split:
    """A state becomes one of these: the one that `by` names, out of the context of before."""
    return Split(targets, by)


def stays(why: str) -> Stays:
    """What stands in the state is not moved."""
    return Stays(why)


def same(context: Any) -> Any:
    """The context as it is."""
    return context


@dataclass(frozen=True, eq=False)
class Migration:
    """The way from one chart to its next version.

    `states` says where a state leads that has another name now, or another meaning; all others keep their name.
    `history` does so for what histories are called; one that leads to None is forgotten.
    """

    old: Chart
    new: Chart
    states: Mapping[str, Place] = field(default_factory=dict)
    context: Callable[[Any], Any] = same
    history: Mapping[str, str | None] = field(default_factory=dict)

    def place(self, state: str) -> Place | None:
        """Where a state of the old chart leads; None where nobody has said."""
        return self.states.get(state, state if state in self.new.nodes else None)

    def recalls(self, history: str) -> str | None:
        """The history of the new chart that goes on with one of the old; None where that is forgotten."""
        return self.history.get(history, history)

    def move(self, snapshot: Snapshot) -> Snapshot:
        """The same instance under the new chart; raises Unmapped."""
        state = self._lands(snapshot.state, snapshot.context)
        history = dict(self._remembered(snapshot))
        context = self.context(snapshot.context)
        if not isinstance(context, self.new.context):
            raise Unmapped(f"What became of its context is no {self.new.context.__name__}.")
        return Snapshot(state, context, history)

    def _lands(self, state: str, context: Any) -> str:
        place = self.place(state)
        match place:
            case str():
                return place
            case Stays():
                raise Unmapped(place.why)
            case Split():
                name = place.by(context)
                if name in place.targets:
                    return name
                raise Unmapped(f"It would become {name}, which is none of {', '.join(place.targets)}.")
        raise Unmapped(f"Version {self.new.version} has no place for {state}.")

    def _remembered(self, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
        for history, child in snapshot.history.items():
            name = self.recalls(history)
            if name is not None:
                yield name, self._lands(child, snapshot.context)


def migration(
    old: Chart,
    new: Chart,
    *,
    states: Mapping[str, Place] | None = None,
    context: Callable[[Any], Any] = same,
    history: Mapping[str, str | None] | None = None,
) -> Migration:
    """Say how instances come from a version of a machine to the next; `migration_holds` proves it."""
    return Migration(old, new, states or {}, context, history or {})


def migration_holds(way: Migration) -> tuple[Finding, ...]:
    """Every finding, rule by rule; none for a migration that holds."""
    return tuple(Finding(rule.__name__, where, said) for rule in RULES for where, said in rule(way))


def follows(way: Migration) -> Iterator[tuple[str, str]]:
    """It leads from a version of a machine to the next."""
    if (way.old.name, way.old.version + 1) != (way.new.name, way.new.version):
        yield f"{way.new.name}, version {way.new.version}", f"It does not follow {way.old.name} {way.old.version}."


def leaves_lead(way: Migration) -> Iterator[tuple[str, str]]:
    """Every state where something is under way leads to one where it goes on, or is said to stay."""
    for name in way.states:
        if name not in way.old.nodes:
            yield name, f"Version {way.old.version} has no such state."
    for name in way.old.leaves:
        if way.old.is_final(name):
            if name in way.states:
                yield name, "It is final: what ended is not moved."
            continue
        place = way.place(name)
        if place is None:
            yield name, f"Nobody has said where it leads: version {way.new.version} has no state of that name."
        elif isinstance(place, Stays):
            if not is_sentence(place.why):
                yield name, "Why it stays is no sentence."
        else:
            yield from landings(way, name, (place,) if isinstance(place, str) else place.targets)


def landings(way: Migration, name: str, targets: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not targets:
        yield name, "It is split into no state."
    for target in targets:
        if target not in way.new.leaves:
            yield name, f"It leads to {target}, in which nothing can rest."
        elif way.new.is_final(target):
            yield name, f"It leads to {target}, which is final: a migration ends nothing."


def histories_lead(way: Migration) -> Iterator[tuple[str, str]]:
    """What a history remembers lies where the new one looks for it."""
    for name in way.history:
        if name not in way.old.nodes:
            yield name, f"Version {way.old.version} has no such history."
    for node in way.old.nodes.values():
        if node.kind is not Kind.HISTORY or (recalls := way.recalls(node.name)) is None:
            continue
        now = way.new.nodes.get(recalls)
        if now is None or now.kind is not Kind.HISTORY:
            yield node.name, f"Version {way.new.version} has no history {recalls}: name one, or None to forget it."
        else:
            yield from memories(way, node, now)


def memories(way: Migration, was: Node, now: Node) -> Iterator[tuple[str, str]]:
    around = now.parent.children if now.parent else []
    there = {child.name for child in around if child.kind is not Kind.HISTORY}
    for child in was.parent.children if was.parent else []:
        place = way.place(child.name)
        if child.kind is Kind.HISTORY or isinstance(place, Stays):
            continue
        targets = (place,) if isinstance(place, str) else place.targets if place else ()
        if not targets or not there.issuperset(targets):
            yield was.name, f"What it remembers as {child.name} leads to no state that {now.name} could recall."


def speaks_alike(way: Migration) -> Iterator[tuple[str, str]]:
    """One reader serves both versions: an event's name is one class's, the facts are of one class, and contexts fit."""
    for name, event in way.old.events.items():
        if way.new.events.get(name, event) is not event:
            yield name, "Its event is of another class: add fields with a default to the one, or name the new one anew."
    if way.old.facts is not way.new.facts:
        yield way.new.facts.__name__, "The facts are of another class: add fields with a default to the one."
    if way.context is same and not issubclass(way.old.context, way.new.context):
        yield way.new.context.__name__, "Nobody has said how it is made of the context of before."


RULES = (follows, leaves_lead, histories_lead, speaks_alike)
