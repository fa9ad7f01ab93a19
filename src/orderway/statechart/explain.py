"""What can happen now, and why not: every answer a sentence that a person can act upon."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, NoReturn

from orderway.statechart.chart import Chart, Snapshot
from orderway.statechart.events import SYSTEM
from orderway.statechart.guards import Reason, Unfilled, either, judged, why_not
from orderway.statechart.numbers import plain
from orderway.statechart.plan import Row
from orderway.statechart.step import Refusal, is_meant, reasons_of, takes


@dataclass(frozen=True, slots=True)
class Choice:
    """An event that the state takes: what it is called, who may send it, where it may lead, and every reason against.

    Where the answer hangs on the payload it counts as enabled: what is filled in will be judged.
    """

    event: str
    label: str
    permission: str
    is_enabled: bool
    reasons: tuple[Reason, ...]
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Awaited:
    """What happens by itself as soon as nothing stands against it any more."""

    to: str
    reasons: tuple[Reason, ...]


class Blank:
    """Any event, before anyone has said which: it has a name, and raises Unfilled for anything else."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, _field: str) -> NoReturn:
        raise Unfilled


@cache
def blank(event: Any) -> Any:
    """The event as far as it is known before it is sent: all of it where it has no fields.

    It is of its class, whatever is not filled in yet: to look at a field raises Unfilled.
    """
    if not fields(event):
        return event()

    def look(_event: object) -> NoReturn:
        raise Unfilled

    body = {field.name: property(look) for field in fields(event)}
    return object.__new__(type(event.__name__, (event,), body))


def explain(chart: Chart, snapshot: Snapshot, facts: Any = None) -> tuple[Choice, ...]:
    """Every event that may come of it, in the order of the machine: the state's own first, then those around it."""
    return tuple(choice(chart, snapshot, name, facts) for name in takes(chart, snapshot))


def choice(chart: Chart, snapshot: Snapshot, name: str, facts: Any = None) -> Choice:
    """One event of the state, judged by this context and these facts."""
    event: Any = chart.events[name]
    rows = open_rows(chart.leaf(snapshot.state).on[name], snapshot, blank(event), facts)
    return Choice(
        event=name,
        label=event.words.label,
        permission=event.words.permission,
        is_enabled=bool(rows),
        reasons=() if rows else reasons_of(chart, snapshot, blank(event), facts),
        to=tuple(dict.fromkeys(row.plan(snapshot.history, chart.nodes).leaf for row in rows)),
    )


def closed(chart: Chart, snapshot: Snapshot, name: str, reasons: tuple[Reason, ...]) -> Choice:
    """An event of the state that is closed whatever its guards say."""
    event: Any = chart.events[name]
    rows = [row for row in chart.leaf(snapshot.state).on[name] if is_meant(row, snapshot)]
    return Choice(
        event=name,
        label=event.words.label,
        permission=event.words.permission,
        is_enabled=False,
        reasons=reasons,
        to=tuple(dict.fromkeys(row.plan(snapshot.history, chart.nodes).leaf for row in rows)),
    )


def open_rows(rows: Iterable[Row], snapshot: Snapshot, event: Any, facts: Any) -> list[Row]:
    """The rows that may be taken: none behind one that surely is."""
    found = []
    for row in rows:
        guard = row.transition.guard
        answer = judged(guard, snapshot.context, event, facts) if guard else True
        if answer is not False:
            found.append(row)
        if answer:
            break
    return found


def awaited(chart: Chart, snapshot: Snapshot, facts: Any = None) -> tuple[Awaited, ...]:
    """What the state waits for: each `always`, with the reasons for which it has not happened."""
    event = Blank("")
    return tuple(
        Awaited(
            to=row.plan(snapshot.history, chart.nodes).leaf,
            reasons=why_not(row.transition.guard, snapshot.context, event, facts) if row.transition.guard else (),
        )
        for row in chart.leaf(snapshot.state).always
    )


def sentence(refusal: Refusal, chart: Chart, show: Callable[[Any], str] = plain) -> str:
    """A refusal in words: what was refused, where, and each reason with its numbers and the way out."""
    event: Any = chart.every_event.get(refusal.event)
    asked = f"“{event.words.label}”" if event else refusal.event
    thing, node = lower(chart.label), chart.node(refusal.state)
    if refusal.reasons:
        reasons = " ".join(text(reason, show) for reason in refusal.reasons)
        return f"{asked} is refused while the {thing} is “{node.label}”. {reasons}"
    if event is None:
        return f"The {thing} knows no event {asked}. {possible(refusal, chart)}"
    if node.ends_all:
        return f"{asked} can not be done: the {thing} is “{node.label}”, and that is its end."
    return f"{asked} can not be done while the {thing} is “{node.label}”. {possible(refusal, chart)}"


def possible(refusal: Refusal, chart: Chart) -> str:
    """What people can do in the state; what happens by itself is no way out."""
    events: list[Any] = [chart.every_event[name] for name in refusal.takes]
    labels = ", ".join(f"“{event.words.label}”" for event in events if event.words.permission != SYSTEM)
    return f"What can happen now: {labels}." if labels else "Nothing can be done to it now."


def text(reason: Reason, show: Callable[[Any], str] = plain) -> str:
    """A reason in words: what must hold, the numbers behind it, the alternatives, and the way out."""
    parts = [text(part, show) for part in reason.parts]
    if reason.mode == "any":
        parts = either(parts)
    return " ".join(part for part in (reason.sentence, reason.told(show), *parts, reason.remedy) if part)


def lower(label: str) -> str:
    """A label inside a sentence."""
    return label[:1].lower() + label[1:]
