"""The figures of the rail: how much waits for whom, beside the place where it is done."""

import re

import pytest
from asyncpg.connection import LoggedQuery
from tests.ui.conftest import Shop, SignIn

from orderway.people.viewer import find_viewer
from orderway.ui.waiting import waiting

LOW = """
SELECT count(*) FROM stock s JOIN store t ON t.id = s.store_id
WHERE t.code = 'LOS' AND s.quantity - s.reserved <= s.reorder_point
"""
LESS = """
UPDATE stock s SET reorder_point = s.quantity FROM store t WHERE t.id = s.store_id AND t.code = ANY ($1)
    AND s.quantity > 0
"""
ASKED = """
SELECT count(*) FROM sales_return r JOIN store t ON t.id = r.store_id
WHERE t.code = 'LOS' AND r.status IN ('REQUESTED', 'ACCEPTED')
"""
CAME = """
SELECT count(*) FROM sales_return r WHERE r.status = 'RECEIVED' AND r.refunded_at IS NULL
"""


WHO = ("admin", "manager.lagos", "biller.lagos")


def figures(page: str) -> dict[str, str]:
    """The figures of the rail by their places."""
    return dict(re.findall(r'<a href="(/[^"]+)"[^>]*>[^<]+ <span class="num">([^<]+)</span></a>', page))


async def test_a_manager_finds_what_waits_in_their_store(sign_in: SignIn, shop: Shop):
    await shop.pool.execute(LESS, ["LOS", "ABV"])
    found = figures((page := await (await sign_in("manager.lagos")).get("/orders")).text)
    low, asked = await shop.pool.fetchval(LOW), await shop.pool.fetchval(ASKED)
    assert (found["/stock"], found.get("/returns", "0")) == (str(low) if low < 100 else "99+", str(asked))
    assert low > 0
    mine = re.search(r">Needs me <span>([^<]+)</span>", page.text)
    assert mine
    assert found["/orders"] == mine[1], "the tab of the list says the same"


async def test_all_of_them_are_one_statement(shop: Shop):
    admin = await shop.pool.fetchval("SELECT id FROM person WHERE email = 'admin@demo.example'")
    asked: list[LoggedQuery] = []
    async with shop.pool.acquire() as connection:
        viewer = await find_viewer(connection, admin)
        assert viewer
        found = await waiting(connection, viewer)
        with connection.query_logger(asked.append):
            assert await waiting(connection, viewer) == found
    assert found.keys() == {
        "unread",
        "orders",
        "overrides",
        "reconciliation",
        "returns",
        "outbox",
        "stock",
        "reviews",
        "shadow",
    }
    assert len(asked) == 1


async def test_an_accountant_finds_the_returns_that_are_to_be_paid_back(sign_in: SignIn, shop: Shop):
    found = figures((await (await sign_in("accountant")).get("/profile")).text)
    assert (came := await shop.pool.fetchval(CAME)) > 0
    assert found["/returns"] == str(came)


async def test_orders_that_were_given_up_are_counted_once_each_for_who_looks_after_their_store(
    sign_in: SignIn, shop: Shop
):
    orders = await shop.pool.fetch(
        "SELECT o.store_id, o.id, o.outbox_number, s.code FROM sale_order o JOIN store s ON s.id = o.store_id"
        " WHERE s.code IN ('LOS', 'ABV') AND o.id IN (SELECT DISTINCT ON (store_id) id FROM sale_order)"
    )
    assert {row["code"] for row in orders} == {"LOS", "ABV"}
    for sink in ("broker", "webhook:1"):
        await shop.pool.execute("INSERT INTO outbound_sink (sink, cluster, xid) VALUES ($1, 1, '1')", sink)
        await shop.pool.executemany(
            "INSERT INTO outbound_progress (store_id, order_id, sink, known, done, tries, why, dead_at)"
            " VALUES ($1, $2, $3, $4, 0, 20, 'It broke.', now())",
            [(row["store_id"], row["id"], sink, row["outbox_number"]) for row in orders],
        )
    of = {who: figures((await (await sign_in(who)).get("/profile")).text).get("/outbox") for who in WHO}
    assert of == {"admin": "2", "manager.lagos": "1", "biller.lagos": None}


async def test_of_a_hundred_and_more_the_number_is_not_said(sign_in: SignIn):
    page = (await (await sign_in("admin")).get("/profile")).text
    assert figures(page)["/orders"] == "99+"


@pytest.mark.parametrize(
    ("who", "places"),
    [
        ("accountant", {"/orders", "/reconciliation", "/returns"}),
        ("biller.lagos", {"/orders"}),
        ("rider1.lagos", set()),
    ],
)
async def test_others_find_what_is_theirs(sign_in: SignIn, who: str, places: set[str]):
    found = figures((await (await sign_in(who)).get("/profile")).text)
    assert found.keys() <= places
    assert not places or "/orders" in found
