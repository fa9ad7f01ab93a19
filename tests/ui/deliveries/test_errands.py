"""A rider's open deliveries and offers: what they are told, offering, changing, taking back, and what is refused."""

import re

import asyncpg
import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.posting import form, forms

PAGES = ("/deliveries", "/deliveries/offers", "/deliveries/today", "/deliveries/earnings")
SOUGHT = """
SELECT f.id, o.number, d.address, d.receiver, d.phone FROM fulfillment f JOIN sale_order o ON o.id = f.order_id
JOIN delivery_address d ON d.id = o.address_id
WHERE f.state = 'AWAITING_RIDER_SELECTION' AND o.number LIKE 'LOS-%'
    AND {} EXISTS (SELECT FROM rider_interest i JOIN person p ON p.id = i.rider_id
        WHERE i.fulfillment_id = f.id AND p.email = 'rider1.lagos@demo.example') ORDER BY f.id LIMIT 1
"""
STANDS = """
SELECT i.state, (i.context ->> 'proposed_cost')::int AS cost, (i.context ->> 'eta_minutes')::int AS eta
FROM rider_interest i JOIN person p ON p.id = i.rider_id WHERE i.fulfillment_id = $1 AND p.email = $2
"""


async def sought(shop: Shop, *, offered: bool) -> asyncpg.Record:
    """A delivery in Lagos that looks for a rider, and for which the first rider has made an offer or not."""
    row = await shop.pool.fetchrow(SOUGHT.format("" if offered else "NOT"))
    assert row
    return row


async def stands(shop: Shop, id: str, who: str = "rider1.lagos") -> tuple[str, int, int] | None:
    row = await shop.pool.fetchrow(STANDS, id, f"{who}@demo.example")
    return tuple(row) if row else None


def card(page: httpx.Response, id: str) -> str:
    """What is read of one delivery."""
    found = re.search(rf'<article [^>]*id="f{id}">.*?</article>', page.text, re.DOTALL)
    assert found
    return words(found[0])


@pytest.mark.parametrize("who", ["admin", "accountant", "biller.lagos", "reseller.lagos.ikeja", "customer.lagos"])
async def test_the_pages_of_riders_are_there_for_riders_alone(who: str, sign_in: SignIn):
    client = await sign_in(who)
    assert {(await client.get(url)).status_code for url in PAGES} == {404}


async def test_the_tabs_say_how_much_is_behind_each(sign_in: SignIn):
    page = await (await sign_in("rider1.lagos")).get("/deliveries")
    nav = re.search(r'<nav class="tabs".*?</nav>', page.text, re.DOTALL)
    assert nav
    assert words(nav[0]).removeprefix("Deliveries ") == "Open 3 Offers 2 Today Earnings"


async def test_an_open_delivery_says_nothing_of_who_receives_it(sign_in: SignIn, shop: Shop):
    delivery = await sought(shop, offered=False)
    page = await (await sign_in("rider1.lagos")).get("/deliveries")
    assert "Lagos store → Lagos" in card(page, delivery["id"])
    assert [text for text in (delivery["receiver"], delivery["phone"], delivery["address"]) if text in page.text] == []


async def test_an_offer_is_made_once_however_often_its_form_is_sent(sign_in: SignIn, shop: Shop):
    client, delivery = await sign_in("rider1.lagos"), await sought(shop, offered=False)
    url = f"/deliveries/{delivery['id']}/offer"
    sent = {**form(await client.get("/deliveries"), url), "proposed_cost": "1250.50", "eta_minutes": "40"}
    answers = [await client.post(url, data=sent) for _ in range(2)]
    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, "/deliveries")] * 2
    assert await stands(shop, delivery["id"]) == ("ACTIVE", 125050, 40)
    assert (
        await shop.pool.fetchval("SELECT count(*) FROM rider_interest WHERE fulfillment_id = $1", delivery["id"]) == 1
    )
    after = await client.get("/deliveries")
    assert "You offered NGN 1,250.50." in words(after.text)
    assert "Offered NGN 1,250.50 stands for 45 min more" in card(after, delivery["id"])


async def test_an_offer_that_stands_is_changed_by_the_same_form(sign_in: SignIn, shop: Shop):
    client, delivery = await sign_in("rider1.lagos"), await sought(shop, offered=True)
    url = f"/deliveries/{delivery['id']}/offer"
    sent = form(await client.get("/deliveries"), url)
    assert sent["proposed_cost"] == "1500.00"
    assert (await client.post(url, data={**sent, "proposed_cost": "1400"})).status_code == 303
    assert (await stands(shop, delivery["id"]) or ("", 0))[:2] == ("ACTIVE", 140000)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"proposed_cost": "", "eta_minutes": "30"}, "Your price is missing."),
        ({"proposed_cost": "cheap", "eta_minutes": "30"}, "“cheap” is not an amount"),
        ({"proposed_cost": "900", "eta_minutes": "soon"}, "It must be a whole number."),
        ({"proposed_cost": "0", "eta_minutes": "30"}, "The price must be more than nothing"),
        ({"proposed_cost": "900", "eta_minutes": "99999999"}, "The price must be one that a delivery can cost"),
    ],
)
async def test_an_offer_that_can_not_be_comes_again_with_what_was_typed(
    typed: dict[str, str], said: str, sign_in: SignIn, shop: Shop
):
    client, delivery = await sign_in("rider1.lagos"), await sought(shop, offered=False)
    url = f"/deliveries/{delivery['id']}/offer"
    answer = await client.post(url, data={**form(await client.get("/deliveries"), url), **typed})
    assert answer.status_code == 422
    assert said in card(answer, delivery["id"])
    assert {name: form(answer, url)[name] for name in typed} == typed
    assert await stands(shop, delivery["id"]) is None


async def test_an_offer_is_taken_back_and_made_again(sign_in: SignIn, shop: Shop):
    client, delivery = await sign_in("rider1.lagos"), await sought(shop, offered=True)
    back = f"/deliveries/{delivery['id']}/withdraw"
    sent = form(await client.get("/deliveries/offers"), back)
    answer = await client.post(back, data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/deliveries/offers")
    assert (await stands(shop, delivery["id"]) or ("",))[0] == "WITHDRAWN"
    stale = await client.post(back, data=sent)
    assert stale.status_code == 409
    page = await client.get("/deliveries")
    assert "Withdrawn" in card(page, delivery["id"])
    url = f"/deliveries/{delivery['id']}/offer"
    again = {**form(page, url), "eta_minutes": "20"}
    assert (await client.post(url, data=again)).status_code == 303
    assert await stands(shop, delivery["id"]) == ("ACTIVE", 150000, 20)


async def test_a_price_is_read_and_refused_in_the_language_of_the_rider(sign_in: SignIn, shop: Shop):
    client, delivery = await sign_in("rider1.lagos"), await sought(shop, offered=False)
    client.headers["accept-language"] = "fr"
    url = f"/deliveries/{delivery['id']}/offer"
    sent = {**form(await client.get("/deliveries"), url), "eta_minutes": "40"}
    answer = await client.post(url, data={**sent, "proposed_cost": "peu"})
    assert answer.status_code == 422
    assert "« peu » n’est pas un montant. Écrivez des chiffres, avec un point avant" in words(answer.text)
    assert (await client.post(url, data={**sent, "proposed_cost": "1 250,50"})).status_code == 303
    assert await stands(shop, delivery["id"]) == ("ACTIVE", 125050, 40)


async def test_nobody_takes_back_the_offer_of_another(sign_in: SignIn, shop: Shop):
    client = await sign_in("rider1.lagos")
    theirs = await shop.pool.fetchrow(
        "SELECT i.id, i.fulfillment_id, i.step FROM rider_interest i JOIN person p ON p.id = i.rider_id"
        " WHERE p.email = 'rider2.lagos@demo.example' AND i.state = 'ACTIVE' LIMIT 1"
    )
    assert theirs
    sent = {"csrf": token((await client.get("/deliveries")).text), "offer": theirs["id"], "seen": theirs["step"]}
    answer = await client.post(f"/deliveries/{theirs['fulfillment_id']}/withdraw", data=sent)
    assert answer.status_code == 404
    assert (await stands(shop, theirs["fulfillment_id"], "rider2.lagos") or ("",))[0] == "ACTIVE"


async def test_a_delivery_of_a_store_that_is_not_theirs_is_not_there(sign_in: SignIn, shop: Shop):
    client = await sign_in("rider1.lagos")
    elsewhere = await shop.pool.fetchval(
        "SELECT f.id FROM fulfillment f JOIN sale_order o ON o.id = f.order_id"
        " WHERE f.state = 'AWAITING_RIDER_SELECTION' AND o.number LIKE 'ABV-%' LIMIT 1"
    )
    assert elsewhere
    sent = {"csrf": token((await client.get("/deliveries")).text), "proposed_cost": "900", "eta_minutes": "30"}
    assert (await client.post(f"/deliveries/{elsewhere}/offer", data=sent)).status_code == 404
    assert (await client.post("/deliveries/none/offer", data=sent)).status_code == 404


@pytest.mark.parametrize("what", ["offer", "withdraw", "package_shipped"])
async def test_a_form_of_no_page_of_ours_does_nothing(what: str, sign_in: SignIn, shop: Shop):
    client, delivery = await sign_in("rider1.lagos"), await sought(shop, offered=False)
    answer = await client.post(
        f"/deliveries/{delivery['id']}/{what}", data={"proposed_cost": "900", "eta_minutes": "3"}
    )
    assert answer.status_code == 403
    assert await stands(shop, delivery["id"]) is None


async def test_what_a_rider_earned_is_summed_and_listed(sign_in: SignIn):
    page = words((await (await sign_in("rider1.lagos")).get("/deliveries/earnings")).text)
    assert re.search(r"Due now NGN [\d,.]+ Earned NGN 2,900\.00", page)
    assert "LOS-000029 Earned" in page


async def test_who_has_nothing_is_told_what_would_be_here(sign_in: SignIn):
    client = await sign_in("rider1.lagos")
    page = await client.get("/deliveries/today")
    assert "Nothing to bring now" in words(page.text)
    assert forms(page).keys() & {"/deliveries"} == set()
