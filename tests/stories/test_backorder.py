"""More is sold than lies there: nobody gets what another holds, and who waits longest is served first."""

import asyncio

import pytest
from tests.stories.arrivals import Arrival, arrive
from tests.stories.shop import LAGOS, SHIRT, SHOES, Shop, actor, shirts, shoes

from orderway.fulfillment.backorders import Shelf, serve, serve_first
from orderway.fulfillment.events import Cancel, Hold, Resume
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.stock.movements import Goods
from orderway.workflow.errors import Invalid, Refused


async def test_an_order_waits_for_its_goods_and_goes_on_when_they_arrive(shop: Shop):
    await shop.stock((SHIRT, 1), (SHOES, 5))
    order = await shop.paid(shirts(2), shoes(1))
    assert await order.state("fulfillment") == "BACKORDERED"
    shirt_line = (await order.lines())[0]
    assert (await order.context("fulfillment")).missing == (shirt_line,)
    assert (await shop.shelf(SHIRT), await shop.shelf(SHOES)) == ((1, 0), (5, 1))

    arrival = Arrival(LAGOS, (Goods(SHIRT, 1),), "Delivery note 7")
    assert await arrive(shop.runner, arrival, actor=actor("manager")) == 1
    assert await order.state("fulfillment") == "PICK_PACK"
    assert (await order.context("fulfillment")).missing == ()
    assert await shop.shelf(SHIRT) == (2, 2)
    served = await shop.row("SELECT actor, on_behalf_of FROM transition_log WHERE event = 'RESERVE_OK'")
    assert served == ("system", actor("manager").id)
    assert await shop.findings() == []


async def test_the_oldest_order_is_served_first(shop: Shop):
    orders = []
    for _ in range(3):
        orders.append(await shop.paid(shirts(2)))
        await shop.wait(minutes=1)
    assert [await order.state("fulfillment") for order in orders] == ["BACKORDERED"] * 3
    assert await arrive(shop.runner, Arrival(LAGOS, (Goods(SHIRT, 5),)), actor=actor("manager")) == 2
    assert [await order.state("fulfillment") for order in orders] == ["PICK_PACK", "PICK_PACK", "BACKORDERED"]
    assert await shop.shelf(SHIRT) == (5, 4)
    assert await shop.findings() == []


async def test_what_a_cancelled_order_held_is_there_for_who_waits(shop: Shop):
    await shop.stock((SHIRT, 2))
    first = await shop.paid(shirts(2))
    second = await shop.paid(shirts(2))
    await first.send("fulfillment", Cancel("Changed their mind."))
    assert await second.state("fulfillment") == "BACKORDERED"
    assert await serve_first(shop.runner, LAGOS, [SHIRT]) == 1
    assert await second.state("fulfillment") == "PICK_PACK"
    assert await shop.findings() == []


async def test_an_order_on_hold_keeps_its_turn_and_goes_on_when_it_resumes(shop: Shop):
    order, younger = await shop.paid(shirts(2)), await shop.paid(shirts(2))
    await order.send("fulfillment", Hold("The buyer is away."))
    assert await arrive(shop.runner, Arrival(LAGOS, (Goods(SHIRT, 2),)), actor=actor("manager")) == 1
    assert (await order.state("fulfillment"), await younger.state("fulfillment")) == ("ON_HOLD", "BACKORDERED")
    assert await shop.shelf(SHIRT) == (2, 2)
    await order.send("fulfillment", Resume())
    assert await order.state("fulfillment") == "PICK_PACK"
    assert await shop.findings() == []


async def test_who_was_served_meanwhile_is_not_served_again(shop: Shop):
    order = await shop.paid(shirts(2))
    assert await serve(shop.runner, Shelf(LAGOS, SHIRT)) == 0
    await shop.stock((SHIRT, 5))
    assert await serve(shop.runner, Shelf(LAGOS, SHIRT)) == 1
    before = await shop.rows()
    assert await serve(shop.runner, Shelf(LAGOS, SHIRT)) == 0
    assert await shop.rows() == before
    assert await shop.shelf(SHIRT) == (5, 2)
    assert await order.state("fulfillment") == "PICK_PACK"


async def test_many_buyers_of_the_last_piece_make_one_reservation(shop: Shop):
    await shop.stock((SHIRT, 1))
    orders = [await shop.order(shirts(1)) for _ in range(6)]

    async def buy(number: int) -> None:
        for event in (Share(), BuyerApproves(1), SellerApproves(1)):
            await orders[number].send("quotation", event)
        await orders[number].pay(1000)

    await asyncio.gather(*(buy(number) for number in range(6)))
    states = sorted([str(await order.state("fulfillment")) for order in orders])
    assert states == ["BACKORDERED"] * 5 + ["PICK_PACK"]
    assert await shop.shelf(SHIRT) == (1, 1)
    assert await shop.findings() == []


async def test_only_who_manages_stock_receives_it_and_never_less_than_a_piece(shop: Shop):
    before = await shop.rows()
    with pytest.raises(Refused, match="You may not receive stock"):
        await arrive(shop.runner, Arrival(LAGOS, (Goods(SHIRT, 2),)), actor=actor("biller"))
    with pytest.raises(Invalid, match="0 pieces can not be"):
        await arrive(shop.runner, Arrival(LAGOS, (Goods(SHIRT, 0),)), actor=actor("manager"))
    assert await shop.rows() == before
