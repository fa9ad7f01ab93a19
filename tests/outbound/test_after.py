"""What people hear after the sale: services, goods that come back, refunds, riders' pay, and what ends early."""

from datetime import timedelta

from tests.outbound.listening import Listening
from tests.stories.shop import NOON, RESELLER, SHIRT, Shop, person, shirts
from tests.stories.test_returns import collected
from tests.stories.test_rider_money import enter

from orderway.fulfillment.events import (
    Cancel,
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
    ServiceRescheduled,
    ServiceScheduled,
)
from orderway.fulfillment.payouts.ledger import Payout
from orderway.quotation.events import Share, Withdraw
from orderway.sale.payments.events import Dispute

BUYER = "reseller"
NGN = "NGN\N{NO-BREAK SPACE}"


async def test_a_service_is_agreed_for_a_day_and_moved(shop: Shop, listening: Listening):
    order = await shop.paid(shirts(1), customer=RESELLER, by="SERVICE")
    await listening.news()
    await order.send("fulfillment", ServiceScheduled(NOON + timedelta(days=4)))
    assert await listening.news() == {BUYER: ["The service of order # is on 2026-03-06 12:00 UTC"]}
    await order.send("fulfillment", ServiceRescheduled(NOON + timedelta(days=7), "The fitter is ill."))
    await listening.news()
    assert (await listening.told(BUYER))[-1] == (
        "The service of order LAG-000001 is now on 2026-03-09 12:00 UTC", "The reason: The fitter is ill.",
    )  # fmt: skip


async def test_goods_come_back_and_their_price_is_refunded(shop: Shop, listening: Listening):
    await shop.stock((SHIRT, 2))
    order = await collected(await shop.paid(shirts(2), customer=RESELLER, by="PICKUP"))
    (line,) = await order.lines()
    await listening.news()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 1),), "Too small."), by=BUYER)
    asked = ["Reseller wants to return goods of #"]
    assert await listening.news() == {"biller": asked, "manager": asked}
    assert (await listening.told("manager"))[-1][1] == "The reason: Too small."
    await order.send("fulfillment", ReturnReceived((Returned(line, 1, "SELLABLE"),)), by="manager")
    assert await listening.news() == {
        "biller": ["Goods of order # came back"], BUYER: ["The goods that you sent back of order # came"],
    }  # fmt: skip
    await order.send("fulfillment", RefundIssued(1000), by="accountant")
    assert await listening.news() == {
        "biller": ["A payment for order # was refunded"], BUYER: ["A payment for your order # was refunded"],
    }  # fmt: skip
    assert (await listening.told(BUYER))[-1][1] == f"{NGN}10.00 goes back to you."
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 1),), "Too small, too."), by=BUYER)
    await order.send("fulfillment", ReturnRejected("It was worn."), by="manager")
    await listening.news()
    assert (await listening.told(BUYER))[-1] == (
        "The return of order LAG-000001 was turned down", "The reason: It was worn.",
    )  # fmt: skip


async def test_a_rider_hears_of_their_pay_in_money_and_of_nobody_elses(shop: Shop, listening: Listening):
    await shop.stock((SHIRT, 1))
    order = await shop.paid(shirts(1), customer=RESELLER)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", RiderNamed(person("rider"), 700))
    await order.send("fulfillment", PackageShipped(), by="rider")
    await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider")
    await listening.news()
    await enter(order, Payout(rider=person("rider"), amount=700, method="CASH"))
    assert await listening.news() == {"rider": ["You were paid for delivering order #"]}
    assert (await listening.told("rider"))[-1][1] == f"{NGN}7.00"
    others = [text for _, text in (await listening.told("rider"))[:-1] if "NGN" in text]
    assert others == []


async def test_what_ends_early_is_told_once_to_each(shop: Shop, listening: Listening):
    await shop.stock((SHIRT, 1))
    order = await shop.paid(shirts(1), customer=RESELLER)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", RiderNamed(person("rider"), 700))
    await listening.news()
    await order.send("fulfillment", Cancel("The van burnt down."))
    assert await listening.news() == {
        "manager": ["The fulfillment of order # was cancelled"],
        BUYER: ["The fulfillment of your order # was cancelled"],
        "rider": ["Order # is no longer yours to deliver"],
    }
    assert (await listening.told("rider"))[-1][1] == "The reason: The van burnt down."


async def test_a_withdrawn_quotation_is_told_to_a_buyer_who_had_read_it(shop: Shop, listening: Listening):
    order = await shop.order(shirts(1), customer=RESELLER)
    await order.send("quotation", Share())
    await listening.news()
    await order.send("quotation", Withdraw("No longer made."))
    assert await listening.news() == {BUYER: ["Your quotation # was withdrawn"]}


async def test_a_dispute_is_between_the_sellers_people(shop: Shop, listening: Listening):
    await shop.stock((SHIRT, 1))
    order = await shop.paid(shirts(1), customer=RESELLER)
    payment = await order.ref("payment")
    await listening.news()
    await order.send("payment", Dispute(1000, "The card was stolen."), by="accountant", to=payment.id)
    disputed = ["A payment for order # is disputed"]
    assert await listening.news() == {"biller": disputed, "manager": disputed}
    assert (await listening.told("manager"))[-1][1] == f"{NGN}10.00"
