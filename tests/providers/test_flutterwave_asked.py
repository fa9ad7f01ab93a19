"""News that nothing proves are booked only when Flutterwave itself, asked over HTTP, says the same."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from orderway.providers.flutterwave_asked import confirm
from orderway.providers.provider import News, Unreachable, Unverified

CHARGE = {
    "id": 285959875,
    "tx_ref": "Links-616626414629",
    "amount": 100.5,
    "charged_amount": 102,
    "currency": "NGN",
    "status": "successful",
    "meta": {"orderId": "OW-2026-00017"},
}
REFUND = {"id": 75923, "tx_id": 285959875, "amount_refunded": 60.25, "status": "completed-bank-transfer"}
CHARGE_PATH, REFUND_PATH = "/v3/transactions/285959875/verify", "/v3/refunds/75923"

CAPTURED = News(
    event_id="charge.completed:285959875:successful",
    kind="captured",
    transaction="285959875",
    reference="Links-616626414629",
    order_ref="Links-616626414629",
    amount=10050,
    currency="NGN",
    needs_verification=True,
)
REFUNDED = News(
    event_id="refund.completed:75923:completed",
    kind="refunded",
    transaction="285959875",
    subject="75923",
    major=Decimal("60.25"),
    needs_verification=True,
)


@dataclass
class Flutterwave:
    """A server in Flutterwave's place: what it answers to which path, and what it was asked with which key."""

    address: str = ""
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def says(self, path: str, data: dict[str, Any], **other: object) -> None:
        body = {"status": "success", "message": "Fetched", "data": data | other}
        self.answers[path] = (200, json.dumps(body).encode())

    @property
    def environ(self) -> dict[str, str]:
        return {"ORDERWAY_FLUTTERWAVE_API": self.address, "ORDERWAY_FLUTTERWAVE_SECRET_KEY": "FLWSECK-1"}


@pytest.fixture
def flutterwave(monkeypatch: pytest.MonkeyPatch) -> Iterator[Flutterwave]:
    there = Flutterwave()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.asked.append((self.path, self.headers["Authorization"]))
            status, body = there.answers.get(self.path, (400, b'{"status": "error", "data": null}'))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        there.address = f"http://127.0.0.1:{server.server_port}"
        there.says(CHARGE_PATH, CHARGE)
        there.says(REFUND_PATH, REFUND)
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield there
        server.shutdown()
        thread.join()


async def test_a_capture_that_flutterwave_confirms_is_proven(flutterwave: Flutterwave):
    proven = replace(CAPTURED, order_ref="OW-2026-00017", needs_verification=False)
    assert await confirm(CAPTURED, flutterwave.environ) == proven
    assert flutterwave.asked == [(CHARGE_PATH, "Bearer FLWSECK-1")]


@pytest.mark.parametrize(
    ("meta", "order"), [({"orderId": "OW-2026-00017"}, "OW-2026-00017"), (None, "Links-616626414629")]
)
async def test_the_order_is_the_one_that_flutterwave_names_whatever_the_body_says(
    flutterwave: Flutterwave, meta: object, order: str
):
    flutterwave.says(CHARGE_PATH, CHARGE, meta=meta)
    led_astray = replace(CAPTURED, order_ref="OW-2026-00018")
    assert (await confirm(led_astray, flutterwave.environ)).order_ref == order


@pytest.mark.parametrize(("kind", "status"), [("failed", "failed"), ("pending", "pending")])
async def test_so_is_every_other_state(flutterwave: Flutterwave, kind: Any, status: str):
    flutterwave.says(CHARGE_PATH, CHARGE, status=status)
    assert not (await confirm(replace(CAPTURED, kind=kind), flutterwave.environ)).needs_verification


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"status": "failed"}, "kind"),
        ({"status": "pending"}, "kind"),
        ({"status": "unheard of"}, "kind"),
        ({"amount": 100.49}, "amount"),
        ({"amount": 1005}, "amount"),
        ({"currency": "KES"}, "currency"),
        ({"tx_ref": "Links-616626414628"}, "reference"),
        ({"id": 285959876}, "transaction"),
        ({"amount": 5, "currency": "USD"}, "amount and currency"),
    ],
)
async def test_news_that_differ_from_what_flutterwave_says_are_not_booked(
    flutterwave: Flutterwave, other: dict[str, object], field: str
):
    flutterwave.says(CHARGE_PATH, CHARGE, **other)
    with pytest.raises(Unverified, match=f"Flutterwave says otherwise about the payment's {field}\\."):
        await confirm(CAPTURED, flutterwave.environ)


async def test_a_refund_learns_its_reference_order_and_currency_from_its_charge(flutterwave: Flutterwave):
    assert await confirm(REFUNDED, flutterwave.environ) == replace(
        REFUNDED,
        reference="Links-616626414629",
        order_ref="OW-2026-00017",
        amount=6025,
        currency="NGN",
        major=None,
        needs_verification=False,
    )
    assert [path for path, _ in flutterwave.asked] == [CHARGE_PATH, REFUND_PATH]


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"status": "failed"}, "kind"),
        ({"status": "pending-momo"}, "kind"),
        ({"amount_refunded": 60}, "amount"),
        ({"tx_id": 1}, "transaction"),
    ],
)
async def test_a_refund_that_differs_from_what_flutterwave_says_is_not_booked(
    flutterwave: Flutterwave, other: dict[str, object], field: str
):
    flutterwave.says(REFUND_PATH, REFUND, **other)
    with pytest.raises(Unverified, match=f"the payment's {field}\\."):
        await confirm(REFUNDED, flutterwave.environ)


async def test_a_refund_that_failed_is_confirmed_as_such(flutterwave: Flutterwave):
    flutterwave.says(REFUND_PATH, REFUND, status="failed")
    assert (await confirm(replace(REFUNDED, kind="refund_failed"), flutterwave.environ)).amount == 6025


@pytest.mark.parametrize("key", [None, "", "  ", "Schlüssel"])
async def test_without_a_key_nobody_is_asked(flutterwave: Flutterwave, key: str | None):
    environ = flutterwave.environ | {"ORDERWAY_FLUTTERWAVE_SECRET_KEY": key or ""}
    if key is None:
        del environ["ORDERWAY_FLUTTERWAVE_SECRET_KEY"]
    with pytest.raises(Unverified, match="Set ORDERWAY_FLUTTERWAVE_SECRET_KEY"):
        await confirm(CAPTURED, environ)
    assert flutterwave.asked == []


@pytest.mark.parametrize("transaction", [None, "chg_nONgeAGY97", "1/../../v3/transfers", "²", "", "1" * 21])
async def test_what_has_no_number_there_is_not_asked_about(flutterwave: Flutterwave, transaction: str | None):
    with pytest.raises(Unverified, match="numbers of payments alone"):
        await confirm(replace(CAPTURED, transaction=transaction), flutterwave.environ)
    assert flutterwave.asked == []


async def test_a_payment_that_flutterwave_does_not_know_is_not_booked(flutterwave: Flutterwave):
    with pytest.raises(Unverified, match="does not know of the payment"):
        await confirm(replace(CAPTURED, transaction="1"), flutterwave.environ)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_flutterwave_does_not_take_is_said(flutterwave: Flutterwave, status: int):
    flutterwave.answers[CHARGE_PATH] = (status, b"")
    with pytest.raises(Unverified, match="Correct ORDERWAY_FLUTTERWAVE_SECRET_KEY"):
        await confirm(CAPTURED, flutterwave.environ)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_a_server_in_trouble_is_asked_again_later(flutterwave: Flutterwave, status: int):
    flutterwave.answers[CHARGE_PATH] = (status, b"{}")
    with pytest.raises(Unreachable, match=f"answers with status {status}"):
        await confirm(CAPTURED, flutterwave.environ)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data": null}', b'{"data": {"id": NaN}}'])
async def test_an_answer_without_data_confirms_nothing(flutterwave: Flutterwave, body: bytes):
    flutterwave.answers[CHARGE_PATH] = (200, body)
    with pytest.raises(Unverified, match="does not know of the payment"):
        await confirm(CAPTURED, flutterwave.environ)


@pytest.mark.parametrize(
    "other", [{"amount": -1}, {"amount": "much"}, {"currency": "XXX"}, {"tx_ref": None}, {"id": []}]
)
async def test_an_answer_that_can_not_be_compared_confirms_nothing(flutterwave: Flutterwave, other: dict[str, object]):
    flutterwave.says(CHARGE_PATH, CHARGE, **other)
    with pytest.raises(Unverified, match="can not be compared: "):
        await confirm(CAPTURED, flutterwave.environ)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "flutterwave", "ftp://127.0.0.1", "http://[", "http://\x00"])
async def test_an_address_where_nobody_answers_is_asked_again_later(flutterwave: Flutterwave, address: str):
    with pytest.raises(Unreachable, match=r"Flutterwave .* ORDERWAY_FLUTTERWAVE_API\."):
        await confirm(CAPTURED, flutterwave.environ | {"ORDERWAY_FLUTTERWAVE_API": address})


async def test_nobody_is_led_elsewhere_with_the_key(flutterwave: Flutterwave):
    flutterwave.answers[CHARGE_PATH] = (302, b"")
    with pytest.raises(Unverified, match="status 302"):
        await confirm(CAPTURED, flutterwave.environ)
