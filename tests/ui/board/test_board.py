"""The fulfillment board: a column for each open state, and the named event on each card."""

import re

import pytest
from tests.company import NOW
from tests.ui.conftest import Shop, SignIn, words

from orderway.fulfillment.machine import FULFILLMENT
from orderway.insight.gathering import gather_all

OPEN = [FULFILLMENT.node(name).label for name in FULFILLMENT.leaves if not FULFILLMENT.is_final(name)]
CARD = re.compile(r'<article class="card">.*?</article>', re.DOTALL)
FORM = re.compile(r'<form method="post" action="([^"]+/fulfillment_started)">(.*?)</form>', re.DOTALL)


def fields(form: str) -> dict[str, str]:
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


@pytest.mark.parametrize("who", ["superadmin", "admin", "manager.lagos", "biller.lagos"])
async def test_who_works_on_fulfillments_sees_the_open_states_from_left_to_right(sign_in: SignIn, who: str):
    client = await sign_in(who)
    page = await client.get("/fulfillment")
    assert page.status_code == 200
    heads = re.findall(r'<h2 id="column-\d+">.*?</svg>(.*?)</span>', page.text, re.DOTALL)
    assert heads == OPEN


@pytest.mark.parametrize("who", ["accountant", "rider1.lagos", "reseller.lagos.ikeja", "customer.lagos"])
async def test_for_others_there_is_no_board(sign_in: SignIn, who: str):
    client = await sign_in(who)
    assert (await client.get("/fulfillment")).status_code == 404


async def test_a_manager_sees_their_own_store_and_a_biller_what_they_bill(shop: Shop, sign_in: SignIn):
    manager, biller = await sign_in("manager.lagos"), await sign_in("biller.lagos")
    numbers = set(re.findall(r">([A-Z]{3}-\d{6})</a>", (await manager.get("/fulfillment")).text))
    assert numbers
    assert {number[:3] for number in numbers} == {"LOS"}
    mine = await shop.pool.fetch(
        "SELECT o.number FROM sale_order o JOIN person p ON p.id = o.biller_id"
        " WHERE p.email = 'biller.lagos@demo.example'"
    )
    billed = set(re.findall(r">([A-Z]{3}-\d{6})</a>", (await biller.get("/fulfillment")).text))
    assert billed
    assert billed <= {row["number"] for row in mine}


async def test_one_store_of_several_can_be_chosen(shop: Shop, sign_in: SignIn):
    client = await sign_in("admin")
    store = await shop.pool.fetchval("SELECT id FROM store WHERE code = 'ABV'")
    page = await client.get(f"/fulfillment?store={store}")
    assert {number[:3] for number in re.findall(r">([A-Z]{3}-\d{6})</a>", page.text)} == {"ABV"}
    assert f'<option value="{store}" selected>' in page.text
    assert (await client.get("/fulfillment?store=0198a000-0000-7000-8000-0000000000ff")).status_code == 404
    other = await sign_in("manager.lagos")
    assert (await other.get(f"/fulfillment?store={store}")).status_code == 404, "of a store that they do not work in"


async def test_what_stands_longest_comes_first(shop: Shop, sign_in: SignIn):
    client = await sign_in("admin")
    page = (await client.get("/fulfillment")).text
    rows = await shop.pool.fetch(
        "SELECT o.number FROM fulfillment f JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id"
        " WHERE f.state = 'PICK_PACK' ORDER BY f.moved_at, f.order_id LIMIT 8"
    )
    column = next(part for part in page.split("<section")[1:] if ">Picking<" in part)
    assert re.findall(r">([A-Z]{3}-\d{6})</a>", column) == [row["number"] for row in rows]


async def test_an_event_without_a_form_is_sent_from_the_board(shop: Shop, sign_in: SignIn):
    client = await sign_in("admin")
    page = (await client.get("/fulfillment")).text
    url, inside = next(iter(FORM.findall(page)))
    sent = fields(inside)
    assert (await client.post(url, data={**sent, "csrf": "0" * 64})).status_code == 403
    done = await client.post(url, data=sent)
    assert (done.status_code, done.headers["location"]) == (303, "/fulfillment")
    after = await client.get("/fulfillment")
    assert "You marked the goods as picked." in words(after.text)
    instance = url.split("/")[-2]
    assert await shop.pool.fetchval("SELECT state FROM fulfillment WHERE id = $1", instance) != "PICK_PACK"
    again = await client.post(url, data=sent)
    assert again.status_code == 303, "the same button, pressed twice, does it once"
    stale = await client.post(url, data={**sent, "key": "another"})
    assert stale.status_code == 409


async def test_an_event_with_a_form_is_done_on_the_page_of_the_order(shop: Shop, sign_in: SignIn):
    client = await sign_in("admin")
    order = await shop.order("fulfillment", "SCHEDULING")
    page = (await client.get("/fulfillment")).text
    card = next(card for card in CARD.findall(page) if f'href="{order}"' in card)
    assert f'href="{order}#next"' in card
    assert "Schedule the service…" in words(card)


async def test_no_button_is_there_that_can_not_be_pressed(shop: Shop, sign_in: SignIn):
    """Without an offer none can be chosen, and nothing can be sent ahead of which nothing is held."""
    client = await sign_in("admin")
    page = (await client.get("/fulfillment")).text
    for card in CARD.findall(page):
        text = words(card)
        assert not ("No offers yet" in text and "Assign the rider" in text)
        assert not (" 0 of " in text and "Send what is there" in text)
    assert "No offers yet" in words(page)
    held = await shop.pool.fetchval(
        "SELECT count(*) FROM fulfillment f WHERE state = 'BACKORDERED' AND EXISTS (SELECT FROM reservation r"
        " WHERE r.order_id = f.order_id AND r.part = f.part AND r.status = 'HELD')"
    )
    assert words(page).count("Send what is there, the rest later") == held


async def test_what_stands_for_longer_than_usual_says_so(shop: Shop, sign_in: SignIn):
    await gather_all(shop.pool, now=NOW)
    client = await sign_in("admin")
    page = words((await client.get("/fulfillment")).text)
    assert "Longer than nine of ten" in page
    biller = await sign_in("biller.lagos")
    assert "Longer than nine of ten" not in words((await biller.get("/fulfillment")).text), "they see no figures"
