"""The reconciliation inbox: who finds it, what it says and suggests, and settling by its forms."""

import re
from uuid import UUID

import pytest
from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.posting import form, forms
from tests.ui.reconciliation.conftest import parked, pending, short_of

URL = "/reconciliation"


async def settled(shop: Shop, item: UUID) -> tuple[str | None, str | None]:
    row = await shop.pool.fetchrow("SELECT resolution, reason FROM parked_money WHERE id = $1", item)
    assert row
    return row["resolution"], row["reason"]


@pytest.mark.parametrize("who", ["biller.lagos", "rider1.lagos", "reseller.lagos.ikeja", "customer.lagos"])
async def test_it_is_not_there_for_who_does_not_see_it(who: str, sign_in: SignIn):
    assert (await (await sign_in(who)).get(URL)).status_code == 404


async def test_an_empty_inbox_says_what_would_be_in_it(sign_in: SignIn, shop: Shop):
    client = await sign_in("accountant")
    assert "Of no known order" in words((await client.get(URL)).text), "the company has money to reconcile"
    assert "Nothing was settled yet" in words((await client.get(f"{URL}?status=resolved")).text)
    await shop.pool.execute(
        "UPDATE parked_money SET resolution = 'returned', resolved_by = 'system', resolved_at = now(), reason = 'Back.'"
    )
    assert "Nothing waits here Money that comes late, short, twice" in words((await client.get(URL)).text)


async def test_an_item_says_what_came_and_what_it_may_be(sign_in: SignIn, shop: Shop):
    payment = await pending(shop)
    await parked(shop, "orphan", payment["amount"], reference="lost")
    said = words((await (await sign_in("accountant")).get(URL)).text)
    assert f"NGN {payment['amount'] / 100:,.2f} · Of no known order" in said
    assert "The report names no payment that is known." in said
    assert "Their transaction T-orphan Reference lost" in said
    assert f"Same amount {payment['number']} · {payment['reference']}" in said
    assert f"Suggested: Attach to an order. Only {payment['number']} waits for it." in said


async def test_who_only_reads_finds_no_form(sign_in: SignIn, shop: Shop):
    await short_of(shop, 100)
    page = await (await sign_in("manager.lagos")).get(URL)
    assert "Less than asked for" in words(page.text)
    assert [url for url in forms(page) if url.startswith(URL)] == []


async def test_a_short_payment_that_lacks_little_is_accepted_as_suggested(sign_in: SignIn, shop: Shop):
    client, (item, payment) = await sign_in("accountant"), await short_of(shop, 100)
    page = await client.get(URL)
    assert "Suggested: Accept the short payment. What is missing is little enough to let go." in words(page.text)
    url = f"{URL}/{item}/accept_short"
    sent = form(page, url)
    missing = await client.post(url, data=sent)
    assert missing.status_code == 422
    assert re.search(r'name="reason"[^>]* aria-invalid="true"', missing.text)
    assert await settled(shop, item) == (None, None)
    answers = [await client.post(url, data={**sent, "reason": "Bank fees."}) for _ in range(2)]
    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, URL)] * 2
    assert await settled(shop, item) == ("accepted", "Bank fees.")
    assert await shop.pool.fetchval("SELECT state FROM payment WHERE id = $1", payment["id"]) == "CONFIRMED"
    said = words((await client.get(f"{URL}?status=resolved")).text)
    assert "Accepted as it came" in said
    assert "Accountant, head office" in said
    assert "Bank fees." in said


async def test_one_that_lacks_much_says_why_it_can_not_be_let_go(sign_in: SignIn, shop: Shop):
    client, (item, payment) = await sign_in("accountant"), await short_of(shop, 500_000)
    page = await client.get(URL)
    said = words(page.text)
    assert "What is missing must be little enough to let go." in said
    assert f"It is a part of what {payment['number']} still needs." in said
    forged = {"csrf": token(page.text), "reason": "Let it be."}
    refused = await client.post(f"{URL}/{item}/accept_short", data=forged)
    assert refused.status_code == 422
    assert await settled(shop, item) == (None, None)
    url = f"{URL}/{item}/attach"
    sent = form(page, url)
    assert sent["order"] == str(payment["order_id"])
    assert (await client.post(url, data={**sent, "reason": "A first part."})).status_code == 303
    assert await settled(shop, item) == ("attached", "A first part.")


async def test_money_is_attached_to_the_order_whose_number_is_typed(sign_in: SignIn, shop: Shop):
    client, payment = await sign_in("accountant"), await pending(shop)
    item = await parked(shop, "orphan", 12345)
    url = f"{URL}/{item}/attach"
    sent = {**form(await client.get(URL), url), "reason": "They called."}
    for number in ("", "LOS-999999", "x" * 300):
        answer = await client.post(url, data={**sent, "number": number})
        assert answer.status_code == 422
        assert re.search(r'name="number"[^>]* aria-invalid="true"', answer.text)
        assert 'value="They called."' in answer.text
    assert (await client.post(url, data={**sent, "number": payment["number"].lower()})).status_code == 303
    assert await settled(shop, item) == ("attached", "They called.")
    to = await shop.pool.fetchval("SELECT to_order_id FROM parked_money WHERE id = $1", item)
    assert to == payment["order_id"]


async def test_where_money_went_is_named_to_who_sees_that_store_alone(sign_in: SignIn, shop: Shop):
    accountant, other = await sign_in("accountant"), await pending(shop, "ABV")
    item, _ = await short_of(shop, missing=100)
    url = f"{URL}/{item}/attach"
    sent = {**form(await accountant.get(URL), url), "order": "", "number": other["number"], "reason": "They called."}
    assert (await accountant.post(url, data=sent)).status_code == 303
    for who, names in ((accountant, True), (await sign_in("manager.lagos"), False)):
        page = words((await who.get(f"{URL}?status=resolved")).text)
        assert "They called." in page
        assert (other["number"] in page) is names


async def test_money_goes_back_with_the_name_of_its_transfer(sign_in: SignIn, shop: Shop):
    client, item = await sign_in("accountant"), await parked(shop, "wrong_currency", 5000, currency="USD")
    url = f"{URL}/{item}/return"
    page = await client.get(URL)
    assert "Suggested: Return to the sender." in words(page.text)
    sent = {**form(page, url), "reason": "We take naira.", "sent": "TRF-9"}
    assert (await client.post(url, data=sent)).status_code == 303
    assert await shop.pool.fetchval("SELECT sent_reference FROM parked_money WHERE id = $1", item) == "TRF-9"


async def test_who_comes_second_is_told_who_settled_it(sign_in: SignIn, shop: Shop):
    accountant, admin = await sign_in("accountant"), await sign_in("admin")
    item = await parked(shop, "orphan", 5000)
    url = f"{URL}/{item}/return"
    first, second = form(await accountant.get(URL), url), form(await admin.get(URL), url)
    assert (await accountant.post(url, data={**first, "reason": "Nobody's."})).status_code == 303
    late = await admin.post(url, data={**second, "reason": "Nobody's."})
    assert late.status_code == 409
    assert "Accountant, head office returned it to the sender" in words(late.text)


async def test_it_is_cut_by_kind(sign_in: SignIn, shop: Shop):
    client = await sign_in("accountant")
    await parked(shop, "orphan", 5000)
    await parked(shop, "duplicate", 7000)
    said = words((await client.get(f"{URL}?kind=duplicate")).text)
    assert "NGN 70.00 · Came a second time" in said
    assert "NGN 50.00" not in said
    assert (await client.get(f"{URL}?kind=nothing&status=lost&after=there")).status_code == 200


async def test_what_is_forged_settles_nothing(sign_in: SignIn, shop: Shop):
    accountant, (item, _) = await sign_in("accountant"), await short_of(shop, 100)
    url = f"{URL}/{item}/accept_short"
    sent = {**form(await accountant.get(URL), url), "reason": "So be it."}
    assert (await accountant.post(url, data={**sent, "csrf": "0" * 64})).status_code == 403
    for who, status in (("manager.lagos", 422), ("manager.abuja", 404), ("biller.lagos", 404)):
        other = await sign_in(who)
        theirs = {**sent, "csrf": token((await other.get("/orders")).text)}
        assert (await other.post(url, data=theirs)).status_code == status, who
    assert (await accountant.post(f"{URL}/{item}/burn", data=sent)).status_code == 404
    assert (await accountant.post(f"{URL}/none/return", data=sent)).status_code == 404
    assert await settled(shop, item) == (None, None)
