"""Reports of payments while a former system still takes them: they are proven, kept, and applied when they are ours."""

import os
from datetime import timedelta

from tests.flags.judged import switched
from tests.providers.test_apply import payments, registered
from tests.providers.till import Till, till_of
from tests.stories.shop import Shop, shirts

from orderway.app import make_workflow
from orderway.providers.settle import settle_due
from orderway.sale.payments.events import Confirm
from orderway.workflow.runner import Runner


async def test_reports_are_kept_until_webhooks_in_are_on_and_then_applied_in_their_order(till: Till):
    shop: Shop = till.shop
    order = await shop.agreed(shirts(4))
    await registered(order)
    own = shop.runner
    with switched(sales="on", webhooks_in="off") as flags:
        shop.runner = Runner(shop.pool, make_workflow(shop.settings, flags), lambda: shop.now)
        async with till_of(shop) as closed:
            closed.ids = till.ids
            assert await closed.report("captured") == "stored"
            assert await closed.report("captured", reference="R-2", order=await till.number(order)) == "stored"
            assert await closed.report("captured", reference="R-3") == "stored"  # of which order nobody knows
        shop.now += timedelta(minutes=11)
        kept = await settle_due(shop.runner, os.environ)
        assert (kept.settled, kept.waiting, kept.held) == (0, 0, 3)
        assert await payments(till) == [("R-1", "PENDING", 4000, 0, 0)]
        assert await shop.pool.fetchval("SELECT count(DISTINCT why) FROM webhook_event WHERE bucket IS NULL") == 1
    shop.runner = own
    shop.now += timedelta(minutes=11)
    assert (await till.settle()).settled == 3
    assert [bucket for _, bucket in await till.events()] == ["applied", "applied", "parked"]
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await shop.findings() == []


async def test_a_payment_that_an_import_brought_meanwhile_is_known_by_its_reference(till: Till):
    shop: Shop = till.shop
    order = await shop.agreed(shirts(4))
    own = shop.runner
    with switched(sales="on", webhooks_in="off") as flags:
        shop.runner = Runner(shop.pool, make_workflow(shop.settings, flags), lambda: shop.now)
        async with till_of(shop) as closed:
            assert await closed.report("captured", order=await till.number(order)) == "stored"
    shop.runner = own
    payment = await registered(order)
    await order.send("payment", Confirm(), by="accountant", to=payment)
    shop.now += timedelta(minutes=11)
    assert (await till.settle()).settled == 1
    assert [bucket for _, bucket in await till.events()] == ["already applied"]
    assert [each[2] for each in await payments(till)] == [4000]
    assert await shop.findings() == []
