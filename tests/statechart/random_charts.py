"""Random charts in the vocabulary of the recorded answers, with what those lack: shallow histories."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

EVENTS = "ABCD"


@dataclass
class Maker:
    """Makes one configuration; the same seed makes the same one."""

    random: Random
    numbers: Any = field(default_factory=count)
    names: list[str] = field(default_factory=list)
    histories: list[str] = field(default_factory=list)

    def config(self) -> dict[str, Any]:
        shape = self.states("m", depth=0)
        self.fill(shape, "m")
        return {"id": "m", **shape}

    def states(self, identity: str, depth: int) -> dict[str, Any]:
        """The tree of states below one, without transitions."""
        keys = [
            f"{'s' if depth == 0 else identity.rsplit('.', 1)[1]}{number}"
            for number in range(self.random.randint(2, 4))
        ]
        states: dict[str, Any] = {}
        for key in keys:
            below = f"{identity}.{key}"
            self.names.append(below)
            kind = self.random.random()
            if depth < 2 and kind < 0.45:
                states[key] = self.states(below, depth + 1)
            else:
                states[key] = {"type": "final"} if kind > 0.9 and key != keys[0] else {}
        shape: dict[str, Any] = {"initial": self.random.choice(keys), "states": states}
        for number in range(self.random.choice([0, 1, 1, 2])):
            states[f"h{number}"] = {"type": "history"}
            if self.random.random() < 0.4:
                states[f"h{number}"]["target"] = self.random.choice(keys)
            self.histories.append(f"{identity}.h{number}")
        return shape

    def fill(self, state: dict[str, Any], identity: str) -> None:
        """Actions and transitions of one state and all below it."""
        if state.get("type") == "history":
            return
        for when in ("entry", "exit"):
            if self.random.random() < 0.5:
                state[when] = self.actions(signals=when == "entry")
        if state.get("type") != "final":
            events = [event for event in EVENTS if self.random.random() < 0.55]
            state["on"] = {event: self.rows() for event in events}
            if self.random.random() < 0.1:
                state["on"]["*"] = self.rows()
            if self.random.random() < 0.12:
                state["always"] = [{**row, "guard": f"under{self.random.randint(1, 12)}"} for row in self.rows()]
            if "states" in state and identity != "m" and self.random.random() < 0.5:
                state["onDone"] = self.rows()
        for key, inner in state.get("states", {}).items():
            self.fill(inner, f"{identity}.{key}")

    def rows(self) -> list[dict[str, Any]]:
        return [self.row() for _ in range(self.random.choice([1, 1, 2]))]

    def row(self) -> dict[str, Any]:
        row: dict[str, Any] = {}
        if self.histories and self.random.random() < 0.35:
            row["target"] = f"#{self.random.choice(self.histories)}"
        elif self.random.random() < 0.85:
            row["target"] = f"#{self.random.choice(self.names)}"
        if self.random.random() < 0.5:
            row["actions"] = self.actions(signals=True)
        if self.random.random() < 0.3:
            row["guard"] = self.random.choice(["mod2_0", "mod2_1", "mod3_1", "under9", "x0", "x1"])
        if row.get("target") and self.random.random() < 0.3:
            row["reenter"] = True
        return row

    def actions(self, *, signals: bool) -> list[str]:
        kinds = ["add1", "add2", "say", "say"]
        made = [f"{self.random.choice(kinds)}_{next(self.numbers)}" for _ in range(self.random.randint(1, 2))]
        if signals and self.random.random() < 0.06:
            made.append(f"sig_{self.random.choice(EVENTS)}")
        return made


def recording(seed: int) -> dict[str, Any]:
    """A chart and the events to send it, before anyone has answered."""
    random = Random(seed)  # noqa: S311  (charts, not keys)
    config = Maker(random).config()
    events = [{"type": random.choice("ABCDZ"), "x": random.randint(0, 1)} for _ in range(random.randint(8, 16))]
    return {"config": config, "events": events}
