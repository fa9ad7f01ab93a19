import re

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form


async def quotation(shop: Shop, state: str, store: str = "LOS") -> str:
    """An order whose quotation rests in a state."""
    found = await shop.pool.fetchval(
        "SELECT q.order_id FROM quotation q JOIN store s ON s.id = q.store_id WHERE q.state = $1 AND s.code = $2"
        " ORDER BY q.id LIMIT 1",
        state, store,
    )  # fmt: skip
    assert found
    return str(found)


async def opened(client: httpx.AsyncClient, order: str) -> tuple[str, dict[str, str]]:
    url = f"/quotations/{order}/edit"
    page = await client.get(url)
    assert page.status_code == 200
    return url, form(page, url)


async def version(shop: Shop, order: str) -> int:
    return int(await shop.pool.fetchval("SELECT context ->> 'version' FROM quotation WHERE order_id = $1", order))


async def test_what_is_saved_is_the_next_version_and_the_two_stand_side_by_side(sign_in: SignIn, shop: Shop):
    order = await quotation(shop, "IN_REVIEW")
    manager = await sign_in("manager.lagos")
    url, sent = await opened(manager, order)
    before = await version(shop, order)
    saved = await manager.post(url, data={**sent, "quantity.0": "7", "act": "save"})
    assert (saved.status_code, saved.headers["location"]) == (303, f"/orders/{order}")
    assert await version(shop, order) == before + 1
    assert await shop.pool.fetchval("SELECT state FROM quotation WHERE order_id = $1", order) == "REVISED"
    page = words((await manager.get(f"/quotations/{order}/versions")).text)
    assert f"Version {before + 1}, by Manager, Lagos store" in page
    assert re.search(r"7 × NGN [\d,.]+ Changed", page)
    same = words((await manager.get(f"/quotations/{order}/versions?from={before}&to={before}")).text)
    assert "Changed" not in same
    assert "Difference NGN 0.00" in same


async def test_of_two_who_edit_the_second_is_told_and_loses_nothing(sign_in: SignIn, shop: Shop):
    order = await quotation(shop, "DRAFT")
    manager, biller = await sign_in("manager.lagos"), await sign_in("admin")
    url, first = await opened(manager, order)
    _, second = await opened(biller, order)
    await manager.post(url, data={**first, "quantity.0": "2", "act": "save"})
    stale = await biller.post(url, data={**second, "quantity.0": "9", "act": "save"})
    assert stale.status_code == 409
    assert "Manager, Lagos store edited the quotation" in words(stale.text)
    kept = form(stale, url)
    assert kept["quantity.0"] == "9"
    before = await version(shop, order)
    assert (await biller.post(url, data={**kept, "act": "save"})).status_code == 303
    assert await version(shop, order) == before + 1


async def test_a_quotation_that_is_closed_says_so(sign_in: SignIn, shop: Shop):
    order = await quotation(shop, "MUTUALLY_APPROVED")
    manager = await sign_in("manager.lagos")
    page = await manager.get(f"/quotations/{order}/edit")
    assert page.status_code == 409
    assert "It can not be edited any more: it stands at “Agreed”." in words(page.text)
    token = form(await manager.get("/quotations"), "/sign-out")["csrf"]
    assert (await manager.post(f"/quotations/{order}/edit", data={"csrf": token, "act": "save"})).status_code == 409


@pytest.mark.parametrize("who", ["customer.lagos", "rider1.lagos", "accountant", "manager.abuja"])
async def test_who_may_not_edit_it_finds_nothing(who: str, sign_in: SignIn, shop: Shop):
    order = await quotation(shop, "DRAFT")
    client = await sign_in(who)
    assert (await client.get(f"/quotations/{order}/edit")).status_code == 404
    token = form(await client.get("/orders"), "/sign-out")["csrf"]
    before = await version(shop, order)
    sent = {"csrf": token, "act": "save", "seen": "0"}
    assert (await client.post(f"/quotations/{order}/edit", data=sent)).status_code == 404
    assert await version(shop, order) == before


async def test_the_step_that_was_seen_has_to_be_said(sign_in: SignIn, shop: Shop):
    order = await quotation(shop, "DRAFT")
    manager = await sign_in("manager.lagos")
    url, sent = await opened(manager, order)
    for seen in ("", "x", "9" * 30):
        page = await manager.post(url, data={**sent, "seen": seen, "act": "save"})
        assert page.status_code == 422
        assert "does not say which step it saw" in words(page.text)


async def test_the_list_tells_what_of_the_address_it_ignores(sign_in: SignIn):
    manager = await sign_in("manager.lagos")
    page = await manager.get("/quotations?state=LOST&after=x&colour=red")
    assert page.status_code == 200
    said = words(page.text)
    assert "There is no filter “colour”" in said
    assert "There is no state “LOST”" in said
    assert "There is no such place in the list" in said


async def test_the_list_shows_each_state_to_who_sees_it(sign_in: SignIn, shop: Shop):
    manager, customer = await sign_in("manager.lagos"), await sign_in("customer.lagos")
    drafts = words((await manager.get("/quotations?state=DRAFT")).text)
    count = await shop.pool.fetchval(
        "SELECT count(*) FROM quotation q JOIN store s ON s.id = q.store_id WHERE s.code = 'LOS' AND q.state = 'DRAFT'"
    )
    assert len(set(re.findall(r"LOS-\d+", drafts))) == count
    assert f"Draft {count}" in drafts
    assert "ABV-" not in words((await manager.get("/quotations")).text)
    assert "Edit" not in words((await customer.get("/quotations")).text)
