"""The inbox of overrides: who finds what in it, deciding by its forms, and what is not taken."""

import re

import asyncpg
import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.posting import form, forms

WAITING = """
SELECT r.id, r.order_id, r.context ->> 'amount' AS amount, o.number FROM override_request r
JOIN sale_order o ON o.id = r.order_id WHERE r.state = 'PENDING' AND o.number LIKE $1 || '-%'
    AND r.context ->> 'kind' = $2 ORDER BY r.created_at DESC
"""


async def waiting(shop: Shop, kind: str = "ADMIN", store: str = "LOS") -> asyncpg.Record:
    """The newest request of a kind that waits in a store."""
    row = await shop.pool.fetchrow(WAITING, store, kind)
    assert row
    return row


async def decision(shop: Shop, id: str) -> tuple[str, str | None]:
    """Where a request stands, and the reason of its last entry in the log."""
    row = await shop.pool.fetchrow(
        "SELECT r.state, (SELECT reason FROM transition_log WHERE instance_id = r.id ORDER BY step DESC LIMIT 1) AS why"
        " FROM override_request r WHERE r.id = $1", id
    )  # fmt: skip
    assert row
    return row["state"], row["why"]


def tabs(page: httpx.Response) -> list[str]:
    nav = re.search(r'<nav class="tabs".*?</nav>', page.text, re.DOTALL)
    assert nav
    return re.findall(r">([^<>]+) <span>", nav[0])


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("admin", ["Waiting for you", "Asked by me", "Decided"]),
        ("manager.lagos", ["Waiting for you", "Asked by me", "Decided"]),
        ("accountant", ["Waiting for a decision", "Decided"]),
        ("biller.lagos", ["Waiting for a decision", "Asked by me", "Decided"]),
    ],
)
async def test_each_finds_the_boxes_that_are_theirs(who: str, seen: list[str], sign_in: SignIn):
    assert tabs(await (await sign_in(who)).get("/overrides")) == seen


@pytest.mark.parametrize("who", ["rider1.lagos", "reseller.lagos.ikeja", "customer.lagos"])
async def test_it_is_not_there_for_buyers_and_riders(who: str, sign_in: SignIn):
    client = await sign_in(who)
    assert [(await client.get(url)).status_code for url in ("/overrides", "/overrides/caps")] == [404, 404]


async def test_a_request_says_what_is_asked_by_whom_and_what_it_would_do(sign_in: SignIn, shop: Shop):
    asked = await waiting(shop, "CREDIT_LIMIT")
    page = words((await (await sign_in("manager.lagos")).get("/overrides")).text)
    card = page[page.index("over the credit limit") - 30 :]
    assert re.search(r"Go NGN [\d,.]+ over the credit limit", card)
    assert f"{asked['number']} · Reseller in" in card
    assert "asked by Biller, Lagos store" in card
    assert re.search(r"Uses \d{3} % of the limit: NGN [\d,.]+ of NGN [\d,.]+\.", card)


async def test_those_who_only_read_find_no_form(sign_in: SignIn):
    page = await (await sign_in("accountant")).get("/overrides")
    assert "Release goods before" in words(page.text)
    assert [url for url in forms(page) if url.startswith("/overrides/")] == []


async def test_an_approval_lets_the_sale_go_on_and_keeps_the_note(sign_in: SignIn, shop: Shop):
    client, asked = await sign_in("manager.lagos"), await waiting(shop)
    sent = form(await client.get("/overrides"), f"/overrides/{asked['id']}/approve")
    answer = await client.post(f"/overrides/{asked['id']}/approve", data={**sent, "reason": "They always pay."})
    assert (answer.status_code, answer.headers["location"]) == (303, "/overrides")
    page = await client.get("/overrides")
    assert "You approved the override." in words(page.text)
    assert f"/overrides/{asked['id']}/" not in page.text
    assert await decision(shop, asked["id"]) == ("APPROVED", "They always pay.")
    assert "Decided by Manager, Lagos store" in words((await client.get("/overrides?box=decided")).text)


async def test_a_form_that_is_sent_twice_decides_once(sign_in: SignIn, shop: Shop):
    client, asked = await sign_in("manager.lagos"), await waiting(shop)
    sent = form(await client.get("/overrides"), f"/overrides/{asked['id']}/approve")
    answers = [await client.post(f"/overrides/{asked['id']}/approve", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    steps = await shop.pool.fetchval("SELECT step FROM override_request WHERE id = $1", asked["id"])
    assert steps == int(sent["seen"]) + 1


async def test_a_part_is_approved_for_a_time(sign_in: SignIn, shop: Shop):
    client, asked = await sign_in("manager.lagos"), await waiting(shop)
    url = f"/overrides/{asked['id']}/approve"
    sent = form(await client.get("/overrides"), url)
    refused = await client.post(url, data={**sent, "approved_amount": "999999999"})
    assert refused.status_code == 422
    assert "No more must be approved than was asked for." in words(refused.text)
    assert 'value="999999999"' in refused.text
    wrong = await client.post(url, data={**sent, "approved_amount": "much", "reason": "As far as it goes"})
    assert wrong.status_code == 422
    assert re.search(r'name="approved_amount"[^>]* aria-invalid="true"', wrong.text)
    assert 'value="As far as it goes"' in wrong.text, "what was typed stays"
    sent = form(wrong, url)
    assert (await client.post(url, data={**sent, "approved_amount": "10.50"})).status_code == 303
    page = words((await client.get("/overrides?box=decided")).text)
    assert "Decided by Manager, Lagos store, for NGN 10.50" in page


async def test_declining_needs_a_reason(sign_in: SignIn, shop: Shop):
    client, asked = await sign_in("manager.lagos"), await waiting(shop)
    url = f"/overrides/{asked['id']}/deny"
    sent = form(await client.get("/overrides"), f"/overrides/{asked['id']}/approve")
    refused = await client.post(url, data=sent)
    assert refused.status_code == 422
    assert "Reason is missing." in words(refused.text)
    assert re.search(r'name="reason"[^>]* aria-invalid="true"[^>]* autofocus', refused.text)
    assert (await decision(shop, asked["id"]))[0] == "PENDING"
    assert (await client.post(url, data={**sent, "reason": "x" * 2001})).status_code == 422
    assert (await client.post(url, data={**sent, "reason": "They owe too much."})).status_code == 303
    assert await decision(shop, asked["id"]) == ("DENIED", "They owe too much.")


async def test_who_comes_second_is_told_who_decided(sign_in: SignIn, shop: Shop):
    manager, admin, asked = await sign_in("manager.lagos"), await sign_in("admin"), await waiting(shop)
    url = f"/overrides/{asked['id']}/approve"
    first, second = form(await manager.get("/overrides"), url), form(await admin.get("/overrides"), url)
    assert (await manager.post(url, data=first)).status_code == 303
    late = await admin.post(url, data=second)
    assert late.status_code == 409
    assert "Manager, Lagos store approved the override" in words(late.text)


async def test_an_override_is_revoked_from_what_was_decided(sign_in: SignIn, shop: Shop):
    manager, asked = await sign_in("manager.lagos"), await waiting(shop, "CREDIT_LIMIT")
    url = f"/overrides/{asked['id']}"
    await manager.post(f"{url}/approve", data=form(await manager.get("/overrides"), f"{url}/approve"))
    sent = form(await manager.get("/overrides?box=decided"), f"{url}/revoke")
    assert (await manager.post(f"{url}/revoke", data={**sent, "reason": "They went under."})).status_code == 303
    assert await decision(shop, asked["id"]) == ("REVOKED", "They went under.")


async def test_who_asked_finds_why_they_can_not_decide(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    sale = await shop.pool.fetchrow(
        "SELECT s.id, s.order_id, s.step FROM sale s JOIN sale_order o ON o.id = s.order_id"
        " WHERE s.state = 'AWAITING_PAYMENT_METHOD' AND o.number LIKE 'LOS-%' LIMIT 1"
    )
    assert sale
    csrf = token((await manager.get("/overrides")).text)
    asking = f"/orders/{sale['order_id']}/sale/{sale['id']}/admin_override_requested"
    sent = {"csrf": csrf, "seen": str(sale["step"]), "reason": "They pay tomorrow."}
    assert (await manager.post(asking, data=sent)).status_code == 303
    page = await manager.get("/overrides?box=asked_by_me")
    assert "An override must be decided by someone else than who asked for it." in words(page.text)
    assert page.text.count('aria-disabled="true"') == 2
    query = "SELECT id, step FROM override_request WHERE order_id = $1 AND state = 'PENDING'"
    asked = await shop.pool.fetchrow(query, sale["order_id"])
    assert asked
    forged = {"csrf": csrf, "seen": str(asked["step"])}
    refused = await manager.post(f"/overrides/{asked['id']}/approve", data=forged)
    assert refused.status_code == 422
    assert (await decision(shop, asked["id"]))[0] == "PENDING"


async def test_what_is_forged_decides_nothing(sign_in: SignIn, shop: Shop):
    manager, asked = await sign_in("manager.lagos"), await waiting(shop)
    url = f"/overrides/{asked['id']}/approve"
    sent = form(await manager.get("/overrides"), url)
    assert (await manager.post(url, data={**sent, "csrf": "0" * 64})).status_code == 403
    other = await sign_in("manager.abuja")
    theirs = {**sent, "csrf": token((await other.get("/overrides")).text)}
    assert (await other.post(url, data=theirs)).status_code == 404
    biller = await sign_in("biller.lagos")
    theirs = {**sent, "csrf": token((await biller.get("/overrides")).text)}
    assert (await biller.post(url, data=theirs)).status_code == 422
    assert (await manager.post(f"/overrides/{asked['id']}/expire", data=sent)).status_code == 404
    assert (await manager.post("/overrides/none/approve", data=sent)).status_code == 404
    assert (await decision(shop, asked["id"]))[0] == "PENDING"


async def test_how_much_waits_stands_beside_the_place_of_who_decides(sign_in: SignIn, shop: Shop):
    count = await shop.pool.fetchval(
        "SELECT count(*) FROM override_request r JOIN sale_order o ON o.id = r.order_id"
        " WHERE r.state = 'PENDING' AND o.number LIKE 'LOS-%'"
    )
    assert count
    page = (await (await sign_in("manager.lagos")).get("/orders")).text
    assert re.search(rf'href="/overrides"[^>]*>Overrides <span class="num">{count}</span>', page)
    others = (await (await sign_in("biller.lagos")).get("/orders")).text
    assert re.search(r'href="/overrides"[^>]*>Overrides</a>', others)
