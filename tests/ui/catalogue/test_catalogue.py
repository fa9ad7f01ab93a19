import asyncio

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form, forms

SKU = "DEMO-042"


async def product(shop: Shop) -> str:
    """The address of the product of SKU."""
    id = await shop.pool.fetchval("SELECT product_id FROM variant WHERE sku = $1", SKU)
    return f"/catalogue/products/{id}"


async def variant(shop: Shop) -> str:
    id = await shop.pool.fetchval("SELECT id FROM variant WHERE sku = $1", SKU)
    return f"{await product(shop)}/variants/{id}"


async def standing(shop: Shop) -> tuple[object, ...]:
    row = await shop.pool.fetchrow("SELECT name, price, tax_rate, active FROM variant WHERE sku = $1", SKU)
    assert row
    return tuple(row)


async def changes(shop: Shop) -> int:
    return int(await shop.pool.fetchval("SELECT count(*) FROM catalogue_change"))


async def test_everyone_sees_their_own_price(sign_in: SignIn, shop: Shop):
    url = await product(shop)
    prices = {
        "manager.lagos": "NGN 33,300.00", "customer.lagos": "NGN 34,965.00", "reseller.lagos.ikeja": "NGN 29,970.00",
    }  # fmt: skip
    for who, price in prices.items():
        client = await sign_in(who)
        assert price in words((await client.get(url)).text)
        assert price in words((await client.get("/catalogue", params={"search": SKU})).text)
    rider = await sign_in("rider1.lagos")
    assert (await rider.get(url)).status_code == 404


@pytest.mark.parametrize("who", ["biller.lagos", "accountant", "customer.lagos", "reseller.lagos.ikeja"])
async def test_who_does_not_manage_it_has_no_forms_and_forges_none(who: str, sign_in: SignIn, shop: Shop):
    client = await sign_in(who)
    url, one = await product(shop), await variant(shop)
    pages = [await client.get(address) for address in (url, "/catalogue")]
    assert all("/catalogue" not in address for page in pages for address in forms(page))
    before, sent = await changes(shop), {"csrf": form(pages[0], "/sign-out")["csrf"]}
    tried = [
        await client.post(one, data={**sent, "act": "save", "price": "1", "currency": "NGN"}),
        await client.post(one, data={**sent, "act": "retire"}),
        await client.post(url, data={**sent, "act": "retire"}),
        await client.post(f"{url}/variants", data={**sent, "sku": "X", "price": "1", "currency": "NGN"}),
        await client.post("/catalogue", data={**sent, "name": "X"}),
        await client.post("/catalogue/lists", data={**sent, "tier": "GOLD", "currency": "KES"}),
    ]
    assert {answer.status_code for answer in tried} == {404}
    assert await changes(shop) == before


async def test_a_variant_is_changed_at_once_and_remembered(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    url, one = await product(shop), await variant(shop)
    sent = form(await manager.get(url), one)
    assert (sent["price"], sent["tax"]) == ("33300.00", "7.5")
    saved = await manager.post(one, data={**sent, "name": "1.8 kg", "price": "34000.5", "tax": "5", "act": "save"})
    assert (saved.status_code, saved.headers["location"]) == (303, url)
    assert await standing(shop) == ("1.8 kg", 3_400_050, 500, True)
    page = words((await manager.get(url)).text)
    assert "Manager, Lagos store changed its price" in page
    assert "NGN 33,300.00 → NGN 34,000.50" in page
    assert "7.5 % → 5 %" in page


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("price", "", "This is missing."),
        ("price", "1,00", "“1,00” "),
        ("price", "-5", "A price of -500 can not be."),
        ("price", "99999999999999999", "is larger than any amount of NGN"),
        ("tax", "101", "Write a tax in percent, like 7.5."),
        ("tax", "a lot", "Write a tax in percent, like 7.5."),
    ],
)
async def test_what_can_not_be_is_said_beside_its_field(
    field: str, text: str, sentence: str, sign_in: SignIn, shop: Shop
):
    manager = await sign_in("manager.lagos")
    url, one = await product(shop), await variant(shop)
    before = await standing(shop)
    page = await manager.post(
        one, data={**form(await manager.get(url), one), "name": "Kept", field: text, "act": "save"}
    )
    assert page.status_code == 422
    assert sentence in words(page.text)
    kept = form(page, one)
    assert (kept["name"], kept[field]) == ("Kept", text)
    assert await standing(shop) == before


async def test_of_two_who_change_it_the_second_is_told(sign_in: SignIn, shop: Shop):
    manager, admin = await sign_in("manager.lagos"), await sign_in("admin")
    url, one = await product(shop), await variant(shop)
    first, second = [form(await client.get(url), one) for client in (manager, admin)]
    answers = await asyncio.gather(
        manager.post(one, data={**first, "price": "1", "act": "save"}),
        admin.post(one, data={**second, "price": "2", "act": "save"}),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    [stale] = [answer for answer in answers if answer.status_code == 409]
    assert "changed its price" in words(stale.text)


async def test_a_product_comes_and_its_variant_once_for_two_clicks(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    sent = {**form(await manager.get("/catalogue"), "/catalogue"), "name": " Kettle ", "category": "Cookware"}
    first, second = [await manager.post("/catalogue", data=sent) for _ in range(2)]
    url = first.headers["location"]
    assert url == second.headers["location"]
    assert "Nothing of it is sold yet" in words((await manager.get(url)).text)
    new = {**form(await manager.get(url), f"{url}/variants"), "sku": "KETTLE-1", "price": "5000", "currency": "ngn"}
    assert [(await manager.post(f"{url}/variants", data=new)).status_code for _ in range(2)] == [303, 303]
    assert await shop.pool.fetchval("SELECT count(*) FROM variant WHERE sku = 'KETTLE-1'") == 1
    taken = await manager.post(f"{url}/variants", data={**new, "key": "another"})
    assert taken.status_code == 422
    assert "Another variant has the SKU “KETTLE-1”." in words(taken.text)
    strange = await manager.post(f"{url}/variants", data={**new, "key": "third", "currency": "XXX"})
    assert strange.status_code == 422
    assert form(strange, f"{url}/variants")["currency"] == "XXX"


async def test_a_product_is_retired_and_sold_again(sign_in: SignIn, shop: Shop):
    manager, customer = await sign_in("manager.lagos"), await sign_in("customer.lagos")
    url = await product(shop)
    for act, status in (("retire", 404), ("restore", 200)):
        sent = form(await manager.get(url), url)
        assert (await manager.post(url, data={**sent, "act": act})).status_code == 303
        assert (await customer.get(url)).status_code == status
    strange = await manager.post(url, data={**form(await manager.get(url), url), "act": "sell"})
    assert strange.status_code == 404


async def gold(client: httpx.AsyncClient) -> str:
    """The address of the list of the gold tier."""
    page = await client.get("/catalogue/lists")
    start = page.text.index("Gold, NGN")
    return page.text[:start].rpartition('href="')[2].partition('"')[0]


async def test_a_price_of_a_list_is_set_and_taken_off(sign_in: SignIn, shop: Shop):
    manager, reseller = await sign_in("manager.lagos"), await sign_in("reseller.lagos.ikeja")
    url, one = await gold(manager), await product(shop)
    sent = form(await manager.get(url), url)
    for given, price in (
        ({"sku": SKU, "price": "31000"}, "NGN 31,000.00"),
        ({"sku": SKU, "act": "remove"}, "NGN 33,300.00"),
    ):
        answer = await manager.post(
            url, data={"csrf": sent["csrf"], "seen": form(await manager.get(url), url)["seen"], **given}
        )
        assert answer.status_code == 303
        assert price in words((await reseller.get(one)).text)
    unknown = await manager.post(url, data={**sent, "sku": "NOTHING", "price": "1", "act": "set"})
    assert unknown.status_code == 422
    assert "There is no variant with this SKU." in words(unknown.text)
    stale = await manager.post(url, data={**sent, "sku": SKU, "price": "1", "act": "set"})
    assert stale.status_code == 409


async def test_price_lists_are_for_the_seller(sign_in: SignIn):
    manager, reseller, biller = [
        await sign_in(who) for who in ("manager.lagos", "reseller.lagos.ikeja", "biller.lagos")
    ]
    url = await gold(manager)
    for address in ("/catalogue/lists", url):
        assert (await reseller.get(address)).status_code == 404
        assert url not in forms(await biller.get(address))


async def test_nothing_is_found_in_words(sign_in: SignIn):
    customer = await sign_in("customer.lagos")
    assert "No product found" in words((await customer.get("/catalogue?search=zzzz")).text)
    assert (await customer.get("/catalogue?after=x&search=%00")).status_code == 200
    for nothing in ("/catalogue/products/x", "/catalogue/products/01a21648-0000-7000-8000-000000000000"):
        assert (await customer.get(nothing)).status_code == 404
