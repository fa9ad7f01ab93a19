"""Disputes that people noted by hand and their provider reports too: each minor unit of them goes, or stays, once."""

import pytest
from tests.providers.till import Till
from tests.stories.shop import Order, shirts

from orderway.sale.payments.events import Dispute, LoseDispute, WinDispute


async def paid(till: Till) -> Order:
    """A sale that a report has paid: R-1 by T-1, 4000."""
    order = await till.shop.agreed(shirts(4))
    assert await till.report("captured", order=await till.number(order), transaction="T-1") == "applied"
    return order


async def hear(order: Order, *events: object) -> None:
    for event in events:
        await order.send("payment", event, by="accountant")


async def report(till: Till, status: str, amount: int, subject: str = "D-1") -> str:
    return await till.report(status, transaction="T-1", subject=subject, amount=amount)


async def taken(order: Order) -> int:
    reversed_: int = (await order.context("payment")).reversed
    return reversed_


@pytest.mark.parametrize("is_announced", [False, True], ids=["first told when it is lost", "told while it lasts"])
async def test_what_a_person_noted_as_lost_is_lost_once(till: Till, is_announced: bool):  # noqa: FBT001  (a case)
    order = await paid(till)
    await hear(order, Dispute(1000, "Not received."))
    if is_announced:
        assert await report(till, "disputed", 1000) == "already applied"
    await hear(order, LoseDispute())
    assert await report(till, "dispute_lost", 1000) == "already applied"
    assert await report(till, "dispute_lost", 1000) == "already applied"
    assert await taken(order) == 1000
    assert await report(till, "dispute_lost", 1000, "D-2") == "applied"
    assert await taken(order) == 2000
    assert await till.shop.findings() == []


async def test_what_a_person_noted_as_won_and_is_lost_is_gone(till: Till):
    order = await paid(till)
    assert await report(till, "disputed", 1000) == "applied"
    await hear(order, WinDispute())
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await report(till, "dispute_lost", 1000) == "applied"
    assert await taken(order) == 1000
    assert await order.state("sale") == "PAYMENT_PENDING_CONFIRMATION"
    assert await till.shop.findings() == []


async def test_what_a_person_noted_as_lost_and_is_won_is_here_and_belongs_to_nothing(till: Till):
    order = await paid(till)
    assert await report(till, "disputed", 1000) == "applied"
    await hear(order, LoseDispute())
    assert await report(till, "dispute_won", 1000) == "parked"
    assert await report(till, "dispute_won", 1000) == "already applied"
    assert await till.parked() == [("disputed", 1000, "lost"), ("orphan", 1000, None)]
    assert await taken(order) == 1000
    assert await till.shop.findings() == []


@pytest.mark.parametrize(
    ("end", "lost", "gone", "back"),
    [
        (LoseDispute(), 1500, 1500, []),
        (LoseDispute(), 700, 1000, [("orphan", 300, None)]),
        (WinDispute(), 1500, 1500, []),
        (WinDispute(), 700, 700, []),
    ],
)
async def test_a_dispute_that_took_another_sum_than_it_held(
    till: Till, end: object, lost: int, gone: int, back: list[tuple[str, int, str | None]]
):
    order = await paid(till)
    assert await report(till, "disputed", 1000) == "applied"
    assert await report(till, "dispute_lost", lost) == "parked"
    await hear(order, end)
    await till.settle()
    assert await taken(order) == gone
    assert (await till.parked())[2:] == back
    assert all(resolution for _, _, resolution in (await till.parked())[:2])
    assert await till.shop.findings() == []
