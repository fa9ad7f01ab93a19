"""The pages of stock: who sees which shelves, what stands there, and how it came and went."""

import re

import asyncpg
import pytest
from tests.ui.conftest import Shop, SignIn, words

SHELF = """
SELECT s.store_id, s.variant_id, s.quantity, s.reserved, v.sku, t.name AS store FROM stock s
JOIN variant v ON v.id = s.variant_id JOIN store t ON t.id = s.store_id
WHERE t.code = $1 AND s.reserved > 0 ORDER BY v.sku LIMIT 1
"""
LOWER = "UPDATE stock SET reorder_point = $3 WHERE store_id = $1 AND variant_id = $2"


async def shelf(shop: Shop, store: str = "LOS") -> asyncpg.Record:
    """A shelf of a store of which something is held."""
    row = await shop.pool.fetchrow(SHELF, store)
    assert row
    return row


def url_of(row: asyncpg.Record) -> str:
    return f"/stock/{row['store_id']}/{row['variant_id']}"


@pytest.mark.parametrize("who", ["biller.lagos", "rider1.lagos", "reseller.lagos.ikeja", "customer.lagos"])
async def test_who_manages_no_stock_finds_none(who: str, sign_in: SignIn, shop: Shop):
    client, row = await sign_in(who), await shelf(shop)
    urls = ("/stock", "/stock/low", "/stock/movements", url_of(row))
    assert [(await client.get(url)).status_code for url in urls] == [404] * 4
    assert 'href="/stock"' not in (await client.get("/profile")).text


async def test_a_shelf_says_what_is_free_and_what_is_held(sign_in: SignIn, shop: Shop):
    row, client = await shelf(shop), await sign_in("manager.lagos")
    listed = await client.get("/stock", params={"search": row["sku"]})
    found = re.search(rf'<tr><td><a href="{url_of(row)}">.*?</tr>', listed.text, re.DOTALL)
    assert found
    free = row["quantity"] - row["reserved"]
    assert f"Lagos store · {row['sku']} {free} " in words(found[0])
    assert f"{row['reserved']} of {row['quantity']} held" in words(found[0])
    page = words((await client.get(url_of(row))).text)
    assert f"Free {free} Held for orders {row['reserved']} On the shelf {row['quantity']} Low from never" in page


async def test_a_manager_sees_the_shelves_of_their_stores_alone(sign_in: SignIn, shop: Shop):
    client, other = await sign_in("manager.lagos"), await shelf(shop, "ABV")
    assert "Abuja" not in words((await client.get("/stock")).text)
    assert (await client.get(url_of(other))).status_code == 404
    assert (await client.get("/stock", params={"store": str(other["store_id"])})).status_code == 404
    assert (await client.get("/stock/movements", params={"store": str(other["store_id"])})).status_code == 404
    admin = await sign_in("admin")
    assert (await admin.get(url_of(other))).status_code == 200
    narrowed = words((await admin.get("/stock", params={"store": str(other["store_id"]), "search": "DEMO"})).text)
    assert "Abuja store · DEMO" in narrowed
    assert "Lagos store · DEMO" not in narrowed


async def test_what_is_low_stands_in_a_list_of_its_own(sign_in: SignIn, shop: Shop):
    row, client = await shelf(shop), await sign_in("manager.lagos")
    free = row["quantity"] - row["reserved"]
    await shop.pool.execute("UPDATE stock SET reorder_point = NULL")
    assert "Nothing is low" in words((await client.get("/stock/low")).text)
    await shop.pool.execute(LOWER, row["store_id"], row["variant_id"], free - 1)
    assert url_of(row) not in (await client.get("/stock/low")).text
    await shop.pool.execute(LOWER, row["store_id"], row["variant_id"], free)
    page = await client.get("/stock/low")
    assert url_of(row) in page.text
    assert f"low from {free}" in words(page.text)
    assert re.search(r"Low <span>1</span></a>", page.text)


async def test_movements_say_what_came_and_went_for_which_order(sign_in: SignIn, shop: Shop):
    client = await sign_in("manager.lagos")
    page = await client.get("/stock/movements", params={"kind": "sale"})
    sold = await shop.pool.fetchrow(
        "SELECT o.number, o.id, -m.quantity AS pieces FROM movement m JOIN sale_order o ON o.id = m.order_id"
        " JOIN store t ON t.id = m.store_id WHERE t.code = 'LOS' AND m.kind = 'SALE' ORDER BY m.id DESC LIMIT 1"
    )
    assert sold
    assert f'<a href="/orders/{sold["id"]}">{sold["number"]}</a>' in page.text
    assert f"{sold['number']} −{sold['pieces']} Sold" in words(page.text)
    assert "Received" not in words(page.text.partition("<tbody>")[2])


async def test_what_an_address_says_wrong_is_no_error(sign_in: SignIn):
    client = await sign_in("admin")
    page = await client.get("/stock", params={"after": "nowhere"})
    assert (page.status_code, "is no place in the list" in page.text) == (200, True)
    for query in ("?after=nowhere", "?kind=stolen", "?kind=sale&after=0"):
        assert (await client.get(f"/stock/movements{query}")).status_code == 200
    for url in ("/stock/a/b", "/stock/00000000-0000-0000-0000-000000000000/b", "/stock?store=x"):
        assert (await client.get(url)).status_code == 404
    assert "No goods found" in words((await client.get("/stock", params={"search": "no such \0 goods"})).text)
