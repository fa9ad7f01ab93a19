"""Registering a payment by its page: the amount that is still to pay, what looks the same, and what is not taken."""

import re

import asyncpg
from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.posting import form

URL = "/payments/new"


async def open_order(shop: Shop) -> asyncpg.Record:
    """An order of the Lagos store that nothing was paid of yet."""
    row = await shop.pool.fetchrow(
        "SELECT o.id, o.number FROM sale s JOIN sale_order o ON o.id = s.order_id WHERE s.state = 'PAYMENT_INITIATED'"
        " AND o.number LIKE 'LOS-%' AND NOT EXISTS (SELECT FROM payment WHERE order_id = o.id) LIMIT 1"
    )
    row = row or await shop.pool.fetchrow(
        "SELECT o.id, o.number FROM sale s JOIN sale_order o ON o.id = s.order_id WHERE s.state ="
        " 'AWAITING_PAYMENT_METHOD' AND o.number LIKE 'LOS-%' LIMIT 1"
    )
    assert row
    return row


async def registered(shop: Shop, order: str) -> list[asyncpg.Record]:
    found: list[asyncpg.Record] = await shop.pool.fetch(
        "SELECT id, amount, method, provider, reference, state FROM payment WHERE order_id = $1 ORDER BY id", order
    )
    return found


async def test_the_order_is_found_first(sign_in: SignIn, shop: Shop):
    client, order = await sign_in("biller.lagos"), await open_order(shop)
    page = await client.get(f"{URL}?search={order['number']}")
    assert f'href="{URL}?order={order["id"]}"' in page.text
    assert "No order found" in words((await client.get(f"{URL}?search=ABV-000001")).text)


async def test_the_amount_is_what_is_still_to_pay(sign_in: SignIn, shop: Shop):
    client, order = await sign_in("biller.lagos"), await open_order(shop)
    page = await client.get(f"{URL}?order={order['id']}")
    sent = form(page, URL)
    rest = re.search(r"Still to pay: NGN ([\d,.]+)", words(page.text))
    assert rest
    assert sent["amount"] == rest[1].replace(",", "")
    sent |= {"provider": "First Bank", "reference": "FB-771"}
    answers = [await client.post(URL, data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303], "sent twice it is registered once"
    (payment,) = await registered(shop, order["id"])
    assert answers[0].headers["location"] == f"/payments/{payment['id']}"
    said = (payment["method"], payment["provider"], payment["reference"], payment["state"])
    assert said == ("TRANSFER", "First Bank", "FB-771", "PENDING")
    assert payment["amount"] == round(float(sent["amount"]) * 100)


async def test_one_that_looks_the_same_is_warned_of_before_anything_is_registered(sign_in: SignIn, shop: Shop):
    client, order = await sign_in("biller.lagos"), await open_order(shop)
    known = await shop.pool.fetchrow(
        "SELECT p.id, p.reference, p.provider, o.number FROM payment p JOIN sale_order o ON o.id = p.order_id"
        " WHERE o.number LIKE 'LOS-%' AND p.state = 'CONFIRMED' LIMIT 1"
    )
    assert known
    sent = form(await client.get(f"{URL}?order={order['id']}"), URL)
    sent |= {"provider": "another bank", "reference": known["reference"].lower()}
    warned = await client.post(URL, data=sent)
    assert warned.status_code == 422
    assert f"{known['reference']} of {known['number']}" in words(warned.text)
    assert f'href="/payments/{known["id"]}"' in warned.text
    assert await registered(shop, order["id"]) == []
    assert 'value="another bank"' in warned.text
    sure = {**form(warned, URL), "sure": "yes"}
    assert (await client.post(URL, data=sure)).status_code == 303
    assert len(await registered(shop, order["id"])) == 1
    exact = {**sure, "key": "new", "provider": known["provider"], "reference": known["reference"]}
    refused = await client.post(URL, data=exact)
    assert refused.status_code == 422
    assert "is registered already" in words(refused.text)
    again = form(await client.get(f"{URL}?order={order['id']}"), URL) | {"provider": "a bank", "amount": sent["amount"]}
    assert "the same amount of the same order" in words((await client.post(URL, data=again)).text)


async def test_what_is_wrong_is_said_beside_its_field(sign_in: SignIn, shop: Shop):
    client, order = await sign_in("biller.lagos"), await open_order(shop)
    right = {**form(await client.get(f"{URL}?order={order['id']}"), URL), "provider": "counter"}
    wrong = (("amount", ""), ("amount", "lots"), ("amount", "0"), ("amount", "-1"), ("provider", " "),
             ("method", "GOLD"), ("provider", "x" * 2001), ("reference", "a\x00b"))  # fmt: skip
    for name, text in wrong:
        answer = await client.post(URL, data={**right, name: text})
        assert answer.status_code == 422, (name, text)
        assert re.search(rf'name="{name}"[^>]* aria-invalid="true"', answer.text), (name, text)
    assert await registered(shop, order["id"]) == []


async def test_only_who_registers_payments_of_the_order_does(sign_in: SignIn, shop: Shop):
    order = await open_order(shop)
    biller = await sign_in("biller.lagos")
    sent = {**form(await biller.get(f"{URL}?order={order['id']}"), URL), "provider": "counter"}
    assert (await biller.post(URL, data={**sent, "csrf": "0" * 64})).status_code == 403
    for who in ("biller.abuja", "customer.lagos", "rider1.lagos"):
        client = await sign_in(who)
        csrf = token((await client.get("/orders" if who != "rider1.lagos" else "/nothing")).text)
        assert (await client.get(f"{URL}?order={order['id']}")).status_code == 404
        assert (await client.post(URL, data={**sent, "csrf": csrf})).status_code == 404
    assert (await biller.get(f"{URL}?order=none")).status_code == 404
    assert await registered(shop, order["id"]) == []
