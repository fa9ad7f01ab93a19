"""The page of a sink: what has failed stands there with why, and is tried again or set aside by its forms."""

import html
import re

import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import Forms, form, forms

from orderway.outbound.panel.whys import FAULT

AGAIN, ASIDE = "/outbox/notifications/retry", "/outbox/notifications/aside"

# Of two orders of Lagos and one of Abuja the last event failed: once of one of Lagos, too often of the others.
FAIL = """
INSERT INTO outbound_progress (store_id, order_id, sink, known, done, tries, why, dead_at, due_at)
SELECT store_id, id, 'notifications', outbox_number, outbox_number - 1, CASE code || n WHEN 'LOS2' THEN 1 ELSE 20 END,
    'The door is shut.', CASE code || n WHEN 'LOS2' THEN NULL ELSE $1::timestamptz END,
    CASE code || n WHEN 'LOS2' THEN $1 END
FROM (
    SELECT o.store_id, o.id, o.outbox_number, s.code, row_number() OVER (PARTITION BY s.code ORDER BY o.id) AS n
    FROM sale_order o JOIN store s ON s.id = o.store_id
) f WHERE code = 'LOS' AND n <= 2 OR code = 'ABV' AND n = 1
"""


@pytest.fixture
async def failed(shop: Shop) -> Shop:
    await shop.pool.execute(FAIL, await shop.pool.fetchval("SELECT max(at) + interval '1 hour' FROM outbox"))
    return shop


async def standing(shop: Shop) -> tuple[int, int]:
    row = await shop.pool.fetchrow(
        "SELECT count(*) FILTER (WHERE dead_at IS NOT NULL), count(*) FILTER (WHERE tries = 1) FROM outbound_progress"
    )
    assert row
    return row[0], row[1]


@pytest.mark.parametrize("who", ["biller.lagos", "rider1.lagos", "reseller.lagos.ikeja", "customer.lagos"])
async def test_who_does_not_look_after_it_finds_none(who: str, sign_in: SignIn):
    client = await sign_in(who)
    for path in ("/outbox/notifications", "/outbox/nothing"):
        assert (await client.get(path)).status_code == 404


async def test_a_sink_that_is_switched_off_is_not_said_to_have_had_everything(sign_in: SignIn, failed: Shop):
    await failed.pool.execute("UPDATE outbound_sink SET paused_at = now() WHERE sink = 'notifications'")
    text = words((await (await sign_in("admin")).get("/outbox")).text)
    assert re.search(r"Notifications 2 orders given up · 1 tried again [\d,]+ Off", text)


async def test_the_sinks_stand_over_what_was_told_and_lead_to_their_pages(sign_in: SignIn, failed: Shop):
    assert await standing(failed) == (2, 1)
    admin, manager = await sign_in("admin"), await sign_in("manager.lagos")
    for client, given_up in ((admin, "2 orders given up"), (manager, "1 order given up")):
        text = words((await client.get("/outbox")).text)
        assert re.search(rf"Notifications {given_up} · 1 tried again [\d,]+ Needs you", text)
    page = await admin.get("/outbox/notifications")
    assert "Given up 2 Tried again 1 Waiting 0 By hand" in words(page.text)
    assert page.text.count("The door is shut.") == 2
    assert "Tries that failed 41" in words(page.text)
    assert "ABV-" not in (await manager.get("/outbox/notifications")).text
    assert "1 try" in words((await admin.get("/outbox/notifications?list=failing")).text)
    wrong = await admin.get("/outbox/notifications?list=dead&after=nowhere")
    assert (wrong.status_code, "“nowhere” is no place in the list" in words(wrong.text)) == (200, True)


async def test_what_is_ticked_is_tried_again_and_what_was_done_is_told(sign_in: SignIn, failed: Shop):
    manager = await sign_in("manager.lagos")
    page = await manager.get("/outbox/notifications")
    held = form(page, AGAIN)
    assert ASIDE not in forms(page), "who may not set aside finds no form for it"
    (order,) = _boxes(page.text)
    nothing = await manager.post(AGAIN, data={**held, "reason": "Mended.", "do": "ticked"})
    assert (nothing.status_code, "No order is ticked." in words(nothing.text)) == (422, True)
    unsaid = await manager.post(AGAIN, data={**held, order: "on", "do": "ticked", "reason": " "})
    assert unsaid.status_code == 422
    assert await standing(failed) == (2, 1)
    for _ in range(2):
        sent = await manager.post(AGAIN, data={**held, order: "on", "do": "ticked", "reason": "Mended."})
        assert (sent.status_code, sent.headers["location"]) == (303, "/outbox/notifications")
    assert await standing(failed) == (1, 1)
    told = words((await manager.get("/outbox/notifications?list=changes")).text)
    assert f"Tried the event again · Mended. {FAULT}" in told
    assert "The door is shut." not in told, "what was said is for who may change settings"
    assert await failed.pool.fetchval("SELECT count(*) FROM outbound_change") == 1


async def test_all_is_tried_again_and_one_event_is_set_aside(sign_in: SignIn, failed: Shop):
    admin = await sign_in("admin")
    page = await admin.get("/outbox/notifications")
    reader = Forms()
    reader.feed(page.text)
    aside = next(held for url, held in reader.found if url == ASIDE)
    unsaid = await admin.post(ASIDE, data={**aside, "reason": ""})
    assert (unsaid.status_code, "<details open>" in unsaid.text) == (422, True)
    wrong = await admin.post(ASIDE, data={**aside, "number": "x", "reason": "It is broken."})
    assert (wrong.status_code, "does not say which event" in words(wrong.text)) == (422, True)
    sent = await admin.post(ASIDE, data={**aside, "reason": "It is broken."})
    assert sent.status_code == 303
    assert "Set the event aside: the order goes on behind it." in words((await admin.get("/outbox")).text)
    assert await standing(failed) == (1, 1)
    sent = await admin.post(AGAIN, data={**form(page, AGAIN), "reason": "Mended.", "do": "all"})
    assert sent.status_code == 303
    assert "2 orders are tried again now." in html.unescape(words((await admin.get("/outbox")).text))
    assert await standing(failed) == (0, 1)
    assert (
        await admin.post("/outbox/nothing/retry", data={**form(page, AGAIN), "reason": "x", "do": "all"})
    ).status_code == 404


def _boxes(text: str) -> list[str]:
    return [part.split('"')[0] for part in text.split('form="again" name="')[1:]]
