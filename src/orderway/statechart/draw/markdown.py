"""A machine's page for the docs: its picture, its states, and its table as a person reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from orderway.statechart.chart import Chart
from orderway.statechart.draw.mermaid import mermaid
from orderway.statechart.guards import Guard
from orderway.statechart.nodes import Act, Action, Kind, Node, Transition
from orderway.statechart.xstate import guards


def markdown(chart: Chart) -> str:
    """The page. The same chart gives the same text, so that a test can tell whether it is fresh."""
    finals = [node.label for node in chart.states.values() if node.ends_all]
    begin = chart.root.landing().label
    asked = {guard.name: guard for guard in guards(chart) if guard.sentence}
    parts = [
        f"# {chart.label}",
        f"Machine `{chart.name}`, version {chart.version}. It begins in “{begin}” and "
        + (f"ends in {' or '.join(f'“{label}”' for label in finals)}." if finals else "never ends."),
        f"```mermaid\n{mermaid(chart)}```",
        "## States",
        table(("State", "Name", "Within", "Tone", "On the way"), map(state, chart.states.values())),
        "## What moves it",
        table(*transitions(chart)),
        "## Guards",
        table(("Name", "What must hold", "The way out", "Who can help"), map(guard_row, asked.values())),
        "## Events",
        table(("Event", "Name", "In the log", "Permission", "Asks for"), map(event, chart.events.values())),
    ]
    return "\n\n".join(parts) + "\n"


def transitions(chart: Chart) -> tuple[Sequence[str], list[Sequence[str]]]:
    """The head and the rows of a machine's table."""
    return ("In", "Event", "Guard", "To", "Effects"), [row(chart, each) for each in chart.transitions()]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def state(node: Node) -> Sequence[str]:
    """What it is called, where it lies, and what entering and leaving it does."""
    around = " in ".join(above.label for above in node.ancestors() if above.parent)
    entering = [f"on entering: {words}" for words in effects(node.entry)]
    leaving = [f"on leaving: {words}" for words in effects(node.exit)]
    kind = "final, " if node.kind is Kind.FINAL else ""
    return node.label, f"`{node.name}`", around, kind + node.tone, "<br>".join([*entering, *leaving])


def row(chart: Chart, transition: Transition) -> Sequence[str]:
    source, target = transition.source, transition.target
    timer = f"<br>by timer at `{transition.at}`" if transition.at else ""
    event = chart.events.get(transition.event)
    happens = event.words.label if event else "*when it is done*" if transition.event else "*by itself*"  # type: ignore[attr-defined]
    return (
        source.label,
        f"{happens}{timer}",
        transition.guard.says if transition.guard else otherwise(transition),
        "stays" if target is None else goal(target),
        "<br>".join(effects(transition.actions)),
    )


def otherwise(transition: Transition) -> str:
    """The last of several rows is for what the guards before it leave."""
    rows = transition.source.on.get(transition.event, [])
    return "otherwise" if transition in rows[1:] else ""


def goal(target: Node) -> str:
    if target.kind is Kind.HISTORY and target.parent:
        return f"where it was in {target.parent.label}"
    return target.landing().label


def effects(actions: Iterable[Action]) -> list[str]:
    """What is told to be done, in words: ReleaseStock becomes “release stock”."""
    return [in_words(action.name) for action in actions if action.act is Act.EMIT]


def in_words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name).lower()


def guard_row(asked: Guard) -> Sequence[str]:
    """What it asks; of a combined one, its parts by name."""
    joined = {"all": " and ", "any": " or ", "not": "not "}.get(asked.mode, "")
    names = [f"`{part.name}`" for part in asked.parts]
    parts = joined + names[0] if asked.mode == "not" else joined.join(names)
    who = f"`{asked.help}`" if asked.help else ""
    return f"`{asked.name}`", f"{asked.sentence} ({parts})" if parts else asked.sentence, asked.remedy, who


def event(made: Any) -> Sequence[str]:
    """What it is called, who may send it, and what it asks for; one of the system alone is sent by no person."""
    words = made.words
    asks = ", ".join(label for label in words.fields.values())
    return words.label, f"`{made.name}`", f"“{words.log}”", f"`{words.permission}`", asks
