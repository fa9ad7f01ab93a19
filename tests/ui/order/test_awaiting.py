"""Whom an order waits for, on its page: told to each as it is for them."""

import re

import pytest
from tests.ui.conftest import Shop, SignIn, words

WAITS = re.compile(r'<p>(Waiting for [^<]*?) <span class="small"><time [^>]*>([^<]+)</time></span></p>')

MAIN = re.compile(r'class="[^"]*\bmain\b[^"]*"[^>]*>(?:<[^>]*>)*([^<]+)')

METER = re.compile(r'value="(\d+)" aria-hidden="true"></meter>(\d+) % of the limit is used with this sale')


async def waits(shop: Shop, sign_in: SignIn, who: str, machine: str, state: str) -> str:
    """What the page of an order that stands so says to somebody."""
    found = WAITS.findall((await (await sign_in(who)).get(await shop.order(machine, state))).text)
    assert len(found) < 2
    return found[0][0] if found else ""


@pytest.mark.parametrize(
    ("machine", "state", "who", "says"),
    [
        ("fulfillment", "AWAITING_RIDER_SELECTION", "admin", "Waiting for you"),
        ("fulfillment", "AWAITING_RIDER_SELECTION", "accountant", "Waiting for a biller, a manager or an admin"),
        ("fulfillment", "BACKORDERED", "admin", "Waiting for goods"),
        ("fulfillment", "SHIPPED", "admin", ""),
        ("quotation", "IN_REVIEW", "accountant", "Waiting for the buyer"),
        ("quotation", "IN_REVIEW", "admin", "Waiting for the buyer"),
        ("quotation", "APPROVED_BY_BUYER", "accountant", "Waiting for a biller, a manager or an admin"),
        ("quotation", "DRAFT", "admin", ""),
        ("sale", "OVERRIDE_REVIEW", "accountant", "Waiting for a manager or an admin"),
        ("sale", "COMPLETED", "admin", ""),
    ],
)
async def test_each_is_told_whom_it_waits_for(
    machine: str, state: str, who: str, *, says: str, shop: Shop, sign_in: SignIn
):
    assert await waits(shop, sign_in, who, machine, state) == says


async def test_what_the_buyer_is_to_accept_is_not_what_leads_the_seller_on(shop: Shop, sign_in: SignIn):
    """They may do it for the buyer, but what stands out is what is theirs."""
    page = (await (await sign_in("admin")).get(await shop.order("quotation", "IN_REVIEW"))).text
    assert MAIN.findall(page)[:1] == ["Approve the quotation for the seller"]


async def test_a_payment_that_came_waits_for_who_confirms_it_and_what_is_owed_for_the_buyer(
    shop: Shop, sign_in: SignIn
):
    rows = await shop.pool.fetch(
        "SELECT s.order_id, EXISTS (SELECT FROM payment p WHERE p.order_id = s.order_id AND p.state = 'PENDING')"
        " AS came FROM sale s WHERE s.state = 'PAYMENT_PENDING_CONFIRMATION'"
        " AND NOT EXISTS (SELECT FROM fulfillment f WHERE f.order_id = s.order_id)"
    )
    accountant = await sign_in("accountant")
    said: dict[bool, set[str]] = {}
    for row in rows:
        (found,) = WAITS.findall((await accountant.get(f"/orders/{row['order_id']}")).text)
        said.setdefault(row["came"], set()).add(found[0])
    assert said == {True: {"Waiting for you"}, False: {"Waiting for the buyer"}}


async def test_a_buyer_is_told_what_waits_for_them_and_nothing_of_what_the_seller_decides(shop: Shop, sign_in: SignIn):
    buyer = await sign_in("reseller.lagos.ikeja")
    rows = await shop.pool.fetch(
        "SELECT o.id, s.state FROM sale_order o JOIN customer c ON c.id = o.customer_id JOIN person p"
        " ON p.id = c.person_id JOIN sale s ON s.order_id = o.id WHERE p.email = 'reseller.lagos.ikeja@demo.example'"
    )
    said = {row["state"]: WAITS.findall((await buyer.get(f"/orders/{row['id']}")).text) for row in rows}
    assert {state: found[0][0] for state, found in said.items() if found} == {
        "AWAITING_SETTLEMENT": "Waiting for you", "OVERRIDE_REVIEW": "Waiting for a manager or an admin",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "says"),
    [("manager.lagos", "Waiting for you"), ("accountant", "Waiting for a biller, a manager or an admin")],
)
async def test_a_pickup_waits_for_who_hands_it_over(who: str, says: str, shop: Shop, sign_in: SignIn):
    id = await shop.pool.fetchval(
        "SELECT f.order_id FROM fulfillment f JOIN store s ON s.id = f.store_id"
        " WHERE s.code = 'LOS' AND f.state = 'READY_FOR_SHIPMENT' AND f.context ->> 'type' = 'PICKUP' LIMIT 1"
    )
    assert id
    (found,) = WAITS.findall((await (await sign_in(who)).get(f"/orders/{id}")).text)
    assert found[0] == says


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("admin", "Waiting for you"),
        ("accountant", "Waiting for a biller, a manager or an admin"),
        ("customer.abuja", "Waiting for a biller, a manager or an admin"),
    ],
)
async def test_a_sale_waits_for_who_chooses_how_it_is_paid(who: str, says: str, shop: Shop, sign_in: SignIn):
    path = await unchosen(shop, "customer.abuja")
    (found,) = WAITS.findall((await (await sign_in(who)).get(path)).text)
    assert found[0] == says


async def test_a_buyer_who_can_pay_at_once_is_who_it_waits_for(shop: Shop, sign_in: SignIn):
    page = (await (await sign_in("reseller.lagos.ikeja")).get(await unchosen(shop, "reseller.lagos.ikeja"))).text
    assert WAITS.findall(page)[0][0] == "Waiting for you"
    assert MAIN.findall(page)[0] == "Register a payment"


async def test_a_buyer_whose_account_holds_money_is_led_to_pay_from_it(shop: Shop, sign_in: SignIn):
    path = await unchosen(shop, "customer.abuja")
    await shop.pool.execute(
        "INSERT INTO account_credit (store_id, customer_id, currency)"
        " SELECT store_id, customer_id, currency FROM sale_order WHERE id = $1::text::uuid",
        path[-36:],
    )
    await shop.pool.execute(
        "INSERT INTO account_credit_entry (store_id, customer_id, currency, order_id, payment_id, kind, amount, at,"
        " actor) SELECT o.store_id, o.customer_id, o.currency, p.order_id, p.id, 'REFUNDED', 50000, now(), 'system'"
        " FROM sale_order o JOIN payment p ON p.store_id = o.store_id WHERE o.id = $1::text::uuid LIMIT 1",
        path[-36:],
    )
    page = (await (await sign_in("customer.abuja")).get(path)).text
    assert WAITS.findall(page)[0][0] == "Waiting for you"
    assert MAIN.findall(page)[0] == "Pay from my account"


async def unchosen(shop: Shop, buyer: str) -> str:
    """The page of an order of a buyer for which nobody has chosen how it is paid."""
    id = await shop.pool.fetchval(
        "UPDATE sale_order SET customer_id = c.id FROM customer c JOIN person p ON p.id = c.person_id"
        " WHERE p.email = $1 || '@demo.example' AND sale_order.id ="
        " (SELECT order_id FROM sale WHERE state = 'AWAITING_PAYMENT_METHOD' ORDER BY id LIMIT 1)"
        " RETURNING sale_order.id",
        buyer,
    )
    assert id
    return f"/orders/{id}"


async def test_each_payment_leads_to_its_page_and_credit_says_how_much_is_used(shop: Shop, sign_in: SignIn):
    manager = await sign_in("admin")
    rows = await shop.pool.fetch("SELECT order_id FROM sale WHERE state = 'OVERRIDE_REVIEW'")
    pages = [(await manager.get(f"/orders/{row['order_id']}")).text for row in rows]
    meters = [found for page in pages for found in METER.findall(page)]
    assert meters
    assert all(value == said and int(said) > 100 for value, said in meters), "they are under review for that"
    paid = await shop.order("sale", "COMPLETED")
    payment = await shop.pool.fetchval("SELECT id FROM payment WHERE order_id = $1::text::uuid", paid[-36:])
    page = (await manager.get(paid)).text
    assert f'<a href="/payments/{payment}">NGN' in page
    assert "<meter" not in page
    assert "Payments" in words((await manager.get(f"/payments/{payment}")).text)
