"""Held to XState itself, on node: the engine goes where it goes, and what is exported loads there unchanged."""

import json
from random import Random

import msgspec
import pytest
from tests.recorded import extract
from tests.statechart.parcel import PARCEL
from tests.statechart.random_charts import recording
from tests.xstate import peer

from orderway.machines import CHARTS
from orderway.statechart import Chart, NeverRests, Snapshot, Step, start, step
from orderway.statechart.conformance import Recording, Sent, difference
from orderway.statechart.guards import Guard
from orderway.statechart.nodes import Act, Action
from orderway.statechart.xstate import Json, Vocabulary, export, guards, load, value

WALKS, STEPS = 80, 80
PASSED_THROUGH = {json.dumps({"PACKING": "WEIGHED"})}
"""A final state within another is left at once."""


@pytest.fixture(scope="module", autouse=True)
def _xstate() -> None:
    try:
        peer.bring()
    except peer.Unreachable as missing:
        pytest.skip(str(missing))


def test_the_extract_is_what_xstate_answers():
    (file,) = extract()
    lines = file.read_text().splitlines()
    assert [json.loads(line) for line in peer.ask("record.mjs", lines)] == [json.loads(line) for line in lines]


def test_random_charts_with_histories_go_where_xstate_goes():
    asked = [json.dumps(recording(seed)) for seed in range(10_000, 10_150)]
    decoder = msgspec.json.Decoder(Recording)
    told = [difference(decoder.decode(line)) for line in peer.ask("record.mjs", asked)]
    assert told == [""] * 150


class Walk:
    """A random walk through an exported machine: before each event it is chance which guards hold."""

    def __init__(self, exported: Json, seed: int) -> None:
        vocabulary = Vocabulary(
            guard=lambda name: Guard(name, name, lambda *_: name in self.yes),
            action=lambda name, _params: Action(Act.EMIT, lambda *_: name, name),
            event=lambda _: Sent,
            context=object,
        )
        self.random = Random(seed)  # noqa: S311  (walks, not keys)
        self.yes: set[str] = set()
        self.chart = load(exported, vocabulary)
        self.names = sorted({guard.name for guard in guards(self.chart)})
        self.steps: list[Json] = []
        self.rests: list[Json] = []

    def run(self) -> dict[str, object]:
        """What the engine makes of it, in the words of drive.mjs."""
        try:
            self.look("")
            at = self.rest(start(self.chart, None))
            for _ in range(STEPS):
                event = self.random.choice(self.onward(at.state) or list(self.chart.events))
                self.look(event)
                at = self.rest(step(self.chart, at, Sent(event)))
        except NeverRests:
            return {"rests": self.rests, "error": True}
        return {"rests": self.rests}

    def onward(self, state: str) -> list[str]:
        """Mostly an event that the state takes and that does not end it all, so that a walk gets around."""
        if self.random.random() < 0.1:
            return []
        rows = self.chart.leaf(state).on
        ending = {name for name in rows for row in rows[name] if row.fixed and self.chart.is_final(row.fixed.leaf)}
        return [name for name in self.chart.takes(state) if name not in ending or self.random.random() < 0.1]

    def look(self, event: str) -> None:
        self.yes = {name for name in self.names if self.random.random() < 0.5}
        self.steps.append({"event": event, "yes": sorted(self.yes)})

    def rest(self, at: Step) -> Snapshot:
        done = self.chart.is_final(at.snapshot.state)
        self.rests.append({"value": value(self.chart, at.snapshot), "done": done, "actions": list(at.effects)})
        return at.snapshot


@pytest.mark.parametrize("chart", [PARCEL, *CHARTS.values()], ids=lambda chart: chart.name)
def test_an_exported_machine_loads_in_xstate_and_goes_the_same_ways(chart: Chart):
    exported = json.loads(export(chart))
    walks = [Walk(exported, seed) for seed in range(WALKS)]
    ours = [walk.run() for walk in walks]
    asked = [json.dumps({"machine": exported, "steps": walk.steps}) for walk in walks]
    theirs = [{**answer, "error": True} if "error" in answer else answer for answer in ask_each(asked)]
    assert [number for number in range(WALKS) if ours[number] != theirs[number]] == []
    visited = {json.dumps(rest["value"]) for walk in walks for rest in walk.rests}
    assert visited == {json.dumps(value(chart, Snapshot(name, None))) for name in chart.leaves} - PASSED_THROUGH


def ask_each(lines: list[str]) -> list[Json]:
    return [json.loads(answer) for answer in peer.ask("drive.mjs", lines)]
