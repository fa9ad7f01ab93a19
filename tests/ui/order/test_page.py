import re
from uuid import UUID

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, token, words

from orderway.machines import CHARTS

RESTS = [
    (machine, state)
    for machine in ("quotation", "sale", "fulfillment")
    for state in CHARTS[machine].leaves
    if state != "ALLOCATING_STOCK"
]
NAMES = {name for chart in CHARTS.values() for name in (*chart.nodes, *chart.events) if name.isupper()}
# Words that are written in capitals for reasons of their own.
SPOKEN = {"NGN", "PIN", "UTC", "API"}


def action(page: str, label: str) -> tuple[str, dict[str, str]]:
    """The address and the hidden fields of the form whose button has a label."""
    for form in re.findall(r"<form method=\"post\".*?</form>", page, re.DOTALL):
        if re.search(rf"<button[^>]*>(<span>)?{label}", form):
            return re.findall(r'action="([^"]+)"', form)[0], dict(
                re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
            )
    raise AssertionError(f"no form is labelled {label}")


async def logged(shop: Shop) -> int:
    return int(await shop.pool.fetchval("SELECT count(*) FROM transition_log"))


@pytest.mark.parametrize(("machine", "state"), RESTS, ids=[f"{machine}-{state}" for machine, state in RESTS])
async def test_every_state_has_its_page_in_words(sign_in: SignIn, shop: Shop, machine: str, state: str):
    answer = await (await sign_in("admin")).get(await shop.order(machine, state) + f"?chart={machine}")
    assert answer.status_code == 200
    page = words(answer.text)
    label = CHARTS[machine].node(state).label
    assert f"{CHARTS[machine].label}: {label}" in page
    assert f"{label} now" in page
    assert set(re.findall(r"[A-Z_]{3,}", page)) & NAMES - SPOKEN == set()
    assert re.findall(r"[A-Z]{2,}_[A-Z_]+|\bNone\b|datetime|UUID\(", page) == []


async def test_an_order_tells_its_way_its_goods_its_money_and_its_past(sign_in: SignIn, shop: Shop):
    path = await shop.order("fulfillment", "AWAITING_RIDER_SELECTION")
    page = words((await (await sign_in("admin")).get(path)).text)
    assert re.search(
        r"Quotation Agreed in .+? Sale Cleared in .+? Fulfillment Choosing a rider Completed Not yet", page
    )
    assert re.search(r"Total NGN [\d,]+\.\d\d .*?Payments 1 payment Confirmed ", page)
    assert re.search(r"Timeline \d+ entries", page)
    assert "marked the goods as picked Choosing a rider" in page
    assert re.search(r"What can happen next (Assign the rider|Name a rider)… ", page)


async def test_a_service_says_for_when_it_is_set(sign_in: SignIn, shop: Shop):
    path = await shop.order("fulfillment", "IN_PROGRESS")
    page = words((await (await sign_in("admin")).get(path)).text)
    at = await shop.pool.fetchval(
        "SELECT (context ->> 'scheduled_at')::timestamptz FROM fulfillment WHERE order_id = $1", UUID(path[-36:])
    )
    assert f" Set for {at.day} {at:%b, %H:%M} " in page


async def test_what_can_be_done_with_payments_that_came_stands_behind_a_fold(sign_in: SignIn, shop: Shop):
    path = await shop.order("fulfillment", "AWAITING_RIDER_SELECTION")
    page = (await (await sign_in("admin")).get(path)).text
    before, fold = page.split("Earlier payments…")
    assert "Refund the payment" not in words(before)
    assert "Refund the payment" in words(fold)
    action(fold, "Note a reversal")


@pytest.mark.parametrize("state", ["CANCELLED", "EXPIRED", "REFUNDED"])
async def test_nothing_is_still_to_pay_for_a_sale_that_has_ended(sign_in: SignIn, shop: Shop, state: str):
    page = words((await (await sign_in("admin")).get(await shop.order("sale", state))).text)
    assert "Payments" in page
    assert "Still to pay" not in page
    open_still = words((await (await sign_in("admin")).get(await shop.order("sale", "PAYMENT_INITIATED"))).text)
    assert "Still to pay NGN" in open_still


async def test_the_form_of_an_approval_says_what_an_empty_field_means(sign_in: SignIn, shop: Shop):
    page = words((await (await sign_in("admin")).get(await shop.order("sale", "OVERRIDE_REVIEW"))).text)
    assert "Amount approved, if not all (NGN)" in page
    assert "Valid until, if not for good (UTC)" in page


async def test_a_quotation_is_edited_on_a_page_of_its_own(sign_in: SignIn, shop: Shop):
    path = await shop.order("quotation", "DRAFT")
    page = (await (await sign_in("admin")).get(path)).text
    assert f'href="/quotations/{path[-36:]}/edit">Edit the quotation</a>' in page


async def test_credit_is_told_of_a_sale_that_asks_for_it_and_of_no_other(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    on_account = words((await admin.get(await shop.order("sale", "OVERRIDE_REVIEW"))).text)
    assert "Used by other sales" in on_account
    by_transfer = await shop.pool.fetchval(
        "SELECT order_id FROM sale WHERE state = 'PAYMENT_INITIATED' AND context ->> 'payment_method' = 'TRANSFER'"
        " AND (context -> 'credit' ->> 'overage')::bigint > 0"
    ) or pytest.fail("no sale by transfer is over a limit")
    page = words((await admin.get(f"/orders/{by_transfer}")).text)
    assert "Still to pay NGN" in page
    assert "Used by other sales" not in page


async def test_the_picture_shows_where_the_order_is_where_it_went_and_what_is_next(sign_in: SignIn, shop: Shop):
    page = (await (await sign_in("admin")).get(await shop.order("fulfillment", "PICK_PACK"))).text
    svg = page[page.index('<svg class="statechart') : page.index("</svg>", page.index('<svg class="statechart'))]
    assert re.findall(r'class="state [^"]*is-current[^"]*">.*?<text[^>]*>([^<]+)<', svg) == ["Picking"]
    assert re.findall(r'class="state [^"]*was-here[^"]*">.*?<text[^>]*>([^<]+)<', svg) == ["Reserving"]
    assert "travelled" in svg
    assert 'class="edge next"' in svg


async def test_another_store_s_order_is_not_found_and_looks_like_one_that_never_was(sign_in: SignIn, shop: Shop):
    client = await sign_in("manager.abuja")
    other = await shop.pool.fetchval("SELECT id FROM sale_order WHERE number LIKE 'LOS-%' LIMIT 1")
    never_was = "01890a5d-ac96-774b-bcce-b302099a8057"
    hidden, never = await client.get(f"/orders/{other}"), await client.get(f"/orders/{never_was}")
    assert hidden.status_code == never.status_code == 404
    assert hidden.text.replace(str(other), never_was) == never.text
    assert "This page is not here" in words(hidden.text)
    assert (await client.get("/orders/seven")).status_code == 404


async def test_a_rider_reads_no_money_and_a_buyer_no_notes(sign_in: SignIn, shop: Shop):
    delivery = await shop.pool.fetchval(
        "SELECT f.order_id FROM fulfillment f JOIN person p ON p.id = f.rider_id"
        " WHERE p.email LIKE 'rider2.lagos@%' AND f.state = 'RIDER_ASSIGNED'"
    ) or pytest.fail("no delivery of the rider")
    page = (await (await sign_in("rider2.lagos")).get(f"/orders/{delivery}")).text
    assert set(re.findall(r"NGN.[\d,.]+", page)) == {"NGN\N{NO-BREAK SPACE}1,200.00"}, "their own price, and no other"
    assert "Payments" not in page
    assert "Ship the package" in page
    (to,) = await shop.pool.fetch(
        "SELECT d.receiver, d.address FROM sale_order o JOIN delivery_address d ON d.id = o.address_id WHERE o.id = $1",
        delivery,
    )
    assert re.search(rf"To {re.escape(to[1])}.* {re.escape(to[0])}", words(page)), "where it goes, and to whom"
    reviewed = await shop.pool.fetchval(
        "SELECT s.order_id FROM sale s JOIN sale_order o ON o.id = s.order_id JOIN customer c ON c.id = o.customer_id"
        " WHERE s.state = 'OVERRIDE_REVIEW' AND c.email LIKE 'reseller.lagos.%'"
    ) or pytest.fail("no reseller's sale is under review")
    who = await shop.pool.fetchval(
        "SELECT split_part(c.email, '@', 1) FROM sale_order o JOIN customer c ON c.id = o.customer_id WHERE o.id = $1",
        reviewed,
    )
    page = words((await (await sign_in(who)).get(f"/orders/{reviewed}")).text)
    assert "Under review" in page
    assert "Overrides" not in page
    assert "goes over" not in page


async def test_an_action_is_taken_through_the_door_and_leads_back(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    path = await shop.order("fulfillment", "RIDER_ASSIGNED")
    url, fields = action((await client.get(path)).text, "Ship the package")
    answer = await client.post(url, data=fields, headers={"X-Request-ID": "a-request-of-the-tests"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{path}#next"
    page = words((await client.get(answer.headers["location"])).text)
    assert "You shipped the package." in page
    assert "Admin, head office shipped the package Out for delivery" in page
    row = await shop.pool.fetchrow(
        "SELECT event, to_state, request_id FROM transition_log ORDER BY recorded_at DESC, step DESC LIMIT 1"
    )
    assert tuple(row or ()) == ("PACKAGE_SHIPPED", "SHIPPED", "a-request-of-the-tests")

    before = await logged(shop)
    again = await client.post(url, data=fields)
    assert again.headers["location"] == f"{path}#next", "the button was pressed twice: it is done once"
    assert await logged(shop) == before

    # Another page saw a step that is past: somebody moved the order since.
    stale = await client.post(url, data=fields | {"key": "another page"})
    assert stale.status_code == 409
    assert "Admin, head office shipped the package at 2026-03-11 12:30:00 UTC." in words(stale.text)
    assert "Check the new state and try again." in words(stale.text)
    assert await logged(shop) == before


async def test_what_is_refused_is_said_beside_the_form_which_keeps_what_was_typed(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    path = await shop.order("quotation", "IN_REVIEW")
    url, fields = action((await client.get(path)).text, "Approve the quotation for the seller")
    before = await logged(shop)
    refused = await client.post(url, data={**fields, "version": "7"})
    assert refused.status_code == 422
    assert "The version approved must be the current one. Version 7 was read; the quotation is now at version 1." in (
        words(refused.text)
    )
    assert 'type="hidden" name="version" value="1"' in refused.text, "the page is read anew"

    url, fields = action(refused.text, "Extend the validity")
    refused = await client.post(url, data={**fields, "days": "0"})
    assert refused.status_code == 422
    assert "Extend by a day or more." in words(refused.text)
    assert re.search(r'name="days" required type="number" value="0"', refused.text)
    assert refused.text.count("<details open>") == 1
    missing = await client.post(url, data=fields | {"days": " "})
    assert missing.status_code == 422
    assert "Days is missing. Fill it in and try again." in words(missing.text)
    (wrong,) = re.findall(r'name="days"[^>]* aria-invalid="true" aria-describedby="([^"]+)" autofocus', missing.text)
    assert f'id="{wrong}">Days is missing.' in missing.text, "the sentence stands beside its field"
    assert await logged(shop) == before


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({"csrf": ""}, {}),
        ({"csrf": "f" * 64}, {}),
        ({}, {"Origin": "http://evil.example"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
    ],
)
async def test_a_forged_action_is_refused_and_writes_nothing(
    sign_in: SignIn, shop: Shop, fields: dict[str, str], headers: dict[str, str]
):
    client = await sign_in("admin")
    url, hidden = action(
        (await client.get(await shop.order("fulfillment", "PICK_PACK"))).text, "Mark the goods as picked"
    )
    before = await logged(shop)
    answer = await client.post(url, data=hidden | fields, headers=headers)
    assert answer.status_code == 403
    assert "so nothing was changed" in words(answer.text)
    assert await logged(shop) == before


async def test_an_action_without_a_session_or_of_another_store_or_role_changes_nothing(sign_in: SignIn, shop: Shop):
    boss = await sign_in("admin")
    los = await shop.pool.fetchval(
        "SELECT f.order_id FROM fulfillment f JOIN sale_order o ON o.id = f.order_id"
        " WHERE f.state = 'PICK_PACK' AND o.number LIKE 'LOS-%' LIMIT 1"
    )
    url, fields = action((await boss.get(f"/orders/{los}")).text, "Mark the goods as picked")
    before = await logged(shop)
    assert (await shop.visitor.post(url, data=fields)).headers["location"] == "/sign-in"
    for who, status in (("manager.abuja", 404), ("accountant", 422)):
        client = await sign_in(who)
        own = token((await client.get("/orders")).text)
        answer = await client.post(url, data=fields | {"csrf": own})
        assert answer.status_code == status
    assert "You may not do this: mark the goods as picked." in words(answer.text)
    assert await logged(shop) == before


@pytest.mark.parametrize("changed", ["quotation/", "nothing/", "PACKAGE_LOST"])
async def test_an_address_that_names_no_action_is_not_found(sign_in: SignIn, shop: Shop, changed: str):
    client = await sign_in("admin")
    url, fields = action(
        (await client.get(await shop.order("fulfillment", "PICK_PACK"))).text, "Mark the goods as picked"
    )
    wrong = url.replace("fulfillment/", changed) if "/" in changed else url.replace("fulfillment_started", changed)
    assert (await client.post(wrong, data=fields)).status_code == 404
    assert (await client.post(url, data=fields | {"seen": "x"})).status_code == 422


async def test_a_long_timeline_is_continued_on_demand(sign_in: SignIn, shop: Shop):
    order = await shop.pool.fetchval("SELECT order_id FROM quotation WHERE state = 'DRAFT' LIMIT 1")
    client: httpx.AsyncClient = await sign_in("admin")
    for _ in range(52):
        url, fields = action((await client.get(f"/orders/{order}")).text, "Extend the validity")
        assert (await client.post(url, data=fields | {"days": "1"})).status_code == 303
    page = (await client.get(f"/orders/{order}")).text.partition("Timeline</h2>")[2]
    assert page.count("</b> extended the validity") == 50
    (more,) = re.findall(r'href="([^"]+)">Show older entries', page)
    rest = words((await client.get(more)).text)
    assert rest.count("extended the validity") == 2
    assert "drafted the quotation" in rest


async def test_staff_who_accept_for_the_buyer_do_it_on_their_behalf(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    path = await shop.order("quotation", "IN_REVIEW")
    url, fields = action((await client.get(path)).text, "Accept the quotation for the buyer")
    assert (await client.post(url, data=fields)).status_code == 303
    behalf = await shop.pool.fetchval(
        "SELECT c.name FROM transition_log l JOIN customer c ON 'customer:' || c.id = l.on_behalf_of"
        " WHERE l.event = 'BUYER_APPROVES' AND l.order_id = $1",
        UUID(path.removeprefix("/orders/")),
    )
    page = words((await client.get(path)).text)
    assert re.search(rf"Admin, head office accepted the quotation .*?· for {behalf} · from In review", page)


async def test_what_has_nothing_to_choose_from_is_said_with_the_reason(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    unoffered = await shop.pool.fetchval(
        "SELECT f.order_id FROM fulfillment f WHERE f.state = 'AWAITING_RIDER_SELECTION'"
        " AND NOT EXISTS (SELECT FROM rider_interest i WHERE i.order_id = f.order_id AND i.state = 'ACTIVE') LIMIT 1"
    ) or pytest.fail("every delivery has an offer")
    page = words((await client.get(f"/orders/{unoffered}")).text)
    assert "Assign the rider No rider's offer is open." in page
    ((order, rider),) = await shop.pool.fetch(
        "SELECT order_id, rider_id FROM rider_interest WHERE state = 'ACTIVE' LIMIT 1"
    )
    page = (await client.get(f"/orders/{order}")).text
    assert f'<option value="{rider}"' not in page, "whoever has offered is not named besides"


async def test_nobody_is_asked_to_deliver_what_seeks_no_rider(shop: Shop, sign_in: SignIn):
    query = """
        SELECT i.order_id FROM rider_interest i JOIN fulfillment f ON f.id = i.fulfillment_id
        WHERE i.state IN ('WITHDRAWN', 'REJECTED', 'EXPIRED') AND (f.state = 'AWAITING_RIDER_SELECTION') = $1
        ORDER BY i.order_id LIMIT 1
    """
    admin = await sign_in("admin")
    for seeks in (True, False):
        order = await shop.pool.fetchval(query, seeks)
        assert order, "the demo has no such order"
        said = words((await admin.get(f"/orders/{order}")).text)
        assert ("Offer to deliver A rider may do this." in said) is seeks
