"""What was stored and not applied comes to its end by a worker's round, whatever stands beside it."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import msgspec
import pytest
from tests.providers.test_apply import payments, registered
from tests.providers.till import SECRET, Till
from tests.stories.shop import shirts

STORED = """
INSERT INTO webhook_event (id, provider, event_id, received_at, body, headers, kind, reference, amount, currency,
    method, needs_verification, due_at)
VALUES (gen_random_uuid(), 'paystack', $1, $2, '', '{}', 'captured', $1, $3, $4, 'CARD', false, $2)
"""


async def stored(till: Till, reference: str, *, amount: int = 4000, currency: str = "NGN") -> None:
    """A report that was stored by a server that died then."""
    await till.shop.pool.execute(STORED, reference, till.shop.now, amount, currency)


async def test_a_report_that_can_not_be_applied_stops_no_other_and_keeps_its_fault(till: Till):
    order = await till.shop.agreed(shirts(8))
    for reference in ("R-1", "R-3"):
        await registered(order, reference=reference)
    await stored(till, "R-1")
    await stored(till, "R-2", currency="naira")
    await stored(till, "R-3")
    round_ = await till.settle()
    assert (round_.settled, round_.waiting) == (2, 1)
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    bucket, why, waits = await till.shop.row(
        "SELECT bucket, why, due_at - received_at FROM webhook_event WHERE reference = 'R-2'"
    )
    assert bucket is None
    assert why.startswith("It could not be applied: CheckViolationError: ")
    assert waits == timedelta(minutes=1)
    assert (await till.settle()).waiting == 0, "it is put off"
    till.shop.now += timedelta(hours=30)
    assert (await till.settle()).waiting == 1
    (waits,) = await till.shop.row("SELECT due_at - $1 FROM webhook_event WHERE reference = 'R-2'", till.shop.now)
    assert waits == timedelta(hours=1)


async def test_workers_at_the_same_time_apply_each_report_once(till: Till):
    order = await till.shop.agreed(shirts(12))
    for reference in ("R-1", "R-2", "R-3"):
        await registered(order, reference=reference)
        await stored(till, reference)
    await asyncio.gather(*(till.settle() for _ in range(4)))
    assert (await order.context("sale")).captured_total == 12_000
    assert await till.events() == [("captured", "applied")] * 3
    assert await till.shop.findings() == []


class Flutterwave(BaseHTTPRequestHandler):
    """What Flutterwave answers when it is asked about a charge."""

    answers: ClassVar[list[tuple[int, Any]]] = []

    def do_GET(self) -> None:
        status, told = self.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(msgspec.json.encode(told))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def flutterwave(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, Any]]]:
    """Its answers to come; it listens on a port of this machine."""
    server = HTTPServer(("127.0.0.1", 0), Flutterwave)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("ORDERWAY_WEBHOOK_SECRET_FLUTTERWAVE", SECRET)
    monkeypatch.setenv("ORDERWAY_FLUTTERWAVE_SECRET_KEY", "a key of the tests")
    monkeypatch.setenv("ORDERWAY_FLUTTERWAVE_API", f"http://127.0.0.1:{server.server_port}")
    Flutterwave.answers.clear()
    yield Flutterwave.answers
    server.shutdown()
    thread.join()
    server.server_close()


CHARGE = {"id": 7, "tx_ref": "R-1", "amount": 40, "currency": "NGN", "status": "successful", "payment_type": "card"}


async def told(till: Till) -> str:
    body = msgspec.json.encode({"event": "charge.completed", "data": CHARGE})
    answer = await till.client.post("/payments/webhooks/flutterwave", content=body, headers={"verif-hash": SECRET})
    return str(answer.json()["bucket"])


async def test_what_flutterwave_stands_by_is_applied(till: Till, flutterwave: list[tuple[int, Any]]):
    order = await till.shop.agreed(shirts(4))
    await registered(order, provider="flutterwave")
    flutterwave.append((200, {"data": CHARGE}))
    assert await told(till) == "applied"
    assert await told(till) == "already applied"
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await till.shop.findings() == []


async def test_what_flutterwave_says_otherwise_about_is_parked(till: Till, flutterwave: list[tuple[int, Any]]):
    order = await till.shop.agreed(shirts(4))
    await registered(order, provider="flutterwave")
    flutterwave.append((200, {"data": {**CHARGE, "amount": 4}}))
    assert await told(till) == "parked"
    assert await till.parked() == [("unverified", 4000, None)]
    assert await payments(till) == [("R-1", "PENDING", 4000, 0, 0)]
    assert await till.shop.findings() == []


async def test_while_flutterwave_does_not_answer_the_report_waits(till: Till, flutterwave: list[tuple[int, Any]]):
    order = await till.shop.agreed(shirts(4))
    await registered(order, provider="flutterwave")
    flutterwave.extend([(503, {}), (200, {"data": CHARGE})])
    assert await told(till) == "stored"
    assert (await till.settle()).settled == 0
    till.shop.now += timedelta(minutes=2)
    assert (await till.settle()).settled == 1
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await till.shop.findings() == []
