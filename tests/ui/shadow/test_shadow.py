"""The page of the shadow: who finds it, how far it follows, and both sides of what differs."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.changeover.listed import differ, leave_out
from tests.company import NOW
from tests.ui.conftest import Shop, SignIn, words

URL = "/shadow"
YESTERDAY = NOW - timedelta(days=1)


async def an_order(shop: Shop, store: str = "LOS") -> UUID:
    order: UUID = await shop.pool.fetchval(
        "SELECT id FROM sale_order WHERE number LIKE $1 || '-%' ORDER BY number LIMIT 1", store
    )
    return order


@pytest.mark.parametrize("who", ["biller.lagos", "customer.lagos"])
async def test_it_is_not_there_for_who_does_not_see_operations(who: str, sign_in: SignIn):
    assert (await (await sign_in(who)).get(URL)).status_code == 404


async def test_the_rail_leads_to_it_while_they_differ_where_the_viewer_sees(sign_in: SignIn, shop: Shop):
    manager, other = await sign_in("manager.lagos"), await sign_in("manager.abuja")
    assert 'href="/shadow"' not in (await manager.get("/orders")).text
    assert "No former system was followed yet" in words((await manager.get(URL)).text)
    await differ(shop.pool, await an_order(shop), "CLEARED", at=YESTERDAY)
    assert 'href="/shadow"' in (await manager.get("/orders")).text
    assert 'href="/shadow"' not in (await other.get("/orders")).text
    assert "They agree" in words((await other.get(URL)).text)


async def test_both_sides_stand_beside_each_other_and_who_is_wrong_is_chosen(sign_in: SignIn, shop: Shop):
    order, client = await an_order(shop), await sign_in("accountant")
    await differ(shop.pool, order, "CLEARED", at=YESTERDAY)
    await differ(shop.pool, order, "ELSEWHERE", class_="OURS_WRONG", at=YESTERDAY)
    await leave_out(shop.pool, order, since=YESTERDAY)
    said = words((await client.get(URL)).text)
    for text in (
        "Behind 86,400 s", "Database there", "Changes followed today 0", "Left out, since their store is switched on 1",
        "12 changes of orders were followed.",
        "Orderway is wrong 1 1 0", "Unclear 0 0 0", "All 2 Orderway is wrong 1 Unclear 0 The former system is wrong 1",
        "Cleared there, and not here", "The former system is wrong. It is CLEARED.", "The order's status Paid",
        "The sale here Waiting for payment", "Still to pay NGN 15.00",
    ):  # fmt: skip
        assert text in said, said
    ours = words((await client.get(f"{URL}?class=OURS_WRONG")).text)
    assert "Orderway is wrong. It is ELSEWHERE." in ours
    assert "It is CLEARED." not in ours
    await shop.pool.execute("UPDATE shadow_divergence SET closed_at = $1 WHERE kind = 'CLEARED'", NOW)
    closed = words((await client.get(f"{URL}?status=closed")).text)
    assert "It is CLEARED." in closed
    assert "Settled:" in closed
