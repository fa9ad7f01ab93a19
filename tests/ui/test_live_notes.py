"""A note that the seller's people keep among themselves nudges nobody else's page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from tests.company import NOW
from tests.ui.conftest import Shop, SignIn
from tests.ui.order.test_comments import said, seen_by_both
from tests.ui.test_live import SOON, Listeners, hears, moved

from orderway.people.viewer import find_viewer
from orderway.streams.feed import MANY, MOVED, Moved
from orderway.streams.follow import may_concern
from orderway.streams.snapshot import read_snapshot


async def test_the_feed_tells_notes_from_what_concerns_others_too(sign_in: SignIn, shop: Shop):
    manager, path = await sign_in("manager.lagos"), await seen_by_both(shop)
    buyer = await shop.pool.fetchval("SELECT id FROM person WHERE email = 'reseller.lagos.ikeja@demo.example'")
    async with shop.pool.acquire() as connection:
        viewer = await find_viewer(connection, buyer)
    assert viewer
    concerned = may_concern(viewer)

    async def news(before: str) -> Moved:
        (row,) = await shop.pool.fetch(MOVED, str(read_snapshot(before)), MANY)
        return Moved(*row[1:])

    before = await shop.pool.fetchval("SELECT pg_current_snapshot()::text")
    await said(manager, path, "Between us.")
    note = await news(before)
    assert (str(note.order), note.noted, concerned(note)) == (path[-36:], True, False)
    await said(manager, path, "For you.", **{"for": "buyer"})
    both = await news(before)
    assert (both.noted, concerned(both)) == (False, True)
    assert not replace(note, noted=True).and_before(both).noted, "a note takes nothing back that came before it"


async def test_a_buyer_is_not_nudged_by_a_note_and_the_sellers_people_are(sign_in: SignIn, shop: Shop):
    listeners = Listeners(shop.pool)
    manager, buyer = await sign_in("manager.lagos"), await sign_in("reseller.lagos.ikeja")
    path = await seen_by_both(shop)
    order = path[-36:]
    await said(manager, path, "Between us.")
    await shop.pool.execute("ALTER TABLE outbox DISABLE TRIGGER USER")
    await shop.pool.execute(
        "UPDATE outbox SET at = $2 WHERE order_id = $1 AND type = 'order.comment.noted'", UUID(order), SOON
    )
    heard = {}
    for name, client in (("manager", manager), ("buyer", buyer)):
        cookie = client.cookies["orderway_session"]
        viewer = await listeners.sessions.viewer_of(cookie)
        assert viewer
        async with listeners.nudges.listening(viewer, cookie, since=NOW + timedelta(hours=1)) as ear:
            heard[name] = ear.taken()
            (told,) = [each for each in await moved(shop.pool, "") if str(each.order) == order]
            listeners.tell([replace(told, noted=True)])
            listeners.tell([told])
            listeners.tell([replace(told, noted=True)])
            assert f"order:{order}" in await hears(ear), "what concerns both is told, whatever follows it"
    assert f"order:{order}" in heard["manager"]
    assert f"order:{order}" not in heard["buyer"]
