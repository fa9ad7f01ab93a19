"""The page of the review list: who finds it, what it lays side by side, and deciding by its form."""

import re
from uuid import UUID

import pytest
from tests.changeover.listed import put_on_the_list
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form

URL = "/reviews"


async def listed(shop: Shop, kind: str, store: str = "LOS") -> UUID:
    order: UUID = await shop.pool.fetchval(
        "SELECT id FROM sale_order WHERE number LIKE $1 || '-%' ORDER BY number LIMIT 1", store
    )
    await put_on_the_list(shop.pool, order, kind)
    return order


async def decided(shop: Shop, order: UUID) -> tuple[str | None, str | None]:
    row = await shop.pool.fetchrow("SELECT decision, reason FROM import_review WHERE order_id = $1", order)
    assert row
    return row["decision"], row["reason"]


@pytest.mark.parametrize("who", ["biller.lagos", "rider1.lagos", "reseller.lagos.ikeja", "customer.lagos"])
async def test_it_is_not_there_for_who_does_not_see_operations(who: str, sign_in: SignIn):
    assert (await (await sign_in(who)).get(URL)).status_code == 404


async def test_the_rail_leads_to_it_while_something_waits(sign_in: SignIn, shop: Shop):
    client = await sign_in("manager.lagos")
    assert 'href="/reviews"' not in (await client.get("/orders")).text
    await listed(shop, "ADDRESS")
    assert 'href="/reviews"' in (await client.get("/orders")).text
    other = await sign_in("manager.abuja")
    assert 'href="/reviews"' not in (await other.get("/orders")).text
    assert "Nothing waits here" in words((await other.get(URL)).text)


async def test_the_evidence_stands_side_by_side(sign_in: SignIn, shop: Shop):
    await listed(shop, "NOT_RELEASED")
    said = words((await (await sign_in("accountant")).get(URL)).text)
    for text in (
        "It was being brought there, and was not released here", "It is NOT_RELEASED.", "The order's status Paid",
        "The sale's status Pending", "The workflow Cleared for", "The sale here Waiting for payment",
        "Total NGN 20.00", "Paid NGN 5.00", "Still to pay NGN 15.00", "5.00 of 20.00 is paid. Sure to 70 %.",
        "Cash · Confirmed NGN 5.00", "Sale: Awaiting payment method",
    ):  # fmt: skip
        assert text in said, said
    assert "Take it off the list" not in said


async def test_it_is_decided_once_with_a_reason(sign_in: SignIn, shop: Shop):
    manager, admin = await sign_in("manager.lagos"), await sign_in("admin")
    order = await listed(shop, "RIDER")
    url = f"{URL}/{order}/RIDER"
    sent, late = form(await manager.get(URL), url), form(await admin.get(URL), url)
    missing = await manager.post(url, data=sent)
    assert missing.status_code == 422
    assert re.search(r'name="reason"[^>]* aria-invalid="true"', missing.text)
    assert await decided(shop, order) == (None, None)
    answers = [await manager.post(url, data={**sent, "reason": "Called the rider."}) for _ in range(2)]
    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, URL)] * 2
    assert await decided(shop, order) == ("STANDS", "Called the rider.")
    second = await admin.post(url, data={**late, "reason": "Mine."})
    assert second.status_code == 409
    assert "decided on it" in words(second.text)
    said = words((await admin.get(f"{URL}?status=decided")).text)
    assert "It is right as it stands here" in said
    assert "Called the rider." in said


@pytest.mark.parametrize("place", ["no-id/RIDER", "0198a000-0000-7000-8000-0000000000a1/RIDER"])
async def test_what_is_not_on_the_list_is_not_found(place: str, sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    order = await listed(shop, "ADDRESS")
    sent = form(await manager.get(URL), f"{URL}/{order}/ADDRESS")
    assert (await manager.post(f"{URL}/{place}", data={**sent, "reason": "It is."})).status_code == 404
    assert await decided(shop, order) == (None, None)
