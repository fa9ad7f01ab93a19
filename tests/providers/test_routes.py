"""What providers are answered: the bucket of a report, or why it is not taken; then nothing of it is stored."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from structlog.testing import capture_logs
from tests.providers.till import SECRET, Till, plain, signed
from tests.stories.shop import shirts

PATH = "/payments/webhooks/paystack/consumer"


async def stored(till: Till) -> int:
    count: int = await till.shop.pool.fetchval("SELECT count(*) FROM webhook_event")
    return count


async def test_a_report_is_answered_with_its_bucket_and_nothing_else(till: Till):
    order = await till.shop.agreed(shirts(4))
    told = plain("captured", id="e1", order=await till.number(order))
    answer = await till.post(told)
    assert (answer.status_code, answer.json()) == (200, {"bucket": "applied"})
    assert answer.headers["cache-control"] == "no-store"
    rows = await till.shop.rows()
    again = await till.post(told)
    assert (again.status_code, again.json()) == (200, {"bucket": "already applied"})
    assert await till.shop.rows() == rows


OTHER: list[dict[str, Any]] = [
    {"status": "failed"},
    {"amount": 4001},
    {"currency": "USD"},
    {"reference": "R-2"},
    {"transaction": "T-2"},
    {"subject": "S-2"},
]


@pytest.mark.parametrize("other", OTHER, ids=[next(iter(other)) for other in OTHER])
async def test_another_report_under_an_id_that_was_used_is_refused_and_not_forgotten(till: Till, other: dict[str, Any]):
    """Else its money would be lost without a word: the sender would take it for a repeat that was heard."""
    told = plain("captured", id="e1", transaction="T-1", subject="S-1")
    assert (await till.post(told)).json() == {"bucket": "parked"}
    rows = await till.shop.rows()
    with capture_logs() as logs:
        answer = await till.post(told | other)
    assert answer.status_code == 409
    assert answer.json() == {
        "error": "Another report came under this event id, and told something else. Give each event an id of its own."
    }
    assert [(line["event"], line["provider"], line["event_id"]) for line in logs] == [
        ("A report has the event id of another.", "paystack", "plain:e1")
    ]
    assert await till.shop.rows() == rows


async def test_what_a_repeat_tells_beside_the_money_does_not_matter(till: Till):
    told = plain("captured", id="e1")
    assert (await till.post(told)).json() == {"bucket": "parked"}
    assert (await till.post(told | {"reason": "As agreed.", "attempt": 2})).json() == {"bucket": "parked"}


async def test_the_raw_report_is_kept_with_what_proves_it(till: Till):
    body = b'{ "eventId": "e1", "status": "captured", "reference": "R-9", "amount": 5, "currency": "NGN" }'
    headers = {**signed(body), "authorization": "Bearer of nothing"}
    assert (await till.client.post(PATH, content=body, headers=headers)).json() == {"bucket": "parked"}
    kept, proof = await till.shop.row("SELECT body, headers FROM webhook_event")
    assert kept == body
    assert msgspec.json.decode(proof) == signed(body)


async def test_an_unknown_provider_is_not_found(till: Till):
    for path in ("/payments/webhooks/paypol", "/payments/webhooks/paystack/supplier"):
        answer = await till.client.post(path, content=b"{}")
        assert answer.status_code == 404
        assert answer.json()["error"].startswith("There ")
    assert await stored(till) == 0


async def test_only_post_is_taken(till: Till):
    answer = await till.client.get(PATH)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "headers", [{}, {"x-paystack-signature": ""}, {"x-paystack-signature": "00"}, signed(b"{}"), {"x": SECRET}]
)
async def test_a_report_that_is_not_proven_is_refused_and_not_stored(till: Till, headers: dict[str, str]):
    body = msgspec.json.encode(plain("captured", id="e1"))
    answer = await till.client.post(PATH, content=body, headers=headers)
    assert answer.status_code == 401
    assert "signature" in answer.json()["error"]
    assert await stored(till) == 0


async def test_a_body_that_was_altered_after_it_was_signed_is_refused(till: Till):
    body = msgspec.json.encode(plain("captured", id="e1"))
    answer = await till.client.post(PATH, content=body.replace(b"4000", b"9000"), headers=signed(body))
    assert answer.status_code == 401
    assert await stored(till) == 0


async def test_nothing_is_taken_while_no_secret_is_set(till: Till, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ORDERWAY_WEBHOOK_SECRET_PAYSTACK", " , ")
    answer = await till.post(plain("captured", id="e1"))
    assert answer.status_code == 503
    assert "ORDERWAY_WEBHOOK_SECRET_PAYSTACK" in answer.json()["error"]
    assert await stored(till) == 0


async def test_both_secrets_are_taken_while_one_is_rotated(till: Till, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ORDERWAY_WEBHOOK_SECRET_PAYSTACK", f"another, {SECRET}")
    assert (await till.post(plain("captured", id="e1"))).status_code == 200


BROKEN: list[Any] = [
    [],
    "text",
    {},
    plain("captured", id=""),
    plain("paid", id="e1"),
    plain("captured", id="e1", amount=-1),
    plain("captured", id="e1", amount=0),
    plain("captured", id="e1", amount=12.5),
    plain("captured", id="e1", amount=2**70),
    plain("captured", id="e1", amount="4000"),
    plain("captured", id="e1", currency="XXX"),
    plain("captured", id="e1", method="SHELLS"),
    plain("captured", id="e1", reference=""),
    plain("captured", id="e1", reference="a\0b"),
    plain("captured", id="e" * 5000),
]


@pytest.mark.parametrize("told", BROKEN, ids=range(len(BROKEN)))
async def test_a_body_that_tells_nothing_exactly_is_refused_and_not_stored(till: Till, told: Any):
    answer = await till.post(told)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")
    assert await stored(till) == 0


@pytest.mark.parametrize("body", [b"", b"\xff", b"{", b"[" * 100_000, b'{"eventId": "a", "eventId": "b"}'])
async def test_a_body_that_is_no_json_is_refused(till: Till, body: bytes):
    answer = await till.client.post(PATH, content=body, headers=signed(body))
    assert answer.status_code == 400
    assert await stored(till) == 0


async def test_a_body_that_is_too_large_is_refused_while_it_arrives(till: Till):
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 64 * 1024
            yield b" " * 64 * 1024

    answer: httpx.Response = await till.client.post(PATH, content=endless())
    assert answer.status_code == 413
    assert sent <= 2 * 1024 * 1024
    assert await stored(till) == 0


async def test_the_type_that_a_body_claims_does_not_matter(till: Till):
    body = msgspec.json.encode(plain("captured", id="e1"))
    headers = {**signed(body), "content-type": "text/html"}
    assert (await till.client.post(PATH, content=body, headers=headers)).status_code == 200


async def test_what_its_provider_has_to_stand_by_is_parked_while_nobody_can_ask(
    till: Till, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ORDERWAY_WEBHOOK_SECRET_FLUTTERWAVE", SECRET)
    order = await till.shop.agreed(shirts(4))
    told = {
        "event": "charge.completed",
        "data": {
            "id": 7, "tx_ref": await till.number(order), "amount": 40, "currency": "NGN", "status": "successful",
            "payment_type": "card",
        },
    }  # fmt: skip
    body = msgspec.json.encode(told)
    answer = await till.client.post("/payments/webhooks/flutterwave", content=body, headers={"verif-hash": SECRET})
    assert answer.json() == {"bucket": "parked"}
    assert await till.parked() == [("unverified", 4000, None)]
    assert await order.state("sale") == "AWAITING_PAYMENT_METHOD"
    (headers,) = await till.shop.row("SELECT headers FROM webhook_event")
    assert SECRET not in headers
    assert await till.shop.findings() == []
