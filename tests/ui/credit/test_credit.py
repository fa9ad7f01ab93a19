"""Credit on pages: who sees whose, the terms, the ladder, and what is paid out of an account."""

import re

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.posting import form, forms


async def reseller(shop: Shop) -> str:
    """The reseller in Ikeja."""
    found = await shop.pool.fetchval("SELECT id FROM customer WHERE name = 'Reseller in Ikeja'")
    return f"/credit/{found}"


def summary(page: httpx.Response) -> dict[str, str]:
    """How the account stands, as the page says it."""
    found = re.findall(r'<dt>([^<]+)</dt><dd class="num">([^<]+)</dd>', page.text)
    return {label: value.replace("\xa0", " ") for label, value in found}


async def test_the_list_says_how_each_stands(sign_in: SignIn):
    client = await sign_in("accountant")
    said = words((await client.get("/credit?search=ikeja")).text)
    assert "Reseller in Ikeja A fixed limit" in said
    assert re.search(r"\d+ % used NGN [\d,.]+ NGN 1,500,000\.00", said)
    assert "No account matches" in words((await client.get("/credit?search=nobody-like-it&after=there")).text)


async def test_buyers_are_led_to_their_own_and_riders_find_nothing(sign_in: SignIn, shop: Shop):
    own = await sign_in("reseller.lagos.ikeja")
    led = await own.get("/credit")
    assert (led.status_code, led.headers["location"]) == (303, await reseller(shop))
    page = await own.get(led.headers["location"])
    assert summary(page)["Limit"] == "NGN 1,500,000.00"
    assert [url for url in forms(page) if url.startswith("/credit")] == []
    for who in ("rider1.lagos", "customer.lagos", "reseller.lagos.yaba"):
        assert (await (await sign_in(who)).get(await reseller(shop))).status_code == 404
    assert (await (await sign_in("rider1.lagos")).get("/credit")).status_code == 404
    assert (await own.get("/credit/tiers")).status_code == 404


async def test_terms_are_changed_with_a_reason_that_stays(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("accountant"), await reseller(shop)
    page = await client.get(url)
    send = next(each for each in forms(page) if each.startswith(url))
    sent = form(page, send)
    assert (sent["policy"], sent["limit"]) == ("FIXED", "1500000.00")
    for name, text in (("reason", ""), ("limit", "lots"), ("limit", "-1"), ("tier", ""), ("tier", "gold!"),
                       ("policy", "GIFT"), ("reason", "x" * 2001)):  # fmt: skip
        answer = await client.post(send, data={**sent, "reason": "They pay on time.", name: text})
        assert answer.status_code == 422, (name, text)
        assert re.search(rf'name="{name}"[^>]* aria-invalid="true"', answer.text), (name, text)
    done = await client.post(send, data={**sent, "limit": "2000000", "reason": "They pay on time."})
    assert done.status_code == 303
    page = await client.get(url)
    assert summary(page)["Limit"] == "NGN 2,000,000.00"
    assert "Accountant, head office changed the terms from “A fixed limit, " in words(page.text)
    assert "They pay on time." in words(page.text)


async def test_only_who_changes_credit_does(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("accountant"), await reseller(shop)
    page = await client.get(url)
    send = next(each for each in forms(page) if each.startswith(url))
    sent = {**form(page, send), "limit": "9", "reason": "x"}
    assert (await client.post(send, data={**sent, "csrf": "0" * 64})).status_code == 403
    manager = await sign_in("manager.lagos")
    theirs = await manager.get(url)
    assert summary(theirs)["Limit"] == "NGN 1,500,000.00"
    assert [each for each in forms(theirs) if each.startswith("/credit")] == []
    assert (await manager.post(send, data={**sent, "csrf": token(theirs.text)})).status_code == 404
    assert (await client.get("/credit/nobody")).status_code == 404
    assert (await client.get(f"{url}?currency=XXQ")).status_code == 404
    assert summary(await client.get(url))["Limit"] == "NGN 1,500,000.00"


async def test_the_ladder_rises_and_says_where_it_would_not(sign_in: SignIn, shop: Shop):
    client = await sign_in("accountant")
    page = await client.get("/credit/tiers?currency=NGN")
    before = await shop.pool.fetchval("SELECT count(*) FROM credit_tier WHERE currency = 'NGN'")
    sent = {"csrf": token(page.text), "currency": "NGN", "do": "set", "name": "diamond", "minimum": "900000000",
            "maximum": "1", "reason": "For the best."}  # fmt: skip
    for name, text in (("maximum", "1"), ("maximum", "much"), ("name", "a b"), ("reason", " "), ("minimum", "")):
        answer = await client.post("/credit/tiers", data={**sent, "maximum": "9000000000", name: text})
        assert answer.status_code == 422, (name, text)
        assert re.search(rf'name="{name}"[^>]* aria-invalid="true"', answer.text), (name, text)
    done = await client.post("/credit/tiers", data={**sent, "maximum": "9000000000"})
    assert (done.status_code, done.headers["location"]) == (303, "/credit/tiers?currency=NGN")
    assert "Diamond From earned credit of NGN 900,000,000.00" in words((await client.get("/credit/tiers")).text)
    removal = {**sent, "do": "remove", "name": "DIAMOND"}
    assert (await client.post("/credit/tiers", data=removal)).status_code == 303
    assert await shop.pool.fetchval("SELECT count(*) FROM credit_tier WHERE currency = 'NGN'") == before
    manager = await sign_in("manager.lagos")
    theirs = {**sent, "csrf": token((await manager.get("/orders")).text)}
    assert (await manager.post("/credit/tiers", data=theirs)).status_code == 404


@pytest.fixture
async def kept(shop: Shop) -> str:
    """Somebody for whom the Lagos store keeps NGN 500.00."""
    row = await shop.pool.fetchrow(
        "SELECT o.store_id, o.customer_id, p.order_id, p.id FROM payment p JOIN sale_order o ON o.id = p.order_id"
        " WHERE o.number LIKE 'LOS-%' AND p.state = 'CONFIRMED'"
        " AND NOT EXISTS (SELECT FROM account_credit WHERE customer_id = o.customer_id) LIMIT 1"
    )
    assert row
    await shop.pool.execute(
        "INSERT INTO account_credit (store_id, customer_id, currency) VALUES ($1, $2, 'NGN')",
        row["store_id"], row["customer_id"],
    )  # fmt: skip
    await shop.pool.execute(
        "INSERT INTO account_credit_entry (store_id, customer_id, currency, order_id, payment_id, kind, amount, at,"
        " actor) VALUES ($1, $2, 'NGN', $3, $4, 'REFUNDED', 50000, now(), 'system')",
        row["store_id"], row["customer_id"], row["order_id"], row["id"],
    )  # fmt: skip
    return f"/credit/{row['customer_id']}"


async def balance(shop: Shop, url: str) -> int:
    """What is kept for the customer of a page, in kobo."""
    query = "SELECT sum(balance)::bigint FROM account_credit WHERE customer_id = $1"
    found: int = await shop.pool.fetchval(query, url.rpartition("/")[2])
    return found


async def test_what_a_store_keeps_is_paid_out_once(kept: str, sign_in: SignIn, shop: Shop):
    client = await sign_in("accountant")
    page = await client.get(kept)
    assert "NGN 500.00" in words(page.text)
    url = f"{kept}/payout"
    sent = form(page, url)
    assert sent["amount"] == "500.00"
    for name, text in (("note", ""), ("amount", "500.01"), ("amount", "0"), ("amount", "all")):
        answer = await client.post(url, data={**sent, "note": "By transfer.", name: text})
        assert answer.status_code == 422, (name, text)
        assert re.search(rf'name="{name}"[^>]* aria-invalid="true"', answer.text), (name, text)
    answers = [await client.post(url, data={**sent, "amount": "200", "note": "By transfer."}) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert await balance(shop, kept) == 30000
    assert "Paid out -NGN 200.00" in words((await client.get(kept)).text).replace("NGN -", "-NGN ")


async def test_only_who_confirms_payments_pays_out(kept: str, sign_in: SignIn, shop: Shop):
    accountant = await sign_in("accountant")
    sent = {**form(await accountant.get(kept), f"{kept}/payout"), "note": "x"}
    assert (await accountant.post(f"{kept}/payout", data={**sent, "csrf": "0" * 64})).status_code == 403
    manager = await sign_in("manager.lagos")
    page = await manager.get(kept)
    assert "NGN 500.00" in words(page.text)
    assert f"{kept}/payout" not in page.text
    assert (await manager.post(f"{kept}/payout", data={**sent, "csrf": token(page.text)})).status_code == 404
    assert await balance(shop, kept) == 50000
