import re
from uuid import UUID

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.order.test_page import action, logged


def values(page: str, at: str) -> dict[str, str]:
    """What the inputs of one form hold, by their names."""
    (form,) = re.findall(rf'<form[^>]* action="{at}".*?</form>', page, re.DOTALL)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        found[name[1] if name else ""] = value[1] if value else ""
    found |= dict(re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)<', form))
    return found | dict(re.findall(r'<select [^>]*name="([^"]+)".*?value="([^"]+)" selected', form, re.DOTALL))


async def to_pay(shop: Shop) -> str:
    """An order of which all is to pay and nothing is announced."""
    found = await shop.pool.fetchval(
        "SELECT order_id FROM sale s WHERE state = 'PAYMENT_INITIATED' AND (context ->> 'captured_total')::int = 0"
        " AND NOT EXISTS (SELECT FROM payment p WHERE p.order_id = s.order_id) ORDER BY order_id LIMIT 1"
    )
    return f"/orders/{found}"


async def test_a_payment_is_registered_with_what_is_still_to_pay_filled_in(sign_in: SignIn, shop: Shop):
    client, path = await sign_in("admin"), await to_pay(shop)
    page = (await client.get(path)).text
    total = await shop.pool.fetchval("SELECT sum(total) FROM order_line WHERE order_id = $1", UUID(path[-36:]))
    given = values(page, f"{path}/begin/payment")
    assert given["amount"] == f"{total / 100:.2f}"
    assert f'href="#do-payment-{given["of"].replace("-", "")[-6:]}">Register a payment</a>' in page, "it leads"

    posted = given | {"method": "TRANSFER", "provider": "bank", "reference": "A-7"}
    answer = await client.post(f"{path}/begin/payment", data=posted)
    assert answer.headers["location"] == f"{path}#next"
    assert "You registered a payment." in words((await client.get(path)).text)
    once = await logged(shop)
    assert (await client.post(f"{path}/begin/payment", data=posted)).status_code == 303
    assert await logged(shop) == once, "pressed twice, it is registered once"
    kept = await shop.pool.fetchval(
        "SELECT (context ->> 'amount')::int FROM payment WHERE order_id = $1", UUID(path[-36:])
    )
    assert kept == total
    assert "begin/payment" not in (await client.get(path)).text, "what is announced is not asked for again"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"amount": ""}, "amount", "Amount is missing. Fill it in and try again."),
        ({"amount": "much"}, "amount", "“much” is not an amount."),
        ({"amount": "0"}, "amount", "The amount of a payment is more than nothing."),
        ({"amount": "-5"}, "amount", "The amount of a payment is never negative."),
        ({"method": "BARTER"}, "method", "How it was paid can not be read."),
        ({"provider": "x" * 2001}, "provider", "has more than 2,000 characters."),
        ({"provider": "orderway"}, "provider", "Only Orderway itself pays by that name."),
    ],
)
async def test_a_payment_that_can_not_be_says_so_beside_its_field_and_keeps_the_rest(
    sign_in: SignIn, shop: Shop, typed: dict[str, str], field: str, sentence: str
):
    client, path = await sign_in("admin"), await to_pay(shop)
    given = values((await client.get(path)).text, f"{path}/begin/payment")
    before = await logged(shop)
    posted = given | {"method": "CARD", "provider": "card", "reference": "kept <as> typed"} | typed
    refused = await client.post(f"{path}/begin/payment", data=posted)
    assert refused.status_code == 422
    (wrong,) = re.findall(r'aria-invalid="true" aria-describedby="([^"]+)"', refused.text)
    assert wrong.endswith(f"-{field}-wrong")
    assert sentence in words(refused.text)
    assert 'value="kept &lt;as&gt; typed"' in refused.text
    assert await logged(shop) == before


async def test_a_reference_that_is_registered_already_is_said(sign_in: SignIn, shop: Shop):
    client, path = await sign_in("admin"), await to_pay(shop)
    ((provider, reference),) = await shop.pool.fetch("SELECT provider, reference FROM payment LIMIT 1")
    given = values((await client.get(path)).text, f"{path}/begin/payment")
    refused = await client.post(
        f"{path}/begin/payment", data=given | {"method": "CARD", "provider": provider, "reference": reference}
    )
    assert refused.status_code == 422
    assert f"The payment {reference} of {provider} is registered already." in words(refused.text)


async def test_who_may_not_register_payments_has_no_form_and_a_forged_one_is_refused(sign_in: SignIn, shop: Shop):
    admin, path = await sign_in("admin"), await to_pay(shop)
    given = values((await admin.get(path)).text, f"{path}/begin/payment")
    before = await logged(shop)
    order = UUID(path[-36:])
    store = await shop.pool.fetchval(
        "SELECT code FROM store WHERE id = (SELECT store_id FROM sale_order WHERE id = $1)", order
    )
    other = await sign_in({"LOS": "manager.abuja"}.get(store, "manager.lagos"))
    page = (await other.get("/orders")).text
    (csrf,) = set(re.findall(r'name="csrf" value="([0-9a-f]{64})"', page))
    assert (await other.post(f"{path}/begin/payment", data=given | {"csrf": csrf, "method": "CARD"})).status_code == 404
    assert (await admin.post(f"{path}/begin/payment", data=given | {"csrf": "0" * 64})).status_code == 403
    assert (await admin.post(f"{path}/begin/nothing", data=given)).status_code == 404
    assert await logged(shop) == before


async def test_the_address_is_changed_with_a_reason_and_what_is_wrong_stands_beside_its_field(
    sign_in: SignIn, shop: Shop
):
    client, path = await sign_in("admin"), await shop.order("fulfillment", "AWAITING_RIDER_SELECTION")
    given = values((await client.get(path)).text, f"{path}/begin/way")
    assert given["fulfillment_type"] == "DELIVERY"
    wrong = await client.post(f"{path}/begin/way", data=given | {"phone": "no digits", "reason": "They moved."})
    assert wrong.status_code == 422
    (at,) = re.findall(r'aria-invalid="true" aria-describedby="([^"]+)"', wrong.text)
    assert at.endswith("-phone-wrong")
    same = await client.post(f"{path}/begin/way", data=given | {"reason": "They moved."})
    assert "The order is to be brought just so already." in words(same.text)
    moved = await client.post(f"{path}/begin/way", data=given | {"address": "9 New Road", "reason": "They moved."})
    assert moved.status_code == 303
    page = words((await client.get(path)).text)
    assert "9 New Road" in page
    assert "changed how the order is brought" in page


async def test_a_rider_offers_on_the_page_of_what_they_may_deliver(sign_in: SignIn, shop: Shop):
    found = await shop.pool.fetch("SELECT order_id FROM fulfillment WHERE state = 'AWAITING_RIDER_SELECTION'")
    rider: httpx.AsyncClient = await sign_in("rider1.lagos")
    for row in found:
        path = f"/orders/{row['order_id']}"
        page = (await rider.get(path)).text
        if f"{path}/begin/offer" not in page:
            continue
        given = values(page, f"{path}/begin/offer")
        refused = await rider.post(f"{path}/begin/offer", data=given | {"proposed_cost": "0", "eta_minutes": "9"})
        assert "The price must be more than nothing" in words(refused.text)
        done = await rider.post(f"{path}/begin/offer", data=given | {"proposed_cost": "900", "eta_minutes": "9"})
        assert done.status_code == 303
        assert "Withdraw the offer" in words((await rider.get(path)).text)
        return
    pytest.fail("the demo has no delivery that the rider could offer for")


async def test_goods_are_asked_back_and_received_by_forms(sign_in: SignIn, shop: Shop):
    client, path = await sign_in("admin"), await shop.order("fulfillment", "DELIVERED")
    url, fields = action((await client.get(path)).text, "Ask for a return")
    given = values((await client.get(path)).text, url)
    (line, *_) = [name for name in given if name.startswith("lines.")]
    assert (await client.post(url, data=given | {"reason": "Broken"})).status_code == 422
    too_many = await client.post(url, data=given | {line: "9999", "reason": "Broken"})
    assert "no more of each than were delivered" in words(too_many.text)
    assert (await client.post(url, data={**fields, line: "1", "reason": "Broken"})).status_code == 303
    url, fields = action((await client.get(path)).text, "Accept the return")
    assert (await client.post(url, data=fields)).status_code == 303
    url, _ = action((await client.get(path)).text, "Receive the returned goods")
    given = values((await client.get(path)).text, url)
    assert given[f"{line}.SELLABLE"] == "1"
    assert (await client.post(url, data=given | {f"{line}.SELLABLE": "", f"{line}.DAMAGED": "1"})).status_code == 303
    assert "damaged" in words((await client.get(path)).text)


async def test_what_is_against_something_names_the_way_out_as_a_link_of_the_page(sign_in: SignIn, shop: Shop):
    held = await shop.pool.fetchval(
        "SELECT f.order_id FROM fulfillment f JOIN sale s ON s.order_id = f.order_id"
        " WHERE f.state = 'ON_HOLD' AND s.state = 'PAYMENT_PENDING_CONFIRMATION'"
    ) or pytest.fail("no fulfillment is held for want of money")
    page = (await (await sign_in("admin")).get(f"/orders/{held}")).text
    (blocked,) = re.findall(r'<div id="do-resume-.*?<p class="row">.*?</p></div>', page, re.DOTALL)
    assert 'aria-disabled="true"' in blocked
    assert "Clear the sale first: take a payment, or ask for an override." in words(blocked)
    ways = re.findall(r'<a class="button quiet" href="#(do-[a-z_]+-[0-9a-f]+)">([^<]+)</a>', blocked)
    assert [label for _, label in ways] == ["Register a payment", "Ask for an override"]
    assert all('<form method="post"' in page.partition(f'id="{form}"')[0][-200:] for form, _ in ways)


async def test_what_was_done_can_be_taken_back_where_the_machine_has_an_event_for_it(sign_in: SignIn, shop: Shop):
    client, path = await sign_in("admin"), await shop.order("fulfillment", "READY_FOR_SHIPMENT")
    page = (await client.get(path)).text
    url, fields = action(page, "Hold the fulfillment")
    assert (await client.post(url, data=fields | {"reason": "A question."})).status_code == 303
    url, fields = action((await client.get(path)).text, "Undo")
    assert (await client.post(url, data=fields)).status_code == 303
    page = words((await client.get(path)).text)
    assert "You resumed the fulfillment." in page
    assert "Admin, head office resumed the fulfillment" in page, "it is an entry of its own"
    assert "Ready to ship or collect now" in page
