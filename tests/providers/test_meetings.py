"""Where reports meet people and one another: what one of them did, the other finds, and nothing is counted twice."""

import hmac
from base64 import b64encode
from typing import Any

import msgspec
import pytest
from tests.providers.till import SECRET, Till
from tests.reconciliation.inbox import Inbox
from tests.stories.shop import LAGOS, Order, actor, shirts

from orderway.sale.payments.events import Confirm, Dispute, LoseDispute, Refund, Reverse, WinDispute
from orderway.sale.payments.opening import NewPayment, register
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction


async def registered(order: Order) -> None:
    """A payment R-1 of 4000 that waits for its provider's report."""
    new = NewPayment(amount=4000, currency="NGN", method="CARD", provider="paystack", reference="R-1")

    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await register(tx, new)

    await order.shop.runner.run(work, actor=actor("biller"))


async def payments(till: Till) -> list[tuple[Any, ...]]:
    """Each payment: reference, state, amount, refunded, reversed."""
    rows = await till.shop.pool.fetch(
        "SELECT reference, state, amount, refunded, (context ->> 'reversed')::int FROM payment ORDER BY reference"
    )
    return [tuple(row) for row in rows]


async def test_two_reports_of_one_reference_that_name_no_movement_are_two_sums(till: Till):
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    assert await till.report("captured", amount=3000) == "parked"
    till.shop.now += till.shop.now.resolution
    assert await till.report("captured") == "applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 0)]
    assert await till.parked() == [("short", 3000, None)]
    assert await till.shop.findings() == []


@pytest.mark.parametrize("amount", [3000, 5000])
async def test_another_sum_for_a_payment_that_a_person_confirmed_is_a_second_one(till: Till, amount: int):
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    await order.send("payment", Confirm(), by="accountant")
    assert await till.report("captured", transaction="T-1", amount=amount) == "parked"
    assert await till.parked() == [("duplicate", amount, None)]
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 0)]
    assert await till.shop.findings() == []


@pytest.mark.parametrize("trace", [{}, {"transaction": "T-1"}], ids=["by its reference", "by its transaction"])
async def test_a_refund_of_unknown_money_is_booked_once_a_person_has_attached_it(till: Till, trace: dict[str, str]):
    assert await till.report("captured", transaction="T-1") == "parked"
    assert await till.report("refunded", amount=1000, subject="B-1", **trace) == "parked"
    order, inbox = await till.shop.agreed(shirts(4)), Inbox(till.shop)
    await inbox.act(await inbox.only("orphan"), "attach", order=order.id)
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    await till.settle()
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 1000)]
    assert await till.parked() == [("orphan", 4000, "attached"), ("early", -1000, "attached")]
    assert await order.state("sale") == "PAYMENT_PENDING_CONFIRMATION"
    assert await till.shop.findings() == []


async def test_a_dispute_of_unknown_money_holds_it_once_a_person_has_attached_it(till: Till):
    assert await till.report("captured", transaction="T-1") == "parked"
    assert await till.report("disputed", transaction="T-1", subject="D-1") == "parked"
    order, inbox = await till.shop.agreed(shirts(4)), Inbox(till.shop)
    await inbox.act(await inbox.only("orphan"), "attach", order=order.id)
    await till.settle()
    assert await payments(till) == [("R-1", "DISPUTED", 4000, 0, 4000)]
    assert await order.states() == ("MUTUALLY_APPROVED", "PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
    assert await till.report("dispute_won", transaction="T-1", subject="D-1") == "applied"
    assert [end for _, _, end in await till.parked()] == ["attached", "attached", "won"]
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await till.shop.findings() == []


async def test_what_a_dispute_of_unknown_money_lost_is_gone_once_a_person_has_attached_it(till: Till):
    assert await till.report("captured", transaction="T-1") == "parked"
    assert await till.report("disputed", transaction="T-1", subject="D-1") == "parked"
    assert await till.report("dispute_lost", transaction="T-1", subject="D-1") == "parked"
    order, inbox = await till.shop.agreed(shirts(4)), Inbox(till.shop)
    await inbox.act(await inbox.only("orphan"), "attach", order=order.id)
    await till.settle()
    assert await payments(till) == [("R-1", "REVERSED", 4000, 0, 4000)]
    assert None not in [end for _, _, end in await till.parked()]
    assert await till.shop.findings() == []


async def flutterwave(till: Till, event: str, **data: object) -> str:
    """Report as Flutterwave's version 4 does."""
    body = msgspec.json.encode({"webhook_id": f"{event} {data['id']}", "type": event, "data": data})
    signature = b64encode(hmac.new(SECRET.encode(), body, "sha256").digest()).decode()
    answer = await till.client.post(
        "/payments/webhooks/flutterwave", content=body, headers={"flutterwave-signature": signature}
    )
    return str(answer.json()["bucket"])


@pytest.mark.parametrize(("end", "gone"), [(WinDispute(), 1000), (LoseDispute(), 3000)], ids=["won", "lost"])
async def test_a_refund_that_names_only_the_movement_waits_for_the_end_of_a_dispute(
    till: Till, monkeypatch: pytest.MonkeyPatch, end: object, gone: int
):
    monkeypatch.setenv("ORDERWAY_WEBHOOK_SECRET_FLUTTERWAVE", SECRET)
    order = await till.shop.agreed(shirts(4))
    charge = {"id": "chg_1", "reference": await till.number(order), "amount": 40, "currency": "NGN"}
    assert await flutterwave(till, "charge.completed", status="succeeded", **charge) == "applied"
    await order.send("payment", Dispute(2000, "Not as told."), by="accountant")
    refund = {"id": "B-1", "charge_id": "chg_1", "amount_refunded": 10, "status": "succeeded"}
    assert await flutterwave(till, "refund.completed", **refund) == "parked"
    await order.send("payment", end, by="accountant")
    await till.settle()
    assert [row[2:] for row in await payments(till)] == [(4000, 0, gone)]
    assert [end for kind, _, end in await till.parked() if kind == "early"] == ["attached"]
    assert await till.shop.findings() == []


@pytest.mark.parametrize("kind", ["captured", "refunded", "disputed", "dispute_lost"])
async def test_money_in_another_currency_moves_no_payment(till: Till, kind: str):
    order = await till.shop.agreed(shirts(4))
    number = await till.number(order)
    if kind != "captured":
        assert await till.report("captured", order=number, transaction="T-1") == "applied"
    before = (await payments(till), await order.states())
    assert await till.report(kind, order=number, transaction="T-1", subject="S-1", currency="USD") == "parked"
    assert (await payments(till), await order.states()) == before
    assert await till.shop.findings() == []
    assert {(kind, end) for kind, _, end in await till.parked()} == {("wrong_currency", None)}


async def test_a_refund_in_another_currency_that_waited_for_its_payment_is_for_a_person(till: Till):
    order = await till.shop.agreed(shirts(4))
    assert await till.report("refunded", amount=500, subject="B-1", currency="USD") == "parked"
    assert await till.report("captured", order=await till.number(order), transaction="T-1") == "applied"
    assert await payments(till) == [("R-1", "CONFIRMED", 4000, 0, 0)]
    assert await till.parked() == [("early", -500, "dismissed"), ("wrong_currency", -500, None)]
    inbox = Inbox(till.shop)
    await inbox.act(await inbox.only("wrong_currency"), "dismiss")
    assert await till.shop.findings() == []


async def overpaid(till: Till) -> Order:
    """A sale with 1000 too much by R-2, of which a person noted that 600 were refunded."""
    order = await till.shop.paid(shirts(4))
    assert await till.report("captured", order=await till.number(order), reference="R-2", amount=1000) == "applied"
    payment = await till.shop.pool.fetchval("SELECT id FROM payment WHERE reference = 'R-2'")
    await order.send("payment", Refund(600), by="accountant", to=payment)
    return order


async def test_a_refund_that_a_person_noted_and_that_failed_leaves_its_money_in_the_inbox(till: Till):
    await overpaid(till)
    assert await till.report("refund_failed", reference="R-2", amount=600, subject="B-1") == "parked"
    assert await till.report("refund_failed", reference="R-2", amount=600, subject="B-1") == "ignored"
    assert await till.parked() == [("surplus", 1000, None), ("orphan", 600, None)]
    assert await till.shop.findings() == []


async def test_a_refund_that_failed_is_not_the_one_that_reached_the_buyer(till: Till):
    await overpaid(till)
    assert await till.report("refunded", reference="R-2", amount=600, subject="B-1") == "already applied"
    assert await till.report("refund_failed", reference="R-2", amount=600, subject="B-2") == "ignored"
    assert await till.parked() == [("surplus", 1000, None)]
    assert await till.shop.findings() == []


async def test_what_a_person_noted_as_taken_back_is_no_refund_that_failed(till: Till):
    order = await overpaid(till)
    await order.send("payment", Reverse(300, "Chargeback."), by="accountant")
    assert await till.report("refunded", reference="R-2", amount=600, subject="B-1") == "already applied"
    assert await till.report("refund_failed", reference="R-2", amount=300, subject="B-2") == "ignored"
    assert await till.shop.findings() == []


async def test_a_refund_of_what_was_moved_to_another_order_is_not_the_move(till: Till):
    order, other = await till.shop.agreed(shirts(4)), await till.shop.agreed(shirts(1))
    report = {"order": await till.number(order), "transaction": "T-1"}
    assert await till.report("captured", amount=5000, **report) == "applied"
    inbox = Inbox(till.shop)
    await inbox.act(await inbox.only("surplus"), "attach", order=other.id)
    assert await till.report("refund_failed", subject="B-0", amount=1000, **report) == "ignored"
    assert await till.report("refunded", subject="B-1", amount=1000, **report) == "applied"
    assert await till.report("refunded", subject="B-1", amount=1000, **report) == "already applied"
    rows = await till.shop.pool.fetch("SELECT amount, refunded, (context ->> 'reversed')::int FROM payment ORDER BY id")
    assert [tuple(row) for row in rows] == [(5000, 1000, 1000), (1000, 0, 0)]
    assert (await order.states())[1:] == ("PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
    assert await other.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await till.shop.findings() == []


async def test_a_refund_onto_the_buyers_account_explains_none_that_the_provider_made(till: Till):
    order = await till.shop.paid(shirts(4))
    assert await till.report("captured", order=await till.number(order), reference="R-2", amount=1000) == "applied"
    payment = await till.shop.pool.fetchval("SELECT id FROM payment WHERE reference = 'R-2'")
    await order.send("payment", Refund(600, "ACCOUNT"), by="accountant", to=payment)
    assert await till.report("refund_failed", reference="R-2", amount=600, subject="B-0") == "ignored"
    assert await till.report("refunded", reference="R-2", amount=400, subject="B-1") == "applied"
    assert (await payments(till))[-1] == ("R-2", "REFUNDED", 1000, 1000, 0)
    assert await till.report("refunded", reference="R-2", amount=600, subject="B-2") == "parked"
    assert await till.shop.pool.fetchval("SELECT balance FROM account_credit") == 600
    assert await till.shop.findings() == []
