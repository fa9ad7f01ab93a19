"""The fulfillment board: a column for each open state, and the named event on each card."""

import gzip
import random
import re
from datetime import timedelta
from uuid import UUID

import pytest
from msgspec import Raw
from tests.company import NOW
from tests.ui.conftest import Shop, SignIn, words

from orderway.app import make_workflow
from orderway.fulfillment.machine import FULFILLMENT
from orderway.insight.gathering import gather_all
from orderway.order.board import CARDS, Card, Standing, Step
from orderway.order.leading import open_states
from orderway.order.tallies import Tally
from orderway.settings import Settings
from orderway.ui.board.columns import ROOM, Seen, columns
from orderway.ui.choosing import Stores
from orderway.ui.language import speaking
from orderway.ui.pages import rendered

NAMES = ("Adeyemi", "Okonkwo", "Balogun", "Traders", "Fresh", "Supplies", "Eze", "Kano", "Ikeja", "Stores", "Bello")
VERSION = FULFILLMENT.version
OPEN = [FULFILLMENT.node(name).label for name in FULFILLMENT.leaves if not FULFILLMENT.is_final(name)]
CARD = re.compile(r'<article class="card">.*?</article>', re.DOTALL)
BUTTON = re.compile(r'<button form="step" formaction="([^"]+/fulfillment_started)" name="seen" value="(\d+)">')


def fields(page: str, seen: str) -> dict[str, str]:
    """What a button of the board sends: what it saw, and the form that all of them share."""
    form = re.search(r'<form id="step" method="post">(.*?)</form>', page, re.DOTALL)
    assert form
    return {"seen": seen, **dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))}


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
        " WHERE f.state = 'PICK_PACK' ORDER BY f.moved_at, f.order_id LIMIT $1",
        room(page),
    )
    column = next(part for part in page.split("<section")[1:] if ">Picking<" in part)
    assert re.findall(r">([A-Z]{3}-\d{6})</a>", column) == [row["number"] for row in rows]


async def test_an_event_without_a_form_is_sent_from_the_board(shop: Shop, sign_in: SignIn):
    client = await sign_in("admin")
    page = (await client.get("/fulfillment")).text
    url, seen = BUTTON.findall(page)[0]
    sent = fields(page, seen)
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
        "SELECT count(*) FROM (SELECT * FROM fulfillment WHERE state = 'BACKORDERED' ORDER BY moved_at, order_id"
        " LIMIT $1) f WHERE EXISTS (SELECT FROM reservation r WHERE r.order_id = f.order_id AND r.part = f.part"
        " AND r.status = 'HELD')",
        room(page),
    )
    assert held
    assert words(page).count("Send what is there, the rest later") == held


async def test_what_stands_for_longer_than_usual_says_so(shop: Shop, sign_in: SignIn):
    await gather_all(shop.pool, now=NOW)
    client = await sign_in("admin")
    page = words((await client.get("/fulfillment")).text)
    assert "Longer than nine of ten" in page
    biller = await sign_in("biller.lagos")
    assert "Longer than nine of ten" not in words((await biller.get("/fulfillment")).text), "they see no figures"


def room(page: str) -> int:
    """How many cards a column of it has room for."""
    return min(8, ROOM // page.count('<section class="column" '))


def full(chance: random.Random) -> dict[str, list[Card]]:
    """A board on which every column has as many cards as are read, no two of them alike."""
    return {state: [card(chance, state) for _ in range(CARDS)] for state in open_states("fulfillment")}


def card(chance: random.Random, state: str) -> Card:
    standing = Standing(
        order_id=uuid_of(chance), number=f"LOS-{chance.randrange(10**6):06}", currency="NGN",
        customer=f"{chance.choice(NAMES)} {chance.choice(NAMES)}", id=uuid_of(chance), part=0, version=VERSION,
        step=chance.randrange(9), state=state, moved_at=NOW - timedelta(seconds=chance.randrange(10**6)),
        promised_at=NOW + timedelta(days=1), rider=chance.choice(NAMES), lines=3, held=2, bids=2, best=150_000,
        context=Raw(b"{}"), history=Raw(b"{}"),
    )  # fmt: skip
    return Card(
        standing, (Step("HOLD", "Hold the fulfillment"), Step("FULFILLMENT_STARTED", "Mark the goods as picked"))
    )


def uuid_of(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128))


@pytest.mark.parametrize("spoken", ["en", "fr"])
async def test_a_full_board_travels_small(sign_in: SignIn, spoken: str):
    """The page of a server, with a board in it that is as full as can be, takes no more than 8 KB."""
    client = await sign_in("admin")
    client.headers["accept-language"] = spoken
    page, kind = (await client.get("/fulfillment")).text, make_workflow(Settings({})).kind("fulfillment")
    counts = {state: Tally(10_000, is_more=True) for state in kind.newest.leaves}
    with speaking(spoken):
        told = list(columns(full(random.Random(5)), counts, Seen(kind, Stores(()), NOW, {})))  # noqa: S311  (no secret)
        answer = rendered(
            "board/board.html", columns=told, stores=Stores(()), late=7, late_url="/", key="", back="", csrf=""
        )
    board = re.compile(r'<div class="board".*?</section>\n</div>', re.DOTALL)
    whole = board.sub(lambda _: board.findall(bytes(answer.body).decode())[0], page)
    assert whole.count("<article") == ROOM // len(told) * len(told)
    assert len(gzip.compress(whole.encode())) <= 8 * 1024
