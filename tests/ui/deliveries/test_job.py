"""A delivery in a rider's hand: whom to call and where it goes, shipping it, the PIN, and an attempt that failed."""

import re
from uuid import UUID

import httpx
import pytest
from tests.pins import OF_DELIVERY
from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.posting import form, forms

JOB = """
SELECT f.id FROM fulfillment f JOIN person p ON p.id = f.rider_id
WHERE f.state = $1 AND p.email = $2 ORDER BY f.id LIMIT 1
"""


async def job(shop: Shop, state: str, who: str = "rider2.lagos") -> str:
    """The address of a delivery that stands somewhere in a rider's hand."""
    id = await shop.pool.fetchval(JOB, state, f"{who}@demo.example")
    assert id, f"{who} has none that is {state}"
    return f"/deliveries/{id}"


async def state(shop: Shop, url: str) -> str:
    return str(await shop.pool.fetchval("SELECT state FROM fulfillment WHERE id = $1", UUID(url.split("/")[2])))


async def shipped(client: httpx.AsyncClient, shop: Shop) -> tuple[str, str]:
    """A delivery that has just left, and the PIN that its receiver was sent."""
    url = await job(shop, "RIDER_ASSIGNED")
    sent = form(await client.get(url), f"{url}/package_shipped")
    answer = await client.post(f"{url}/package_shipped", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, url)
    return url, str(await shop.pool.fetchval(OF_DELIVERY, UUID(url.split("/")[2])))


async def test_today_lists_what_is_in_hand_what_is_under_way_first(sign_in: SignIn, shop: Shop):
    page = await (await sign_in("rider2.lagos")).get("/deliveries/today")
    assert re.findall(r'<h2><a href="(/deliveries/[^"]+)"', page.text) == [
        await job(shop, "SHIPPED"), await job(shop, "RIDER_ASSIGNED")
    ]  # fmt: skip
    assert re.search(r"Out for delivery .* Rider assigned", words(page.text))


async def test_a_job_says_whom_to_call_and_where_it_goes(sign_in: SignIn, shop: Shop):
    url = await job(shop, "RIDER_ASSIGNED")
    page = await (await sign_in("rider2.lagos")).get(url)
    to = await shop.pool.fetchrow(
        "SELECT d.* FROM fulfillment f JOIN sale_order o ON o.id = f.order_id"
        " JOIN delivery_address d ON d.id = o.address_id WHERE f.id = $1", UUID(url.split("/")[2])
    )  # fmt: skip
    assert to
    said = words(page.text)
    assert [
        text for text in (to["receiver"], to["address"], "From Lagos store", "Your fee NGN") if text not in said
    ] == []
    assert f'href="tel:{re.sub("[^+0-9]", "", to["phone"])}"' in page.text
    assert f"query={to['latitude']}%2C{to['longitude']}" in page.text


@pytest.mark.parametrize("who", ["rider1.lagos", "rider2.abuja", "admin", "biller.lagos", "customer.lagos"])
async def test_a_job_is_there_for_who_brings_it_alone(who: str, sign_in: SignIn, shop: Shop):
    client, url = await sign_in(who), await job(shop, "RIDER_ASSIGNED")
    assert (await client.get(url)).status_code == 404
    known = await client.get("/deliveries")
    csrf = re.search(r'name="csrf" value="(\w+)"', known.text or (await client.get("/orders")).text)
    assert csrf
    answer = await client.post(f"{url}/package_shipped", data={"csrf": csrf[1], "seen": "1"})
    assert (answer.status_code, await state(shop, url)) == (404, "RIDER_ASSIGNED")


async def test_a_package_leaves_and_gets_there_by_the_pin_of_its_receiver(sign_in: SignIn, shop: Shop):
    client = await sign_in("rider2.lagos")
    url, pin = await shipped(client, shop)
    sent = form(await client.get(url), f"{url}/package_delivered")
    answer = await client.post(f"{url}/package_delivered", data={**sent, "pin": pin})
    assert (answer.status_code, answer.headers["location"]) == (303, "/deliveries/today")
    assert await state(shop, url) == "DELIVERED"
    page = words((await client.get("/deliveries/today")).text)
    assert "Brought today" in page
    assert "You confirmed the delivery." in page
    assert "There is nothing left to do for it." in words((await client.get(url)).text)


async def test_a_pin_that_does_not_match_is_said_beside_it_and_counted(sign_in: SignIn, shop: Shop):
    client = await sign_in("rider2.lagos")
    url, pin = await shipped(client, shop)
    wrong = "000000" if pin != "000000" else "111111"
    sent = form(await client.get(url), f"{url}/package_delivered")
    answer = await client.post(f"{url}/package_delivered", data={**sent, "pin": wrong})
    assert answer.status_code == 422
    assert "This PIN does not match. Ask the receiver to read it once more: it has 6 digits." in words(answer.text)
    assert "Tries of the PIN 1 of 5" in words(answer.text)
    assert wrong not in answer.text
    again = form(answer, f"{url}/package_delivered")
    assert (await client.post(f"{url}/package_delivered", data={**again, "pin": pin})).status_code == 303
    assert await state(shop, url) == "DELIVERED"


async def test_a_failed_attempt_needs_its_reason_and_gives_the_delivery_back(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("rider2.lagos"), await job(shop, "SHIPPED")
    sent = form(await client.get(url), f"{url}/delivery_failed")
    empty = await client.post(f"{url}/delivery_failed", data=sent)
    assert (empty.status_code, "Reason is missing." in words(empty.text)) == (422, True)
    answer = await client.post(f"{url}/delivery_failed", data={**sent, "reason": "Nobody was at home."})
    assert (answer.status_code, answer.headers["location"]) == (303, "/deliveries/today")
    assert await state(shop, url) == "AWAITING_RIDER_SELECTION"
    assert (await client.get(url)).status_code == 404


async def test_a_rider_gives_a_delivery_back_in_words_of_their_own(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("rider2.lagos"), await job(shop, "RIDER_ASSIGNED")
    page = await client.get(url)
    assert ("Give the delivery back" in words(page.text), "Release the rider" in words(page.text)) == (True, False)
    sent = {**form(page, f"{url}/rider_unassigned"), "reason": "The tyre is flat."}
    answer = await client.post(f"{url}/rider_unassigned", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/deliveries/today")
    assert "You gave the delivery back." in words((await client.get("/deliveries/today")).text)
    assert await state(shop, url) == "AWAITING_RIDER_SELECTION"


async def test_what_moved_meanwhile_is_told_and_not_done_twice(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("rider2.lagos"), await job(shop, "RIDER_ASSIGNED")
    before = await client.get(url)
    assert (await client.post(f"{url}/package_shipped", data=form(before, f"{url}/package_shipped"))).status_code == 303
    late = await client.post(
        f"{url}/rider_unassigned", data={**form(before, f"{url}/rider_unassigned"), "reason": "The tyre is flat."}
    )
    assert late.status_code == 409
    assert await state(shop, url) == "SHIPPED"
    unknown = await client.post(f"{url}/fly", data=form(before, f"{url}/package_shipped"))
    assert unknown.status_code == 404


async def test_a_rider_finds_no_way_to_do_what_others_do(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("rider2.lagos"), await job(shop, "RIDER_ASSIGNED")
    page = await client.get(url)
    assert {address for address in forms(page) if address.startswith(url)} == {
        f"{url}/package_shipped", f"{url}/rider_unassigned"
    }  # fmt: skip
    answer = await client.post(f"{url}/hold", data={**form(page, f"{url}/package_shipped"), "reason": "Later."})
    assert (answer.status_code, await state(shop, url)) == (422, "RIDER_ASSIGNED")


async def test_who_sees_every_order_and_rides_too_brings_their_own_alone(sign_in: SignIn, shop: Shop):
    await shop.pool.execute(
        "INSERT INTO person_role (person_id, role_id)"
        " SELECT p.id, r.id FROM person p, role r WHERE p.email = 'manager.lagos@demo.example' AND r.name = 'RIDER'"
    )
    client, url = await sign_in("manager.lagos"), await job(shop, "RIDER_ASSIGNED")
    assert (await client.get("/deliveries/today")).status_code == 200
    assert (await client.get(url)).status_code == 404
    sent = {"csrf": token((await client.get("/deliveries")).text), "seen": "1"}
    assert (await client.post(f"{url}/package_shipped", data=sent)).status_code == 404
    assert await state(shop, url) == "RIDER_ASSIGNED"
