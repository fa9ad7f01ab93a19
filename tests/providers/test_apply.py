"""What becomes of each report: one bucket, and each minor unit in one place."""

import hmac
from base64 import b64encode
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from tests.providers.till import SECRET, Till
from tests.stories.shop import LAGOS, RESELLER, Order, actor, shirts

from orderway.sale.events import CancelRequested
from orderway.sale.payments.events import Confirm, Refund
from orderway.sale.payments.opening import NewPayment, register
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction


async def registered(order: Order, *, reference: str = "R-1", provider: str = "paystack") -> UUID:
    """A payment of 4000 that waits for its provider's report."""
    new = NewPayment(amount=4000, currency="NGN", method="CARD", provider=provider, reference=reference)

    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await register(tx, new)

    return (await order.shop.runner.run(work, actor=actor("biller"))).ref.id


async def payments(till: Till) -> list[tuple[Any, ...]]:
    """Each payment: reference, state, amount, refunded, reversed."""
    rows = await till.shop.pool.fetch(
        "SELECT reference, state, amount, refunded, (context ->> 'reversed')::int FROM payment ORDER BY reference"
    )
    return [tuple(row) for row in rows]


async def owed(order: Order) -> int:
    return sum(amount for _, amount in await order.payable())


async def test_money_for_a_registered_payment_confirms_it_and_clears_the_sale(till: Till):
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    assert await till.report("captured", transaction="T-1") == "applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 0)]
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await till.parked() == []
    assert await till.shop.findings() == []


async def test_the_log_says_which_provider_and_which_report_it_was(till: Till):
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    await till.report("captured")
    rows = await till.shop.pool.fetch(
        "SELECT l.machine, l.event, l.actor FROM transition_log l JOIN webhook_event e ON e.id::text = l.request_id"
        " ORDER BY l.machine, l.step"
    )
    assert {tuple(row) for row in rows} == {
        ("payment", "CONFIRM", "webhook:paystack"),
        ("sale", "PAYMENT_CAPTURED", "webhook:paystack"),
        ("fulfillment", "BORN", "webhook:paystack"),
        ("fulfillment", "RESERVE_MISS", "webhook:paystack"),
    }
    async with till.shop.pool.acquire() as connection:
        assert await till.shop.workflow.name_of(connection, "webhook:paystack") == "Paystack webhook"


async def test_money_for_an_order_registers_its_payment_and_confirms_it(till: Till):
    order = await till.shop.agreed(shirts(4))
    assert await till.report("captured", order=await till.number(order), transaction="T-1") == "applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 0)]
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await till.shop.findings() == []


async def test_an_order_is_known_by_its_id_too(till: Till):
    order = await till.shop.agreed(shirts(4))
    assert await till.report("captured", order=str(order.id)) == "applied"
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"


async def test_partial_payments_add_up_until_the_sale_clears(till: Till):
    order = await till.shop.agreed(shirts(4))
    number = await till.number(order)
    for count, amount in enumerate((1000, 1500), 1):
        assert await till.report("captured", order=number, reference=f"R-{count}", amount=amount) == "applied"
        assert await order.state("sale") == "PAYMENT_PENDING_CONFIRMATION"
    assert await till.report("captured", order=number, reference="R-3", amount=1500) == "applied"
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert (await order.context("sale")).captured_total == 4000
    assert await till.shop.findings() == []


async def test_what_was_paid_too_much_is_owed_and_stands_in_the_inbox(till: Till):
    order = await till.shop.agreed(shirts(4))
    assert await till.report("captured", order=await till.number(order), amount=5000) == "applied"
    assert await owed(order) == 1000
    assert await till.parked() == [("surplus", 1000, None)]
    assert await till.shop.findings() == []


@pytest.mark.parametrize("told", [{"amount": 3999}, {"amount": 4001}, {"currency": "GHS"}])
async def test_another_amount_or_currency_than_registered_is_parked_and_not_guessed(till: Till, told: dict[str, Any]):
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    before = await order.told()
    assert await till.report("captured", transaction="T-1", **told) == "parked"
    kind = "wrong_currency" if "currency" in told else "short" if told["amount"] < 4000 else "over"
    assert await till.parked() == [(kind, told.get("amount", 4000), None)]
    assert await payments(till) == [("R-1", "PENDING", 4000, 0, 0)]
    assert await order.told() == before
    assert await till.shop.findings() == []


async def test_money_in_another_currency_than_its_order_is_parked(till: Till):
    order = await till.shop.agreed(shirts(4))
    assert await till.report("captured", order=await till.number(order), currency="USD") == "parked"
    assert await till.parked() == [("wrong_currency", 4000, None)]
    assert await payments(till) == []
    assert await till.shop.findings() == []


async def test_money_for_no_known_order_is_an_orphan(till: Till):
    assert await till.report("captured", order="SO-2025-000417", transaction="T-1") == "parked"
    assert await till.parked() == [("orphan", 4000, None)]
    assert await till.report("captured", order="SO-2025-000417", transaction="T-1") == "already applied"
    assert await till.report("captured", order="SO-2025-000417", transaction="T-2") == "parked"
    assert await till.parked() == [("orphan", 4000, None)] * 2
    assert await till.shop.findings() == []


async def test_a_resellers_order_is_not_paid_by_a_report_on_consumers(till: Till):
    order = await till.shop.agreed(shirts(4), customer=RESELLER)
    assert await till.report("captured", order=await till.number(order)) == "parked"
    assert await till.parked() == [("orphan", 4000, None)]
    assert await payments(till) == []
    assert await till.shop.findings() == []


async def test_what_is_about_to_come_or_failed_for_another_kind_of_buyer_is_ignored(till: Till):
    order = await till.shop.agreed(shirts(4), customer=RESELLER)
    for status in ("pending", "authorized", "failed"):
        assert await till.report(status, order=await till.number(order)) == "ignored"
    assert await payments(till) == []
    assert await order.state("sale") == "AWAITING_PAYMENT_METHOD"


async def test_the_same_movement_of_money_is_captured_once_whatever_the_events_are_called(till: Till):
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    assert await till.report("captured", transaction="T-1") == "applied"
    assert await till.report("captured", transaction="T-1") == "already applied"
    assert await till.report("captured", transaction="T-2") == "parked"
    assert await till.parked() == [("duplicate", 4000, None)]
    assert (await order.context("sale")).captured_total == 4000
    assert await till.shop.findings() == []


async def test_what_a_person_confirmed_first_is_the_same_money(till: Till):
    order = await till.shop.agreed(shirts(4))
    payment = await registered(order)
    await order.send("payment", Confirm(), by="accountant", to=payment)
    assert await till.report("captured", transaction="T-1") == "already applied"
    assert await till.report("captured", transaction="T-2") == "parked"
    assert await till.parked() == [("duplicate", 4000, None)]
    assert await till.shop.findings() == []


async def test_money_that_comes_after_its_sale_was_cancelled_is_owed_and_stands_in_the_inbox(till: Till):
    order = await till.shop.agreed(shirts(4))
    await order.send("sale", CancelRequested("Changed their mind."))
    assert await till.report("captured", order=await till.number(order), transaction="T-1") == "applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 0)]
    assert await owed(order) == 4000
    assert await till.parked() == [("late", 4000, None)]
    assert await till.shop.findings() == []


async def test_money_that_comes_after_its_sale_expired_is_owed_and_stands_in_the_inbox(till: Till):
    order = await till.shop.agreed(shirts(4))
    await till.shop.wait(days=2)
    assert await order.state("sale") == "EXPIRED"
    assert await till.report("captured", order=await till.number(order), transaction="T-1") == "applied"
    assert await owed(order) == 4000
    assert await till.parked() == [("late", 4000, None)]
    assert await till.shop.findings() == []


async def test_a_failure_fails_the_payment_and_a_later_success_confirms_it(till: Till):
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    assert await till.report("failed", reason="Insufficient funds") == "applied"
    assert await payments(till) == [("R-1", "FAILED", 4000, 0, 0)]
    assert await order.state("sale") == "PAYMENT_FAILED"
    assert await till.report("captured") == "applied"
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await till.report("failed") == "already applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 0)]
    assert await till.shop.findings() == []


async def test_a_failure_of_nothing_known_is_ignored(till: Till):
    assert await till.report("failed") == "ignored"
    assert await till.events() == [("failed", "ignored")]
    assert await till.parked() == []


async def test_what_is_about_to_come_makes_the_sale_wait(till: Till):
    order = await till.shop.agreed(shirts(4))
    number = await till.number(order)
    assert await till.report("pending", order=number) == "applied"
    assert await order.state("sale") == "PAYMENT_INITIATED"
    assert await till.report("pending", order=number) == "already applied"
    assert await till.report("authorized", order=number) == "applied"
    assert await order.state("sale") == "PAYMENT_PENDING_CONFIRMATION"
    assert await payments(till) == [("R-1", "PENDING", 4000, 0, 0)]
    assert await till.report("captured", order=number) == "applied"
    assert await till.report("authorized", order=number) == "already applied"
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await till.shop.findings() == []


async def cleared(till: Till, **told: Any) -> Order:
    """A sale that a report has paid: R-1 by T-1, 4000."""
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    assert await till.report("captured", transaction="T-1", **told) == "applied"
    return order


async def test_a_refund_that_we_made_is_known_when_it_is_reported(till: Till):
    order = await cleared(till)
    await till.report("captured", order=await till.number(order), reference="R-2", amount=1000)
    payment = await till.shop.pool.fetchval("SELECT id FROM payment WHERE reference = 'R-1'")
    await order.send("payment", Refund(600), by="accountant", to=payment)
    assert await till.report("refunded", amount=600, subject="B-1") == "already applied"
    assert (await payments(till))[0] == ("R-1", "PARTIALLY_REFUNDED", 4000, 600, 0)
    assert await till.report("refunded", amount=400, subject="B-2") == "applied"
    assert (await payments(till))[0] == ("R-1", "PARTIALLY_REFUNDED", 4000, 1000, 0)
    assert await owed(order) == 0
    assert await till.shop.findings() == []


async def test_a_refund_that_nothing_was_owed_for_is_taken_back(till: Till):
    order = await cleared(till)
    assert await till.report("refunded", amount=1000, subject="B-1") == "applied"
    assert await till.report("refunded", amount=1000, subject="B-1") == "already applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 1000)]
    assert await order.state("sale") == "PAYMENT_PENDING_CONFIRMATION"
    assert await till.shop.findings() == []


async def test_a_refund_that_comes_before_its_payment_waits_for_it(till: Till):
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    assert await till.report("refunded", amount=1000, subject="B-1") == "parked"
    assert await till.parked() == [("early", -1000, None)]
    assert await till.report("captured", transaction="T-1") == "applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 1000)]
    assert await till.parked() == [("early", -1000, "attached")]
    assert await till.events() == [("refunded", "applied"), ("captured", "applied")]
    assert await till.shop.findings() == []


async def test_what_waits_is_booked_by_a_worker_once_a_person_has_confirmed_its_payment(till: Till):
    order = await till.shop.agreed(shirts(4))
    payment = await registered(order)
    assert await till.report("refunded", amount=1000, subject="B-1") == "parked"
    await order.send("payment", Confirm(), by="accountant", to=payment)
    await till.settle()
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 1000)]
    assert await till.shop.findings() == []


async def test_more_than_came_is_never_taken_back(till: Till):
    await cleared(till)
    assert await till.report("refunded", amount=5000, subject="B-1") == "parked"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 0)]
    assert await till.parked() == [("early", -5000, None)]
    assert await till.shop.findings() == []


async def test_a_refund_that_failed_leaves_its_money_in_the_inbox(till: Till):
    await cleared(till)
    assert await till.report("refunded", amount=1000, subject="B-1") == "applied"
    assert await till.report("refund_failed", amount=1000, subject="B-1") == "parked"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 1000)]
    assert await till.parked() == [("orphan", 1000, None)]
    assert await till.report("refund_failed", amount=500, subject="B-2") == "ignored"
    assert await till.report("refunded", amount=500, subject="B-2") == "already applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 1000)]
    assert await till.shop.findings() == []


async def test_a_dispute_holds_the_money_and_winning_gives_it_back(till: Till):
    order = await cleared(till)
    assert await till.report("disputed", transaction="T-1", subject="D-1") == "applied"
    assert await payments(till) == [("R-1", "DISPUTED", 4000, 0, 4000)]
    assert await order.state("sale") == "PAYMENT_PENDING_CONFIRMATION"
    assert await till.parked() == [("disputed", 4000, None)]
    assert await till.report("disputed", transaction="T-1", subject="D-1") == "already applied"
    assert await till.report("dispute_won", transaction="T-1", subject="D-1") == "applied"
    assert await till.report("dispute_won", transaction="T-1", subject="D-1") == "already applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 0)]
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await till.parked() == [("disputed", 4000, "won")]
    assert await till.shop.findings() == []


async def test_a_dispute_that_is_lost_takes_the_money(till: Till):
    order = await cleared(till)
    await till.report("disputed", amount=1000, transaction="T-1", subject="D-1")
    assert await till.report("dispute_lost", amount=1000, transaction="T-1", subject="D-1") == "applied"
    assert await till.report("dispute_lost", amount=1000, transaction="T-1", subject="D-1") == "already applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 1000)]
    assert await order.state("sale") == "PAYMENT_PENDING_CONFIRMATION"
    assert await till.parked() == [("disputed", 1000, "lost")]
    assert await till.shop.findings() == []


async def test_a_dispute_that_is_lost_before_it_was_heard_of_takes_the_money_once(till: Till):
    await cleared(till)
    assert await till.report("dispute_lost", transaction="T-1", subject="D-1") == "applied"
    assert await till.report("disputed", transaction="T-1", subject="D-1") == "already applied"
    assert await payments(till) == [("R-1", "REVERSED", 4000, 0, 4000)]
    assert await till.shop.findings() == []


async def test_a_dispute_of_the_second_payment_of_a_reference_leaves_the_first_alone(till: Till):
    await cleared(till)
    assert await till.report("captured", transaction="T-2") == "parked"
    assert await till.report("disputed", transaction="T-2", subject="D-1") == "parked"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 0)]
    assert await till.parked() == [("duplicate", 4000, None), ("early", -4000, None)]
    assert await till.shop.findings() == []


async def test_a_refund_waits_while_its_payment_is_disputed(till: Till):
    await cleared(till)
    await till.report("disputed", amount=1000, transaction="T-1", subject="D-1")
    assert await till.report("refunded", amount=500, subject="B-1") == "parked"
    assert await till.report("dispute_lost", amount=1000, transaction="T-1", subject="D-1") == "applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 1500)]
    assert await till.parked() == [("disputed", 1000, "lost"), ("early", -500, "attached")]
    assert await till.shop.findings() == []


async def test_news_of_nothing_are_kept_and_ignored(till: Till):
    answer = await till.post({"event": "transfer.success", "data": {}}, path="paystack")
    assert answer.json() == {"bucket": "ignored"}
    assert await till.events() == [("other", "ignored")]


async def flutterwave(till: Till, event: str, **data: object) -> str:
    """Report as Flutterwave's version 4 does."""
    body = msgspec.json.encode({"webhook_id": event, "type": event, "data": data})
    signature = b64encode(hmac.new(SECRET.encode(), body, "sha256").digest()).decode()
    answer = await till.client.post(
        "/payments/webhooks/flutterwave", content=body, headers={"flutterwave-signature": signature}
    )
    return str(answer.json()["bucket"])


async def test_a_refund_that_names_no_currency_has_that_of_its_payment_and_waits_for_it(
    till: Till, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ORDERWAY_WEBHOOK_SECRET_FLUTTERWAVE", SECRET)
    order = await till.shop.agreed(shirts(4))
    refund = {"id": "B-1", "charge_id": "chg_1", "amount_refunded": 10, "status": "succeeded"}
    charge = {"id": "chg_1", "reference": await till.number(order), "amount": 40, "currency": "NGN"}
    assert await flutterwave(till, "refund.completed", **refund) == "stored"
    assert await flutterwave(till, "charge.completed", status="succeeded", **charge) == "applied"
    till.shop.now += timedelta(minutes=2)
    assert (await till.settle()).settled == 1
    assert [row[1:] for row in await payments(till)] == [("CONFIRMED", 4000, 0, 1000)]
    assert await till.shop.row("SELECT amount, currency FROM webhook_event WHERE kind = 'refunded'") == (1000, "NGN")
    assert await till.shop.findings() == []
