"""What it costs a transition to be counted, to carry its trace in the outbox, and to be traced, in one run.

The same transitions as those of `bench_send`: with nothing counted; as they are, with no collector named; with a trace
written into each row of the outbox; and traced, with a collector in another process that takes all spans.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from statistics import median
from unittest.mock import patch

import asyncpg
import uvloop
from benchmarks.bench_send import CONNECTIONS, furnish, through_the_door
from benchmarks.measure import ROUNDS, fresh_server, keep, other_load, take_turns

from orderway.app import make_workflow
from orderway.database import connect_pool, create_database
from orderway.migrations import migrate
from orderway.tracing import ENDPOINT, traced
from orderway.workflow.runner import Runner

SECONDS = 2.0
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

COLLECTOR = """
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Taking(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_): pass
server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
print(server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def collector() -> Iterator[str]:
    """The address of a collector that takes everything and keeps nothing."""
    process = subprocess.Popen([sys.executable, "-c", COLLECTOR], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout  # noqa: S101  (it was asked for)
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.communicate()


@contextmanager
def uncounted() -> Iterator[None]:
    """As it was before anything was counted."""
    with (
        patch("orderway.workflow.transaction.count_lock", lambda *_, **__: None),
        patch("orderway.workflow.runner.count_moves", lambda _passed: None),
        patch("orderway.pooling.Pool.acquire", asyncpg.Pool.acquire),
    ):
        yield


@contextmanager
def carried() -> Iterator[None]:
    """With a trace in each row of the outbox, that nobody makes."""
    with patch("orderway.workflow.transaction.traceparent", lambda: TRACEPARENT):
        yield


def main() -> None:
    with fresh_server() as server, collector() as address:
        url = server.url("bench")

        async def prepare() -> None:
            await create_database(server.url(), name="bench")
            await migrate(url)
            async with await connect_pool(url, size=CONNECTIONS) as pool:
                await furnish(pool, Runner(pool, make_workflow()))

        asyncio.run(prepare())
        load = other_load()
        costs: dict[str, list[float]] = {}

        def contestant(name: str, how: Callable[[], object]) -> Callable[[], float]:
            def take() -> float:
                with how():  # type: ignore[attr-defined]
                    rate, cost = uvloop.run(through_the_door(url, SECONDS))
                costs.setdefault(name, []).append(cost)
                return rate

            return take

        bare, counted, stored, followed = take_turns(
            ROUNDS,
            contestant("bare", uncounted),
            contestant("counted", nullcontext),
            contestant("stored", carried),
            contestant("traced", lambda: traced({ENDPOINT: address}, service="bench")),
        )
    cost = {name: median(each) for name, each in costs.items()}
    keep("What watching costs a transition", [
        f"{CONNECTIONS} connections, medians of {ROUNDS} rounds of {SECONDS:.0f} s in turn, all on disk; {load}",
        f"nothing counted: {cost['bare']:,.0f} µs of Python's processor time a transition, {bare:,.0f} a second",
        (f"counted, no collector named: {cost['counted']:,.0f} µs, ratio {cost['counted'] / cost['bare']:.2f};"
        f" {counted:,.0f} a second"),
        (f"with a trace in each row of the outbox: {cost['stored']:,.0f} µs, ratio to the one before"
        f" {cost['stored'] / cost['counted']:.2f}; {stored:,.0f} a second"),
        (f"traced, all spans sent to a collector: {cost['traced']:,.0f} µs, ratio to the one without"
        f" {cost['traced'] / cost['counted']:.2f}; {followed:,.0f} a second"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
