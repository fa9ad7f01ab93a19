"""Every request of the shared data, sent to an order of the number and the amount that it names, moves that order."""

from datetime import timedelta
from typing import Any

import pytest
from tests.providers.test_shared_requests import DESCRIBED, MISSING, Sample, every_sample
from tests.providers.till import Till
from tests.stories.shop import CONSUMER, LAGOS, Order, actor, shirts

from orderway.quotation.opening import NewOrder, place
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

pytestmark = pytest.mark.skipif(not DESCRIBED, reason=MISSING)

# What the description calls it: the bucket, the state of the sale, and what is parked.
COMES_TO: dict[str, tuple[str, str, list[str]]] = {
    "PAYMENT_CAPTURED": ("applied", "CLEARED_FOR_FULFILLMENT", []),
    "PAYMENT_CAPTURED after GET /v3/transactions/{id}/verify": ("parked", "AWAITING_PAYMENT_METHOD", ["unverified"]),
    "PAYMENT_FAILED": ("applied", "PAYMENT_FAILED", []),
    "PAYMENT_INITIATED": ("applied", "PAYMENT_INITIATED", []),
    "PAYMENT_INITIATED (authorised)": ("applied", "PAYMENT_PENDING_CONFIRMATION", []),
    "REFUND_ISSUED": ("parked", "AWAITING_PAYMENT_METHOD", ["early"]),
    "dispute hold": ("parked", "AWAITING_PAYMENT_METHOD", ["early"]),
    "ignored (unknown type)": ("ignored", "AWAITING_PAYMENT_METHOD", []),
    "n/a": ("ignored", "AWAITING_PAYMENT_METHOD", []),
}


async def meant(till: Till, meta: Any) -> Order:
    """The order that a request names, with a sale of its amount."""
    amount = abs(meta["amount_minor"] or 4000)
    new = NewOrder(
        store_id=LAGOS, customer_id=CONSUMER, currency="NGN", fulfillment_type="PICKUP",
        lines=(shirts(1, price=amount),), number=meta["order_ref"], valid_until=till.shop.now + timedelta(days=7),
    )  # fmt: skip

    async def work(tx: Transaction) -> Moved:
        return await place(tx, new)

    moved = await till.shop.runner.run(work, actor=actor("biller"))
    return await till.shop.agree(Order(till.shop, moved.order_id, amount))


@every_sample
async def test_a_request_comes_to_what_its_description_says(
    till: Till, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    till.shop.now = sample.now
    order = await meant(till, sample.meta)
    monkeypatch.setenv(f"ORDERWAY_WEBHOOK_SECRET_{sample.provider.name.upper()}", sample.meta["secret"])
    url = f"/payments/webhooks/{sample.provider.name}"
    answers = [await till.client.post(url, content=sample.body, headers=sample.headers) for _ in range(2)]
    bucket, state, parked = COMES_TO[sample.meta["maps_to"]]
    assert answers[0].json() == {"bucket": bucket}
    assert answers[1].json() == {"bucket": "already applied" if bucket == "applied" else bucket}
    assert await order.state("sale") == state
    assert [kind for kind, _, _ in await till.parked()] == parked
    assert await till.shop.findings() == []
