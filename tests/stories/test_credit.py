"""Sales on account: within the limit, over it with an override that is granted, and one that is revoked."""

import asyncio

import asyncpg
import pytest
from tests.stories.shop import CONSUMER, RESELLER, SHIRT, Order, Shop, person, shirts

from orderway.app import make_workflow
from orderway.fulfillment.events import (
    Cancel,
    CarrierSelected,
    Complete,
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
)
from orderway.sale.events import AdminOverrideRequested, CancelRequested, SetPaymentMethod, WriteOff
from orderway.sale.overrides.machine import Approve, Deny, Revoke
from orderway.settings import Settings
from orderway.workflow.errors import Refused


async def test_a_sale_on_account_clears_within_the_limit_and_is_settled_later(shop: Shop):
    await shop.stock((SHIRT, 5))
    await shop.limit(10_000)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.send("sale", SetPaymentMethod("INVOICE"))
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    assert await order.credit() == [("cleared", 4000)]
    assert await shop.exposure() == 4000

    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    await order.send("fulfillment", Complete())
    assert await order.state("sale") == "AWAITING_SETTLEMENT"
    await order.pay(1500)
    assert await order.credit() == [("cleared", 4000), ("captured", -1500)]
    await order.pay(2500)
    assert await order.state("sale") == "COMPLETED"
    assert await order.credit() == [("cleared", 4000), ("captured", -1500), ("captured", -2500)]
    assert await shop.exposure() == 0
    assert await shop.findings() == []


async def test_a_ledger_names_who_was_behind_what_the_system_entered(shop: Shop):
    await shop.stock((SHIRT, 5))
    await shop.limit(10_000)
    order = await shop.agreed(shirts(2), customer=RESELLER, by="PICKUP")
    await order.send("sale", SetPaymentMethod("INVOICE"))
    await order.pay(3000)
    await order.send("fulfillment", Cancel("The reseller moved away."), by="manager")
    who = {f"person:{person(word)}": word for word in ("biller", "accountant", "manager")}
    entered = await shop.pool.fetch("SELECT why, actor FROM credit_entry UNION ALL SELECT why, actor FROM payable")
    assert sorted((row["why"], who.get(row["actor"], row["actor"])) for row in entered) == [
        ("cancelled", "manager"),
        ("captured", "accountant"),
        ("captured", "accountant"),
        ("cleared", "biller"),
    ]


async def test_what_nobody_pays_is_written_off(shop: Shop):
    await shop.stock((SHIRT, 5))
    await shop.limit(10_000)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.send("sale", SetPaymentMethod("INVOICE"))
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    await order.send("fulfillment", Complete())
    await order.pay(1500)
    await order.send("sale", WriteOff("The reseller closed."), by="accountant")
    assert await order.state("sale") == "COMPLETED"
    assert (await order.context("sale")).written_off == 2500
    assert await shop.exposure() == 0
    assert await shop.row("SELECT sales, cumulative, earned FROM customer_sales_agg") == (1, 1500, 15)
    assert await shop.findings() == []


async def test_a_sale_over_the_limit_is_asked_for_granted_cleared_and_taken_back(shop: Shop):
    await shop.stock((SHIRT, 5))
    await shop.limit(1000)
    order = await shop.agreed(shirts(4), customer=RESELLER)
    await order.send("sale", SetPaymentMethod("PURCHASE_ORDER"))
    assert await order.state("sale") == "OVERRIDE_REVIEW"
    asked = await order.context("override_request")
    assert (asked.kind, asked.amount, asked.requested_by) == ("CREDIT_LIMIT", 3000, f"person:{person('biller')}")

    await order.send("override_request", Approve(), by="manager")
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    assert await shop.exposure() == 4000

    await order.send("override_request", Revoke("The reseller is in default."), by="manager")
    assert await order.states() == ("MUTUALLY_APPROVED", "PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
    assert await order.credit() == [("cleared", 4000), ("revoked", -4000)]
    assert await shop.exposure() == 0
    assert await shop.shelf(SHIRT) == (5, 4)

    await order.pay(4000)
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    assert (await order.told())[-8:] == [
        "override.revoke",
        "sale.override_revoked",
        "fulfillment.hold",
        "payment.born",
        "payment.confirm",
        "sale.payment_captured",
        "fulfillment.resume",
        "sale.cleared",
    ]
    assert await shop.findings() == []


async def test_what_has_left_is_not_taken_back(shop: Shop):
    await shop.stock((SHIRT, 5))
    await shop.limit(1000)
    order = await shop.agreed(shirts(4), customer=RESELLER)
    await order.send("sale", SetPaymentMethod("PURCHASE_ORDER"))
    await order.send("override_request", Approve(), by="manager")
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", CarrierSelected("Swift"))
    await order.send("fulfillment", PackageShipped())
    before = await shop.rows()
    with pytest.raises(Refused, match="Nothing must have been dispatched"):
        await order.send("override_request", Revoke("The reseller is in default."), by="manager")
    assert await shop.rows() == before
    assert await order.state("override_request") == "APPROVED"
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "SHIPPED")


async def test_a_sale_that_is_cancelled_while_its_fulfillment_waits_takes_it_along(shop: Shop):
    await shop.stock((SHIRT, 5))
    await shop.limit(1000)
    order = await shop.agreed(shirts(4), customer=RESELLER)
    await order.send("sale", SetPaymentMethod("INVOICE"))
    await order.send("override_request", Approve(), by="manager")
    await order.send("override_request", Revoke("The reseller is in default."), by="manager")
    await order.send("sale", CancelRequested("Nobody pays."))
    assert await order.states() == ("MUTUALLY_APPROVED", "CANCELLED", "CANCELLED")
    assert await shop.shelf(SHIRT) == (5, 0)
    assert await shop.findings() == []


async def test_nobody_decides_an_override_that_they_asked_for(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    await order.send("sale", AdminOverrideRequested("A good customer."), by="manager")
    before = await shop.rows()
    with pytest.raises(Refused, match="someone else"):
        await order.send("override_request", Approve(), by="manager")
    assert await shop.rows() == before
    assert await order.state("override_request") == "PENDING"


async def test_an_admin_override_asks_for_the_credit_that_is_missing(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    await order.send("sale", AdminOverrideRequested("A good customer."))
    admin = (await order.ref("override_request")).id
    await order.send("override_request", Approve(), by="manager")
    assert await order.state("sale") == "OVERRIDE_REVIEW"
    credit = (await order.ref("override_request")).id
    assert credit != admin
    assert (await order.context("override_request")).amount == 4000
    await order.send("override_request", Approve(), by="manager")
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert (await order.context("sale")).cleared_by == "override"
    assert await shop.exposure(CONSUMER) == 4000
    assert await shop.findings() == []


async def test_a_denied_override_leads_back_to_where_it_was_asked(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    await order.send("sale", SetPaymentMethod("CARD"))
    await order.send("sale", AdminOverrideRequested("A good customer."))
    await order.send("override_request", Deny("Not this one."), by="manager")
    assert await order.state("sale") == "PAYMENT_INITIATED"
    assert await order.state("override_request") == "DENIED"
    assert await shop.findings() == []


async def asked_for(pool: asyncpg.Pool, **settings: str) -> Order:
    """A sale in a shop with these settings, for which somebody asked for an override."""
    shop = Shop(pool)
    shop.workflow = make_workflow(Settings({"SALE_PENDING_EXPIRY_MINUTES": "0", **settings}))
    shop.runner.workflow = shop.workflow
    await shop.furnish()
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    await order.send("sale", SetPaymentMethod("CARD"))
    await order.send("sale", AdminOverrideRequested("A good customer."))
    return order


async def test_a_request_that_nobody_decides_lapses_and_leads_back_to_where_it_was_asked(pool: asyncpg.Pool):
    order = await asked_for(pool)
    assert await order.shop.wait(hours=23, minutes=59) == 0
    assert await order.shop.wait(minutes=1) == 1
    assert await order.state("override_request") == "EXPIRED"
    assert await order.state("sale") == "PAYMENT_INITIATED"
    assert (await order.context("sale")).admin.status == "denied"
    assert (await order.told())[-2:] == ["override.expire", "sale.admin_override_denied"]
    assert await order.shop.findings() == []


async def test_where_requests_do_not_lapse_one_waits_for_as_long_as_its_sale(pool: asyncpg.Pool):
    order = await asked_for(pool, OVERRIDE_REQUEST_EXPIRY_MINUTES="0")
    assert (await order.context("override_request")).expires_at is None
    assert await order.shop.wait(days=300) == 0
    assert await order.state("override_request") == "PENDING"


async def test_an_override_clears_a_sale_once_and_can_still_be_revoked(shop: Shop):
    await shop.stock((SHIRT, 5))
    await shop.limit(4000)
    order = await shop.agreed(shirts(4), customer=RESELLER)
    await order.send("sale", AdminOverrideRequested("A good customer."))
    await order.send("override_request", Approve(), by="manager")
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    admin = (await order.context("sale")).admin
    assert (admin.status, admin.approved_amount) == ("used", 4000)

    await order.send("override_request", Revoke("The reseller is in default."), by="manager")
    assert await order.states() == ("MUTUALLY_APPROVED", "PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
    assert (await order.context("sale")).admin.status == "revoked"
    await order.send("sale", AdminOverrideRequested("They have paid their debts."))
    await order.send("override_request", Approve(), by="manager")
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    assert await order.credit() == [("cleared", 4000), ("revoked", -4000), ("cleared", 4000)]
    assert await shop.findings() == []


async def test_a_part_that_is_released_is_not_enough_and_the_rest_is_asked_for(shop: Shop):
    await shop.stock((SHIRT, 5))
    await shop.limit(4000)
    order = await shop.agreed(shirts(4), customer=RESELLER)
    await order.send("sale", AdminOverrideRequested("A good customer."))
    await order.send("override_request", Approve(approved_amount=3000), by="manager")
    assert await order.state("sale") == "OVERRIDE_REVIEW"
    assert (await order.context("override_request")).amount == 4000
    assert await order.state("override_request") == "PENDING"
    # With a payment it covers the rest, but it is no longer what the sale has: somebody decides anew.
    await order.pay(1000)
    assert await order.state("sale") == "OVERRIDE_REVIEW"
    await order.send("override_request", Approve(approved_amount=3000), by="manager")
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await shop.exposure() == 3000
    assert await shop.findings() == []


async def test_a_release_that_is_valid_is_kept_while_the_credit_for_it_is_asked_for_again(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    await order.send("sale", AdminOverrideRequested("A good customer."))
    admin = (await order.ref("override_request")).id
    await order.send("override_request", Approve(), by="manager")
    await order.send("override_request", Deny("Not now."), by="manager")
    assert await order.state("sale") == "AWAITING_PAYMENT_METHOD"
    await order.send("sale", AdminOverrideRequested("They have a guarantor."))
    asked = await order.context("override_request")
    assert (asked.kind, asked.amount, asked.reason) == ("CREDIT_LIMIT", 4000, "They have a guarantor.")
    await order.send("override_request", Approve(), by="manager")
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    sale = await order.context("sale")
    assert (sale.admin.request, sale.admin.status, sale.credit_override.status) == (admin, "used", "used")
    assert await shop.findings() == []


async def test_what_is_over_is_not_taken_back(shop: Shop):
    """The button says so before anyone presses it: the sale no longer needs the override, or is at its end."""
    await shop.stock((SHIRT, 5))
    await shop.limit(1000)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.send("sale", SetPaymentMethod("INVOICE"))
    await order.send("override_request", Approve(), by="manager")
    await order.pay(4000)
    revoke = Revoke("The reseller is in default.")
    with pytest.raises(Refused, match=r"do without the override\. The sale must not be paid in full\."):
        await order.send("override_request", revoke, by="manager")
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    await order.send("fulfillment", Complete())
    before = await shop.rows()
    with pytest.raises(Refused, match=r"The sale is “Completed”\. Leave the override: it has done its part\."):
        await order.send("override_request", revoke, by="manager")
    assert await shop.rows() == before


async def test_an_override_of_too_little_is_not_revoked_but_left(shop: Shop):
    """The sale asks anew at once, and stands on the new request."""
    await shop.stock((SHIRT, 5))
    await shop.limit(1000)
    order = await shop.agreed(shirts(4), customer=RESELLER)
    await order.send("sale", SetPaymentMethod("INVOICE"))
    short = await order.send("override_request", Approve(approved_amount=2999), by="manager")
    before = await shop.rows()
    with pytest.raises(Refused, match=r"still stands\. Leave it: the sale does not stand on it\.$"):
        await order.send("override_request", Revoke("Too risky."), by="manager", to=short.ref.id)
    assert await shop.rows() == before


async def test_a_payment_ends_a_review_and_the_request_that_waited(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    await order.send("sale", AdminOverrideRequested("A good customer."))
    await order.pay(4000)
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await order.state("override_request") == "EXPIRED"
    assert await shop.findings() == []


async def test_two_sales_at_once_can_not_spend_the_same_limit(shop: Shop):
    await shop.stock((SHIRT, 20))
    await shop.limit(5000)
    orders = [await shop.agreed(shirts(4), customer=RESELLER) for _ in range(2)]
    await asyncio.gather(*(order.send("sale", SetPaymentMethod("INVOICE")) for order in orders))
    assert sorted([str(await order.state("sale")) for order in orders]) == [
        "CLEARED_FOR_FULFILLMENT",
        "OVERRIDE_REVIEW",
    ]
    assert await shop.exposure() == 4000
    assert await shop.findings() == []


async def test_a_consumer_earns_credit_by_what_they_bought(shop: Shop):
    await shop.stock((SHIRT, 5))
    first = await shop.paid(shirts(3, price=200_000), by="PICKUP")
    await first.send("fulfillment", FulfillmentStarted())
    await first.send("fulfillment", PackageDelivered(await first.pin()))
    await first.send("fulfillment", Complete())
    assert await first.state("sale") == "COMPLETED"

    second = await shop.agreed(shirts(1, price=6000))
    await second.send("sale", SetPaymentMethod("INVOICE"))
    snapshot = (await second.context("sale")).credit
    assert (snapshot.tier, snapshot.limit, snapshot.earned, snapshot.exposure) == ("BRONZE", 6000, 6000, 0)
    assert await second.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await shop.findings() == []
