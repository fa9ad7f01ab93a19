"""Random walks: any events, in any order, with any values that their types allow; what must hold is judged at rest."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from orderway.statechart import Chart, Refusal, Step, decide, start

BEGIN = datetime(2026, 3, 10, 12, tzinfo=UTC)
IDS = [UUID(int=number) for number in range(1, 4)]
SCALARS: dict[Any, Callable[[Random], Any]] = {
    bool: lambda dice: dice.random() < 0.5,
    int: lambda dice: dice.choice([0, 1, 2, 3, 30, 100, 400, 600, 1000, 5000]),
    str: lambda dice: dice.choice(["person:one", "person:two", "person:three"]),
    UUID: lambda dice: dice.choice(IDS),
    datetime: lambda dice: BEGIN + timedelta(days=dice.randint(-3, 30)),
    NoneType: lambda _dice: None,
}
ABSURD = [-(2**63), -5, -1, 2**63]
"""Numbers that only a payload may hold."""


def a_value(hint: Any, dice: Random) -> Any:
    """A value of a type, from so few that they meet each other."""
    if hint in SCALARS:
        return SCALARS[hint](dice)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return dice.choice(inner)
    if origin in (Union, UnionType):
        return a_value(dice.choice(inner), dice)
    if origin is tuple:
        return tuple(a_value(inner[0], dice) for _ in range(dice.randint(0, 2)))
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{each.name: a_value(hints[each.name], dice) for each in fields(hint)})  # type: ignore[operator]
    raise TypeError(f"A walk has no values of {hint!r}.")


def an_event(kind: Any, dice: Random) -> Any:
    """An event with a payload, in which now and then the numbers are absurd."""
    event = a_value(kind, dice)
    if dice.random() < 0.2:
        absurd = {each.name: dice.choice(ABSURD) for each in fields(kind) if each.type in (int, "int")}
        event = replace(event, **absurd)
    return event


@dataclass
class Walk:
    """One walk: the dice that it is thrown with, the facts under which most doors are open, and its steps so far."""

    chart: Chart
    open_facts: Any
    dice: Random
    steps: list[Step] = field(default_factory=list)

    def told(self, kind: type) -> list[Any]:
        """Every effect of one kind so far, in order."""
        return [effect for step in self.steps for effect in step.effects if isinstance(effect, kind)]

    def facts(self) -> Any:
        drawn = a_value(self.chart.facts, self.dice)
        return drawn if self.dice.random() < 0.5 else replace(self.open_facts, now=drawn.now, actor=drawn.actor)

    def go(self, context: Any, judge: Callable[["Walk", Any], None]) -> list[str]:
        """Walk from birth, passing by most ends; returns the states that it rested in.

        `judge` sees the walk after each step, with the step's facts. Every context must survive being written.
        """
        facts = self.facts()
        self.steps = [start(self.chart, context, facts)]
        judge(self, facts)
        for _ in range(60):
            at = self.steps[-1].snapshot
            names = self.chart.takes(at.state) if self.dice.random() < 0.9 else ()
            kind = self.chart.events[self.dice.choice(names or tuple(self.chart.events))]
            facts = self.facts()
            answer = decide(self.chart, at, an_event(kind, self.dice), facts)
            if isinstance(answer, Refusal) or (self.chart.is_final(answer.snapshot.state) and self.dice.random() < 0.9):
                continue
            self.steps.append(answer)
            judge(self, facts)
            written = msgspec.json.encode(answer.snapshot.context)
            assert msgspec.json.decode(written, type=self.chart.context) == answer.snapshot.context
        return [step.snapshot.state for step in self.steps]
