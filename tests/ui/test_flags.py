"""The way over on the pages: a button says who handles it, the list offers no step of it, and admins see the flags."""

import re
from datetime import timedelta
from html import unescape

import asyncpg
from tests.company import NOW, PASSWORD
from tests.flags.judged import switched
from tests.ui.conftest import Shop, browser, token, words

from orderway.app import make_workflow
from orderway.flags.flags import Store
from orderway.quotation.context import PricedLine
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.quotation.opening import NewOrder, place
from orderway.settings import Settings
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Moved
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

BUYER = "SELECT store_id, customer_id, currency FROM sale_order LIMIT 1"
GOODS = "SELECT id, sku FROM variant LIMIT 1"


async def brought(pool: asyncpg.Pool) -> str:
    """The address of an order of the former system as its import tells it: its sale is open."""
    ((store, customer, currency),) = await pool.fetch(BUYER)
    ((variant, sku),) = await pool.fetch(GOODS)
    new = NewOrder(
        store_id=store, customer_id=customer, currency=currency, fulfillment_type="PICKUP",
        lines=(PricedLine(variant, sku, 1, 1000, 0, 0, 0, 1000),), valid_until=NOW + timedelta(days=7),
    )  # fmt: skip

    async def work(tx: Transaction) -> Moved:
        moved = await place(tx, new)
        for event in (Share(), BuyerApproves(1), SellerApproves(1)):
            await tx.send(moved.ref, event)
        return moved

    runner = Runner(pool, make_workflow(Settings({})), lambda: NOW)
    return f"/orders/{(await runner.run(work, actor=Actor('import:legacy', permissions=None))).order_id}"


async def test_a_page_says_what_the_former_system_does_and_settings_show_the_flags(shop: Shop):
    order = await brought(shop.pool)
    stores = {row["id"]: Store(row["code"], row["name"]) for row in await shop.pool.fetch("SELECT * FROM store")}
    name = stores[await shop.pool.fetchval("SELECT store_id FROM sale_order WHERE id::text = $1", order[8:])].name
    with switched(sales="off", events_out="50%") as flags:
        flags.learn(stores, ())
        flags.problem = "The file is broken."
        async with browser(shop.pool, flags) as client:
            form = {"email": "admin@demo.example", "password": PASSWORD}
            form["csrf"] = token((await client.get("/sign-in")).text)
            assert (await client.post("/sign-in", data=form)).status_code == 303
            page = unescape((await client.get(order)).text)
            over = words((await client.get("/settings")).text.partition('<h2 id="over">')[2])
            french = unescape((await client.get(order, headers={"accept-language": "fr"})).text)
    assert f"Sales of {name} are still handled in the former system. Go on with it there." in page
    assert re.search(
        r"Sales The former system sells; Orderway shows what it reads there\. .*? Off The environment", over
    )
    assert re.search(r"Events out .*? On for about \d\d % of the orders The environment", over)
    assert "can not be used: The file is broken." in over
    assert f"Les ventes de {name} se font encore dans l’ancien système. Continuez là-bas." in french
