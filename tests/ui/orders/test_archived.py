"""What people see of an order that was archived: a sentence wherever they could see it, and else no hint."""

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from tests.company import NOW
from tests.ui.conftest import Shop, SignIn, words

from orderway.app import make_workflow
from orderway.archive.leaving import archive_one
from orderway.archive.shelf import VARIABLE
from orderway.fulfillment.payouts.ledger import Entered, Payout, pay_rider
from orderway.insight.gathering import gather_all
from orderway.outbound.delivery import deliver
from orderway.outbound.notifying import Notifications
from orderway.settings import Settings
from orderway.storage.storage import Storage
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

UNPAID = """
SELECT f.store_id, f.order_id, f.id, sum(l.amount)::bigint AS due FROM rider_ledger l
JOIN fulfillment f ON f.id = l.fulfillment_id GROUP BY 1, 2, 3 HAVING sum(l.amount) > 0
"""
BROUGHT, BOUGHT = "LOS-000022", "ABV-000012"
"""An order that rider 2 of Lagos brought, and the first of a reseller of Abuja, all of whose orders leave."""
PARTS = """
SELECT o.id AS order, o.customer_id AS customer, f.id AS fulfillment, f.rider_id AS rider, p.id AS payment
FROM sale_order o JOIN fulfillment f ON f.order_id = o.id JOIN payment p ON p.order_id = o.id WHERE o.number = $1
"""
Parts = Mapping[str, asyncpg.Record]
LEAVING = """
SELECT store_id AS store, id AS order FROM sale_order
WHERE number = $1 OR customer_id = (SELECT customer_id FROM sale_order WHERE number = $2)
"""
STAFF = "Whoever looks after this installation can read it in the archive: ask them for it."


async def pay(tx: Transaction, *, row: asyncpg.Record) -> Entered:
    await tx.lock(row["store_id"], row["order_id"])
    due = Payout(amount=row["due"], method="CASH", reference="Slip 1", rider=None)
    return await pay_rider(tx, Ref("fulfillment", row["store_id"], row["id"]), due)


async def leave(shop: Shop, folder: Path) -> None:
    """Riders are paid, everybody is told, and the orders leave: of the buyer all."""
    settings = Settings({})
    runner = Runner(shop.pool, make_workflow(settings), lambda: NOW)
    await shop.pool.execute("DELETE FROM outbound_sink WHERE sink LIKE 'webhook%'")
    for row in await shop.pool.fetch(UNPAID):
        who = Actor("person:clerk", permissions=None)
        await runner.once(partial(pay, row=row), Entered, key=f"pay {row['id']}", request="slip 1", actor=who)
    await gather_all(shop.pool, now=NOW)
    await deliver(runner, Notifications(settings))
    shelf = Storage({}, folder=folder, variable=VARIABLE)
    async with shop.pool.acquire() as connection:
        for row in await connection.fetch(LEAVING, BROUGHT, BOUGHT):
            assert await archive_one(connection, shelf, **row, before=NOW + timedelta(days=1), now=NOW) is None


@pytest.fixture
async def parts(shop: Shop, tmp_path: Path) -> Parts:
    """What the two orders had, before they left."""
    found = {number: (await shop.pool.fetch(PARTS, number))[0] for number in (BROUGHT, BOUGHT)}
    await leave(shop, tmp_path)
    return found


async def test_each_who_could_see_it_is_told_on_every_page_and_nobody_else(sign_in: SignIn, parts: Parts):
    of, theirs = parts[BROUGHT], parts[BOUGHT]
    orders = [f"/orders/{of['order']}{more}" for more in ("", "/history", "/what-if", "/documents/invoice")]
    money = [f"/payments/{of['payment']}", f"/payments/new?order={of['order']}"]
    way = f"/deliveries/{of['fulfillment']}"
    searches = [f"/{place}?search={BROUGHT}" for place in ("orders", "quotations", "payments")]
    pages = [*orders, *money, f"/quotations/{of['order']}/versions", f"/payouts/{of['fulfillment']}", *searches]
    seller, told = await sign_in("biller.lagos"), f"Order {BROUGHT} was archived on 11 March 2026."
    for page in pages:
        answer = await seller.get(page)
        assert (page, answer.status_code) == (page, 200 if page in searches else 404)
        assert f"This order was archived {told} {STAFF}" in words(answer.text), page
    found = await seller.get(f"/search?q={BROUGHT.lower()}")
    assert (found.status_code, found.headers["location"]) == (303, orders[0])
    assert (await seller.get("/search?q=%00")).status_code == 303
    french = await seller.get(orders[0], headers={"Accept-Language": "fr"})
    assert f"La commande {BROUGHT} a été archivée le 11 mars 2026." in words(french.text)

    rider = await sign_in("rider2.lagos")
    for page in (orders[0], way):
        assert f"{told} Ask Lagos store for it." in words((await rider.get(page)).text)
    buyer = await sign_in("reseller.abuja.garki")
    for page in (f"/orders/{theirs['order']}", f"/payments/{theirs['payment']}", f"/payments?search={BOUGHT}"):
        says = f"Order {BOUGHT} was archived on 11 March 2026. Ask Abuja store for it."
        assert says in words((await buyer.get(page)).text), page

    hints = [orders[0], money[0], way, f"/payouts/{of['fulfillment']}", searches[0]]
    for stranger in (await sign_in("rider1.lagos"), await sign_in("manager.abuja"), buyer):
        for page in hints:
            assert "archived" not in words((await stranger.get(page)).text), page
    for page in (money[0], f"/search?q={BROUGHT}", searches[0]):
        assert "archived" not in words((await rider.get(page)).text), page


async def test_what_is_summed_of_it_stands_with_a_sentence(sign_in: SignIn, parts: Parts):
    rider, buyer, manager = [await sign_in(who) for who in ("rider2.lagos", "reseller.abuja.garki", "manager.abuja")]
    summed = "What was earned by orders that were archived is in the sums, and not listed any more."
    for client, page in ((rider, "/deliveries/earnings"), (rider, f"/riders/{parts[BROUGHT]['rider']}")):
        says = words((await client.get(page)).text)
        assert re.search("Earned NGN 1,200.00 Paid NGN 1,200.00", says.replace("\xa0", " ")), says
        assert summed in says
    customer = parts[BOUGHT]["customer"]
    own = words((await buyer.get(f"/customers/{customer}")).text)
    assert "Latest orders 3 older orders were archived. Ask the store for them." in own
    listed = words((await buyer.get("/orders")).text)
    assert "No orders 3 older orders were archived. Ask the store for them." in listed
    served = words((await manager.get(f"/customers/{customer}")).text)
    assert "3 older orders were archived. Whoever looks after this installation can read them in the archive." in served
    for client in (buyer, manager):
        ledger = words((await client.get(f"/credit/{customer}")).text)
        assert "What is owed Orders that were archived are not listed any more. Nothing is owed for them." in ledger
        assert "Used NGN 0.00" in ledger.replace("\xa0", " ")
