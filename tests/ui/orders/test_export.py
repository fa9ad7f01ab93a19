"""The list as CSV: whole, within what its viewer sees, and nothing in it that a spreadsheet would run."""

import csv
import io
import re

from tests.ui.conftest import Shop, SignIn

from orderway.ui.orders.export import major, written


def read(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


async def test_all_of_a_query_comes_in_its_order(sign_in: SignIn, shop: Shop):
    answer = await (await sign_in("admin")).get("/orders.csv?sort=oldest")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="orders-2026-03-11.csv"'
    head, *rows = read(answer.text)
    assert head[:6] == ["Order", "Customer", "Store", "Biller", "Currency", "Total"]
    placed = await shop.pool.fetch("SELECT number FROM sale_order ORDER BY placed_at, id")
    assert [row[0] for row in rows] == [row["number"] for row in placed]
    total = await shop.pool.fetchval(
        "SELECT sum(l.total) FROM order_line l JOIN sale_order o ON o.id = l.order_id WHERE o.number = $1", rows[0][0]
    )
    assert rows[0][4:6] == ["NGN", f"{total / 100:.2f}"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d", rows[0][8])
    assert not any(cell.isupper() and "_" in cell for row in rows for cell in row)


async def test_it_holds_what_the_viewer_sees_and_asks_for(sign_in: SignIn):
    _, *rows = read((await (await sign_in("manager.abuja")).get("/orders.csv?show=needs-me")).text)
    assert rows
    assert {row[0][:3] for row in rows} == {"ABV"}
    _, *none = read((await (await sign_in("manager.abuja")).get("/orders.csv?search=LOS-")).text)
    assert none == []


async def test_what_was_ticked_comes_alone_and_nothing_that_the_viewer_does_not_see(sign_in: SignIn, shop: Shop):
    rows = await shop.pool.fetch("SELECT id, number FROM sale_order ORDER BY placed_at DESC, id DESC")
    mine, theirs = [[row for row in rows if row["number"].startswith(store)][:3] for store in ("LOS-", "ABV-")]
    client = await sign_in("manager.lagos")
    csrf = re.findall(r'name="csrf" value="([0-9a-f]{64})"', (await client.get("/orders")).text)[0]
    ticked = {f"o.{row['id']}": "on" for row in (*reversed(mine), *theirs)}
    answer = await client.post("/orders/together/csv", data={"csrf": csrf, "back": "show=late", **ticked})
    assert answer.headers["content-disposition"] == 'attachment; filename="orders-2026-03-11.csv"'
    head, *found = read(answer.text)
    assert head[0] == "Order"
    assert [row[0] for row in found] == [row["number"] for row in mine]

    nothing = await client.post("/orders/together/csv", data={"csrf": csrf, "back": "show=late"})
    assert (nothing.status_code, nothing.headers["location"]) == (303, "/orders?show=late")
    assert (await client.post("/orders/together/csv", data={"csrf": "0" * 64, **ticked})).status_code == 403


def test_what_begins_as_a_formula_is_marked_as_text():
    cells = ["=1+1", "+234", "-5.50", "@x", "\tx", "\rx", "-x", "\n=1+1", " =1+1", "\uff1d1+1", "a=b", 'say "x"']
    assert read("\ufeff" + written([cells])) == [
        ["'=1+1", "'+234", "-5.50", "'@x", "'\tx", "'\rx", "'-x", "'\n=1+1", "' =1+1", "'\uff1d1+1", "a=b", 'say "x"']
    ]


def test_amounts_are_in_major_units():
    assert (major(1240050, "NGN"), major(12400, "UGX"), major(-5, "NGN")) == ("12400.50", "12400", "-0.05")
