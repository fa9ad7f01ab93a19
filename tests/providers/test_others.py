"""What one provider says of the money of another: nothing comes of it but an item of the inbox."""

import hmac
from typing import Any

import msgspec
import pytest
from tests.providers.test_apply import payments, registered
from tests.providers.till import SECRET, Till, plain
from tests.stories.shop import shirts


async def of_monnify(till: Till, told: dict[str, Any]) -> Any:
    """The bucket of a report that Monnify sends, as one whose secret got out could."""
    body = msgspec.json.encode(told)
    headers = {"monnify-signature": hmac.new(SECRET.encode(), body, "sha512").hexdigest()}
    answer = await till.client.post("/payments/webhooks/monnify/consumer", content=body, headers=headers)
    return answer.json()["bucket"]


@pytest.fixture(autouse=True)
def monnify_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERWAY_WEBHOOK_SECRET_MONNIFY", SECRET)


async def test_it_confirms_and_fails_no_payment_of_another(till: Till):
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    assert await of_monnify(till, plain("failed", id="e1")) == "ignored"
    assert await of_monnify(till, plain("captured", id="e2")) == "parked"
    assert await payments(till) == [("R-1", "PENDING", 4000, 0, 0)]
    assert await till.parked() == [("orphan", 4000, None)]
    assert await till.report("captured") == "applied", "what it was said of is taken from its own provider"
    assert await till.shop.findings() == []


@pytest.mark.parametrize("status", ["refunded", "disputed", "dispute_lost", "refund_failed"])
@pytest.mark.parametrize("transaction", [None, "T-1"])
async def test_it_takes_no_money_of_another(till: Till, status: str, transaction: str | None):
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    assert await till.report("captured", transaction="T-1") == "applied"
    told = plain(status, id="e9", order=await till.number(order), subject="S-1", transaction=transaction)
    assert await of_monnify(till, told) in {"parked", "ignored"}
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 0)]
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await till.shop.findings() == []


async def test_it_hides_no_report_of_another_by_its_event_id(till: Till):
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    assert await of_monnify(till, plain("captured", id="e1", transaction="T-1")) == "parked"
    assert await till.report("captured", transaction="T-1") == "applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 0)]
