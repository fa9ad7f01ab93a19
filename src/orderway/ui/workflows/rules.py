"""The rules of a machine in words: what happens where, what must hold for it, where it leads, and who may do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orderway.statechart import SYSTEM, Chart
from orderway.statechart.guards import Guard
from orderway.statechart.nodes import Kind, Node, Transition
from orderway.statechart.words import sentence_case
from orderway.ui.language import mark, t, tr
from orderway.ui.words import Shown

EITHER, OR = mark("Either: {sentence}"), mark("Or: {sentence}")


@dataclass(frozen=True, slots=True)
class Way:
    """Where it happens, what must hold, and where it leads; no `to` is to stay there."""

    begins: tuple[Shown, ...]
    holds: str
    to: Shown | None


@dataclass(frozen=True, slots=True)
class Rule:
    """An event with its ways: what it is called, what the log says, and who may do it."""

    name: str
    label: str
    log: str
    who: str
    ways: tuple[Way, ...]


def rules(chart: Chart, holders: Mapping[str, Sequence[str]]) -> Iterator[Rule]:
    """The events of a machine in its order, and last what happens by itself as soon as it can."""
    rows: dict[str, list[Transition]] = {}
    for transition in chart.transitions():
        rows.setdefault(transition.event if transition.event in chart.events else "", []).append(transition)
    for name in chart.events:
        event: Any = chart.events[name]
        ways = _ways(rows.get(name, ()))
        timed = any(each.at for each in rows.get(name, ()))
        who = _who(event.words.permission, holders, timed=timed)
        yield Rule(name, event.words.label, event.words.log, who, ways)
    if "" in rows:
        label, who = mark("What follows by itself"), t("By itself, as soon as it holds")
        yield Rule("", label, "", who, _ways(rows[""]))


def _who(permission: str, holders: Mapping[str, Sequence[str]], *, timed: object) -> str:
    if permission == SYSTEM:
        return t("By itself, when its time has come") if timed else t("The system")
    labels = [sentence_case(tr(label)) for label in holders.get(permission, ())]
    return ", ".join(labels) or t("Nobody yet")


def _ways(rows: Sequence[Transition]) -> tuple[Way, ...]:
    """The rows of an event; those that ask the same and lead to the same are one."""
    found: dict[tuple[str, Shown | None], list[Shown]] = {}
    for each in rows:
        found.setdefault((_holds(each), _goal(each.target) if each.target else None), []).append(_shown(each.source))
    return tuple(Way(tuple(begins), holds, to) for (holds, to), begins in found.items())


def _holds(each: Transition) -> str:
    """What must hold; the last of several rows is for what the guards before it leave."""
    if each.guard:
        return said(each.guard)
    return t("Otherwise") if each in each.source.on.get(each.event, [])[1:] else ""


def _goal(target: Node) -> Shown:
    if target.kind is Kind.HISTORY and target.parent:
        return Shown(t("Where it was in {state}", state=tr(target.parent.label)), target.parent.tone)
    return _shown(target.landing())


def _shown(node: Node) -> Shown:
    return Shown(tr(node.label), node.tone)


def said(guard: Guard) -> str:
    """What must hold, in words; of a combined guard that has none of its own, the words of its parts."""
    if guard.sentence:
        return tr(guard.sentence)
    words = [said(part) for part in guard.parts]
    if guard.mode == "any":
        words = [t(form, sentence=word) for form, word in zip((EITHER, *[OR] * len(words)), words, strict=False)]
    return " ".join(words)
