"""The page of the outbox: who finds what was told of which orders, and when."""

import re

import pytest
from tests.ui.conftest import Shop, SignIn, words

from orderway.app import make_workflow
from orderway.outbound.notices import NOTICES, SILENT
from orderway.settings import Settings
from orderway.ui.language import speaking
from orderway.ui.outbox.saying import FOLLOWING, said

WORKFLOW = make_workflow(Settings({}))

NEWEST = """
SELECT o.number, b.type, b.number AS counted, b.at, b.store_id FROM outbox b JOIN sale_order o ON o.id = b.order_id
JOIN store s ON s.id = b.store_id WHERE s.code = $1 ORDER BY b.at DESC, b.order_id DESC, b.number DESC LIMIT 1
"""


@pytest.mark.parametrize("who", ["biller.lagos", "rider1.lagos", "reseller.lagos.ikeja", "customer.lagos"])
async def test_who_does_not_look_after_it_finds_none(who: str, sign_in: SignIn):
    assert (await (await sign_in(who)).get("/outbox")).status_code == 404


async def test_the_newest_stands_first_with_its_order_and_its_number(sign_in: SignIn, shop: Shop):
    row = await shop.pool.fetchrow(NEWEST, "LOS")
    assert row
    page = await (await sign_in("manager.lagos")).get("/outbox")
    _, first = re.finditer(r"<tbody><tr>.*?</tr>", page.text, re.DOTALL)
    assert words(first[0]).startswith(f"{row['number']} {said(row['type'], WORKFLOW)} {row['type']} {row['counted']} ")
    assert "ABV-" not in page.text, "a manager sees that of their stores alone"
    assert page.text.count("<code") == 50
    older = re.search(r'href="(/outbox\?after=[^"]+)"', page.text)
    assert older
    assert first[0] not in (await (await sign_in("manager.lagos")).get(older[1])).text


async def test_it_is_narrowed_to_a_store_and_a_time(sign_in: SignIn, shop: Shop):
    row, client = await shop.pool.fetchrow(NEWEST, "ABV"), await sign_in("admin")
    assert row
    page = await client.get("/outbox", params={"store": str(row["store_id"])})
    assert set(re.findall(r">([A-Z]{3})-\d{6}</a>", page.text)) == {"ABV"}
    late = await client.get("/outbox", params={"since": "2100-01-01T00:00"})
    assert "Nothing was told then" in words(late.text)
    early = await client.get("/outbox", params={"until": "2100-01-01T00:00", "after": ""})
    assert early.text.count(">order.") == 50
    wrong = await client.get("/outbox", params={"since": "soon", "after": "nowhere"})
    assert wrong.status_code == 200
    assert "“soon” is no date and time, so it is ignored." in words(wrong.text)
    assert "“nowhere” is no place in the list" in words(wrong.text)


def test_every_event_has_words():
    for type in {*NOTICES, *SILENT, *FOLLOWING}:
        assert re.match("[A-Z][a-z]+ ", said(type, WORKFLOW)), type
    assert said("order.sale.payment_captured", WORKFLOW) == "Captured a payment"
    assert said("order.override.born", WORKFLOW) == "Asked for the override"
    for gone in ("order.sale.forgotten", "order.nothing.born", "other", ""):
        assert said(gone, WORKFLOW) == ""


def test_they_are_said_in_the_language_of_the_page():
    with speaking("fr"):
        assert said("order.sale.payment_captured", WORKFLOW) == "A encaissé un paiement"
        assert said("order.comment.told", WORKFLOW) == "A écrit un commentaire à l’acheteur"
