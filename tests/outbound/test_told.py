"""Orders as their people hear of them: who is told what at each turn, in words, with names and amounts."""

from datetime import timedelta

from tests.outbound.listening import Listening
from tests.stories.shop import RESELLER, SHIRT, Shop, person, shirts
from tests.stories.test_offers import offer

from orderway.fulfillment.events import (
    DeliveryFailed,
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
    RiderNamed,
    RiderSelected,
    RiderUnassigned,
)
from orderway.fulfillment.interests.machine import Withdraw
from orderway.quotation.events import BuyerApproves, Decline, SellerApproves, Share
from orderway.sale.events import AdminOverrideRequested, CancelRequested
from orderway.sale.overrides.machine import Approve, Deny
from orderway.sale.payments.events import Fail

BUYER = "reseller"


async def test_a_quotation_is_shared_and_agreed(shop: Shop, listening: Listening):
    await shop.stock((SHIRT, 1))
    order = await shop.order(shirts(1), customer=RESELLER)
    assert await listening.news() == {}
    await order.send("quotation", Share())
    assert await listening.news() == {BUYER: ["Your quotation # is ready"]}
    await order.send("quotation", BuyerApproves(1), by=BUYER)
    assert await listening.news() == {"biller": ["Reseller accepted the quotation #"]}
    await order.send("quotation", SellerApproves(1))
    assert await listening.news() == {
        "manager": ["The sale of order # is open"],
        BUYER: ["Lagos store approved your quotation #", "Your order # is agreed"],
    }
    told = await listening.told("manager")
    assert told == [("The sale of order LAG-000001 is open", "Reseller is to pay NGN\N{NO-BREAK SPACE}10.00.")]


async def test_a_quotation_is_declined_and_another_expires(shop: Shop, listening: Listening):
    declined = await shop.order(shirts(1), customer=RESELLER)
    await declined.send("quotation", Share())
    await declined.send("quotation", Decline("Too dear."), by=BUYER)
    await listening.news()
    assert await listening.told("biller") == [
        ("Reseller declined the quotation LAG-000001", "The reason: Too dear."),
    ]
    expiring = await shop.order(shirts(1), customer=RESELLER)
    await expiring.send("quotation", Share())
    await listening.news()
    await shop.wait(days=8)
    assert await listening.news() == {
        "biller": ["The quotation # of Reseller expired"], BUYER: ["Your quotation # expired"],
    }  # fmt: skip


async def test_a_payment_fails_another_comes_and_clears_the_sale(shop: Shop, listening: Listening):
    await shop.stock((SHIRT, 1))
    order = await shop.agreed(shirts(1), customer=RESELLER)
    await listening.news()
    payment = await order.register(1000)
    assert await listening.news() == {BUYER: ["A payment for your order # was registered"]}
    await order.send("payment", Fail("The bank says no."), by="accountant", to=payment)
    assert await listening.news() == {
        "biller": ["A payment for order # failed"], BUYER: ["Your payment for order # failed"],
    }  # fmt: skip
    assert (await listening.told(BUYER))[-1][1] == "The reason: The bank says no."
    await order.pay(1000)
    assert await listening.news() == {
        "biller": [
            "A payment for order # came", "The fulfillment of order # began", "Order # is cleared for fulfillment",
        ],
        "manager": ["The fulfillment of order # began"],
        BUYER: [
            "A payment for your order # was registered", "Your payment for order # came",
            "Your order # is being prepared",
        ],
    }  # fmt: skip
    came = ("A payment for order LAG-000001 came", "NGN\N{NO-BREAK SPACE}10.00 came from Reseller.")
    assert came in await listening.told("biller")


async def test_a_sale_expires_and_another_is_cancelled(shop: Shop, listening: Listening):
    await shop.stock((SHIRT, 2))
    await shop.agreed(shirts(1), customer=RESELLER)
    await listening.news()
    await shop.wait(days=2)
    assert await listening.news() == {
        "biller": ["Order # of Reseller expired"],
        "manager": ["Order # of Reseller expired"],
        BUYER: ["Your order # expired"],
    }
    order = await shop.agreed(shirts(1), customer=RESELLER)
    await listening.news()
    await order.send("sale", CancelRequested("They changed their mind."))
    assert await listening.news() == {
        "manager": ["Order # of Reseller was cancelled"], BUYER: ["Your order # was cancelled"],
    }  # fmt: skip


async def test_an_override_is_asked_declined_and_granted(shop: Shop, listening: Listening):
    await shop.stock((SHIRT, 1))
    await shop.limit(1000)
    order = await shop.agreed(shirts(1), customer=RESELLER)
    await listening.news()
    await order.send("sale", AdminOverrideRequested("They always pay late."))
    assert await listening.news() == {"manager": ["An override is asked for order #"]}
    assert (await listening.told("manager"))[-1][1] == (
        "Asked by Biller: Release without payment, NGN\N{NO-BREAK SPACE}10.00. They always pay late."
    )
    await order.send("override_request", Deny("Not again."), by="manager")
    assert await listening.news() == {"biller": ["The override of order # was declined"]}
    assert (await listening.told("biller"))[-1][1] == "The reason: Not again."
    await order.send("sale", AdminOverrideRequested("The last time."))
    await listening.news()
    await order.send("override_request", Approve(), by="manager")
    assert await listening.news() == {
        "biller": [
            "The override of order # was granted", "The fulfillment of order # began",
            "Order # is cleared for fulfillment",
        ],
        BUYER: ["Your order # is being prepared"],
    }  # fmt: skip


async def test_riders_offer_one_withdraws_one_is_chosen_and_gives_it_back(shop: Shop, listening: Listening):
    await shop.stock((SHIRT, 1))
    order = await shop.paid(shirts(1), customer=RESELLER)
    await listening.news()
    await order.send("fulfillment", FulfillmentStarted())
    looks = ["Order # looks for a rider"]
    assert await listening.news() == {"rider": looks, "second rider": looks}
    made = await offer(order, "rider")
    assert await listening.news() == {
        "rider": ["Your offer to deliver order # is in"], "biller": ["Rider offers to deliver order #"],
    }  # fmt: skip
    assert (await listening.told("biller"))[-1][1] == "For a price of NGN\N{NO-BREAK SPACE}5.00."
    second = await offer(order, "second rider")
    await listening.news()
    await order.send("rider_interest", Withdraw(), by="second rider", to=second)
    assert await listening.news() == {"biller": ["Second rider no longer offers to deliver order #"]}
    await offer(order, "second rider")
    await listening.news()
    await order.send("fulfillment", RiderSelected(made))
    assert await listening.news() == {
        "rider": ["Your offer was chosen: deliver order #"],
        "second rider": ["Your offer to deliver # was not chosen"],
        BUYER: ["A rider is to bring your order #"],
    }
    assert (await listening.told("second rider"))[-1][1] == "The reason: Another rider was chosen."
    await order.send("fulfillment", RiderUnassigned("My van broke."), by="rider")
    assert await listening.news() == {"biller": ["Order # looks for another rider"], "second rider": looks}


async def test_a_named_rider_brings_it_at_the_second_attempt(shop: Shop, listening: Listening):
    await shop.stock((SHIRT, 1))
    order = await shop.paid(shirts(1), customer=RESELLER)
    await order.send("fulfillment", FulfillmentStarted())
    await listening.news()
    named = RiderNamed(person("rider"), 700)
    await order.send("fulfillment", named)
    assert await listening.news() == {
        "rider": ["You are to deliver order #"], BUYER: ["A rider is to bring your order #"],
    }  # fmt: skip
    await order.send("fulfillment", PackageShipped(), by="rider")
    assert await listening.news() == {"biller": ["Order # has left"], BUYER: ["Your order # is on its way"]}
    await order.send("fulfillment", DeliveryFailed("Nobody was at home."), by="rider")
    failed = await listening.news()
    assert failed["biller"] == ["Order # could not be delivered"]
    assert failed[BUYER] == ["Your order # could not be delivered"]
    await order.send("fulfillment", named)
    await order.send("fulfillment", PackageShipped(), by="rider")
    await listening.news()
    await order.send("fulfillment", PackageDelivered("000000000"), by="rider")
    assert await listening.news() == {}
    await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider")
    assert await listening.news() == {"biller": ["Order # was delivered"], BUYER: ["Your order # was delivered"]}


async def test_goods_that_are_missing_are_told_of(shop: Shop, listening: Listening):
    await shop.paid(shirts(1), customer=RESELLER)
    news = await listening.news()
    assert news["biller"][-2:] == ["Order # waits for goods", "Order # is cleared for fulfillment"]
    assert news["manager"][-1] == "Order # waits for goods"
    assert "Your order # waits for goods" in news[BUYER]


async def test_offers_that_lapse_are_told_to_their_rider_and_the_last_one_to_the_biller(
    shop: Shop, listening: Listening
):
    await shop.stock((SHIRT, 1))
    order = await shop.paid(shirts(1), customer=RESELLER)
    await order.send("fulfillment", FulfillmentStarted())
    await offer(order, "rider")
    await listening.news()
    shop.now += timedelta(minutes=1)
    await shop.wait(minutes=45)
    assert await listening.news() == {
        "rider": ["Your offer to deliver order # lapsed", "Order # looks for a rider"],
        "second rider": ["Order # looks for a rider"],
        "biller": ["No rider offers to deliver order # any more"],
    }
