"""An override holds for the amount that it was granted for, whatever becomes of the sale before, while and after."""

import pytest
from tests.stories.shop import LAGOS, RESELLER, SHIRT, Order, Shop, shirts

from orderway.sale.events import AdminOverrideRequested, CancelRequested, SetPaymentMethod
from orderway.sale.overrides.machine import Approve, Revoke
from orderway.sale.payments.events import Dispute, Reverse, WinDispute
from orderway.workflow.errors import Refused

HELD = ("MUTUALLY_APPROVED", "PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
CLEARED = ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.stock((SHIRT, 9))
    return shop


async def released(shop: Shop, *, paid_before: int, paid_after: int) -> Order:
    """A sale of 4000 of which some was paid, that was released, and of which some was paid after that."""
    await shop.limit(4000)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    if paid_before:
        await order.pay(paid_before)
    await order.send("sale", AdminOverrideRequested("A good customer."))
    await order.send("override_request", Approve(), by="manager")
    await order.pay(paid_after)
    assert (await order.context("sale")).admin.status == "used"
    assert await order.states() == CLEARED
    return order


async def hear(order: Order, *events: object) -> None:
    for event in events:
        await order.send("payment", event, by="accountant")


async def test_what_is_taken_back_within_what_was_released_leaves_the_sale_cleared(shop: Shop):
    order = await released(shop, paid_before=1000, paid_after=2000)
    await hear(order, Reverse(1500, "Chargeback."))
    assert await order.states() == CLEARED
    sale = await order.context("sale")
    assert (sale.outstanding, sale.exposed, sale.admin.approved_amount) == (2500, 2500, 3000)
    await hear(order, Reverse(500, "Chargeback."))
    assert await order.states() == CLEARED
    assert await shop.exposure() == 3000
    assert await shop.findings() == []


async def test_one_minor_unit_more_than_was_released_takes_the_clearance_back(shop: Shop):
    order = await released(shop, paid_before=1000, paid_after=2000)
    old = await shop.pool.fetchval("SELECT id FROM payment WHERE amount = 1000")
    await hear(order, Reverse(2000, "Chargeback."))
    assert await order.states() == CLEARED
    await order.send("payment", Reverse(1, "Chargeback."), by="accountant", to=old)
    assert await order.states() == HELD
    assert await shop.exposure() == 0
    assert await shop.findings() == []


async def test_a_sale_that_was_paid_after_its_release_stands_on_it_again(shop: Shop):
    order = await released(shop, paid_before=0, paid_after=4000)
    assert await shop.exposure() == 0
    await hear(order, Dispute(4000, "Not received."))
    assert await order.states() == CLEARED
    assert await shop.exposure() == 4000
    await order.send("override_request", Revoke("In default."), by="manager")
    assert await order.states() == HELD
    await hear(order, WinDispute())
    assert await order.states() == CLEARED
    assert await shop.exposure() == 0
    assert await shop.findings() == []


async def test_a_release_whose_time_is_over_holds_up_nothing_that_comes_after(shop: Shop):
    await shop.limit(4000)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.send("sale", AdminOverrideRequested("A good customer."))
    until = shop.now.replace(hour=18)
    await order.send("override_request", Approve(expires_at=until), by="manager")
    await order.pay(2000)
    await shop.wait(hours=7)
    assert await order.state("override_request") == "EXPIRED"
    assert await order.states() == CLEARED
    await hear(order, Reverse(1000, "Chargeback."))
    assert await order.states() == HELD
    assert await shop.findings() == []


async def test_a_grant_of_less_than_is_to_pay_by_then_lets_nothing_through(shop: Shop):
    await shop.limit(4000)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.pay(1500)
    await order.send("sale", AdminOverrideRequested("A good customer."))
    assert (await order.context("override_request")).amount == 2500
    await hear(order, Reverse(1000, "Chargeback."))
    await order.send("override_request", Approve(), by="manager")
    assert await order.state("sale") == "OVERRIDE_REVIEW"
    asked = await order.context("override_request")
    assert (asked.amount, await order.state("override_request")) == (3500, "PENDING")
    await order.send("override_request", Approve(), by="manager")
    assert (await order.states())[1] == "CLEARED_FOR_FULFILLMENT"
    assert await shop.exposure() == 3500
    assert await shop.findings() == []


async def test_terms_that_were_lowered_since_it_was_asked_need_more_than_was_asked(shop: Shop):
    await shop.limit(3000)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.send("sale", SetPaymentMethod("INVOICE"))
    assert (await order.context("override_request")).amount == 1000
    await shop.pool.execute("UPDATE credit_profile SET custom_limit = 2999")
    await order.send("override_request", Approve(), by="manager")
    assert await order.state("sale") == "OVERRIDE_REVIEW"
    assert (await order.context("override_request")).amount == 1001
    assert await shop.exposure() == 0
    await order.send("override_request", Approve(), by="manager")
    assert (await order.states())[1] == "CLEARED_FOR_FULFILLMENT"
    assert await shop.exposure() == 4000
    assert await shop.findings() == []


async def test_terms_that_were_lowered_below_what_a_sale_stands_on_count_at_its_next_reversal(shop: Shop):
    await shop.limit(4000)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.send("sale", SetPaymentMethod("INVOICE"))
    await order.pay(2000)
    await shop.pool.execute("UPDATE credit_profile SET custom_limit = 2000")
    assert await order.states() == CLEARED
    await hear(order, Reverse(1, "Chargeback."))
    assert (await order.states())[1:] == ("PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
    assert await shop.exposure() == 0
    # There is a way on: somebody else lets it go over the limit.
    await order.send("sale", AdminOverrideRequested("It is one kobo."))
    await order.send("override_request", Approve(), by="manager")
    asked = await order.context("override_request")
    assert (asked.kind, asked.amount) == ("CREDIT_LIMIT", 1)
    await order.send("override_request", Approve(), by="manager")
    assert await order.states() == CLEARED
    assert await shop.exposure() == 2001
    assert await shop.findings() == []


async def test_no_decision_comes_after_the_sale_needs_none(shop: Shop):
    paid = await shop.agreed(shirts(1))
    await paid.send("sale", AdminOverrideRequested("A good customer."))
    await paid.pay(1000)
    cancelled = await shop.agreed(shirts(1))
    await cancelled.send("sale", AdminOverrideRequested("A good customer."))
    await cancelled.send("sale", CancelRequested("Changed their mind."))
    for order in (paid, cancelled):
        before = await shop.rows()
        with pytest.raises(Refused, match="Lapsed"):
            await order.send("override_request", Approve(), by="manager")
        assert await shop.rows() == before
    assert await shop.findings() == []


async def test_a_payment_of_the_rest_under_review_uses_up_no_release(shop: Shop):
    """The credit override is not granted yet: the release that is stands unused, and is revoked without effect."""
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.send("sale", AdminOverrideRequested("A good customer."))
    admin = (await order.ref("override_request")).id
    await order.send("override_request", Approve(), by="manager")
    assert await order.state("sale") == "OVERRIDE_REVIEW"
    await order.pay(4000)
    sale = await order.context("sale")
    assert (sale.cleared_by, sale.admin.status, sale.credit_override.status) == ("payment", "granted", "none")
    await hear(order, Dispute(4000, "Not received."))
    assert await order.states() == HELD
    await order.send("override_request", Revoke("In default."), by="manager", to=admin)
    await hear(order, WinDispute())
    assert await order.states() == CLEARED
    assert await shop.pool.fetchval("SELECT count(*) FROM override_request WHERE store_id = $1", LAGOS) == 2
    assert await shop.findings() == []
