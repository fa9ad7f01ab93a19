"""The page of an order shows what its buyer gave back, and what became of it."""

import re

from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import forms

WAITING = "SELECT order_id FROM sales_return WHERE status = 'REQUESTED' ORDER BY order_id LIMIT 1"
ONTO_ACCOUNT = """
SELECT order_id FROM transition_log WHERE event = 'REFUND_ISSUED' AND payload ->> 'to' = 'ACCOUNT' ORDER BY at LIMIT 1
"""


async def said_of(shop: Shop, sign_in: SignIn, query: str, who: str = "admin") -> str:
    order = await shop.pool.fetchval(query)
    assert order, "the demo has no such order"
    answer = await (await sign_in(who)).get(f"/orders/{order}")
    assert answer.status_code == 200
    return words(answer.text)


async def test_a_return_that_waits_says_who_asked_and_why(shop: Shop, sign_in: SignIn):
    said = await said_of(shop, sign_in, WAITING)
    assert re.search(r"Return( of Part \d)? Asked for .+? Asked for By .+?: It does not fit\.", said)
    assert "did not come" not in said, "nobody has looked at the goods yet"


async def test_a_return_that_came_says_in_which_condition_and_where_the_money_went(shop: Shop, sign_in: SignIn):
    said = await said_of(shop, sign_in, ONTO_ACCOUNT)
    assert re.search(r"Return( of Part \d)? Received ", said)
    assert re.search(r"\d can be sold again|\d damaged|\d did not come", said)
    assert re.search(r"Refunded The buyer.s account NGN [\d,.]+", said)


async def test_the_refund_of_what_came_begins_with_its_price_and_is_taken_as_it_stands(shop: Shop, sign_in: SignIn):
    client, order = await sign_in("accountant"), await shop.order("fulfillment", "RETURN_RECEIVED")
    page = await client.get(order)
    (url, sent), *_ = [each for each in forms(page).items() if each[0].endswith("/refund_issued")]
    total = await shop.pool.fetchval("SELECT sum(total) FROM order_line WHERE order_id = $1", order.split("/")[-1])
    assert sent["amount"] == f"{total / 100:.2f}", "everything came back"
    assert (await client.post(url, data=sent)).status_code == 303
    more = await client.get(order)
    assert "refunded the returned goods" in words(more.text)


async def test_a_payment_of_the_order_leads_to_its_page(shop: Shop, sign_in: SignIn):
    row = await shop.pool.fetchrow("SELECT id, order_id FROM payment WHERE state = 'CONFIRMED' ORDER BY id LIMIT 1")
    assert row
    client = await sign_in("accountant")
    assert f'<a href="/payments/{row["id"]}">NGN' in (await client.get(f"/orders/{row['order_id']}")).text
    assert (await client.get(f"/payments/{row['id']}")).status_code == 200
