import re

from tests.ui.conftest import Shop, SignIn, words
from tests.ui.order.test_beginning import values
from tests.ui.order.test_page import logged

UNBILLED = """
WITH chosen AS (
    SELECT i.order_id FROM sale i JOIN store s ON s.id = i.store_id
    WHERE i.state = 'PAYMENT_INITIATED' AND s.code = 'LOS' ORDER BY i.order_id LIMIT 1
) UPDATE sale_order o SET biller_id = NULL FROM chosen WHERE o.id = chosen.order_id RETURNING o.id
"""


async def unbilled(shop: Shop) -> str:
    """An order of the Lagos store that nobody bills."""
    return f"/orders/{await shop.pool.fetchval(UNBILLED)}"


async def test_a_manager_names_the_biller_who_then_sees_the_order(sign_in: SignIn, shop: Shop):
    path = await unbilled(shop)
    manager, biller = await sign_in("manager.lagos"), await sign_in("biller.lagos")
    assert (await biller.get(path)).status_code == 404
    page = (await manager.get(path)).text
    assert "nobody bills it yet" in words(page)
    given = values(page, f"{path}/begin/biller")
    chosen = re.findall(r'<option value="([^"]+)"[^>]*>Biller, Lagos', page)
    assert len(chosen) == 1
    refused = await manager.post(f"{path}/begin/biller", data=given | {"biller": chosen[0], "reason": ""})
    assert refused.status_code == 422
    assert "Reason is missing." in words(refused.text)
    posted = given | {"biller": chosen[0], "reason": "They know the buyer."}
    answer = await manager.post(f"{path}/begin/biller", data=posted)
    assert answer.headers["location"] == f"{path}#next"
    page = (await manager.get(path)).text
    assert "You said who bills the order." in words(page)
    assert "billed by Biller, Lagos" in words(page)
    assert "begin/biller" not in page, "the store has no other biller"
    once = await logged(shop)
    assert (await manager.post(f"{path}/begin/biller", data=posted)).status_code == 303
    assert await logged(shop) == once, "pressed twice, they are named once"
    assert (await biller.get(path)).status_code == 200


async def test_whoever_hands_an_order_over_is_led_to_the_others(sign_in: SignIn, shop: Shop):
    path = await unbilled(shop)
    biller = "(SELECT id FROM person WHERE email = 'biller.lagos@demo.example')"
    other = "(SELECT id FROM person WHERE email = 'biller.abuja@demo.example')"
    await shop.pool.execute(f"UPDATE sale_order SET biller_id = {biller} WHERE biller_id IS NULL")
    await shop.pool.execute(f"INSERT INTO person_store SELECT {other}, id FROM store WHERE code = 'LOS'")
    client = await sign_in("biller.lagos")
    page = (await client.get(path)).text
    given = values(page, f"{path}/begin/biller")
    chosen = re.findall(r'<option value="([^"]+)"[^>]*>Biller, Abuja', page)
    answer = await client.post(
        f"{path}/begin/biller", data=given | {"biller": chosen[0], "reason": "My shift is over."}
    )
    assert answer.headers["location"] == "/orders"
    assert "You said who bills the order." in words((await client.get("/orders")).text)


async def test_a_buyer_neither_reads_nor_says_who_bills_it(sign_in: SignIn, shop: Shop):
    found = await shop.pool.fetchval(
        "SELECT o.id FROM sale_order o JOIN customer c ON c.id = o.customer_id JOIN person p ON p.id = c.person_id"
        " JOIN sale s ON s.order_id = o.id WHERE p.email = 'reseller.lagos.ikeja@demo.example'"
        " ORDER BY s.state = 'PAYMENT_INITIATED' DESC, o.id LIMIT 1"
    )
    page = (await (await sign_in("reseller.lagos.ikeja")).get(f"/orders/{found}")).text
    assert "begin/biller" not in page
    assert "billed by" not in words(page)
