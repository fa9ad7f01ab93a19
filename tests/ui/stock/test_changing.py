"""Changing stock by forms: receiving, counting, reorder points, and what is not taken."""

import re

import asyncpg
import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.posting import form
from tests.ui.stock.test_shelves import shelf, url_of

RECEIVE = "/stock/receive"


async def lies(shop: Shop, row: asyncpg.Record) -> tuple[int, int | None]:
    """The pieces on a shelf, and its reorder point."""
    found = await shop.pool.fetchrow(
        "SELECT quantity, reorder_point FROM stock WHERE store_id = $1 AND variant_id = $2",
        row["store_id"], row["variant_id"],
    )  # fmt: skip
    assert found
    return found["quantity"], found["reorder_point"]


def wrong(page: httpx.Response, name: str) -> bool:
    """Whether a field of the page is marked as wrong."""
    return bool(re.search(rf'name="{name}"[^>]* aria-invalid="true"', page.text))


async def test_goods_come_to_a_shelf_once_for_a_form(sign_in: SignIn, shop: Shop):
    client, row = await sign_in("manager.lagos"), await shelf(shop)
    url = f"{url_of(row)}/receive"
    sent = {**form(await client.get(url_of(row)), url), "pieces": "12", "note": "Note 4711"}
    answers = [await client.post(url, data=sent) for _ in range(2)]
    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, url_of(row))] * 2
    assert await lies(shop, row) == (row["quantity"] + 12, None)
    page = words((await client.get(url_of(row))).text)
    assert "Received the goods." in page
    assert re.search(r"Received Manager, Lagos store · Note 4711 \+12 [^,]*, [\d:]+ UTC just now", page)


async def test_a_count_sets_what_lies_there_and_keeps_the_reason(sign_in: SignIn, shop: Shop):
    client, row = await sign_in("manager.lagos"), await shelf(shop)
    url, lie = f"{url_of(row)}/adjust", row["quantity"]
    sent = {**form(await client.get(url_of(row)), url), "counted": str(lie - 1), "reason": "One was broken."}
    no_reason = await client.post(url, data={**sent, "reason": " "})
    assert (no_reason.status_code, wrong(no_reason, "reason")) == (422, True)
    assert f'value="{lie - 1}"' in no_reason.text, "what was typed stays"
    held = await client.post(url, data={**sent, "counted": str(row["reserved"] - 1)})
    assert (held.status_code, wrong(held, "counted")) == (422, True)
    assert await lies(shop, row) == (lie, None)
    assert (await client.post(url, data=sent)).status_code == 303
    assert await lies(shop, row) == (lie - 1, None)
    assert "Adjusted Manager, Lagos store · One was broken. −1" in words((await client.get(url_of(row))).text)


async def test_a_reorder_point_is_set_and_taken_away(sign_in: SignIn, shop: Shop):
    client, row = await sign_in("manager.lagos"), await shelf(shop)
    url = f"{url_of(row)}/reorder"
    sent = form(await client.get(url_of(row)), url)
    assert (await client.post(url, data={**sent, "point": "25"})).status_code == 303
    assert await lies(shop, row) == (row["quantity"], 25)
    sent = form(await client.get(url_of(row)), url)
    assert sent["point"] == "25"
    assert (await client.post(url, data={**sent, "point": ""})).status_code == 303
    assert await lies(shop, row) == (row["quantity"], None)


@pytest.mark.parametrize(
    ("what", "name", "text"),
    [("receive", "pieces", "0"), ("receive", "pieces", "many"), ("receive", "pieces", ""),
     ("receive", "pieces", "2000000000"), ("adjust", "counted", "-3"), ("reorder", "point", "2000000000"),
     ("reorder", "point", "1.5")],
)  # fmt: skip
async def test_what_is_no_number_of_pieces_is_said_beside_its_field(
    what: str, name: str, text: str, sign_in: SignIn, shop: Shop
):
    client, row = await sign_in("manager.lagos"), await shelf(shop)
    url = f"{url_of(row)}/{what}"
    sent = form(await client.get(url_of(row)), url)
    answer = await client.post(url, data={**sent, "reason": "Counted", name: text})
    assert (answer.status_code, wrong(answer, name)) == (422, True)
    assert await lies(shop, row) == (row["quantity"], None)


async def test_a_delivery_note_is_received_all_of_it_or_nothing(sign_in: SignIn, shop: Shop):
    client, row = await sign_in("admin"), await shelf(shop)
    sent = {**form(await client.get(RECEIVE), RECEIVE), "store": str(row["store_id"]), "note": "Note 4711"}
    for goods, said in (
        (f"{row['sku']} 5\nNO-SUCH 1", "There are no goods with the SKU “NO-SUCH”."),
        (f"{row['sku']} 5\n{row['sku']}", f"“{row['sku']}” is no SKU with a number of pieces."),
        ("", "This is missing."),
        (f"{row['sku']} 0", "0 pieces can not be."),
    ):
        answer = await client.post(RECEIVE, data={**sent, "goods": goods})
        assert (answer.status_code, wrong(answer, "goods")) == (422, True), goods
        assert said in words(answer.text)
    assert await lies(shop, row) == (row["quantity"], None)
    no_store = await client.post(RECEIVE, data={**sent, "store": "", "goods": f"{row['sku']} 5"})
    assert (no_store.status_code, wrong(no_store, "store")) == (422, True)
    right = {**sent, "goods": f"{row['sku']} 5\n\n  {row['sku']}\t2\n"}
    answers = [await client.post(RECEIVE, data=right) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert await lies(shop, row) == (row["quantity"] + 7, None)
    page = words((await client.get(answers[0].headers["location"])).text)
    assert "Received 1 kind of goods." in page
    assert f"{row['sku']} Admin, head office · Note 4711 +7 Received" in page


async def test_who_does_not_manage_the_store_changes_nothing(sign_in: SignIn, shop: Shop):
    row, other = await shelf(shop), await shelf(shop, "ABV")
    manager, biller = await sign_in("manager.lagos"), await sign_in("biller.lagos")
    manages = token((await manager.get("/stock")).text)
    bills = token((await biller.get("/profile")).text)
    goods = {"goods": f"{row['sku']} 5", "store": str(other["store_id"])}
    tried = [
        await manager.post(f"{url_of(other)}/receive", data={"csrf": manages, "pieces": "1"}),
        await manager.post(RECEIVE, data={"csrf": manages, **goods}),
        await manager.post(f"{url_of(row)}/burn", data={"csrf": manages}),
        await biller.post(f"{url_of(row)}/receive", data={"csrf": bills, "pieces": "1"}),
        await biller.post(RECEIVE, data={"csrf": bills, **goods, "store": str(row["store_id"])}),
        await biller.get(RECEIVE),
    ]
    assert {each.status_code for each in tried} == {404}
    forged = await manager.post(f"{url_of(row)}/receive", data={"csrf": "0" * 64, "pieces": "1"})
    assert forged.status_code == 403
    assert [await lies(shop, each) for each in (row, other)] == [(row["quantity"], None), (other["quantity"], None)]
