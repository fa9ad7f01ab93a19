"""One payment on its page: its facts, what can be done with it, and its receipts."""

import re

import asyncpg
import pytest
from tests.receipts.samples import PNG
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form, forms


async def waiting(shop: Shop) -> asyncpg.Record:
    """A payment of the Lagos store that waits for its confirmation."""
    row = await shop.pool.fetchrow(
        "SELECT p.id, p.amount, p.reference, p.order_id, o.number FROM payment p JOIN sale_order o ON o.id = p.order_id"
        " WHERE p.state = 'PENDING' AND o.number LIKE 'LOS-%' LIMIT 1"
    )
    assert row
    return row


async def state(shop: Shop, id: str) -> str:
    found: str = await shop.pool.fetchval("SELECT state FROM payment WHERE id = $1", id)
    return found


async def test_it_says_what_it_is_and_what_can_be_done(sign_in: SignIn, shop: Shop):
    payment = await waiting(shop)
    page = await (await sign_in("accountant")).get(f"/payments/{payment['id']}")
    said = words(page.text)
    assert f"NGN {payment['amount'] / 100:,.2f} Waiting for confirmation" in said
    assert payment["number"] in said
    assert f"Reference {payment['reference']}" in said
    assert "registered the payment Waiting for confirmation" in said
    urls = {url for url in forms(page) if url.startswith("/payments/")}
    assert urls == {f"/payments/{payment['id']}/{event}" for event in ("confirm", "fail")} | {"/payments/receipts"}


async def test_what_came_may_be_another_amount(sign_in: SignIn, shop: Shop):
    client, payment = await sign_in("accountant"), await waiting(shop)
    url = f"/payments/{payment['id']}"
    sent = form(await client.get(url), f"{url}/confirm")
    wrong = await client.post(f"{url}/confirm", data={**sent, "amount": "a lot"})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    assert 'value="a lot"' in wrong.text
    nothing = await client.post(f"{url}/confirm", data={**sent, "amount": "0"})
    assert nothing.status_code == 422
    assert "The amount that came must be more than nothing." in words(nothing.text)
    done = await client.post(f"{url}/confirm", data={**sent, "amount": "100.00"})
    assert (done.status_code, done.headers["location"]) == (303, f"{url}#next")
    assert await shop.pool.fetchval("SELECT amount FROM payment WHERE id = $1", payment["id"]) == 10000
    late = await client.post(f"{url}/confirm", data={**sent, "key": "another"})
    assert late.status_code == 409
    assert "Accountant, head office" in words(late.text) or "You" in words(late.text)


async def test_a_failure_needs_a_reason(sign_in: SignIn, shop: Shop):
    client, payment = await sign_in("accountant"), await waiting(shop)
    url = f"/payments/{payment['id']}"
    sent = form(await client.get(url), f"{url}/fail")
    assert (await client.post(f"{url}/fail", data=sent)).status_code == 422
    assert await state(shop, payment["id"]) == "PENDING"
    assert (await client.post(f"{url}/fail", data={**sent, "reason": "The bank sent it back."})).status_code == 303
    assert await state(shop, payment["id"]) == "FAILED"
    assert "The bank sent it back." in words((await client.get(url)).text)


@pytest.mark.parametrize(("who", "status"), [("manager.abuja", 404), ("rider1.lagos", 404), ("manager.lagos", 200)])
async def test_only_who_sees_its_order_sees_it(who: str, status: int, sign_in: SignIn, shop: Shop):
    payment = await waiting(shop)
    assert (await (await sign_in(who)).get(f"/payments/{payment['id']}")).status_code == status


async def test_what_is_no_payment_is_not_found(sign_in: SignIn, shop: Shop):
    client, payment = await sign_in("accountant"), await waiting(shop)
    url = f"/payments/{payment['id']}"
    sent = form(await client.get(url), f"{url}/confirm")
    assert (await client.get("/payments/nothing")).status_code == 404
    assert (await client.get(f"/payments/{payment['order_id']}")).status_code == 404
    assert (await client.post(f"{url}/vanish", data=sent)).status_code == 404


async def test_a_receipt_is_added_and_looked_at_on_the_page(sign_in: SignIn, shop: Shop):
    client, payment = await sign_in("manager.lagos"), await waiting(shop)
    url = f"/payments/{payment['id']}"
    page = await client.get(url)
    sent = form(page, "/payments/receipts")
    files = {"file": ("slip.png", PNG, "image/png")}
    answer = await client.post("/payments/receipts", data={k: v for k, v in sent.items() if k != "file"}, files=files,
                               headers={"referer": f"http://shop.example{url}"})  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, url)
    page = await client.get(url)
    assert "You added the receipt." in words(page.text)
    assert "PNG picture" in words(page.text)
    assert re.search(r'<img src="/receipts/[0-9a-f-]{36}"', page.text)


@pytest.mark.parametrize(("role", "may_add"), [("CUSTOMER", False), ("RESELLER", True)])
async def test_only_who_may_add_a_receipt_is_asked_for_one(role: str, *, may_add: bool, sign_in: SignIn, shop: Shop):
    row = await shop.pool.fetchrow(
        "SELECT p.id, h.email FROM payment p JOIN sale_order o ON o.id = p.order_id JOIN customer c ON"
        " c.id = o.customer_id JOIN person h ON h.id = c.person_id JOIN person_role r ON r.person_id = h.id"
        " JOIN role l ON l.id = r.role_id"
        " WHERE l.name = $1 AND NOT EXISTS (SELECT FROM payment_receipt f WHERE f.payment_id = p.id) LIMIT 1",
        role,
    )
    assert row
    page = (await (await sign_in(row["email"].partition("@")[0])).get(f"/payments/{row['id']}")).text
    assert "None yet." in words(page)
    assert ("A picture or PDF of the transfer" in words(page)) == may_add
    assert ('action="/payments/receipts"' in page) == may_add
