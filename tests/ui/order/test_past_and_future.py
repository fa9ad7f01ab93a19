import re
from uuid import UUID

import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.order.test_page import logged


async def test_an_order_is_shown_as_it_was_and_led_through_its_changes(sign_in: SignIn, shop: Shop):
    client, path = await sign_in("admin"), await shop.order("fulfillment", "DELIVERED")
    born = await shop.pool.fetchval(
        "SELECT min(at) FROM transition_log WHERE order_id = $1 AND machine = 'quotation'", UUID(path[-36:])
    )
    first = await client.get(f"{path}/history", params={"at": born.isoformat()})
    assert first.status_code == 200
    page = words(first.text)
    assert "Quotation Draft since" in page
    assert "Extend the validity Could be done" in page
    assert "Change before" not in page
    (later,) = re.findall(r'href="([^"]+)" rel="next"', first.text)
    second = await client.get(later.replace("&amp;", "&"))
    assert "Quotation Draft since" not in words(second.text), "a change later it stood elsewhere"
    now = await client.get(f"{path}/history", params={"at": "2999-01-01T00:00"})
    assert "Fulfillment Delivered since" in words(now.text)
    assert "Change after" not in words(now.text)


async def test_before_an_order_was_there_and_for_who_does_not_see_it_nothing_is_found(sign_in: SignIn, shop: Shop):
    path = await shop.order("fulfillment", "DELIVERED")
    admin = await sign_in("admin")
    assert (await admin.get(f"{path}/history?at=2001-01-01")).status_code == 404
    assert (await admin.get(f"{path}/history?at=no-time")).status_code == 200, "what is no time is left out"
    assert (await admin.get("/orders/seven/history")).status_code == 404
    store = await shop.pool.fetchval(
        "SELECT code FROM store WHERE id = (SELECT store_id FROM sale_order WHERE id = $1)", UUID(path[-36:])
    )
    other = await sign_in("manager.abuja" if store != "ABV" else "manager.lagos")
    assert (await other.get(f"{path}/history")).status_code == 404
    assert (await other.get(f"{path}/what-if")).status_code == 404


async def test_a_rider_reads_no_money_of_the_past(sign_in: SignIn, shop: Shop):
    ours = await shop.pool.fetchval(
        "SELECT f.order_id FROM fulfillment f JOIN person p ON p.id = f.rider_id"
        " WHERE p.email = 'rider1.lagos@demo.example' LIMIT 1"
    ) or pytest.fail("the rider brings nothing")
    answer = await (await sign_in("rider1.lagos")).get(f"/orders/{ours}/history")
    assert answer.status_code == 200
    assert "NGN" not in words(answer.text)
    assert "Sale" not in words(answer.text)


async def test_riders_are_offered_by_name_to_who_assigns_them_alone(sign_in: SignIn, shop: Shop):
    order = await shop.pool.fetchval(
        "SELECT f.order_id FROM fulfillment f JOIN sale_order o ON o.id = f.order_id"
        " JOIN customer c ON c.id = o.customer_id JOIN person p ON p.id = c.person_id"
        " WHERE p.email LIKE 'reseller.lagos%' LIMIT 1"
    ) or pytest.fail("no reseller of the store has an order under way")
    who = await shop.pool.fetchval(
        "SELECT split_part(p.email, '@', 1) FROM sale_order o JOIN customer c ON c.id = o.customer_id"
        " JOIN person p ON p.id = c.person_id WHERE o.id = $1", order,
    )  # fmt: skip
    path = f"/orders/{order}/what-if?event=fulfillment:RIDER_NAMED"
    assert "Rider 2, Lagos" in words((await (await sign_in("manager.lagos")).get(path)).text)
    page = await (await sign_in(who)).get(path)
    assert page.status_code == 200
    assert "Rider 2, Lagos" not in words(page.text)


async def test_a_path_is_tried_step_by_step_and_nothing_of_it_is_kept(sign_in: SignIn, shop: Shop):
    client, path = await sign_in("admin"), await shop.order("fulfillment", "PICK_PACK")
    before = await logged(shop)
    chosen = (await client.get(f"{path}/what-if?event=fulfillment:HOLD")).text
    assert "Hold the fulfillment" in words(chosen)
    empty = await client.get(f"{path}/what-if?event=fulfillment:HOLD&add=1&reason=")
    assert empty.status_code == 422
    assert "Reason is missing." in words(empty.text)
    held = await client.get(f"{path}/what-if?event=fulfillment:HOLD&add=1&reason=A+question")
    assert "put the fulfillment on hold On hold" in words(held.text)
    (so_far,) = set(re.findall(r'name="path" value="([^"]+)"', held.text))
    refused = await client.get(
        f"{path}/what-if",
        params={"path": so_far.replace("&#34;", '"'), "event": "fulfillment:FULFILLMENT_STARTED", "add": "1"},
    )
    assert "“Mark the goods as picked” can not be done while the fulfillment is “On hold”." in words(refused.text)
    (first, second) = re.findall(r'class="small" href="([^"]+)">Remove', refused.text)
    without = words((await client.get(first.replace("&amp;", "&").replace("&#34;", '"'))).text)
    assert "put the fulfillment on hold" not in without
    assert "marked the goods as picked" in without, "the other step goes on without it"
    assert second != first
    assert await logged(shop) == before
    assert "Picking now" in words((await client.get(path)).text)


@pytest.mark.parametrize("asked", ["path=nonsense", "path=[{}]", "path=[1]", "path={}"])
async def test_a_path_that_is_none_is_said_and_begun_anew(sign_in: SignIn, shop: Shop, asked: str):
    client, path = await sign_in("admin"), await shop.order("fulfillment", "PICK_PACK")
    answer = await client.get(f"{path}/what-if?{asked}")
    assert answer.status_code in (200, 422)
    assert "Begin anew" in words(answer.text)


async def test_time_that_passes_lets_timers_go_off(sign_in: SignIn, shop: Shop):
    client, path = await sign_in("admin"), await shop.order("quotation", "IN_REVIEW")
    answer = await client.get(f"{path}/what-if?event=time&add=1&until=2027-01-01T00:00")
    page = words(answer.text)
    assert "By itself: Let the quotation expire" in page
    assert "Time passes" in page


async def test_why_something_could_not_be_done_is_said_in_the_reader_s_language(sign_in: SignIn, shop: Shop):
    client, path = await sign_in("admin"), await shop.order("fulfillment", "DELIVERED")
    client.headers["accept-language"] = "fr"
    page = words((await client.get(f"{path}/history", params={"at": "2999-01-01T00:00"})).text)
    assert "Accepter le paiement insuffisant Il doit rester quelque chose à payer." in page
