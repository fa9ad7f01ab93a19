"""Returns that are answered, come in part or not at all, follow one another, and are asked for in time or too late."""

from datetime import timedelta

import pytest
from tests.stories.arrivals import Arrival, arrive
from tests.stories.shop import LAGOS, SHIRT, SHOES, Order, Shop, actor, shirts, shoes
from tests.stories.test_parts import divided, tell
from tests.stories.test_returns import collected

from orderway.fulfillment.context import Condition
from orderway.fulfillment.events import (
    CarrierSelected,
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
    RefundIssued,
    ReturnAccepted,
    Returned,
    ReturnReceived,
    ReturnRejected,
    ReturnRequested,
    ReturnWanted,
)
from orderway.stock.movements import Goods
from orderway.workflow.errors import Refused


@pytest.fixture
async def order(shop: Shop) -> Order:
    """Four shirts and a pair of shoes that were paid and collected."""
    await shop.stock((SHIRT, 4), (SHOES, 1))
    return await collected(await shop.paid(shirts(4), shoes(1), by="PICKUP"))


async def ask(order: Order, pieces: int = 2) -> None:
    line, _ = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, pieces),), "Too small."))


async def receive(order: Order, **pieces: int) -> None:
    """Receive shirts: so many in each condition."""
    line, _ = await order.lines()
    conditions: dict[str, Condition] = {"sellable": "SELLABLE", "damaged": "DAMAGED", "missing": "MISSING"}
    came = tuple(Returned(line, count, conditions[word]) for word, count in pieces.items())
    await order.send("fulfillment", ReturnReceived(came), by="manager")


async def refund(order: Order, amount: int) -> None:
    await order.send("fulfillment", RefundIssued(amount), by="accountant")


async def nothing_happens(order: Order, event: object, *, by: str, match: str) -> None:
    """The event is refused, and no row is written."""
    before = await order.shop.rows()
    with pytest.raises(Refused, match=match):
        await order.send("fulfillment", event, by=by)
    assert await order.shop.rows() == before


async def test_a_return_is_accepted_once(order: Order):
    await ask(order)
    await order.send("fulfillment", ReturnAccepted(), by="manager")
    await nothing_happens(order, ReturnAccepted(), by="manager", match="can not be done while")
    shop = order.shop
    assert await shop.row("SELECT status, accepted_by FROM sales_return") == (
        "ACCEPTED", "person:0198a000-0000-7000-8000-0000000000d2",
    )  # fmt: skip
    assert await shop.findings() == []
    await receive(order, sellable=2)
    await nothing_happens(order, ReturnAccepted(), by="manager", match="can not be done while")
    line, _ = await order.lines()
    again = ReturnReceived((Returned(line, 2, "SELLABLE"),))
    await nothing_happens(order, again, by="manager", match="can not be done while")
    assert await shop.shelf(SHIRT) == (2, 0)
    await refund(order, 2000)
    await nothing_happens(order, RefundIssued(2000), by="accountant", match="can not be done while")
    assert await shop.findings() == []


async def test_what_was_accepted_and_never_came_is_rejected(order: Order):
    await ask(order)
    await order.send("fulfillment", ReturnAccepted(), by="manager")
    await order.send("fulfillment", ReturnRejected("It never came."), by="manager")
    assert await order.state("fulfillment") == "DELIVERED"
    assert await order.shop.row("SELECT status, answer FROM sales_return") == ("REJECTED", "It never came.")
    assert await order.shop.findings() == []


async def test_the_pieces_that_are_missing_are_not_refunded_and_may_be_asked_for_again(order: Order):
    shop = order.shop
    await ask(order, 3)
    await receive(order, sellable=1, damaged=1, missing=1)
    assert await shop.shelf(SHIRT) == (1, 0)
    await nothing_happens(order, RefundIssued(2001), by="accountant", match="must not be more than what was paid")
    await refund(order, 2000)
    line, _ = await order.lines()
    too_many = ReturnRequested((ReturnWanted(line, 3),), "Too small.")
    await nothing_happens(order, too_many, by="biller", match="no more of each than were delivered")
    await ask(order, 2)
    await receive(order, sellable=2)
    await refund(order, 2000)
    assert await shop.shelf(SHIRT) == (3, 0)
    assert (await order.context("sale")).returned_total == 4000
    assert await shop.findings() == []


async def test_what_is_not_named_did_not_come(order: Order):
    await ask(order, 3)
    await receive(order, sellable=1)
    await refund(order, 1000)
    await ask(order, 3)
    assert await order.state("fulfillment") == "RETURN_REQUESTED"
    assert await order.shop.findings() == []


async def test_where_nothing_came_nothing_is_refunded(order: Order):
    shop = order.shop
    await ask(order)
    await order.send("fulfillment", ReturnAccepted(), by="manager")
    await receive(order, missing=2)
    assert await order.state("fulfillment") == "DELIVERED"
    assert await shop.row("SELECT status, refunded FROM sales_return") == ("RECEIVED", None)
    assert await order.payable() == []
    assert await shop.shelf(SHIRT) == (0, 0)
    await ask(order, 4)
    assert await shop.findings() == []


async def test_no_more_is_received_than_was_asked_back(order: Order):
    line, shoe_line = await order.lines()
    await ask(order)
    for came in (
        (Returned(line, 3, "SELLABLE"),),
        (Returned(line, 2, "SELLABLE"), Returned(line, 1, "MISSING")),
        (Returned(shoe_line, 1, "SELLABLE"),),
        (Returned(line, 0, "SELLABLE"),),
        (Returned(line, -1, "SELLABLE"),),
        (),
    ):
        await nothing_happens(order, ReturnReceived(came), by="manager", match="no more of each than the return names")


async def test_everything_comes_back_in_two_returns(order: Order):
    _, shoe_line = await order.lines()
    await ask(order, 4)
    await receive(order, sellable=4)
    await refund(order, 4000)
    assert await order.state("fulfillment") == "DELIVERED"
    await order.send("fulfillment", ReturnRequested((ReturnWanted(shoe_line, 1),), "Wrong colour."))
    await order.send("fulfillment", ReturnReceived((Returned(shoe_line, 1, "DAMAGED"),)), by="manager")
    await order.send("fulfillment", RefundIssued(5000, "ACCOUNT"), by="accountant")
    assert await order.states() == ("MUTUALLY_APPROVED", "REFUNDED", "REFUNDED")
    assert await order.shop.pool.fetchval("SELECT balance FROM account_credit") == 5000
    assert await order.shop.findings() == []


async def test_a_return_is_asked_for_to_the_last_moment_of_the_window(order: Order):
    shop = order.shop
    line, _ = await order.lines()
    until = (await order.context("fulfillment")).return_until
    assert until == shop.now + timedelta(days=14)
    shop.now = until + timedelta(microseconds=1)
    late = ReturnRequested((ReturnWanted(line, 1),), "Too small.")
    await nothing_happens(order, late, by="biller", match=r"Returns were possible until 2026-03-16 12:00")
    shop.now = until
    await ask(order)
    shop.now = until + timedelta(days=3)
    await receive(order, sellable=2)
    await refund(order, 2000)
    assert await shop.wait(minutes=1) == 1
    assert await order.state("fulfillment") == "COMPLETED"
    assert await shop.findings() == []


async def test_goods_are_turned_back_at_the_door_and_come_home_in_part(shop: Shop):
    await shop.stock((SHIRT, 4))
    order = await shop.paid(shirts(4))
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", CarrierSelected("Post"))
    await order.send("fulfillment", PackageShipped())
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 4),), "Refused at the door."))
    came = (Returned(line, 3, "SELLABLE"), Returned(line, 1, "MISSING"))
    await order.send("fulfillment", ReturnReceived(came), by="manager")
    await refund(order, 3000)
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "DELIVERED")
    assert await shop.shelf(SHIRT) == (3, 0)
    assert await shop.findings() == []


@pytest.mark.parametrize("order_of_refunds", [(1, 2), (2, 1)])
async def test_the_parts_of_an_order_come_back_at_the_same_time(shop: Shop, order_of_refunds: tuple[int, int]):
    """Three shirts for 1,000 in two parts: the prices add up, and the sale ends with the last of them."""
    order = await divided(shop)
    await arrive(shop.runner, Arrival(LAGOS, (Goods(SHIRT, 1),)), actor=actor("manager"))
    (line,) = await order.lines()
    pieces = {1: 2, 2: 1}
    for number, count in pieces.items():
        await tell(order, number, FulfillmentStarted())
        await tell(order, number, PackageDelivered(await order.pin()))
        too_many = ReturnRequested((ReturnWanted(line, count + 1),), "Too small.")
        with pytest.raises(Refused, match="no more of each than were delivered"):
            await tell(order, number, too_many)
        await tell(order, number, ReturnRequested((ReturnWanted(line, count),), "Too small."))
    for number, count in pieces.items():
        await tell(order, number, ReturnReceived((Returned(line, count, "SELLABLE"),)), by="manager")
    prices: list[int] = []
    for number in order_of_refunds:
        assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
        price = (667 if pieces[number] == 2 else 333) if not prices else 1000 - prices[0]
        with pytest.raises(Refused, match="must not be more than what was paid"):
            await tell(order, number, RefundIssued(price + 1), by="accountant")
        await tell(order, number, RefundIssued(price), by="accountant")
        prices.append(price)
    assert await order.state("sale") == "REFUNDED"
    assert await order.payable() == [("OWED", prices[0]), ("PAID_OUT", -prices[0]), ("OWED", prices[1]),
                                     ("PAID_OUT", -prices[1])]  # fmt: skip
    assert await shop.shelf(SHIRT) == (3, 0)
    assert await shop.findings() == []
