"""Transfers on their page: asked for at one end, decided at the other, once."""

import re

from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.posting import form, forms
from tests.ui.stock.test_changing import lies, wrong
from tests.ui.stock.test_shelves import shelf

URL = "/stock/transfers"


async def asked(shop: Shop, sign_in: SignIn, pieces: int = 3, *, who: str = "manager.abuja") -> str:
    """The address of a transfer from Lagos to Abuja that somebody asks for."""
    client, row, other = await sign_in(who), await shelf(shop), await shelf(shop, "ABV")
    sent = {**form(await client.get(URL), URL), "from_store": str(row["store_id"]), "to_store": str(other["store_id"]),
            "goods": f"{row['sku']} {pieces}", "note": "For the fair"}  # fmt: skip
    assert [(await client.post(URL, data=sent)).status_code for _ in range(2)] == [303, 303]
    ids = await shop.pool.fetch("SELECT id FROM stock_transfer WHERE status = 'REQUESTED'")
    assert len(ids) == 1, "sent twice, it was asked for once"
    return f"{URL}/{ids[0]['id']}"


async def test_the_other_end_confirms_and_the_goods_move_once(sign_in: SignIn, shop: Shop):
    row, url = await shelf(shop), await asked(shop, sign_in)
    theirs = await (await sign_in("manager.abuja")).get(URL)
    assert "Decline the transfer" in theirs.text
    assert "Confirm the transfer" not in theirs.text, "their end asked"
    client = await sign_in("manager.lagos")
    page = await client.get(URL)
    assert "From Lagos store to Abuja store Waits for the other end" in words(page.text)
    assert "asked by Manager, Abuja store For the fair" in words(page.text)
    sent = {**form(page, url), "do": "confirm"}
    assert [(await client.post(url, data=sent)).status_code for _ in range(2)] == [303, 303]
    assert await lies(shop, row) == (row["quantity"] - 3, None)
    assert "Decided by Manager, Lagos store" in words((await client.get(URL)).text)
    late = await client.post(url, data={**sent, "key": "another", "do": "decline", "reason": "Too late"})
    assert late.status_code == 422
    assert "It is decided once." in words(late.text)


async def test_who_manages_both_ends_does_not_confirm_what_they_asked_for(sign_in: SignIn, shop: Shop):
    row, url = await shelf(shop), await asked(shop, sign_in, who="admin")
    client = await sign_in("admin")
    page = await client.get(URL)
    assert "Confirm the transfer" not in page.text
    forged = await client.post(url, data={**form(page, url), "do": "confirm"})
    assert forged.status_code == 422
    assert "Whoever asked for a transfer does not confirm it." in words(forged.text)
    assert await lies(shop, row) == (row["quantity"], None)


async def test_declining_needs_a_reason_and_moves_nothing(sign_in: SignIn, shop: Shop):
    row, url = await shelf(shop), await asked(shop, sign_in)
    client = await sign_in("manager.lagos")
    sent = {**form(await client.get(URL), url), "do": "decline"}
    empty = await client.post(url, data=sent)
    assert (empty.status_code, wrong(empty, "reason")) == (422, True)
    assert (await client.post(url, data={**sent, "reason": "We need them."})).status_code == 303
    assert "Declined" in (page := words((await client.get(URL)).text))
    assert "We need them." in page
    assert await lies(shop, row) == (row["quantity"], None)


async def test_more_than_is_free_does_not_go(sign_in: SignIn, shop: Shop):
    row, url = await shelf(shop), await asked(shop, sign_in, 100_000)
    client = await sign_in("manager.lagos")
    refused = await client.post(url, data={**form(await client.get(URL), url), "do": "confirm"})
    assert refused.status_code == 422
    assert f"Of {row['sku']} 100,000 are to go" in words(refused.text)
    assert await lies(shop, row) == (row["quantity"], None)


async def test_what_is_wrong_with_a_request_is_said_beside_its_field(sign_in: SignIn, shop: Shop):
    client, row = await sign_in("manager.lagos"), await shelf(shop)
    store = str(row["store_id"])
    sent = {**form(await client.get(URL), URL), "from_store": store, "to_store": store, "goods": f"{row['sku']} 1"}
    for field, more in (
        ("to_store", {}), ("goods", {"goods": "NO-SUCH 1"}), ("goods", {"goods": ""}),
        ("from_store", {"from_store": ""}),
    ):  # fmt: skip
        answer = await client.post(URL, data={**sent, **more})
        assert (answer.status_code, wrong(answer, field)) == (422, True), field
    assert await shop.pool.fetchval("SELECT count(*) FROM stock_transfer WHERE status = 'REQUESTED'") == 0


async def test_a_third_store_and_who_manages_none_find_it_not(sign_in: SignIn, shop: Shop):
    url = await asked(shop, sign_in)
    third, biller = await sign_in("manager.portharcourt"), await sign_in("biller.lagos")
    page = await third.get(URL)
    assert not [each for each in forms(page) if each == url]
    assert not re.search("For the fair", page.text)
    sent = {"csrf": token(page.text), "do": "confirm"}
    assert (await third.post(url, data=sent)).status_code == 404
    bills = {"csrf": token((await biller.get("/profile")).text), "do": "confirm"}
    answers = [await biller.get(URL), await biller.post(URL, data=bills), await biller.post(url, data=bills)]
    assert [each.status_code for each in answers] == [404] * 3
    assert (await third.post(url, data={**sent, "csrf": "0" * 64})).status_code == 403
    assert await shop.pool.fetchval("SELECT count(*) FROM stock_transfer WHERE status = 'REQUESTED'") == 1
