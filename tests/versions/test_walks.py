"""Random walks of a sale that is brought to the second version somewhere on its way, and perhaps back: all replay."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest
from tests.sale import cleared_table, reversal_table, sale_examples, uncleared_table
from tests.versions.two import BuyerCalled, with_two

from orderway.app import make_workflow
from orderway.statechart import Refusal, Snapshot, Step, Unmapped, decide, replace, start
from orderway.workflow.again import Again
from orderway.workflow.chain import Entry
from orderway.workflow.kinds import Born, encode
from orderway.workflow.versions import BETWEEN_VERSIONS, MIGRATED, MIGRATION_UNDONE, Before, Migrated, Undone, raw

KIND = with_two(make_workflow()).kind("sale")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ID = UUID(int=7)
CASES = [*uncleared_table.TAKEN, *cleared_table.TAKEN, *reversal_table.TAKEN]
EVENTS = [*(case.event for case in CASES), *[BuyerCalled()] * 9]
FACTS = [sale_examples.FACTS, *(case.facts for case in CASES)]


@dataclass
class Walk:
    """One sale, moved by the engine itself, with the rows that its log has."""

    chance: Random
    version: int = 1
    snapshot: Snapshot = field(default_factory=lambda: Snapshot("", None))
    before: tuple[int, Snapshot] | None = None
    rows: list[Entry] = field(default_factory=list)

    def log(self, event: str, payload: Any, facts: Any, after: Snapshot, version: int) -> None:
        came = self.snapshot.state or None
        self.rows.append(Entry(ID, ID, len(self.rows), ID, "sale", version, came, after.state, event, encode(payload),
                               encode(facts), "system", None, None, None, NOON))  # fmt: skip
        self.before = (self.version, self.snapshot) if event == MIGRATED else None
        self.snapshot, self.version = after, version

    def begin(self) -> None:
        context = replace(sale_examples.OPEN, grand_total=self.chance.choice([3000, 900_000]))
        step = start(KIND.charts[1], context, sale_examples.FACTS)
        self.log("BORN", Born(context), sale_examples.FACTS, step.snapshot, 1)

    def step(self) -> None:
        event, facts = self.chance.choice(EVENTS), self.chance.choice(FACTS)
        answer = decide(KIND.charts[self.version], self.snapshot, event, facts)
        if not isinstance(answer, Refusal):
            self.log(event.name, event, facts, answer.snapshot, self.version)

    def cross(self) -> None:
        """Come to the second version, where it can, or back where it came from a moment ago."""
        if self.version == 1 and not KIND.charts[1].is_final(self.snapshot.state):
            at = self.snapshot
            told = Before(1, at.state, raw(encode(at.context)), raw(encode(at.history)), None, None)
            try:
                self.log(MIGRATED, Migrated(ID, 2, told), None, KIND.migrations[1].move(at), 2)
            except Unmapped:
                assert at.state == "AWAITING_SETTLEMENT"
        elif self.before is not None:
            version, snapshot = self.before
            self.log(MIGRATION_UNDONE, Undone(ID, ID), None, snapshot, version)


def replayed(rows: list[Entry]) -> Again:
    again = Again(KIND, rows[0].version)
    for row in rows:
        if row.event in BETWEEN_VERSIONS:
            after: Snapshot | Refusal = again.cross(row)
        else:
            after = again.decide(row, again.codec.facts.decode(row.facts))
        assert isinstance(after, Snapshot)
        assert after.state == row.to_state
        again.settle(row, after)
    return again


def stands(version: int, snapshot: Snapshot | None) -> tuple[int, str, str, str]:
    assert snapshot is not None
    return version, snapshot.state, encode(snapshot.context), encode(snapshot.history)


def walked(seed: int) -> Walk:
    walk = Walk(Random(seed))  # noqa: S311  (the same steps for the same seed)
    walk.begin()
    for _ in range(60):
        walk.cross() if walk.chance.random() < 0.05 else walk.step()
        if walk.before is not None and walk.chance.random() < 0.5:
            walk.cross()
    return walk


def test_a_walk_across_versions_replays_byte_for_byte():
    events = set[str]()
    for seed in range(150):
        walk = walked(seed)
        again = replayed(walk.rows)
        assert stands(again.version, again.snapshot) == stands(walk.version, walk.snapshot), f"seed {seed}"
        events |= {row.event for row in walk.rows}
    assert events >= {MIGRATED, MIGRATION_UNDONE, "BUYER_CALLED", "PAYMENT_CAPTURED"}


@pytest.mark.parametrize(
    ("forge", "why"),
    [
        (lambda row: replace_row(row, payload=row.payload.replace('"captured_total":0', '"captured_total":5')),
         "It did not stand where the row says that it was brought from."),
        (lambda row: replace_row(row, version=1), "It says version 1, and leads to version 2."),
        (lambda row: replace_row(row, event=MIGRATION_UNDONE), "No migration stands right before it."),
    ],
)  # fmt: skip
def test_a_forged_crossing_does_not_replay(forge: Any, why: str):
    walk = Walk(Random(1))  # noqa: S311  (as above)
    walk.begin()
    walk.cross()
    with pytest.raises(Unmapped) as no:
        replayed([walk.rows[0], forge(walk.rows[1])])
    assert str(no.value) == why


def test_what_moved_since_is_not_taken_back():
    walk = Walk(Random(1))  # noqa: S311  (as above)
    walk.begin()
    walk.cross()
    came_from = walk.before
    answer = decide(KIND.charts[2], walk.snapshot, BuyerCalled(), sale_examples.FACTS)
    assert isinstance(answer, Step)
    walk.log("BUYER_CALLED", BuyerCalled(), sale_examples.FACTS, answer.snapshot, 2)
    walk.before = came_from
    walk.cross()
    assert walk.rows[-1].event == MIGRATION_UNDONE
    with pytest.raises(Unmapped, match=r"^No migration stands right before it\.$"):
        replayed(walk.rows)


def test_nothing_crosses_before_its_birth():
    walk = Walk(Random(1))  # noqa: S311  (as above)
    walk.begin()
    walk.cross()
    with pytest.raises(Unmapped, match=r"^It was not born yet\.$"):
        Again(KIND, 1).cross(walk.rows[1])


def replace_row(row: Entry, **changes: Any) -> Entry:
    return Entry(**{name: changes.get(name, getattr(row, name)) for name in Entry.__struct_fields__})
