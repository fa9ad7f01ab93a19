"""The list of payments: who sees which, what it is cut by, and confirming one from it."""

import re

import pytest
from tests.ui.conftest import Shop, SignIn, token, words

ROW = re.compile(r'<tr><td><a href="/payments/([0-9a-f-]{36})">')


async def seen(sign_in: SignIn, who: str, path: str = "/payments?state=all") -> list[str]:
    """All that the pages of the list hold, one after the other."""
    client, found = await sign_in(who), list[str]()
    while path:
        page = (await client.get(path)).text
        found += ROW.findall(page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    return found


async def expected(shop: Shop, where: str = "true") -> list[str]:
    rows = await shop.pool.fetch(
        "SELECT p.id FROM payment p JOIN sale_order o ON o.id = p.order_id JOIN customer c ON c.id = o.customer_id"
        f" WHERE {where}"
    )
    return sorted(str(row["id"]) for row in rows)


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("admin", "true"),
        ("accountant", "true"),
        ("manager.abuja", "o.number LIKE 'ABV-%'"),
        ("customer.lagos", "c.person_id = (SELECT id FROM person WHERE email = 'customer.lagos@demo.example')"),
    ],
)
async def test_each_sees_the_payments_of_the_orders_that_they_see(
    who: str, where: str, sign_in: SignIn, shop: Shop
):  # fmt: skip
    assert sorted(await seen(sign_in, who)) == await expected(shop, where)


async def test_it_is_not_there_for_riders(sign_in: SignIn):
    client = await sign_in("rider1.lagos")
    assert [(await client.get(url)).status_code for url in ("/payments", "/payments/new")] == [404, 404]


async def test_who_confirms_begins_with_what_waits(sign_in: SignIn, shop: Shop):
    waiting = await expected(shop, "p.state = 'PENDING'")
    assert len(waiting) == 5
    assert sorted(await seen(sign_in, "accountant", "/payments")) == waiting
    assert sorted(await seen(sign_in, "manager.lagos", "/payments")) == await expected(shop, "o.number LIKE 'LOS-%'")


async def test_it_is_cut_by_state_way_store_and_search(sign_in: SignIn, shop: Shop):
    row = await shop.pool.fetchrow("SELECT id, reference FROM payment WHERE state = 'CONFIRMED' LIMIT 1")
    assert row
    assert await seen(sign_in, "admin", f"/payments?state=all&search={row['reference']}") == [str(row["id"])]
    assert sorted(await seen(sign_in, "admin", "/payments?state=failed")) == await expected(shop, "p.state = 'FAILED'")
    by_wallet = await expected(shop, "p.method = 'WALLET'")
    assert by_wallet
    assert sorted(await seen(sign_in, "admin", "/payments?state=all&method=wallet")) == by_wallet
    store = await shop.pool.fetchval("SELECT id FROM store WHERE code = 'ABV'")
    in_abuja = await expected(shop, "o.number LIKE 'ABV-%'")
    assert sorted(await seen(sign_in, "admin", f"/payments?state=all&store={store}")) == in_abuja


async def test_what_is_unknown_in_the_address_is_ignored_with_a_notice(sign_in: SignIn):
    client = await sign_in("admin")
    page = await client.get("/payments?state=lost&method=gold&after=there&colour=red")
    assert page.status_code == 200
    said = words(page.text)
    for name in ("filter “colour”", "state “lost”", "way to pay “gold”", "“there” is no place in the list"):
        assert name in said
    assert "No payment matches" in words((await client.get("/payments?state=all&search=nothing-like-it")).text)


async def test_a_payment_is_confirmed_from_the_list_once(sign_in: SignIn, shop: Shop):
    client = await sign_in("accountant")
    page = (await client.get("/payments")).text
    url, seen_at = re.findall(r'formaction="(/payments/[^"]+/confirm)" name="seen" value="(\d+)"', page)[0]
    sent = {"csrf": token(page), "key": "k", "seen": seen_at, "back": "/payments?state=pending"}
    answers = [await client.post(url, data=sent) for _ in range(2)]
    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, "/payments?state=pending")] * 2
    assert "You confirmed the payment." in words((await client.get("/payments")).text)
    row = await shop.pool.fetchrow("SELECT state, step FROM payment WHERE id = $1", url.split("/")[2])
    assert row
    assert (row["state"], row["step"]) == ("CONFIRMED", int(seen_at) + 1)


async def test_those_who_do_not_confirm_find_no_button_and_are_refused(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    page = (await manager.get("/payments?state=pending")).text
    assert "/confirm" not in page
    payment = await shop.pool.fetchrow(
        "SELECT p.id, p.step FROM payment p JOIN sale_order o ON o.id = p.order_id"
        " WHERE p.state = 'PENDING' AND o.number LIKE 'LOS-%'"
    )
    assert payment
    sent = {"csrf": token(page), "seen": str(payment["step"])}
    url = f"/payments/{payment['id']}/confirm"
    assert (await manager.post(url, data=sent)).status_code == 422
    assert (await manager.post(url, data={**sent, "csrf": "0" * 64})).status_code == 403
    elsewhere = await sign_in("manager.abuja")
    theirs = {**sent, "csrf": token((await elsewhere.get("/payments")).text)}
    assert (await elsewhere.post(url, data=theirs)).status_code == 404
    assert await shop.pool.fetchval("SELECT state FROM payment WHERE id = $1", payment["id"]) == "PENDING"
