import re

import pytest
from tests.ui.conftest import Shop, SignIn, words

SOLD = "EXISTS (SELECT FROM sale s WHERE s.order_id = o.id)"
BROUGHT = "EXISTS (SELECT FROM fulfillment f WHERE f.order_id = o.id)"


def numbers(page: str) -> list[str]:
    return re.findall(r">((?:LOS|ABV|PHC)-\d{6})</a>", page)


def older(page: str) -> str | None:
    found = re.search(r'href="([^"]+)" rel="next"', page)
    return found[1].replace("&amp;", "&") if found else None


async def test_the_pages_of_the_list_hold_every_order_once_newest_first(sign_in: SignIn, shop: Shop):
    client, path, seen = await sign_in("admin"), "/orders", list[str]()
    for _ in range(4):
        page = (await client.get(path)).text
        seen += numbers(page)
        path = older(page) or ""
    assert path == "", "fifty on a page"
    placed = [row["number"] for row in await shop.pool.fetch("SELECT number FROM sale_order ORDER BY placed_at DESC")]
    assert seen == placed
    assert len(seen) == 200


@pytest.mark.parametrize(
    ("who", "condition"),
    [
        ("admin", "true"),
        ("accountant", "true"),
        ("manager.abuja", "number LIKE 'ABV-%'"),
        ("biller.lagos", "number LIKE 'LOS-%'"),
        ("reseller.lagos.ikeja", "customer_id = (SELECT id FROM customer WHERE email LIKE 'reseller.lagos.ikeja@%')"),
    ],
)
async def test_the_tabs_count_what_the_viewer_sees_in_each_phase(sign_in: SignIn, shop: Shop, who: str, condition: str):
    page = words((await (await sign_in(who)).get("/orders")).text)
    counts = [
        await shop.pool.fetchval(f"SELECT count(*) FROM sale_order o WHERE {condition} AND {phase}")
        for phase in (
            "true",
            f"NOT {SOLD}",
            f"{SOLD} AND NOT {BROUGHT}",
            BROUGHT,
        )
    ]
    assert "All {} Quotation {} Sale {} Fulfillment {} ".format(*counts) in page


async def test_a_state_can_be_asked_for_and_taken_out_again(sign_in: SignIn, shop: Shop):
    page = (await (await sign_in("admin")).get("/orders?state=fulfillment:BACKORDERED")).text
    assert len(numbers(page)) == 6
    # Of two orders the first part was delivered: that is where they stand.
    assert page.count('<span class="chip waiting"><svg') == 4
    assert "Fulfillment: Waiting for stock ✕" in words(page)
    assert '<a class="chip active" href="/orders"' in page
    assert await shop.pool.fetchval("SELECT count(*) FROM fulfillment WHERE state = 'BACKORDERED'") == 6


async def test_a_search_finds_numbers_and_customers(sign_in: SignIn):
    client = await sign_in("admin")
    assert numbers((await client.get("/orders?search=los-000001")).text) in (["LOS-000001"], [])
    page = (await client.get("/orders?search=reseller+in+ikeja")).text
    assert numbers(page)
    assert set(re.findall(r'class="who">([^<]+)<', page)) == {"Reseller in Ikeja"}


async def test_what_the_address_asks_for_in_vain_is_ignored_with_a_notice(sign_in: SignIn):
    client = await sign_in("admin")
    page = words((await client.get("/orders?colour=red&phase=paid&state=sale:GONE&after=x")).text)
    assert "There is no filter “colour”, so it is ignored." in page
    assert "There is no phase “paid”, so it is ignored." in page
    assert "There is no state “sale:GONE”, so it is ignored." in page
    assert "There is no place in the list “x”, so it is ignored." in page
    assert "50 of 200 · newest first" in page


async def test_an_empty_list_says_what_would_be_there(sign_in: SignIn):
    page = words((await (await sign_in("admin")).get("/orders?search=nothing+like+this")).text)
    assert "No order matches" in page
    assert "Show all orders" in page


async def test_a_rider_sees_deliveries_and_no_money(sign_in: SignIn):
    page = (await (await sign_in("rider1.lagos")).get("/orders")).text
    assert numbers(page)
    assert "NGN" not in page
    assert "Total" not in words(page)


async def test_what_is_typed_stands_on_the_page_as_text(sign_in: SignIn):
    typed = '"><script>alert(1)</script>'
    page = (await (await sign_in("admin")).get("/orders", params={"search": typed, "<u>": "1"})).text
    assert "<script" not in page
    assert "<u>" not in page
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page
