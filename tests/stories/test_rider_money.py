"""What riders earn, are paid, and what is corrected: never more than is due."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import pytest
from tests.stories.shop import LAGOS, SHIRT, Order, Shop, actor, person, shirts

from orderway.fulfillment.events import (
    DeliveryFailed,
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
    RefundIssued,
    Returned,
    ReturnReceived,
    ReturnRejected,
    ReturnRequested,
    ReturnWanted,
    RiderNamed,
)
from orderway.fulfillment.payouts.ledger import Correction, Entered, Payout, correct_earning, pay_rider
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.transaction import Transaction


async def on_its_way(shop: Shop, *, cost: int | None = 700) -> Order:
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(2))
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", RiderNamed(person("rider"), cost))
    await order.send("fulfillment", PackageShipped(), by="rider")
    return order


async def delivered(shop: Shop, *, cost: int | None = 700) -> Order:
    order = await on_its_way(shop, cost=cost)
    await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider")
    return order


async def ledger(order: Order) -> list[tuple[str, int, UUID]]:
    rows = await order.shop.pool.fetch(
        "SELECT kind, amount, rider_id FROM rider_ledger WHERE order_id = $1 ORDER BY at, id", order.id
    )
    return [tuple(row) for row in rows]


async def enter(order: Order, wanted: Payout | Correction, *, by: str = "accountant") -> Entered:
    delivery = await order.ref("fulfillment")

    async def work(tx: Transaction) -> Entered:
        if isinstance(wanted, Payout):
            return await pay_rider(tx, delivery, wanted)
        return await correct_earning(tx, delivery, wanted)

    return await order.shop.runner.run(work, actor=actor(by))


def pay(amount: int, *, rider: UUID | None = None) -> Payout:
    return Payout(amount=amount, method="CASH", reference="Slip 1", rider=rider)


async def test_a_rider_earns_what_was_agreed_once_the_goods_are_there(shop: Shop):
    order = await on_its_way(shop)
    assert await ledger(order) == []
    await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider")
    assert await ledger(order) == [("EARNED", 700, person("rider"))]
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 1),), "Too small."))
    await order.send("fulfillment", ReturnReceived((Returned(line, 1, "SELLABLE"),)), by="manager")
    await order.send("fulfillment", RefundIssued(1000), by="accountant")
    assert await order.state("fulfillment") == "DELIVERED"
    assert await ledger(order) == [("EARNED", 700, person("rider"))]
    assert await shop.findings() == []


async def test_whose_goods_are_sent_back_at_the_door_earn_when_that_is_rejected(shop: Shop):
    order = await on_its_way(shop)
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 2),), "Refused."))
    assert await ledger(order) == []
    await order.send("fulfillment", ReturnRejected("It was ordered like this."), by="manager")
    assert await ledger(order) == [("EARNED", 700, person("rider"))]
    assert await shop.findings() == []


async def test_nothing_is_earned_by_a_failed_attempt_or_where_nothing_was_agreed(shop: Shop):
    order = await on_its_way(shop)
    await order.send("fulfillment", DeliveryFailed("Nobody at home."), by="rider")
    await order.send("fulfillment", RiderNamed(person("second rider")))
    await order.send("fulfillment", PackageShipped(), by="second rider")
    await order.send("fulfillment", PackageDelivered(await order.pin()), by="second rider")
    assert await ledger(order) == []
    await enter(order, Correction(amount=200, reason="The way was for nothing.", rider=person("rider")))
    await enter(order, Correction(amount=300, reason="Agreed by telephone."))
    assert await ledger(order) == [
        ("CORRECTED", 200, person("rider")),
        ("CORRECTED", 300, person("second rider")),
    ]
    await enter(order, pay(200, rider=person("rider")))
    assert await shop.findings() == []


async def test_a_rider_is_paid_in_parts_and_no_more_than_is_due(shop: Shop):
    order = await delivered(shop)
    await enter(order, pay(300))
    before = await shop.rows()
    with pytest.raises(Refused, match=r"No more may be paid to a rider than is due.* NGN 4\.00 is due"):
        await enter(order, pay(401))
    assert await shop.rows() == before
    await enter(order, pay(400))
    with pytest.raises(Refused, match=r"NGN 0\.00 is due"):
        await enter(order, pay(1))
    assert [(kind, amount) for kind, amount, _ in await ledger(order)] == [
        ("EARNED", 700), ("PAID", -300), ("PAID", -400),
    ]  # fmt: skip
    assert (await order.told())[-2:] == ["fulfillment.rider_paid", "fulfillment.rider_paid"]
    assert await shop.findings() == []


async def test_a_correction_leaves_what_was_paid(shop: Shop):
    order = await delivered(shop)
    await enter(order, pay(300))
    await enter(order, Correction(amount=-100, reason="A scratch."))
    before = await shop.rows()
    with pytest.raises(Refused, match=r"NGN 3\.00 is due"):
        await enter(order, Correction(amount=-301, reason="All of it."))
    assert await shop.rows() == before
    await enter(order, Correction(amount=-300, reason="All that was left."))
    assert sum(amount for _, amount, _ in await ledger(order)) == 0
    assert await shop.findings() == []


async def test_what_is_agreed_can_always_be_earned(shop: Shop):
    with pytest.raises(Refused, match="The cost must be one that a delivery can have"):
        await on_its_way(shop, cost=2**64)
    order = await delivered(shop, cost=10**12)
    assert await ledger(order) == [("EARNED", 10**12, person("rider"))]
    assert await shop.findings() == []


WRONG: dict[str, tuple[Callable[[Order], Awaitable[Entered]], type[Exception], str]] = {
    "nothing": (lambda order: enter(order, pay(0)), Invalid, "more than nothing"),
    "less than nothing": (lambda order: enter(order, pay(-5)), Invalid, "more than nothing"),
    "no correction": (lambda order: enter(order, Correction(amount=0, reason="Why?")), Invalid, "by how much"),
    "no reason": (lambda order: enter(order, Correction(amount=5, reason=" ")), Invalid, "by how much"),
    "what nobody earns": (lambda order: enter(order, Correction(amount=2**63 - 1, reason="More.")), Invalid, "so much"),
    "a stranger": (lambda order: enter(order, pay(5, rider=person("biller"))), NotFound, "no such rider"),
    "another rider": (lambda order: enter(order, pay(5, rider=person("second rider"))), Refused, "is due"),
    "a biller pays": (lambda order: enter(order, pay(5), by="biller"), Refused, "You may not pay a rider"),
    "a rider pays": (lambda order: enter(order, pay(5), by="rider"), Refused, "You may not pay a rider"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_can_not_be_paid_is_refused_and_nothing_is_written(shop: Shop, case: str):
    order = await delivered(shop)
    doing, error, match = WRONG[case]
    before = await shop.rows()
    with pytest.raises(error, match=match):
        await doing(order)
    assert await shop.rows() == before


async def test_postgresql_itself_refuses_to_pay_more_than_is_due(shop: Shop):
    order = await delivered(shop)
    with pytest.raises(asyncpg.CheckViolationError, match="No more may be paid"):
        await shop.pool.execute(
            "INSERT INTO rider_ledger"
            " (store_id, order_id, fulfillment_id, rider_id, kind, amount, currency, method, at, actor)"
            " SELECT $1, $2, id, rider_id, 'PAID', -701, 'NGN', 'CASH', now(), 'system' FROM fulfillment"
            " WHERE order_id = $2",
            LAGOS, order.id,
        )  # fmt: skip
