"""Sales that nobody pays: they expire when their time is over, unless money came or is on its way."""

import asyncio
import json
from datetime import timedelta

import asyncpg
import pytest
from tests.stories.shop import CONSUMER, LAGOS, NOON, SHIRT, Order, Shop, actor, person, shirts
from tests.work import work_once

from orderway.database import connect, lost
from orderway.doctor.insides import insides
from orderway.fulfillment.backorders import serve_all
from orderway.sale.events import SetPaymentMethod
from orderway.sale.payments.events import Confirm, Fail
from orderway.workflow.errors import Refused
from orderway.workflow.timers import FailedTimer, Swept, list_failed, sweep

DAY = timedelta(days=1)
CUT_WHO_WAITS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def look(shop: Shop, **time: float) -> Swept:
    """Let time pass, and sweep the sales."""
    shop.now += timedelta(**time)
    return await sweep(shop.runner, machines=["sale"])


async def expiries(shop: Shop) -> list[tuple[str, str]]:
    """Who let which state of a sale expire."""
    rows = await shop.pool.fetch("SELECT actor, from_state FROM transition_log WHERE event = 'EXPIRE' ORDER BY at")
    return [tuple(row) for row in rows]


async def poison(shop: Shop, order: Order) -> None:
    """Leave the order's sale with a context that can not be read."""
    async with shop.pool.acquire() as connection:
        await connection.execute("ALTER TABLE sale DISABLE TRIGGER USER")
        await connection.execute("UPDATE sale SET context = '{\"grand_total\": []}' WHERE order_id = $1", order.id)
        await connection.execute("ALTER TABLE sale ENABLE TRIGGER USER")


async def test_an_unpaid_sale_expires_when_its_time_is_over_and_not_before(shop: Shop):
    order = await shop.agreed(shirts(2))
    assert await look(shop, minutes=1439) == Swept()
    assert await order.state("sale") == "AWAITING_PAYMENT_METHOD"
    assert await look(shop, minutes=1) == Swept(sent=1)
    assert await order.state("sale") == "EXPIRED"
    assert await expiries(shop) == [("system", "AWAITING_PAYMENT_METHOD")]
    assert await look(shop, days=30) == Swept()
    assert await shop.findings() == []


async def test_choosing_how_to_pay_does_not_buy_time(shop: Shop):
    order = await shop.agreed(shirts(2))
    shop.now += timedelta(hours=20)
    await order.send("sale", SetPaymentMethod("CARD"))
    assert await look(shop, hours=4) == Swept(sent=1)
    assert await order.state("sale") == "EXPIRED"


async def test_with_the_setting_at_nought_no_sale_expires(shop: Shop):
    shop.settings.take({"SALE_PENDING_EXPIRY_MINUTES": "0"})
    order = await shop.agreed(shirts(2))
    assert await look(shop, days=365) == Swept()
    assert await order.state("sale") == "AWAITING_PAYMENT_METHOD"


async def test_a_sale_that_was_opened_before_the_setting_went_to_nought_is_spared(shop: Shop):
    order = await shop.agreed(shirts(2))
    shop.settings.take({"SALE_PENDING_EXPIRY_MINUTES": "0"})
    assert await look(shop, days=1) == Swept(refused=1)
    assert await order.state("sale") == "AWAITING_PAYMENT_METHOD"
    shop.settings.take({})
    assert await look(shop, hours=1) == Swept(sent=1)


async def test_stale_sales_are_looked_up_in_batches_until_none_is_due(shop: Shop):
    orders = [await shop.agreed(shirts(1)) for _ in range(7)]
    shop.now += DAY
    after_each_look: list[int] = []
    await sweep(shop.runner, machines=["sale"], batch=3, on_sent=after_each_look.append)
    assert after_each_look == [3, 6, 7, 7]
    assert {await order.state("sale") for order in orders} == {"EXPIRED"}


async def test_a_sale_that_captured_something_never_expires(shop: Shop):
    order = await shop.agreed(shirts(2))
    await order.pay(1)
    assert await look(shop, days=365) == Swept()
    assert await order.state("sale") == "PAYMENT_PENDING_CONFIRMATION"
    assert await expiries(shop) == []


async def test_a_sale_waits_for_a_payment_that_awaits_confirmation_and_expires_when_that_fails(shop: Shop):
    order = await shop.agreed(shirts(2))
    payment = await order.register(order.total)
    before = await shop.rows()
    assert await look(shop, days=1) == Swept(refused=1)
    assert await shop.rows() == before
    assert await look(shop, minutes=59) == Swept(), "what was refused is not tried at every look"
    assert await look(shop, minutes=1) == Swept(refused=1)
    await order.send("payment", Fail("The card was declined."), by="accountant", to=payment)
    assert await look(shop) == Swept(sent=1)
    assert await expiries(shop) == [("system", "PAYMENT_FAILED")]
    assert await shop.findings() == []


async def test_a_payment_that_is_confirmed_after_its_sale_came_due_clears_it(shop: Shop):
    await shop.stock((SHIRT, 2))
    order = await shop.agreed(shirts(2), by="PICKUP")
    payment = await order.register(order.total)
    assert await look(shop, days=1) == Swept(refused=1)
    await order.send("payment", Confirm(), by="accountant", to=payment)
    assert await look(shop, days=1) == Swept()
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")


async def test_the_goods_of_an_expired_sale_go_to_who_waits_for_them(shop: Shop):
    await shop.stock((SHIRT, 3))
    stale = await shop.agreed(shirts(3))
    waiting = await shop.paid(shirts(2), by="PICKUP")
    assert (await waiting.state("fulfillment"), await shop.shelf(SHIRT)) == ("BACKORDERED", (3, 3))
    shop.now += DAY
    await work_once(shop.runner)
    assert await stale.state("sale") == "EXPIRED"
    assert await serve_all(shop.runner) == 1
    assert (await waiting.state("fulfillment"), await shop.shelf(SHIRT)) == ("PICK_PACK", (3, 2))
    assert await shop.findings() == []


async def test_what_is_told_of_it_names_the_store_the_buyer_and_the_biller(shop: Shop):
    order = await shop.agreed(shirts(2))
    sale = await order.ref("sale")
    await look(shop, days=1)
    told = await shop.pool.fetch("SELECT data FROM outbox WHERE type = 'order.sale.expire'")
    assert [json.loads(row["data"]) for row in told] == [
        {
            "machine": "sale",
            "instance": str(sale.id),
            "step": 1,
            "event": "EXPIRE",
            "from_state": "AWAITING_PAYMENT_METHOD",
            "to_state": "EXPIRED",
            "store": str(LAGOS),
            "order": str(order.id),
            "buyer": str(CONSUMER),
            "biller": str(person("biller")),
            "rider": None,
            "reason": None,
        }
    ]


async def test_one_poisoned_sale_stops_no_other_and_waits_longer_each_time(shop: Shop):
    orders = [await shop.agreed(shirts(1)) for _ in range(3)]
    await poison(shop, orders[0])
    assert await look(shop, days=1) == Swept(sent=2, failed=1)
    assert await look(shop, minutes=59) == Swept(), "it is left alone for an hour"
    assert await look(shop, minutes=1) == Swept(failed=1)
    assert await look(shop, minutes=119) == Swept(), "then for two"
    assert await look(shop, minutes=1) == Swept(failed=1)
    assert [await order.state("sale") for order in orders] == ["AWAITING_PAYMENT_METHOD", "EXPIRED", "EXPIRED"]
    assert await expiries(shop) == [("system", "AWAITING_PAYMENT_METHOD")] * 2


async def test_however_often_it_fails_it_is_tried_again_within_sixteen_hours(shop: Shop):
    order = await shop.agreed(shirts(1))
    await poison(shop, order)
    waits = []
    for _ in range(8):
        await look(shop, days=1)
        waits.append(await shop.pool.fetchval("SELECT due_at FROM sale") - shop.now)
    assert waits == [timedelta(hours=hours) for hours in (1, 2, 4, 8, 16, 16, 16, 16)]


async def test_a_timer_that_fails_is_named_until_it_does_so_no_more(shop: Shop, database_url: str):
    order = await shop.agreed(shirts(1))
    good = await shop.pool.fetchval("SELECT context::text FROM sale")
    await poison(shop, order)
    await look(shop, days=1)
    async with shop.pool.acquire() as connection:
        (failed,) = await list_failed(connection, shop.workflow)
    why = "Expected `int`, got `array` - at `$.grand_total`"
    assert failed == FailedTimer(
        "sale", "EXPIRE", 1, NOON + DAY, why, NOON + DAY + timedelta(hours=1), number="LAG-000001"
    )
    found = {finding.sentence: finding.remedy for finding in await insides(database_url)}
    told = f"Order LAG-000001: a timer was to let the sale expire, and failed once on 2026-03-03 at 12:00 UTC ({why})."
    assert found[told] == "Mend the order. It is tried again on 2026-03-03 at 13:00 UTC; the worker's log has more."
    await look(shop, hours=1)
    told = told.replace("failed once on 2026-03-03 at 12:00", "failed 2 times, at last on 2026-03-03 at 13:00")
    assert told in {finding.sentence for finding in await insides(database_url)}
    async with shop.pool.acquire() as connection:
        await connection.execute("ALTER TABLE sale DISABLE TRIGGER USER")
        await connection.execute("UPDATE sale SET context = $1", good)
        await connection.execute("ALTER TABLE sale ENABLE TRIGGER USER")
    assert await look(shop, hours=2) == Swept(sent=1)
    async with shop.pool.acquire() as connection:
        assert await list_failed(connection, shop.workflow) == []
    assert "No timer fails." in {finding.sentence for finding in await insides(database_url)}
    assert await shop.findings() == []


async def test_nobody_lets_a_sale_expire_by_hand(shop: Shop):
    order = await shop.agreed(shirts(1))
    event = shop.workflow.kind("sale").codecs[1].event("EXPIRE", "{}")
    with pytest.raises(Refused, match="You may not do this: let the sale expire"):
        await order.send("sale", event, by=actor("manager"))


async def test_a_worker_whose_connection_is_cut_blames_no_sale(shop: Shop, superuser_url: str):
    order = await shop.agreed(shirts(1))
    shop.now += DAY
    superuser = await connect(superuser_url)
    async with shop.pool.acquire() as held, held.transaction():
        await held.execute("LOCK TABLE transition_log")
        sweeping = asyncio.create_task(sweep(shop.runner, machines=["sale"]))
        async with asyncio.timeout(60):
            while not await superuser.fetch(CUT_WHO_WAITS):
                pass
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)) as cut:
            await sweeping
    assert lost(cut.value)
    await superuser.close()
    assert await shop.pool.fetchval("SELECT count(*) FROM failed_timer") == 0
    assert await look(shop) == Swept(sent=1)
    assert await order.state("sale") == "EXPIRED"
