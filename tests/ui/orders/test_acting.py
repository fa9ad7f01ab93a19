"""What can be done from the list: the next step of one order, one thing with many, and names for lists."""

import re

import asyncpg
import pytest
from tests.ui.conftest import Shop, SignIn, token, words

PICKING = "/orders?show=needs-me&state=fulfillment%3APICK_PACK"


async def picking(shop: Shop, store: str = "LOS") -> list[asyncpg.Record]:
    """The fulfillments of a store whose goods are picked, with their orders."""
    rows: list[asyncpg.Record] = await shop.pool.fetch(
        "SELECT f.id, f.order_id, f.step, o.number FROM fulfillment f JOIN sale_order o ON o.id = f.order_id"
        " WHERE f.state = 'PICK_PACK' AND o.number LIKE $1 || '-%' ORDER BY o.number", store
    )  # fmt: skip
    return rows


async def states(shop: Shop, rows: list[asyncpg.Record]) -> list[str]:
    found = await shop.pool.fetch("SELECT id, state FROM fulfillment WHERE id = ANY ($1)", [row["id"] for row in rows])
    by_id = {row["id"]: row["state"] for row in found}
    return [by_id[row["id"]] for row in rows]


def values(page: str, deed: str) -> dict[str, str]:
    """The hidden fields of the form of one thing that can be done with many."""
    form = re.search(rf'<form[^>]+action="/orders/together/{re.escape(deed)}">(.*?)</form>', page, re.DOTALL)
    assert form, deed
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1]))


async def test_the_next_step_is_a_button_that_comes_back_to_the_list(sign_in: SignIn, shop: Shop):
    client = await sign_in("manager.lagos")
    page = (await client.get("/orders?show=needs-me&state=fulfillment:PICK_PACK")).text
    send, seen = re.findall(r'formaction="([^"]+/fulfillment_started)" name="seen" value="(\d+)"', page)[0]
    order = send.split("/")[2]
    csrf = re.findall(r'name="csrf" value="([0-9a-f]{64})"', page)[0]
    back = "/orders?show=needs-me&state=fulfillment%3APICK_PACK"
    assert f'name="back" value="{back.replace("&", "&amp;")}"' in page
    sent = await client.post(send, data={"csrf": csrf, "seen": seen, "back": back})
    assert (sent.status_code, sent.headers["location"]) == (303, back)
    state = "SELECT state FROM fulfillment WHERE order_id = $1"
    assert await shop.pool.fetchval(state, order) in {"AWAITING_RIDER_SELECTION", "READY_FOR_SHIPMENT"}
    assert "You marked the goods as picked." in words((await client.get(back)).text)
    again = await client.post(send, data={"csrf": csrf, "seen": seen, "back": back})
    assert again.status_code == 409


async def test_one_thing_is_done_with_many_and_each_says_what_became_of_it(sign_in: SignIn, shop: Shop):
    client, rows = await sign_in("manager.lagos"), await picking(shop)
    assert len(rows) >= 3
    page = (await client.get(PICKING)).text
    ticked = {f"o.{row['order_id']}": "on" for row in rows}
    preview = (await client.post("/orders/together", data={"csrf": token(page), "back": PICKING[8:], **ticked})).text
    assert f"{len(rows)} orders selected" in words(preview)
    assert f"Mark the goods as picked: {len(rows)} orders" in words(preview)
    assert f"Mark the goods as picked {len(rows)} of {len(rows)} can take it Which" in words(preview)
    assert await states(shop, rows) == ["PICK_PACK"] * len(rows), "nothing is done yet"

    form = values(preview, "fulfillment.fulfillment_started")
    lost = rows[1]
    await client.post(
        f"/orders/{lost['order_id']}/fulfillment/{lost['id']}/hold",
        data={"csrf": token(page), "seen": str(lost["step"]), "reason": "The buyer has a question."},
    )
    result = await client.post("/orders/together/fulfillment.fulfillment_started", data=form)
    assert result.status_code == 200
    text = words(result.text)
    assert f"Done with {len(rows) - 1} of {len(rows)} orders" in text
    assert "Manager, Lagos store put the fulfillment on hold" in text, "who moved it is said"
    moved = await states(shop, rows)
    assert moved[1] == "ON_HOLD"
    assert set(moved[:1] + moved[2:]) <= {"AWAITING_RIDER_SELECTION", "READY_FOR_SHIPMENT"}

    twice = await client.post("/orders/together/fulfillment.fulfillment_started", data=form)
    assert f"Done with {len(rows) - 1} of {len(rows)} orders" in words(twice.text), "the same answer once more"
    steps = await shop.pool.fetch("SELECT step FROM fulfillment WHERE id = ANY ($1)", [row["id"] for row in rows])
    assert {row["step"] for row in steps} == {row["step"] + 1 for row in rows}


async def test_what_was_done_with_many_is_taken_back_where_the_machine_says_how(sign_in: SignIn, shop: Shop):
    client, rows = await sign_in("manager.lagos"), await picking(shop)
    page = (await client.get(PICKING)).text
    ticked = {f"o.{row['order_id']}": "on" for row in rows[:2]}
    preview = (await client.post("/orders/together", data={"csrf": token(page), "back": PICKING[8:], **ticked})).text
    form = {**values(preview, "fulfillment.hold"), "reason": "The roads are flooded."}
    held = (await client.post("/orders/together/fulfillment.hold", data=form)).text
    assert await states(shop, rows[:2]) == ["ON_HOLD"] * 2
    assert "Undo: 2 orders" in words(held)

    undo = values(held, "fulfillment.resume")
    await client.post(
        f"/orders/{rows[0]['order_id']}/fulfillment/{rows[0]['id']}/resume",
        data={"csrf": token(page), "seen": str(rows[0]["step"] + 1), "reason": "The roads are dry."},
    )
    result = await client.post("/orders/together/fulfillment.resume", data=undo)
    text = words(result.text)
    assert "Done with 1 of 2 orders" in text
    assert "Manager, Lagos store resumed the fulfillment" in text, "who was quicker is said"
    assert await states(shop, rows[:2]) == ["PICK_PACK"] * 2
    log = "SELECT event, reason FROM transition_log WHERE instance_id = $1 ORDER BY step DESC LIMIT 2"
    last, before = await shop.pool.fetch(log, rows[1]["id"])
    assert (last["event"], before["event"]) == ("RESUME", "HOLD"), "each is an entry of its own"

    picked = await client.post(
        "/orders/together/fulfillment.fulfillment_started",
        data={"csrf": token(page), "key": "k", f"v.{rows[2]['order_id']}/{rows[2]['id']}/{rows[2]['step']}": ""},
    )
    assert "Undo" not in words(picked.text), "of this there is no way back"


async def test_what_can_not_be_done_with_some_is_said_with_its_reasons(sign_in: SignIn, shop: Shop):
    client = await sign_in("biller.lagos")
    page = (await client.get("/orders")).text
    states = ("PICK_PACK", "SHIPPED")
    orders = await shop.pool.fetch(
        "SELECT DISTINCT ON (f.state) f.order_id FROM fulfillment f JOIN sale_order o ON o.id = f.order_id"
        " WHERE f.state = ANY ($1) AND o.number LIKE 'LOS-%' ORDER BY f.state, f.order_id", states
    )  # fmt: skip
    ticked = {f"o.{row['order_id']}": "on" for row in orders}
    preview = words((await client.post("/orders/together", data={"csrf": token(page), **ticked})).text)
    assert "Mark the goods as picked 1 of 2 can take it, the others are passed over" in preview
    assert "The receiver's PIN" not in preview, "what is secret is said to one order alone"


async def test_a_reason_that_is_missing_is_said_for_each(sign_in: SignIn, shop: Shop):
    client, rows = await sign_in("manager.lagos"), await picking(shop)
    page = (await client.get(PICKING)).text
    ticked = {f"o.{row['order_id']}": "on" for row in rows[:2]}
    preview = (await client.post("/orders/together", data={"csrf": token(page), **ticked})).text
    form = values(preview, "fulfillment.hold")
    result = await client.post("/orders/together/fulfillment.hold", data=form)
    assert result.status_code == 422
    assert words(result.text).count("Reason is missing.") == 2
    assert await states(shop, rows[:2]) == ["PICK_PACK"] * 2


async def test_what_others_may_is_done_to_nothing_by_who_may_not(sign_in: SignIn, shop: Shop):
    rows = await picking(shop, "ABV")
    of_another = f"{rows[0]['order_id']}/{rows[0]['id']}/{rows[0]['step']}"
    for who in ("manager.lagos", "accountant", "reseller.lagos.ikeja"):
        client = await sign_in(who)
        csrf = token((await client.get("/orders")).text)
        for value in (of_another, "x", "x/y/z", f"{rows[0]['order_id']}/{rows[0]['order_id']}/1"):
            form = {"csrf": csrf, f"v.{value}": "", "key": "k"}
            result = await client.post("/orders/together/fulfillment.fulfillment_started", data=form)
            assert result.status_code == 422, (who, value)
    assert await states(shop, rows) == ["PICK_PACK"] * len(rows)


async def test_nothing_is_sent_without_the_token_of_the_page_or_by_a_rider(sign_in: SignIn, shop: Shop):
    rows = await picking(shop)
    value = f"v.{rows[0]['order_id']}/{rows[0]['id']}/{rows[0]['step']}"
    client = await sign_in("manager.lagos")
    for path in ("/orders/together", "/orders/together/fulfillment.fulfillment_started", "/orders/views"):
        assert (await client.post(path, data={"csrf": "0" * 64, value: "", "name": "x"})).status_code == 403, path
    csrf = token((await client.get("/orders")).text)
    for deed in ("fulfillment.nothing", "nothing.fulfillment_started", "nothing"):
        result = await client.post(f"/orders/together/{deed}", data={"csrf": csrf, value: ""})
        assert result.status_code == 422, deed
    rider = await sign_in("rider1.lagos")
    assert (await rider.post("/orders/together", data={"csrf": csrf, value: ""})).status_code == 404
    assert await states(shop, rows) == ["PICK_PACK"] * len(rows)


async def test_without_a_selection_the_list_comes_again(sign_in: SignIn):
    client = await sign_in("manager.lagos")
    csrf = token((await client.get("/orders")).text)
    answer = await client.post("/orders/together", data={"csrf": csrf, "back": "show=late"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/orders?show=late")
    assert "Select some orders first." in words((await client.get("/orders?show=late")).text)


async def test_a_list_is_saved_by_a_name_and_shared_with_colleagues(sign_in: SignIn):
    mine, theirs, buyer = [await sign_in(who) for who in ("manager.lagos", "manager.abuja", "reseller.lagos.ikeja")]
    csrf = token((await mine.get("/orders")).text)
    form = {"csrf": csrf, "name": " Stuck  picking ", "query": "state=fulfillment:PICK_PACK&stuck=1d&x=y"}
    saved = await mine.post("/orders/views", data=form)
    address = "/orders?state=fulfillment%3APICK_PACK&stuck=1d"
    assert saved.headers["location"] == address
    page = words((await mine.get(address)).text)
    assert "The view “Stuck picking” is saved." in page
    assert "Stuck picking" in page
    assert "This view is yours alone." in page
    assert "Stuck picking" not in words((await theirs.get("/orders")).text)

    await mine.post("/orders/views", data={**form, "shared": "yes"})
    page = (await theirs.get(address)).text
    assert "Manager, Lagos store shares this view." in words(page)
    assert "Remove the view" not in words(page), "it is another's"
    assert "Stuck picking" not in words((await buyer.get("/orders")).text), "a buyer has no colleagues here"

    view = re.findall(r'action="(/orders/views/[^"]+/remove)"', (await mine.get(address)).text)[0]
    assert (await theirs.post(view, data={"csrf": token(page)})).status_code == 404
    removed = await mine.post(view, data={"csrf": csrf})
    assert removed.headers["location"] == "/orders"
    assert "Stuck picking" not in words((await theirs.get("/orders")).text)
    assert (await mine.post(view, data={"csrf": csrf})).status_code == 404


async def test_an_admin_removes_what_somebody_shared(sign_in: SignIn):
    mine, admin = await sign_in("manager.lagos"), await sign_in("admin")
    form = {"csrf": token((await mine.get("/orders")).text), "name": "All of ours", "query": "", "shared": "yes"}
    await mine.post("/orders/views", data={**form, "query": "sort=oldest"})
    page = (await admin.get("/orders?sort=oldest")).text
    view = re.findall(r'action="(/orders/views/[^"]+/remove)"', page)[0]
    assert (await admin.post(view, data={"csrf": token(page)})).status_code == 303


@pytest.mark.parametrize(
    ("name", "says"),
    [("", "A view has a name of 1 to 60 characters."), ("x" * 61, "A view has a name of 1 to 60 characters."),
     ("a\x00b", "A view has a name of 1 to 60 characters.")],
)  # fmt: skip
async def test_a_view_that_can_not_be_saved_comes_again_with_what_was_typed(sign_in: SignIn, name: str, says: str):
    client = await sign_in("manager.lagos")
    csrf = token((await client.get("/orders")).text)
    answer = await client.post(
        "/orders/views", data={"csrf": csrf, "name": name, "query": "show=late", "shared": "yes"}
    )
    assert answer.status_code == 422
    assert says in words(answer.text)
    assert 'aria-invalid="true"' in answer.text
    assert 'name="shared" value="yes" checked' in answer.text
    assert "Nothing waits here" in words(answer.text), "the list that was looked at is still there"


async def test_the_list_of_everything_needs_no_name(sign_in: SignIn):
    client = await sign_in("manager.lagos")
    form = {"csrf": token((await client.get("/orders")).text), "name": "All", "query": "colour=red"}
    answer = await client.post("/orders/views", data=form)
    assert answer.status_code == 422
    assert "This is the list of all orders, which needs no name. Filter or sort it first." in words(answer.text)


async def test_a_buyer_shares_no_view(sign_in: SignIn):
    client = await sign_in("reseller.lagos.ikeja")
    page = (await client.get("/orders")).text
    assert 'name="shared"' not in page
    form = {"csrf": token(page), "name": "Mine", "query": "sort=oldest"}
    assert (await client.post("/orders/views", data={**form, "shared": "yes"})).status_code == 422
    assert (await client.post("/orders/views", data=form)).status_code == 303
