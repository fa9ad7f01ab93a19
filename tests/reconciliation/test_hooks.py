"""Items that open by themselves, and close when what they are about is settled."""

from uuid import UUID

import pytest
from tests.reconciliation.inbox import Inbox
from tests.stories.shop import LAGOS, Order, shirts

from orderway.sale.events import CancelRequested
from orderway.sale.payments.events import Confirm, Dispute, LoseDispute, Refund, Reverse, WinDispute
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.errors import Refused

Item = tuple[str, int, str | None]


async def items(inbox: Inbox, order: Order) -> list[Item]:
    """Kind, amount and end of each item about the order, the oldest first."""
    rows = await inbox.shop.pool.fetch(
        "SELECT kind, amount, resolution FROM parked_money WHERE order_id = $1 ORDER BY id", order.id
    )
    return [tuple(row) for row in rows]


async def refund(order: Order, amount: int, payment: UUID | None = None) -> None:
    await order.send("payment", Refund(amount), by="accountant", to=payment)


async def test_what_is_paid_just_as_it_should_leaves_the_inbox_empty(inbox: Inbox):
    order = await inbox.shop.agreed(shirts(4))
    await order.pay(1000)
    await order.pay(3000)
    assert await items(inbox, order) == []


async def test_a_late_payment_waits_until_all_of_it_went_back(inbox: Inbox):
    item, order = await inbox.late()
    row = await inbox.row(item)
    assert (row["store_id"], row["order_id"]) == (LAGOS, order.id)
    assert (row["payment_id"], row["provider"]) == ((await order.ref("payment")).id, "till")
    assert row["why"] == "It was confirmed when no sale of its order could take it any more."
    await refund(order, 1000)
    assert (await inbox.item(item)).usable == 3000
    assert await items(inbox, order) == [("late", 4000, None)]
    await refund(order, 3000)
    assert await items(inbox, order) == [("late", 4000, "refunded")]
    row = await inbox.row(item)
    assert (row["resolved_by"], row["reason"]) == (
        (await inbox.viewer("accountant")).actor().id,
        "It was settled by what became of the payment.",
    )
    assert await inbox.shop.findings() == []


async def test_a_payment_of_an_order_without_a_sale_is_late_too(inbox: Inbox):
    order = await inbox.shop.order(shirts(4))
    await order.pay(100)
    assert await items(inbox, order) == [("late", 100, None)]


async def test_each_payment_brings_its_own_part_of_a_surplus(inbox: Inbox):
    order = await inbox.shop.agreed(shirts(4))
    first = await order.pay(4500)
    last = await order.pay(300)
    assert await items(inbox, order) == [("surplus", 500, None), ("surplus", 300, None)]
    await refund(order, 300, last)
    assert await items(inbox, order) == [("surplus", 500, None), ("surplus", 300, "refunded")], "nothing of it is left"
    await refund(order, 500, first)
    assert await items(inbox, order) == [("surplus", 500, "refunded"), ("surplus", 300, "refunded")]
    assert await inbox.shop.findings() == []


async def test_a_refund_of_another_payment_settles_a_surplus_as_well(inbox: Inbox):
    order = await inbox.shop.agreed(shirts(4))
    first = await order.pay(3000)
    await order.pay(2000)
    await refund(order, 1000, first)
    assert await items(inbox, order) == [("surplus", 1000, "refunded")]


@pytest.mark.parametrize(("end", "resolution"), [(WinDispute(), "won"), (LoseDispute(), "lost")])
async def test_a_dispute_ends_as_it_was_decided(inbox: Inbox, end: object, resolution: str):
    _, order = await inbox.disputed()
    assert await items(inbox, order) == [("disputed", 4000, None)]
    await order.send("payment", end, by="accountant")
    assert await items(inbox, order) == [("disputed", 4000, resolution)]
    assert await inbox.shop.findings() == []


async def test_a_second_dispute_is_a_second_item(inbox: Inbox):
    _, order = await inbox.disputed()
    await order.send("payment", WinDispute(), by="accountant")
    await order.send("payment", Dispute(100, "Again"), by="accountant")
    assert await items(inbox, order) == [("disputed", 4000, "won"), ("disputed", 100, None)]


async def test_more_that_is_taken_while_a_dispute_lasts_is_of_the_same_dispute(inbox: Inbox):
    order = await inbox.shop.paid(shirts(4))
    await order.send("payment", Dispute(3000, "Not received"), by="accountant")
    await order.send("payment", Reverse(500, "Taken back"), by="accountant")
    assert await items(inbox, order) == [("disputed", 3000, None)]
    assert await inbox.shop.findings() == []


async def test_a_late_payment_that_was_taken_back_is_lost(inbox: Inbox):
    _, order = await inbox.late()
    await order.send("payment", Reverse(4000, "Charged back"), by="accountant")
    assert await items(inbox, order) == [("late", 4000, "lost")]
    assert await inbox.shop.findings() == []


async def test_a_disputed_late_payment_waits_for_the_end_of_the_dispute(inbox: Inbox):
    item, order = await inbox.late()
    await order.send("payment", Dispute(4000, "Not received"), by="accountant")
    assert await items(inbox, order) == [("late", 4000, None), ("disputed", 4000, None)]
    with pytest.raises(Refused) as no:
        await inbox.act(item, "refund")
    assert [reason.guard for reason in no.value.refusal.reasons] == ["is_owed", "is_undisputed"]
    assert await inbox.shop.findings() == []
    await order.send("payment", WinDispute(), by="accountant")
    await inbox.act(item, "refund")
    assert await items(inbox, order) == [("late", 4000, "refunded"), ("disputed", 4000, "won")]
    assert await inbox.shop.findings() == []


async def test_a_lost_dispute_settles_what_was_late(inbox: Inbox):
    _, order = await inbox.late()
    await order.send("payment", Dispute(4000, "Not received"), by="accountant")
    await order.send("payment", LoseDispute(), by="accountant")
    assert await items(inbox, order) == [("late", 4000, "lost"), ("disputed", 4000, "lost")]
    assert await inbox.shop.findings() == []


async def test_a_surplus_that_a_reversal_ate_is_lost(inbox: Inbox):
    order = await inbox.shop.agreed(shirts(4))
    first = await order.pay(3000)
    await order.pay(2000)
    await order.send("payment", Reverse(1500, "Charged back"), by="accountant", to=first)
    assert await items(inbox, order) == [("surplus", 1000, "lost")]
    assert await inbox.shop.findings() == []


async def test_what_waits_in_the_inbox_is_not_confirmed_by_hand(inbox: Inbox):
    item, order = await inbox.make("short")
    with pytest.raises(Refused) as no:
        await order.send("payment", Confirm(), by="accountant")
    assert str(no.value) == (
        "What came for the payment must not wait in the reconciliation inbox. NGN 39.70 waits there."
        " Attach or accept it there."
    )
    assert (await order.context("sale")).captured_total == 0
    await inbox.act(item, "return")
    await order.send("payment", Confirm(), by="accountant")
    assert await inbox.shop.findings() == []


async def test_its_provider_may_report_other_money_for_it(inbox: Inbox):
    _, order = await inbox.make("short")
    await order.send("payment", Confirm(), by=THE_SYSTEM)
    assert (await order.context("sale")).captured_total == 4000


async def test_money_that_came_twice_does_not_stop_the_first(inbox: Inbox):
    order = await inbox.shop.agreed(shirts(4))
    payment = await order.register(4000)
    await inbox.park("duplicate", 4000, reference=await inbox.reference(payment))
    await order.send("payment", Confirm(), by="accountant")
    assert (await order.context("sale")).captured_total == 4000


async def test_a_cancelled_sale_owes_back_without_the_inbox(inbox: Inbox):
    order = await inbox.shop.agreed(shirts(4))
    await order.pay(1000)
    await order.send("sale", CancelRequested("They changed their mind."))
    assert await order.payable() == [("OWED", 1000)]
    assert await items(inbox, order) == []
