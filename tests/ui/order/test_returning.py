"""The page of an order shows what its buyer gave back, and what became of it."""

import re

from tests.ui.conftest import Shop, SignIn, words

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
