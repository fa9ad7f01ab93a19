"""Services: agreed for a day, moved to another, done; and the days that can not be."""

from datetime import timedelta

import pytest
from tests.stories.shop import NOON, SHIRT, Order, Shop, shirts

from orderway.fulfillment.events import (
    Cancel,
    Complete,
    Fail,
    FulfillmentStarted,
    Hold,
    ServiceCompleted,
    ServiceRescheduled,
    ServiceScheduled,
)
from orderway.workflow.errors import Refused

FRIDAY = NOON + timedelta(days=4)
MONDAY = NOON + timedelta(days=7)


async def a_service(shop: Shop) -> Order:
    """A fitting that is paid, in a store with shirts on its shelf."""
    await shop.stock((SHIRT, 5))
    return await shop.paid(shirts(2), by="SERVICE")


async def test_a_service_is_moved_and_done(shop: Shop):
    order = await a_service(shop)
    assert await order.state("fulfillment") == "SCHEDULING"
    assert await shop.shelf(SHIRT) == (5, 0)

    # The biller agrees on Friday with the buyer, who then can not come; so it is Monday, and then Friday after all.
    await order.send("fulfillment", ServiceScheduled(FRIDAY))
    for day, why in ((MONDAY, "The buyer travels."), (FRIDAY, "The journey is off.")):
        await order.send("fulfillment", ServiceRescheduled(day, why))
        assert await order.state("fulfillment") == "IN_PROGRESS"
        assert (await order.context("fulfillment")).scheduled_at == day

    # The log keeps each day and why it was moved, and the world hears of it.
    logged = await shop.pool.fetch(
        "SELECT event, reason, actor FROM transition_log WHERE event LIKE 'SERVICE%' ORDER BY step"
    )
    biller = "person:0198a000-0000-7000-8000-0000000000d1"
    assert [tuple(row) for row in logged] == [
        ("SERVICE_SCHEDULED", None, biller),
        ("SERVICE_RESCHEDULED", "The buyer travels.", biller),
        ("SERVICE_RESCHEDULED", "The journey is off.", biller),
    ]
    assert (await order.told())[-3:] == [
        "fulfillment.service_scheduled",
        "fulfillment.service_rescheduled",
        "fulfillment.service_rescheduled",
    ]

    # On Friday it is done. Nothing came from the shelf, and the order is complete.
    shop.now = FRIDAY
    await order.send("fulfillment", ServiceCompleted())
    assert await order.states() == ("MUTUALLY_APPROVED", "COMPLETED", "COMPLETED")
    assert await shop.shelf(SHIRT) == (5, 0)
    assert await shop.row("SELECT count(*) FROM reservation") == (0,)
    assert await shop.findings() == []


async def test_no_service_is_set_on_a_time_that_is_past(shop: Shop):
    order = await a_service(shop)
    before = await shop.rows()
    just_past = shop.now - timedelta(microseconds=1)
    past = r"The service must not be set on a time that is past\. Choose a time from now on\."
    with pytest.raises(Refused, match=past):
        await order.send("fulfillment", ServiceScheduled(just_past))
    assert await shop.rows() == before

    await order.send("fulfillment", ServiceScheduled(shop.now))
    before = await shop.rows()
    with pytest.raises(Refused, match=past):
        await order.send("fulfillment", ServiceRescheduled(just_past, "Too late."))
    assert await shop.rows() == before
    assert (await order.context("fulfillment")).scheduled_at == NOON


async def test_a_service_has_no_way_over_shelf_and_street(shop: Shop):
    order = await a_service(shop)
    before = await shop.rows()
    for event in (FulfillmentStarted(), Hold("Unclear."), ServiceRescheduled(FRIDAY, "None is set."), Complete()):
        with pytest.raises(Refused):
            await order.send("fulfillment", event)
    assert await shop.rows() == before


@pytest.mark.parametrize(
    ("end", "state"), [(Cancel("Moved away."), "CANCELLED"), (Fail("The fitter is ill."), "FAILED")]
)
async def test_a_service_that_is_not_done_is_owed_to_its_buyer(shop: Shop, end: Cancel | Fail, state: str):
    order = await a_service(shop)
    await order.send("fulfillment", ServiceScheduled(FRIDAY))
    await order.send("fulfillment", end)
    assert await order.states() == ("MUTUALLY_APPROVED", "CANCELLED", state)
    assert await order.payable() == [("OWED", 2000)]
    assert await shop.shelf(SHIRT) == (5, 0)
    assert await shop.findings() == []
