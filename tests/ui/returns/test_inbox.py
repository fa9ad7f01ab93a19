"""The inbox of returns: who finds which, deciding on one by its forms to the end, and what is not taken."""

import re

import asyncpg
import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.posting import form, forms

WAITING = """
SELECT r.id, r.order_id, r.fulfillment_id, r.store_id, o.number, o.customer_id FROM sales_return r
JOIN sale_order o ON o.id = r.order_id JOIN store s ON s.id = r.store_id
WHERE r.status = 'REQUESTED' AND ($1 = '' OR s.code = $1) ORDER BY r.requested_at DESC, r.id DESC LIMIT 1
"""


async def waiting(shop: Shop, store: str = "") -> asyncpg.Record:
    """The newest return that waits for an answer."""
    row = await shop.pool.fetchrow(WAITING, store)
    assert row, "no return waits"
    return row


async def stands(shop: Shop, id: str) -> str:
    """Where a return stands."""
    found: str = await shop.pool.fetchval("SELECT status FROM sales_return WHERE id = $1", id)
    return found


def url_of(row: asyncpg.Record, event: str, box: str = "requested") -> str:
    return f"/returns/{row['fulfillment_id']}/{event}?status={box}"


def card(page: httpx.Response, row: asyncpg.Record) -> str:
    """The words of the return on the page."""
    found = re.search(rf'<article[^>]*id="r{row["id"]}".*?</article>', page.text, re.DOTALL)
    assert found, "the return is not there"
    return words(found[0])


@pytest.mark.parametrize(
    ("who", "here"),
    [("admin", "Asked for"), ("manager.lagos", "Asked for"), ("accountant", "Received"), ("biller.lagos", "Asked for")],
)
async def test_each_begins_with_the_tab_of_their_work(who: str, here: str, sign_in: SignIn):
    page = await (await sign_in(who)).get("/returns")
    assert re.findall(r'aria-current="page">([^<]+) <span>', page.text) == [here]


async def test_it_begins_with_the_first_tab_that_has_something_for_the_viewer_to_do(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    begun, left = [], await shop.pool.fetchval("SELECT count(*) FROM sales_return WHERE status = 'REQUESTED'")
    for _ in range(left):
        row = await waiting(shop)
        accept = url_of(row, "return_accepted")
        await client.post(accept, data=form(await client.get("/returns?status=requested"), accept))
    begun.append(await begins(client))
    for row in await shop.pool.fetch("SELECT fulfillment_id FROM sales_return WHERE status = 'ACCEPTED'"):
        receive = url_of(row, "return_received", "accepted")
        await client.post(receive, data=form(await client.get("/returns?status=accepted"), receive))
    begun.append(await begins(client))
    assert begun == ["Accepted", "Received"]
    assert await begins(client, "?status=requested") == "Asked for", "an address that says which stays as it is"
    assert await begins(await sign_in("biller.lagos")) == "Asked for", "they have nothing to do with any"


async def begins(client: httpx.AsyncClient, asked: str = "") -> str:
    """The tab that the page shows."""
    (here,) = re.findall(r'aria-current="page">([^<]+) <span>', (await client.get(f"/returns{asked}")).text)
    return str(here)


async def test_a_rider_finds_no_returns(sign_in: SignIn, shop: Shop):
    client, row = await sign_in("rider1.lagos"), await waiting(shop)
    sent = {"csrf": token((await client.get("/deliveries")).text), "seen": "1"}
    answers = [await client.get("/returns"), await client.post(url_of(row, "return_accepted"), data=sent)]
    assert [each.status_code for each in answers] == [404, 404]


async def test_a_return_says_what_is_given_back_by_whom_and_why(sign_in: SignIn, shop: Shop):
    row = await waiting(shop)
    said = card(await (await sign_in("admin")).get("/returns"), row)
    assert said.startswith(f"{row['number']} Asked for ")
    assert "asked by " in said
    assert "It does not fit." in said
    line = await shop.pool.fetchrow(
        "SELECT l.description, a.quantity FROM return_line a JOIN order_line l ON l.id = a.line_id"
        " WHERE a.return_id = $1", row["id"]
    )  # fmt: skip
    assert line
    assert f"{line['description']} {line['quantity']} " in said


async def test_a_buyer_finds_their_own_alone_and_decides_on_none(sign_in: SignIn, shop: Shop):
    counted = await shop.pool.fetchval(
        "SELECT count(*) FROM sales_return r JOIN sale_order o ON o.id = r.order_id JOIN customer c"
        " ON c.id = o.customer_id JOIN person p ON p.id = c.person_id WHERE p.email = 'customer.lagos@demo.example'"
    )
    page = await (await sign_in("customer.lagos")).get("/returns")
    assert sum(int(each) for each in re.findall(r"<span>(\d+)</span></a>", page.text)) == counted
    assert [url for url in forms(page) if url.startswith("/returns/")] == []


async def test_a_manager_of_another_store_finds_it_not(sign_in: SignIn, shop: Shop):
    row = await waiting(shop)
    other = "manager.lagos" if not row["number"].startswith("LOS") else "manager.abuja"
    client = await sign_in(other)
    page = await client.get("/returns")
    assert row["number"] not in page.text
    sent = {"csrf": token(page.text), "seen": "1"}
    assert (await client.post(url_of(row, "return_accepted"), data=sent)).status_code == 404
    assert await stands(shop, row["id"]) == "REQUESTED"


async def test_a_return_is_accepted_received_and_refunded(sign_in: SignIn, shop: Shop):
    client, row = await sign_in("admin"), await waiting(shop)
    accept = url_of(row, "return_accepted")
    answer = await client.post(accept, data=form(await client.get("/returns"), accept))
    assert (answer.status_code, answer.headers["location"]) == (303, "/returns?status=requested")
    page = await client.get(answer.headers["location"])
    assert "You accepted the return." in words(page.text)
    assert f'id="r{row["id"]}"' not in page.text
    page = await client.get("/returns?status=accepted")
    assert "Accepted by Admin, head office." in card(page, row)
    receive = url_of(row, "return_received", "accepted")
    assert (await client.post(receive, data=form(page, receive))).status_code == 303
    assert await stands(shop, row["id"]) == "RECEIVED"
    page = await client.get("/returns?status=received")
    assert "Waits for its refund" in card(page, row)
    refund = url_of(row, "refund_issued", "received")
    began = form(page, refund)
    assert float(began["amount"]) > 0, "it begins with the price of what came, as on the order's page"
    sent = {**began, "amount": "999999999", "to": "PAYMENT"}
    refused = await client.post(refund, data=sent)
    assert refused.status_code == 422
    assert "The refund must not be more than what was paid for the returned goods." in card(refused, row)
    assert 'value="999999999"' in refused.text, "what was typed stays"
    assert (await client.post(refund, data={**sent, "amount": "1"})).status_code == 303
    said = card(await client.get("/returns?status=received"), row)
    assert "Waits for its refund" not in said
    assert re.search(r"Refunded [A-Z]{3} 1(\.00)?: The way it was paid\.", said)


async def test_a_rejection_needs_its_reason_and_tells_it(sign_in: SignIn, shop: Shop):
    client, row = await sign_in("admin"), await waiting(shop)
    url = url_of(row, "return_rejected")
    sent = form(await client.get("/returns"), url)
    empty = await client.post(url, data={**sent, "reason": " "})
    assert empty.status_code == 422
    assert re.search(r'name="reason"[^>]* aria-invalid="true"', empty.text)
    assert await stands(shop, row["id"]) == "REQUESTED"
    assert (await client.post(url, data={**sent, "reason": "It was worn."})).status_code == 303
    said = card(await client.get("/returns?status=rejected"), row)
    assert "Rejected by Admin, head office. Why not It was worn." in said


async def test_a_form_that_is_sent_twice_decides_once_and_one_of_an_older_step_is_told_so(
    sign_in: SignIn, shop: Shop
):  # fmt: skip
    client, row = await sign_in("admin"), await waiting(shop)
    url = url_of(row, "return_accepted")
    sent = form(await client.get("/returns"), url)
    assert [(await client.post(url, data=sent)).status_code for _ in range(2)] == [303, 303]
    stale = await client.post(url, data={**sent, "key": ""})
    assert stale.status_code == 409
    assert 'role="alert"' in stale.text
    assert await stands(shop, row["id"]) == "ACCEPTED"


async def test_what_does_not_come_from_the_page_is_not_taken(sign_in: SignIn, shop: Shop):
    client, row = await sign_in("admin"), await waiting(shop)
    url = url_of(row, "return_accepted")
    sent = form(await client.get("/returns"), url)
    assert (await client.post(url, data={**sent, "csrf": "0" * 64})).status_code == 403
    assert (await client.post(url_of(row, "complete"), data=sent)).status_code == 404
    assert (await client.post("/returns/none/return_accepted", data=sent)).status_code == 404
    biller = await sign_in("biller.lagos")
    sent = {**sent, "csrf": token((await biller.get("/returns")).text)}
    assert (await biller.post(url, data=sent)).status_code in {404, 422, 403}
    assert await stands(shop, row["id"]) == "REQUESTED"
