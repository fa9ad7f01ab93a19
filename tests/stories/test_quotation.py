"""Quotations: placed, priced by the server, edited, and agreed or not."""

from dataclasses import replace
from uuid import UUID

import pytest
from tests.stories.shop import CONSUMER, LAGOS, RESELLER, SHIRT, SHOES, Shop, actor, shirts, shoes

from orderway.delivery.address import Delivery
from orderway.quotation.events import (
    BuyerApproves,
    Decline,
    Edit,
    LineWanted,
    SellerApproves,
    Share,
    Withdraw,
)
from orderway.quotation.opening import NewOrder, place
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

NEW = NewOrder(store_id=LAGOS, customer_id=CONSUMER, currency="NGN", fulfillment_type="PICKUP", lines=(shirts(2),))


async def placed(shop: Shop, order: NewOrder, *, by: Actor) -> Moved:
    async def work(tx: Transaction) -> Moved:
        return await place(tx, order)

    return await shop.runner.run(work, actor=by)


async def lines(shop: Shop, order_id: UUID) -> list[tuple[int, str, int, int, int]]:
    rows = await shop.pool.fetch(
        "SELECT position, description, quantity, unit_price, total FROM order_line WHERE order_id = $1"
        " ORDER BY position",
        order_id,
    )
    return [tuple(row) for row in rows]


async def test_an_order_gets_the_stores_code_and_the_next_number(shop: Shop):
    first = await placed(shop, NEW, by=actor("biller"))
    await placed(shop, replace(NEW, number="W-17", source="web", source_ref="17"), by=actor("biller"))
    await placed(shop, NEW, by=actor("biller"))
    rows = await shop.pool.fetch("SELECT number FROM sale_order ORDER BY id")
    assert [row["number"] for row in rows] == ["LAG-000001", "W-17", "LAG-000002"]
    assert await lines(shop, first.order_id) == [(1, "Shirt", 2, 1000, 2000)]
    assert await shop.findings() == []


async def test_an_order_that_can_not_be_is_not_placed(shop: Shop):
    known = replace(NEW, number="W-17", source="web", source_ref="17")
    await placed(shop, known, by=actor("biller"))
    before = await shop.rows()
    for order in (known, replace(known, number="W-18"), replace(known, source_ref="18")):
        with pytest.raises(Invalid, match="has this order already"):
            await placed(shop, order, by=actor("biller"))
    with pytest.raises(NotFound, match="no such store, customer or biller"):
        await placed(shop, replace(NEW, store_id=CONSUMER), by=actor("biller"))
    with pytest.raises(NotFound, match="no such store, customer or biller"):
        await placed(shop, replace(NEW, biller_id=CONSUMER), by=actor("biller"))
    with pytest.raises(Invalid, match="The currency must be a code"):
        await placed(shop, replace(NEW, currency="naira"), by=actor("biller"))
    with pytest.raises(Invalid, match="a character that can not be stored"):
        await placed(shop, replace(NEW, delivery=Delivery(receiver="\x00")), by=actor("biller"))
    with pytest.raises(Invalid, match="more than can be counted"):
        await placed(shop, replace(NEW, lines=(shirts(1, price=10**18), shirts(1))), by=actor("biller"))
    with pytest.raises(Refused, match="You may not place an order"):
        await placed(shop, NEW, by=actor("rider"))
    assert await shop.rows() == before


async def test_an_edit_is_priced_by_the_server_for_a_consumer_with_the_markup(shop: Shop):
    order = await shop.order(shirts(2), shoes(1), shirts(1))
    wanted = (LineWanted(SHOES, 3), LineWanted(SHIRT, 1))
    await order.send("quotation", Edit(wanted))
    assert await lines(shop, order.id) == [(1, "Clothes, Shoes", 3, 5250, 15750), (2, "Clothes, Shirt", 1, 1050, 1050)]
    offered = await order.context("quotation")
    assert (offered.version, offered.total, offered.line_count) == (2, 16800, 2)
    assert await shop.findings() == []


async def test_a_reseller_pays_the_price_and_a_price_by_hand_needs_the_permission(shop: Shop):
    order = await shop.order(shirts(2), customer=RESELLER)
    await order.send("quotation", Edit((LineWanted(SHIRT, 2),)))
    assert await lines(shop, order.id) == [(1, "Clothes, Shirt", 2, 1000, 2000)]
    before = await shop.rows()
    with pytest.raises(Refused, match="someone who may change prices"):
        await order.send("quotation", Edit((LineWanted(SHIRT, 2, 900),)))
    with pytest.raises(Invalid, match="not in the catalogue"):
        await order.send("quotation", Edit((LineWanted(LAGOS, 2),)))
    assert await shop.rows() == before
    await order.send("quotation", Edit((LineWanted(SHIRT, 2, 900),)), by="manager")
    assert await lines(shop, order.id) == [(1, "Clothes, Shirt", 2, 900, 1800)]
    assert await shop.findings() == []


async def test_an_edit_takes_the_approvals_back_and_the_old_version_can_not_be_agreed(shop: Shop):
    order = await shop.order(shirts(2))
    await order.send("quotation", Share())
    await order.send("quotation", BuyerApproves(1))
    await order.send("quotation", Edit((LineWanted(SHIRT, 3),)))
    await order.send("quotation", Share())
    before = await shop.rows()
    with pytest.raises(Refused, match="Version 1 was read; the quotation is now at version 2"):
        await order.send("quotation", SellerApproves(1))
    assert await shop.rows() == before
    await order.send("quotation", SellerApproves(2))
    await order.send("quotation", BuyerApproves(2))
    assert await order.states() == ("MUTUALLY_APPROVED", "AWAITING_PAYMENT_METHOD", None)
    assert (await order.context("sale")).grand_total == 3150
    assert await shop.findings() == []


async def test_a_quotation_ends_without_a_sale(shop: Shop):
    declined, withdrawn, expired = [await shop.order(shirts(2)) for _ in range(3)]
    await declined.send("quotation", Share())
    await declined.send("quotation", Decline("Too dear."))
    await withdrawn.send("quotation", Withdraw("Sold out."))
    assert await shop.wait(days=7) == 1
    assert [await each.states() for each in (declined, withdrawn, expired)] == [
        ("REJECTED", None, None),
        ("CANCELLED", None, None),
        ("EXPIRED", None, None),
    ]
    assert await declined.phase() == "QUOTATION"
    assert await shop.shelf(SHIRT) == (0, 0)
    assert await shop.findings() == []


async def test_a_sale_of_nothing_is_cleared_as_it_opens(shop: Shop):
    await shop.stock((SHIRT, 2))
    order = await shop.agreed(shirts(2, price=0))
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    assert await shop.findings() == []
