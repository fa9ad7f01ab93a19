"""A machine driven by the events of a file, each step told in sentences; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from orderway.recordings import Unreadable, lines
from orderway.statechart import Chart, Refusal, Snapshot, Step, decide, sentence, start
from orderway.statechart.draw.markdown import in_words
from orderway.statechart.explain import lower
from orderway.statechart.numbers import plain
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Codec, encode

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file. The first may hold the context that the machine is born with; facts hold until changed."""

    event: str = ""
    payload: dict[str, object] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)
    context: dict[str, object] | None = None


def simulate(chart: Chart, path: Path) -> Iterator[str]:
    """What each line comes to; raises Unreadable, naming the line, for what can not be understood."""
    reader = Reader(chart, path)
    thing = lower(chart.label)
    snapshot: Snapshot | None = None
    moved = refused = 0
    for number, line, facts in reader.read():
        if snapshot is None:
            snapshot = start(chart, reader.context(number, line), facts).snapshot
            yield f"The {thing} begins in “{chart.node(snapshot.state).label}”."
        if not line.event:
            continue
        answer = decide(chart, snapshot, reader.event(number, line), facts)
        if isinstance(answer, Refusal):
            refused += 1
            yield f"{number}. {sentence(answer, chart)}"
        else:
            moved += 1
            yield f"{number}. {told(chart, line.event, before=snapshot, step=answer)}"
            snapshot = answer.snapshot
    if snapshot is None:
        raise Unreadable(f"The file {path} is empty.", "Write an event on each line.")
    yield f"{moved} moved, {refused} refused. The {thing} is “{chart.node(snapshot.state).label}”."


class Reader:
    """Reads the lines of a file as the values of one chart."""

    def __init__(self, chart: Chart, path: Path) -> None:
        self.path = path
        self.codec = Codec(chart)
        self.chart = chart

    def read(self) -> Iterator[tuple[int, Line, Any]]:
        """Each line with its number and the facts that hold there."""
        decoder = msgspec.json.Decoder(Line)
        known: dict[str, object] = {}
        for place, (number, text) in enumerate(lines(self.path)):
            line = self.typed(number, "it", decoder=decoder, text=text)
            if place and line.context is not None:
                raise Unreadable(f"Line {number} of {self.path} holds a context, which only the first may.")
            known |= line.facts
            yield number, line, self.typed(number, "its facts", decoder=self.codec.facts, text=encode(known))

    def context(self, number: int, line: Line) -> Any:
        return self.typed(number, "its context", decoder=self.codec.context, text=encode(line.context or {}))

    def event(self, number: int, line: Line) -> Any:
        try:
            return self.codec.event(line.event, encode(line.payload))
        except Invalid as error:
            raise Unreadable(f"Line {number} of {self.path}: {error.message}", error.remedy) from None

    def typed(self, number: int, what: str, *, decoder: msgspec.json.Decoder[T], text: str | bytes) -> T:
        try:
            return decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unreadable(f"Line {number} of {self.path}: {what} can not be read: {error}.") from None


def told(chart: Chart, event: str, *, before: Snapshot, step: Step) -> str:
    """A step in words: the event, the way, what changed, and what is to be done."""
    words = chart.events[event].words  # type: ignore[attr-defined]  # set by the event decorator
    ends = [chart.node(state).label for state in (before.state, step.snapshot.state)]
    way = f"“{ends[0]}” → “{ends[1]}”" if ends[0] != ends[1] else f"stays “{ends[0]}”"
    changes = [
        f"{each.name.replace('_', ' ')} {plain(was)} → {plain(now)}"
        for each in fields(before.context)
        if (was := getattr(before.context, each.name)) != (now := getattr(step.snapshot.context, each.name))
    ]
    effects = [in_words(type(effect).__name__) for effect in step.effects]
    parts = [f"{words.label}: {way}.", *notes("Changed", changes), *notes("To do", effects)]
    return " ".join(parts)


def notes(head: str, things: list[str]) -> list[str]:
    return [f"{head}: {'; '.join(things)}."] if things else []
