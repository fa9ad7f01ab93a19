"""What riders are paid for a delivery: who sees it, paying what is due, mending an error, and what is not taken."""

from uuid import UUID

import pytest
from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.posting import form, forms

BROUGHT = """
SELECT f.id, f.order_id, f.rider_id FROM fulfillment f JOIN rider_ledger e ON e.fulfillment_id = f.id
JOIN person p ON p.id = f.rider_id WHERE p.email = 'rider1.lagos@demo.example' LIMIT 1
"""
LEDGER = "SELECT kind, amount, method, reference, reason FROM rider_ledger WHERE fulfillment_id = $1 ORDER BY at, id"


async def brought(shop: Shop) -> str:
    """The address of what was earned by a delivery: NGN 1,400, of which nothing is paid yet."""
    row = await shop.pool.fetchrow(BROUGHT)
    assert row
    return f"/payouts/{row['id']}"


async def ledger(shop: Shop, url: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await shop.pool.fetch(LEDGER, UUID(url.split("/")[2]))][1:]


@pytest.mark.parametrize(
    ("who", "status", "may_pay"),
    [("admin", 200, True), ("accountant", 200, True), ("manager.lagos", 200, False), ("rider1.lagos", 200, False),
     ("rider2.lagos", 404, False), ("manager.abuja", 404, False), ("customer.lagos", 404, False)],
)  # fmt: skip
async def test_it_is_there_for_the_rider_and_for_who_sees_the_money(
    who: str, status: int, *, may_pay: bool, sign_in: SignIn, shop: Shop
):
    url = await brought(shop)
    answer = await (await sign_in(who)).get(url)
    assert answer.status_code == status
    assert (f"{url}/pay" in forms(answer)) is may_pay
    if status == 200:
        assert "Due now NGN 1,400.00 Asked NGN" in words(answer.text).replace("Rider 1, Lagos ", "")


async def test_a_delivery_that_nobody_brings_has_no_page(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    id = await shop.pool.fetchval("SELECT id FROM fulfillment WHERE state = 'AWAITING_RIDER_SELECTION' LIMIT 1")
    assert [(await client.get(f"/payouts/{each}")).status_code for each in (id, "none")] == [404, 404]


async def test_what_is_due_is_paid_once_however_often_it_is_sent(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("accountant"), await brought(shop)
    sent = {**form(await client.get(url), f"{url}/pay"), "method": "MOBILE_MONEY", "reference": "MM-81"}
    assert sent["amount"] == "1400.00"
    answers = [await client.post(f"{url}/pay", data=sent) for _ in range(2)]
    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, url)] * 2
    assert await ledger(shop, url) == [("PAID", -140000, "MOBILE_MONEY", "MM-81", None)]
    page = words((await client.get(url)).text)
    assert "Rider 1, Lagos was paid NGN 1,400.00." in page
    assert "Due now NGN 0.00" in page
    assert f"{url}/pay" not in forms(await client.get(url))


async def test_a_correction_takes_back_or_adds_with_its_reason(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("admin"), await brought(shop)
    for way, amount, why in (("less", "400", "It was agreed for less."), ("more", "50", "A toll.")):
        sent = form(await client.get(url), f"{url}/correct")
        sent |= {"way": way, "amount": amount, "reason": why}
        assert (await client.post(f"{url}/correct", data=sent)).status_code == 303
    assert await ledger(shop, url) == [
        ("CORRECTED", -40000, None, None, "It was agreed for less."), ("CORRECTED", 5000, None, None, "A toll.")
    ]  # fmt: skip
    assert form(await client.get(url), f"{url}/pay")["amount"] == "1050.00"


@pytest.mark.parametrize(
    ("what", "typed", "said"),
    [
        ("pay", {"amount": "1400.01"}, "No more may be paid to a rider than is due for the delivery."),
        ("pay", {"amount": "0"}, "A payment is more than nothing."),
        ("pay", {"amount": ""}, "This is missing."),
        ("pay", {"method": "SHELLS"}, "Choose one of those offered."),
        ("correct", {"amount": "1401", "way": "less", "reason": "All."}, "No more may be taken back from a rider"),
        ("correct", {"amount": "-5", "way": "less", "reason": "Less."}, "No delivery is corrected by so much."),
        ("correct", {"amount": "5", "reason": " "}, "This is missing."),
    ],
)
async def test_what_can_not_be_comes_again_with_what_was_typed(
    what: str, typed: dict[str, str], said: str, sign_in: SignIn, shop: Shop
):
    client, url = await sign_in("accountant"), await brought(shop)
    answer = await client.post(f"{url}/{what}", data={**form(await client.get(url), f"{url}/{what}"), **typed})
    assert (answer.status_code, said in words(answer.text)) == (422, True)
    if "amount" in typed:
        assert form(answer, f"{url}/{what}")["amount"] == typed["amount"]
    assert await ledger(shop, url) == []


async def test_who_may_not_pay_and_what_is_forged_enter_nothing(sign_in: SignIn, shop: Shop):
    url = await brought(shop)
    sent = form(await (await sign_in("accountant")).get(url), f"{url}/pay")
    for who, home in (("manager.lagos", "/orders"), ("rider1.lagos", "/deliveries"), ("customer.lagos", "/orders")):
        client = await sign_in(who)
        mine = {**sent, "csrf": token((await client.get(home)).text)}
        assert (await client.post(f"{url}/pay", data=mine)).status_code == 404
    client = await sign_in("accountant")
    assert (await client.post(f"{url}/pay", data={**sent, "csrf": "0" * 64})).status_code == 403
    other = await shop.pool.fetchval("SELECT id FROM person WHERE email = 'rider2.lagos@demo.example'")
    stray = {**form(await client.get(url), f"{url}/pay"), "rider": str(other)}
    assert (await client.post(f"{url}/pay", data=stray)).status_code == 404
    assert await ledger(shop, url) == []


async def test_the_order_leads_those_there_who_see_its_money(sign_in: SignIn, shop: Shop):
    url, order = await brought(shop), await shop.pool.fetchrow(BROUGHT)
    assert order
    for who, leads in (("accountant", True), ("rider1.lagos", False)):
        page = await (await sign_in(who)).get(f"/orders/{order['order_id']}")
        assert (page.status_code, f'href="{url}"' in page.text) == (200, leads)
