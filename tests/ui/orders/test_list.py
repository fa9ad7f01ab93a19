"""The list of orders: its views, its filters and their way through the address, and who sees what of it."""

import gzip
import re
from urllib.parse import unquote_plus

import pytest
from tests.ui.conftest import Shop, SignIn, words

from orderway.ui.orders.query import COLUMNS

ROW = re.compile(r'class="nr"><a href="[^"]+">((?:LOS|ABV|PHC)-\d{6})</a>')


def numbers(page: str) -> list[str]:
    return ROW.findall(page)


def link(page: str, label: str) -> str:
    """Where a link leads whose text begins so."""
    found = re.search(rf'<a[^>]* href="([^"]+)"[^>]*>{label}', page)
    assert found, label
    return found[1].replace("&amp;", "&")


def older(page: str) -> str | None:
    found = re.search(r'href="([^"]+)" rel="next"', page)
    return found[1].replace("&amp;", "&") if found else None


async def test_the_pages_of_the_list_hold_every_order_once_newest_first(sign_in: SignIn, shop: Shop):
    client, path, seen = await sign_in("admin"), "/orders", list[str]()
    while path:
        page = (await client.get(path)).text
        assert len(numbers(page)) <= 40
        seen += numbers(page)
        path = older(page) or ""
    placed = [row["number"] for row in await shop.pool.fetch("SELECT number FROM sale_order ORDER BY placed_at DESC")]
    assert seen == placed
    assert len(seen) == 200


async def test_those_that_wait_longest_come_first_and_every_page_goes_on_where_the_last_ended(
    sign_in: SignIn, shop: Shop
):
    client, path, seen = await sign_in("admin"), "/orders?show=needs-me", list[str]()
    while path:
        page = (await client.get(path)).text
        seen += numbers(page)
        path = older(page) or ""
    assert len(seen) == len(set(seen)) > 40
    moved = "SELECT max(m.moved_at) FROM (SELECT order_id, moved_at FROM quotation UNION ALL SELECT order_id, moved_at"
    moved += " FROM sale UNION ALL SELECT order_id, moved_at FROM fulfillment) m JOIN sale_order o ON o.id = m.order_id"
    first, last = [await shop.pool.fetchval(f"{moved} WHERE o.number = $1", seen[place]) for place in (0, -1)]
    assert first < last


@pytest.mark.parametrize(
    ("who", "condition", "tabs"),
    [
        ("admin", "true", 4),
        ("manager.abuja", "number LIKE 'ABV-%'", 4),
        ("biller.lagos", "number LIKE 'LOS-%'", 4),
        (
            "reseller.lagos.ikeja",
            "customer_id = (SELECT id FROM customer WHERE email LIKE 'reseller.lagos.ikeja@%')",
            3,
        ),
    ],
)
async def test_the_tabs_count_what_the_viewer_sees(sign_in: SignIn, shop: Shop, who: str, condition: str, tabs: int):
    page = (await (await sign_in(who)).get("/orders")).text
    total = await shop.pool.fetchval(f"SELECT count(*) FROM sale_order o WHERE {condition}")
    assert f"All {total} Needs me" in words(page)
    assert len(re.findall(r'<a href="/orders[^"]*"[^>]*>[^<]+<span>\d+\+?</span></a>', page)) == tabs
    for label in ("Needs me", "Waiting for payment"):
        shown = (await (await sign_in(who)).get(link(page, label))).text
        count = int(re.search(rf">{label} <span>(\d+)\+?</span>", page)[1])  # type: ignore[index]  # it is there
        assert len(numbers(shown)) == min(count, 40)


async def test_a_view_beside_is_counted_to_a_hundred_and_the_one_that_is_looked_at_further(sign_in: SignIn):
    client = await sign_in("admin")
    page = (await client.get("/orders")).text
    assert "All 200 Needs me 100 Waiting" in words(page), "of these there are no more than a hundred"
    beside = words((await client.get(link(page, "Needs me"))).text)
    assert "All 100+ Needs me 100 Waiting" in beside


async def test_who_only_delivers_has_no_list_of_orders(sign_in: SignIn):
    client = await sign_in("rider1.lagos")
    for path in ("/orders", "/orders.csv", "/orders/filter", "/search?q=LOS"):
        assert (await client.get(path)).status_code == 404, path


async def test_a_state_can_be_asked_for_and_taken_out_again(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    page = (await client.get("/orders?state=fulfillment:BACKORDERED&column=state&column=next")).text
    assert len(numbers(page)) == 6
    assert await shop.pool.fetchval("SELECT count(*) FROM fulfillment WHERE state = 'BACKORDERED'") == 6
    assert "Fulfillment: Waiting for stock ✕" in words(page)
    assert link(page, "Fulfillment: Waiting for stock") == "/orders?column=state&column=next"
    assert '<th scope="col">Customer</th>' not in page


async def test_a_search_finds_numbers_customers_phones_and_references(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    number = await shop.pool.fetchval("SELECT number FROM sale_order ORDER BY placed_at LIMIT 1")
    assert numbers((await client.get("/orders", params={"search": number.lower()})).text) == [number]
    page = (await client.get("/orders?search=reseller+in+ikeja")).text
    assert set(re.findall(r'td class="who">([^<]+)<', page)) == {"Reseller in Ikeja"}
    (paid,) = await shop.pool.fetch(
        "SELECT p.reference, o.number FROM payment p JOIN sale_order o ON o.id = p.order_id ORDER BY p.id LIMIT 1"
    )
    assert numbers((await client.get("/orders", params={"search": paid["reference"]})).text) == [paid["number"]]


async def test_the_box_of_the_shell_goes_straight_to_the_only_hit(sign_in: SignIn, shop: Shop):
    client = await sign_in("biller.lagos")
    (row,) = await shop.pool.fetch("SELECT id, number FROM sale_order WHERE number LIKE 'LOS-%' ORDER BY id LIMIT 1")
    other = await shop.pool.fetchval("SELECT number FROM sale_order WHERE number LIKE 'ABV-%' LIMIT 1")
    assert (await client.get("/search", params={"q": row["number"]})).headers["location"] == f"/orders/{row['id']}"
    assert (await client.get("/search", params={"q": "los-"})).headers["location"] == "/orders?search=los-"
    assert (await client.get("/search", params={"q": other})).headers["location"] == f"/orders?search={other}"
    assert (await client.get("/search")).headers["location"] == "/orders"


async def test_the_form_of_filters_becomes_an_address(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    sent = {
        "search": "in", "state": "sale:COMPLETED", "stuck": "", "since": "2026-03-01", "until": "", "least": "100.50",
        "most": "", "currency": "NGN", "named-customer": "Reseller in Ikeja", "named-biller": "", "named-rider": " ",
    }  # fmt: skip
    location = (await client.get("/orders/filter", params=sent)).headers["location"]
    customer = await shop.pool.fetchval("SELECT id FROM customer WHERE name = 'Reseller in Ikeja'")
    assert unquote_plus(location) == (
        f"/orders?search=in&state=sale:COMPLETED&since=2026-03-01&least=100.50&currency=NGN&customer={customer}"
    )
    page = words((await client.get(location)).text)
    for chip in ("Search: in ✕", "Sale: Completed ✕", "Placed from 2026-03-01 ✕", "At least NGN 100.50 ✕",
                 "Customer: Reseller in Ikeja ✕"):  # fmt: skip
        assert chip in page


async def test_a_name_of_several_is_asked_about_and_one_of_nobody_is_said(sign_in: SignIn):
    client = await sign_in("admin")
    page = (await client.get("/orders/filter", params={"named-biller": "Biller", "stuck": "1d"})).text
    assert "Which biller is meant by “Biller”?" in words(page)
    assert "Biller, Lagos store" in words(page)
    chosen = link(page, "Biller, Lagos store")
    assert re.fullmatch(r"/orders\?stuck=1d&biller=[0-9a-f-]{36}", chosen)
    shown = (await client.get(chosen)).text
    assert "Biller: Biller, Lagos store ✕" in words(shown)
    assert {number[:3] for number in numbers(shown)} == {"LOS"}
    page = words((await client.get("/orders/filter", params={"named-rider": "Nobody at all"})).text)
    assert "There is no rider whose name begins with “Nobody at all”." in page


async def test_a_manager_finds_no_people_of_other_stores(sign_in: SignIn):
    client = await sign_in("manager.abuja")
    page = words((await client.get("/orders/filter", params={"named-biller": "Biller, Lagos"})).text)
    assert "There is no biller" in page


async def test_what_the_address_asks_for_in_vain_is_ignored_with_a_notice(sign_in: SignIn):
    client = await sign_in("admin")
    nobody = "01890a5d-ac96-774b-bcce-b302099a8057"
    asked = f"colour=red&phase=paid&state=sale:GONE&after=x&stuck=9y&since=soon&least=5&sort=up&rider=x&store={nobody}"
    page = words((await client.get(f"/orders?{asked}&column=price&show=all")).text)
    for what in ("filter “colour”", "phase “paid”", "state “sale:GONE”", "place in the list “x”", "span of time “9y”",
                 "day “soon”", "amount “5”", "order of sorting “up”", "rider “x”", f"store “{nobody}”",
                 "column “price”", "view “all”"):  # fmt: skip
        assert f"There is no {what}, so it is ignored." in page
    assert "40 of 200 · newest first" in page


@pytest.mark.parametrize(
    "text", ["%00", "search=%00%ff", "a" * 9000, "&".join(["state=x"] * 500), "store=%F0%9F%98%80"]
)
async def test_whatever_stands_in_the_address_there_is_a_page(sign_in: SignIn, text: str):
    assert (await (await sign_in("admin")).get(f"/orders?{text}")).status_code == 200


async def test_an_empty_list_says_what_would_be_there(sign_in: SignIn):
    client = await sign_in("admin")
    page = words((await client.get("/orders?search=nothing+like+this")).text)
    assert "No order matches" in page
    assert "Show all orders" in page
    page = words((await client.get("/orders?show=late")).text)
    assert "An order appears here when the day that was promised for it is over and it is not there yet." in page


async def test_a_buyer_has_no_step_of_the_sellers(sign_in: SignIn):
    page = (await (await sign_in("reseller.lagos.ikeja")).get("/orders?show=needs-me")).text
    steps = set(re.findall(r"(?:formaction|href)=\"/orders/[^\"]+\"[^>]*>([^<]+)</(?:button|a)>", page))
    assert steps <= {"Accept the quotation", "Share the quotation", *numbers(page)}


async def test_what_is_typed_stands_on_the_page_as_text(sign_in: SignIn):
    typed = '"><script>alert(1)</script>'
    page = (await (await sign_in("admin")).get("/orders", params={"search": typed, "<u>": "1"})).text
    assert "<script>" not in page
    assert "<u>" not in page
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page


async def test_sorted_by_how_long_they_stand_only_open_orders_are_listed_and_counted(sign_in: SignIn, shop: Shop):
    page = words((await (await sign_in("admin")).get("/orders?sort=longest")).text)
    still = " AND ".join(
        f"NOT EXISTS (SELECT FROM {machine} m WHERE m.order_id = o.id AND state NOT IN ({ends}))"
        for machine, ends in (
            ("quotation", "'MUTUALLY_APPROVED', 'REJECTED', 'CANCELLED', 'EXPIRED'"),
            ("sale", "'COMPLETED', 'CANCELLED', 'EXPIRED', 'REFUNDED'"),
            ("fulfillment", "'COMPLETED', 'REFUNDED', 'CANCELLED', 'FAILED'"),
        )
    )
    count = await shop.pool.fetchval(f"SELECT count(*) FROM sale_order o WHERE NOT ({still})")
    assert f"40 of {count} · longest in their state first" in page
    assert 40 < count < 200


@pytest.mark.parametrize("spoken", ["en", "fr"])
async def test_a_list_of_all_columns_travels_small(sign_in: SignIn, spoken: str):
    client = await sign_in("admin")
    client.headers["accept-language"] = spoken
    page = (await client.get("/orders", params={"show": "needs-me", "column": [*COLUMNS]})).text
    assert len(numbers(page)) == 28
    assert len(gzip.compress(page.encode())) <= 8 * 1024


async def test_who_sees_no_money_sees_an_order_once_there_are_goods_to_bring(sign_in: SignIn, shop: Shop):
    """Of a quotation they would see nothing but its number."""
    await shop.pool.execute(
        "INSERT INTO role (id, name, label, permissions)"
        " VALUES (gen_random_uuid(), 'PICKER', 'picker', ARRAY['fulfillment.work', 'scope.store'])"
    )
    await shop.pool.execute(
        "UPDATE person_role SET role_id = (SELECT id FROM role WHERE name = 'PICKER')"
        " WHERE person_id = (SELECT id FROM person WHERE email = 'manager.lagos@demo.example')"
    )
    client = await sign_in("manager.lagos")
    goods = "EXISTS (SELECT FROM fulfillment f WHERE f.order_id = o.id)"
    here = "SELECT o.number, o.id FROM sale_order o WHERE o.number LIKE 'LOS%' AND"
    brought = {row["number"] for row in await shop.pool.fetch(f"{here} {goods}")}
    page = await client.get("/orders")
    assert page.status_code == 200
    shown = numbers(page.text)
    assert (len(shown), set(shown) - brought) == (min(40, len(brought)), set())
    table = (await client.get("/orders.csv")).text
    assert set(re.findall(r"LOS-\d{6}", table)) == brought
    early = await shop.pool.fetchval(f"SELECT o.id FROM ({here} NOT {goods} LIMIT 1) o")
    answer = await client.get(f"/orders/{early}")
    assert answer.status_code == 404
    assert "There is nothing to see of this order before it has goods to bring." in words(answer.text)
    assert (await client.get(f"/orders/{early}/what-if")).status_code == 404
