import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form

CHAIR, CHARGER = "DEMO-042", "DEMO-033"


async def customer(shop: Shop, name: str = "Customer 1 in Yaba") -> str:
    return str(await shop.pool.fetchval("SELECT id FROM customer WHERE name = $1", name))


async def variant(shop: Shop, sku: str) -> str:
    return str(await shop.pool.fetchval("SELECT id FROM variant WHERE sku = $1", sku))


async def orders(shop: Shop) -> int:
    return int(await shop.pool.fetchval("SELECT count(*) FROM sale_order"))


async def begun(client: httpx.AsyncClient, shop: Shop, name: str = "Customer 1 in Yaba") -> tuple[str, dict[str, str]]:
    """The form of a new quotation for somebody, and where it goes."""
    url = f"/quotations/new?customer={await customer(shop, name)}"
    page = await client.get(url)
    assert page.status_code == 200
    return url, form(page, url)


async def typed(client: httpx.AsyncClient, shop: Shop, **lines: str) -> tuple[str, dict[str, str]]:
    """The same with one piece of a good on its first line, and what was typed into it."""
    url, sent = await begun(client, shop)
    named = {name.replace("_", "."): value for name, value in lines.items()}
    return url, {**sent, "variant.0": await variant(shop, CHAIR), "quantity.0": "1", **named}


@pytest.mark.parametrize("who", ["accountant", "rider1.lagos", "customer.lagos"])
async def test_who_drafts_no_quotations_finds_no_editor(who: str, sign_in: SignIn, shop: Shop):
    client = await sign_in(who)
    assert (await client.get("/quotations/new")).status_code == 404
    assert (await client.get(f"/quotations/new?customer={await customer(shop)}")).status_code == 404


async def test_whom_it_is_for_is_asked_first(sign_in: SignIn):
    biller = await sign_in("biller.lagos")
    page = await biller.get("/quotations/new", params={"search": "Reseller in Ik"})
    assert "Who is it for?" in words(page.text)
    assert "Reseller in Ikeja" in words(page.text)
    assert "Reseller in Yaba" not in words(page.text)
    nobody = await biller.get("/quotations/new", params={"search": "zzz"})
    assert "No customer found" in words(nobody.text)


async def test_a_reseller_writes_for_themselves_alone(sign_in: SignIn, shop: Shop):
    reseller = await sign_in("reseller.lagos.ikeja")
    page = words((await reseller.get("/quotations/new")).text)
    assert "for Reseller in Ikeja · Lagos store" in page
    other = await customer(shop, "Reseller in Yaba")
    assert (await reseller.get(f"/quotations/new?customer={other}")).status_code == 404


async def test_the_server_prices_what_is_typed(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    url, sent = await begun(manager, shop)
    page = await manager.post(url, data={**sent, "find": CHAIR, "act": "look"})
    assert "Art print, 1.7 kg" in words(page.text)
    sent = form(page, url)
    assert (sent["quantity.0"], sent["find"]) == ("1", "")
    page = await manager.post(url, data={**sent, "find": "charger", "act": "look"})
    assert "Charger, 200 g" in words(page.text)
    added = f"add:{await variant(shop, CHARGER)}"
    page = await manager.post(url, data={**form(page, url), "act": added})
    sent = form(page, url)
    page = await manager.post(
        url, data={**sent, "quantity.0": "3", "discount.0": "5 %", "price.1": "1000", "act": "look"}
    )
    said = words(page.text)
    assert "Goods NGN 105,895.00 Discount -NGN 5,244.75 Tax NGN 7,548.77 Total NGN 108,199.02" in said
    page = await manager.post(url, data={**form(page, url), "act": "remove:0"})
    assert form(page, url)["variant.0"] == await variant(shop, CHARGER)
    assert "variant.1" not in form(page, url)


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("quantity.0", "", "Write a whole number from 1 to 1,000,000."),
        ("quantity.0", "-1", "Write a whole number from 1 to 1,000,000."),
        ("quantity.0", "9" * 60, "Write a whole number from 1 to 1,000,000."),
        ("quantity.0", "²", "Write a whole number from 1 to 1,000,000."),
        ("price.0", "12,5", "“12,5” is not an amount."),
        ("price.0", "-1", "Write an amount that is not below nothing."),
        ("discount.0", "101 %", "Write a discount like 5 % or 2.5 %, or an amount."),
        ("discount.0", "1/2%", "Write a discount like 5 % or 2.5 %, or an amount."),
        ("discount.0", "99999999", "The discount is more than the line costs."),
        ("variant.0", "01a21648-0000-7000-8000-000000000000", "This is not in the catalogue any more."),
        ("valid_until", "tomorrow", "This is no date."),
        ("valid_until", "2020-01-01", "The validity must end in the future, and within ten years."),
        ("fulfillment_type", "TELEPORT", "Say how it is brought."),
    ],
)
async def test_what_can_not_be_is_said_beside_its_field_and_kept(
    field: str, text: str, sentence: str, sign_in: SignIn, shop: Shop
):
    manager = await sign_in("manager.lagos")
    url, sent = await typed(manager, shop)
    before = await orders(shop)
    page = await manager.post(url, data={**sent, field: text, "act": "save"})
    assert page.status_code == 422
    assert sentence in words(page.text)
    kept = form(page, url)
    assert kept["quantity.0"] == (text if field == "quantity.0" else "1")
    if field != "fulfillment_type":  # of a choice that is none, none is chosen
        assert kept[field] == text
        assert 'aria-invalid="true"' in page.text
    assert await orders(shop) == before


async def test_sent_twice_it_is_drafted_once(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    url, sent = await typed(manager, shop, quantity_0="2", discount_0="1000")
    sent |= {
        "act": "save",
        "fulfillment_type": "DELIVERY",
        "receiver": "Ọ̀ṣọ́ Ltd",
        "city": "Yaba",
        "valid_until": "2026-03-31",
    }
    before = await orders(shop)
    first, second = [await manager.post(url, data=sent) for _ in range(2)]
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert await orders(shop) == before + 1
    order = first.headers["location"].rpartition("/")[2]
    row = await shop.pool.fetchrow(
        "SELECT q.state, q.context ->> 'total' AS total, q.context ->> 'valid_until' AS until, d.receiver"
        " FROM quotation q JOIN delivery_address d ON d.order_id = q.order_id WHERE q.order_id = $1",
        order,
    )
    assert row
    assert tuple(row) == ("DRAFT", "7409975", "2026-03-31T23:00:00Z", "Ọ̀ṣọ́ Ltd")
    changed = await manager.post(url, data={**sent, "quantity.0": "3"})
    assert changed.status_code == 422
    assert await orders(shop) == before + 1


async def test_a_form_that_is_not_ours_drafts_nothing(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    url, sent = await typed(manager, shop)
    before = await orders(shop)
    for csrf in ("", "0" * 64):
        assert (await manager.post(url, data={**sent, "csrf": csrf, "act": "save"})).status_code == 403
    abuja = await sign_in("manager.abuja")
    theirs = form(await abuja.get("/quotations/new?customer=" + await customer(shop, "Customer 4 in Jabi")),
                  "/quotations/new?customer=" + await customer(shop, "Customer 4 in Jabi"))  # fmt: skip
    stolen = await abuja.post(url, data={**sent, "csrf": theirs["csrf"], "act": "save"})
    assert stolen.status_code == 404
    assert await orders(shop) == before


async def test_who_may_not_change_prices_has_no_field_for_it_and_forges_none(sign_in: SignIn, shop: Shop):
    biller = await sign_in("biller.lagos")
    url, sent = await typed(biller, shop)
    page = await biller.post(url, data={**sent, "act": "look"})
    assert "price.0" not in form(page, url)
    assert "Total NGN 37,587.38" in words(page.text)
    before = await orders(shop)
    for forged in ({"price.0": "1"}, {"discount.0": "50%"}):
        refused = await biller.post(url, data={**sent, **forged, "act": "save"})
        assert refused.status_code == 422
        assert "by someone who may change prices" in words(refused.text)
    assert await orders(shop) == before


async def test_a_form_with_more_lines_than_it_holds(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    url, sent = await begun(manager, shop)
    lines = {
        f"{name}.{n}": value
        for n in range(205)
        for name, value in (("variant", await variant(shop, CHAIR)), ("quantity", "1"))
    }
    page = await manager.post(url, data={**sent, **lines, "act": "look"})
    assert page.status_code == 200
    assert "200 lines" in words(page.text)
    assert "This form holds no more lines." in words(page.text)
    far = await manager.post(url, data={**sent, **{f"x{n}": "1" for n in range(900)}})
    assert far.status_code == 400
