"""An order that is brought in parts: each goes its own way, and what one does not bring is paid for by nobody."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from tests.stories.arrivals import Arrival, arrive
from tests.stories.shop import LAGOS, RESELLER, SHIRT, SHOES, Order, Shop, actor, shirts, shoes

from orderway.fulfillment.events import (
    Cancel,
    CarrierSelected,
    Complete,
    DeliveryFailed,
    Fail,
    FulfillmentStarted,
    Hold,
    PackageDelivered,
    PackageShipped,
    RefundIssued,
    Resume,
    Returned,
    ReturnReceived,
    ReturnRequested,
    ReturnWanted,
    Split,
)
from orderway.quotation.context import PricedLine
from orderway.sale.events import AdminOverrideRequested, CancelRequested, SetPaymentMethod, WriteOff
from orderway.sale.overrides.machine import Approve, Revoke
from orderway.stock.movements import Goods
from orderway.workflow.errors import Refused
from orderway.workflow.kinds import Ref
from orderway.workflow.transaction import Transaction

ODD = replace(shirts(3, price=333), tax=1, total=1000)
"""Three shirts whose price can not be divided by three."""
ODD_SHOES = replace(shoes(3, price=333), tax=1, total=1000)


async def parts(order: Order) -> list[UUID]:
    rows = await order.shop.pool.fetch("SELECT id FROM fulfillment WHERE order_id = $1 ORDER BY part", order.id)
    return [row["id"] for row in rows]


async def states(order: Order) -> list[str]:
    rows = await order.shop.pool.fetch("SELECT state FROM fulfillment WHERE order_id = $1 ORDER BY part", order.id)
    return [row["state"] for row in rows]


async def portions(order: Order) -> list[tuple[int, int, str]]:
    """Part, pieces and status of each reservation."""
    rows = await order.shop.pool.fetch(
        "SELECT r.part, r.quantity, r.status FROM reservation r JOIN order_line l ON l.id = r.line_id"
        " WHERE r.order_id = $1 ORDER BY r.part, l.position",
        order.id,
    )
    return [tuple(row) for row in rows]


async def tell(order: Order, number: int, event: Any, by: str = "biller") -> None:
    """Send an event to a part of the order, by its number."""
    await order.send("fulfillment", event, by=by, to=(await parts(order))[number - 1])


async def divided(shop: Shop, pay: str = "paid", odd: PricedLine = ODD) -> Order:
    """An order of three pieces in two parts: two of them, and the one that is missing."""
    await shop.stock((odd.variant, 2))
    if pay == "paid":
        order = await shop.paid(odd, by="PICKUP")
    else:
        order = await shop.agreed(odd, customer=RESELLER, by="PICKUP")
        await order.send("sale", SetPaymentMethod("INVOICE"))
        if pay == "partly paid":
            await order.pay(500)
    await order.send("fulfillment", Split())
    return order


async def deliver(order: Order, number: int) -> None:
    await tell(order, number, FulfillmentStarted())
    await tell(order, number, PackageDelivered(await order.pin()))


async def give_back(order: Order, number: int, pieces: int) -> None:
    """The goods of a part come back, and what of their price was paid is refunded."""
    (line,) = await order.lines()
    await tell(order, number, ReturnRequested((ReturnWanted(line, pieces),), "Too small."))
    await tell(order, number, ReturnReceived((Returned(line, pieces, "SELLABLE"),)), by="manager")
    await refund(order, number)


async def refund(order: Order, number: int) -> None:
    """As much as may be refunded: one more is refused."""
    ref = Ref("fulfillment", LAGOS, (await parts(order))[number - 1])

    async def ask(tx: Transaction) -> int:
        facts = await tx.workflow.kind("fulfillment").facts(tx, await tx.load(ref), RefundIssued(0))
        refundable: int = facts.refundable
        return refundable

    amount = await order.shop.runner.look(ask, actor=actor("accountant"))
    with pytest.raises(Refused, match="must not be more than what was paid"):
        await tell(order, number, RefundIssued(amount + 1), by="accountant")
    await tell(order, number, RefundIssued(amount), by="accountant")


async def test_what_is_there_goes_and_what_is_missing_waits_as_a_part_of_its_own(shop: Shop):
    await shop.stock((SHIRT, 2), (SHOES, 1))
    order = await shop.paid(shirts(3), shoes(1))
    assert await states(order) == ["BACKORDERED"]
    await order.send("fulfillment", Split())
    assert await states(order) == ["PICK_PACK", "BACKORDERED"]
    assert await portions(order) == [(1, 2, "HELD"), (1, 1, "HELD"), (2, 1, "MISSING")]
    assert (await order.context("fulfillment")).missing == ((await order.lines())[0],)
    assert await shop.shelf(SHIRT) == (2, 2)
    assert (await order.told())[-3:] == ["fulfillment.split", "fulfillment.born", "fulfillment.reserve_miss"]
    assert await arrive(shop.runner, Arrival(LAGOS, (Goods(SHIRT, 1),)), actor=actor("manager")) == 1
    assert await states(order) == ["PICK_PACK", "PICK_PACK"]
    assert await shop.findings() == []


async def test_a_part_that_waits_can_be_parted_again(shop: Shop):
    await shop.stock((SHIRT, 1))
    order = await shop.paid(shirts(3))
    await tell(order, 1, Split())
    await shop.stock((SHIRT, 1))
    await tell(order, 2, Split())
    assert await states(order) == ["PICK_PACK", "PICK_PACK", "BACKORDERED"]
    assert await portions(order) == [(1, 1, "HELD"), (2, 1, "HELD"), (3, 1, "MISSING")]
    assert await shop.findings() == []


async def test_nothing_is_parted_where_nothing_is_there_or_nothing_missing(shop: Shop):
    order = await shop.paid(shirts(3))
    before = await shop.rows()
    with pytest.raises(Refused, match="Some of the goods must be held or free, and some be missing"):
        await order.send("fulfillment", Split())
    await shop.stock((SHIRT, 3))
    with pytest.raises(Refused, match="Some of the goods must be held or free, and some be missing"):
        await order.send("fulfillment", Split())
    with pytest.raises(Refused):
        await order.send("fulfillment", Split(), by="rider")
    assert await shop.rows() == {**before, "movement": before["movement"] + 1}
    assert await states(order) == ["BACKORDERED"]


async def test_the_order_ends_with_its_last_part(shop: Shop):
    order = await divided(shop)
    await deliver(order, 1)
    await tell(order, 1, Complete())
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert (await order.told())[-2:] == ["fulfillment.complete", "fulfillment.status_changed"]
    assert await shop.findings() == []
    await arrive(shop.runner, Arrival(LAGOS, (Goods(SHIRT, 1),)), actor=actor("manager"))
    await deliver(order, 2)
    await tell(order, 2, Complete())
    assert await order.state("sale") == "COMPLETED"
    assert await order.payable() == []
    assert await shop.findings() == []


@pytest.mark.parametrize("end", [Cancel("Not to be had any more."), Fail("Lost in the store.")])
async def test_what_a_dropped_part_was_to_bring_is_paid_back(shop: Shop, end: Any):
    order = await divided(shop)
    await deliver(order, 1)
    await tell(order, 1, Complete())
    await tell(order, 2, end)
    sale = await order.context("sale")
    assert (sale.refunded_total, sale.returned_total, sale.outstanding) == (333, 333, 0)
    assert await order.state("sale") == "COMPLETED"
    assert await order.payable() == [("OWED", 333), ("PAID_OUT", -333)]
    assert (await order.told())[-5:] == [
        f"fulfillment.{end.name.lower()}",
        "sale.fulfillment_refunded",
        "sale.fulfillment_completed",
        "fulfillment.status_changed",
        "payment.refund",
    ]
    assert await shop.findings() == []


async def test_a_part_that_never_gets_there_is_paid_back_and_its_goods_are_there_again(shop: Shop):
    await shop.stock((SHIRT, 2), (SHOES, 1))
    order = await shop.paid(shirts(3), shoes(1))
    await order.send("fulfillment", Split())
    for _ in range(3):
        await tell(order, 1, FulfillmentStarted()) if (await states(order))[0] == "PICK_PACK" else None
        await tell(order, 1, CarrierSelected("Post"))
        await tell(order, 1, PackageShipped())
        await tell(order, 1, DeliveryFailed("Nobody at home."))
    assert await states(order) == ["FAILED", "BACKORDERED"]
    assert await order.payable() == [("OWED", 7000), ("PAID_OUT", -7000)]
    assert (await shop.shelf(SHIRT), await shop.shelf(SHOES)) == ((2, 0), (1, 0))
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await shop.findings() == []


async def test_an_order_of_which_nothing_was_brought_is_cancelled_and_pays_everything_back_once(shop: Shop):
    order = await divided(shop)
    await tell(order, 1, Cancel("Changed their mind."))
    assert await order.payable() == [("OWED", 667), ("PAID_OUT", -667)]
    await tell(order, 2, Cancel("Changed their mind."))
    assert await order.state("sale") == "CANCELLED"
    assert await order.payable() == [("OWED", 667), ("PAID_OUT", -667), ("OWED", 333)]
    assert await shop.findings() == []


async def test_the_price_of_goods_that_are_back_but_not_yet_refunded_is_not_counted_twice(shop: Shop):
    order = await divided(shop)
    await deliver(order, 1)
    (line,) = await order.lines()
    await tell(order, 1, ReturnRequested((ReturnWanted(line, 2),), "Too small."))
    await tell(order, 1, ReturnReceived((Returned(line, 2, "SELLABLE"),)), by="manager")
    await tell(order, 2, Cancel("Not to be had any more."))
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await order.payable() == [("OWED", 333), ("PAID_OUT", -333)]
    with pytest.raises(Refused, match="must not be more than what was paid"):
        await tell(order, 1, RefundIssued(668), by="accountant")
    await tell(order, 1, RefundIssued(667), by="accountant")
    assert await states(order) == ["REFUNDED", "CANCELLED"]
    assert await order.state("sale") == "REFUNDED"
    assert await shop.findings() == []


async def test_no_more_comes_back_of_a_part_than_it_brought(shop: Shop):
    order = await divided(shop)
    await deliver(order, 1)
    (line,) = await order.lines()
    with pytest.raises(Refused, match="no more of each than were delivered"):
        await tell(order, 1, ReturnRequested((ReturnWanted(line, 3),), "Too small."))
    await give_back(order, 1, 2)
    assert await states(order) == ["REFUNDED", "BACKORDERED"]
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await shop.findings() == []


async def released(shop: Shop, came: int = 500) -> Order:
    """An order in two parts that an override let through with some of it paid."""
    await shop.stock((SHIRT, 2))
    await shop.limit(10_000)
    order = await shop.agreed(ODD, customer=RESELLER, by="PICKUP")
    await order.pay(came)
    await order.send("sale", AdminOverrideRequested("A good customer."))
    await order.send("override_request", Approve(), by="manager")
    await order.send("fulfillment", Split())
    assert await states(order) == ["PICK_PACK", "BACKORDERED"]
    return order


async def test_a_revoked_override_holds_every_part_and_a_payment_lets_them_go_on(shop: Shop):
    order = await released(shop)
    await order.send("override_request", Revoke("In default."), by="manager")
    assert await states(order) == ["ON_HOLD", "ON_HOLD"]
    before = await shop.rows()
    with pytest.raises(Refused) as refused:
        await tell(order, 2, Cancel("Not to be had any more."))
    assert "Of several parts one can be cancelled while the sale is cleared" in str(refused.value)
    assert await shop.rows() == before
    assert await shop.findings() == []
    await order.pay(500)
    assert await states(order) == ["PICK_PACK", "BACKORDERED"]
    await tell(order, 2, Cancel("Not to be had any more."))
    assert await order.payable() == [("OWED", 333), ("PAID_OUT", -333)]
    assert await shop.findings() == []


async def test_a_sale_that_is_cancelled_while_its_parts_are_held_cancels_them_all(shop: Shop):
    order = await released(shop)
    await order.send("override_request", Revoke("In default."), by="manager")
    await order.send("sale", CancelRequested("It takes too long."))
    assert await states(order) == ["CANCELLED", "CANCELLED"]
    assert await order.payable() == [("OWED", 500)]
    assert await shop.shelf(SHIRT) == (2, 0)
    assert await shop.exposure() == 0
    assert await shop.findings() == []


async def test_an_override_is_not_taken_back_while_a_part_is_away(shop: Shop):
    order = await released(shop)
    await deliver(order, 1)
    with pytest.raises(Refused, match="Nothing must have been dispatched"):
        await order.send("override_request", Revoke("In default."), by="manager")


async def test_an_override_can_be_taken_back_when_the_part_that_left_came_to_nothing(shop: Shop):
    order = await released(shop, came=100)
    await tell(order, 1, Fail("Lost in the store."))
    assert (await order.context("sale")).outstanding == 233
    assert await order.payable() == []
    await order.send("override_request", Revoke("In default."), by="manager")
    assert await states(order) == ["FAILED", "ON_HOLD"]
    assert await shop.findings() == []
    await tell(order, 2, Cancel("Not to be had any more."))
    assert await order.state("sale") == "CANCELLED"
    assert await order.payable() == [("OWED", 100)]
    assert await shop.exposure() == 0
    assert await shop.findings() == []


async def test_staff_hold_one_part_while_the_other_goes_on(shop: Shop):
    order = await divided(shop)
    await tell(order, 2, Hold("The buyer is away."))
    assert await states(order) == ["PICK_PACK", "ON_HOLD"]
    await tell(order, 2, Resume())
    assert await states(order) == ["PICK_PACK", "BACKORDERED"]
    await tell(order, 2, Hold("The buyer is away."))
    await tell(order, 2, Cancel("The buyer moved away."))
    assert await order.payable() == [("OWED", 333), ("PAID_OUT", -333)]
    assert await shop.findings() == []


ENDS = ("completed", "returned", "cancelled", "failed")
PRICES = {1: 667, 2: 333}
"""Of the two shirts and of the one; dropped or returned first, a part is priced from its line's beginning."""


async def end(order: Order, number: int, how: str) -> None:
    match how:
        case "completed":
            await deliver(order, number)
            await tell(order, number, Complete())
        case "returned":
            await deliver(order, number)
            await give_back(order, number, {1: 2, 2: 1}[number])
        case "cancelled":
            await tell(order, number, Cancel("Not to be had any more."))
        case "failed":
            await tell(order, number, Fail("Lost in the store."))


@pytest.mark.parametrize("pay", ["paid", "partly paid", "on account"])
@pytest.mark.parametrize("first", ENDS)
@pytest.mark.parametrize("second", ENDS)
async def test_however_the_parts_end_the_buyer_pays_for_what_they_keep_and_the_sale_ends(
    shop: Shop, pay: str, first: str, second: str
):
    """Once the first part ends first, and once the second does."""
    await shop.limit(10_000)
    for odd, sequence in ((ODD, (1, 2)), (ODD_SHOES, (2, 1))):
        order = await divided(shop, pay, odd)
        await arrive(shop.runner, Arrival(LAGOS, (Goods(odd.variant, 1),)), actor=actor("manager"))
        for number in sequence:
            await end(order, number, {1: first, 2: second}[number])
            assert await shop.findings() == []
        came = {"paid": 1000, "partly paid": 500, "on account": 0}[pay]
        kept = sum(PRICES[number] for number, how in ((1, first), (2, second)) if how == "completed")
        assert sum(amount for kind, amount in await order.payable() if kind == "OWED") == came - min(came, kept)
        ended = await order.state("sale")
        if "completed" in (first, second):
            assert ended == ("COMPLETED" if came >= kept else "AWAITING_SETTLEMENT")
            assert (await order.context("sale")).exposed == max(0, kept - came)
        else:
            assert ended == ("REFUNDED" if "returned" in (first, second) else "CANCELLED")
        if ended == "AWAITING_SETTLEMENT":
            await order.send("sale", WriteOff("Too little."), by="accountant")
        assert (await order.context("sale")).exposed == 0
    assert await shop.findings() == []
