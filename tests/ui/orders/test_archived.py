"""Who looks for an order that was archived is told so, in their language."""

from datetime import timedelta
from pathlib import Path

from tests.company import NOW
from tests.ui.conftest import Shop, SignIn, words

from orderway.app import make_workflow
from orderway.archive.leaving import archive_old
from orderway.archive.shelf import VARIABLE
from orderway.insight.gathering import gather_all
from orderway.outbound.delivery import deliver
from orderway.outbound.notifying import Notifications
from orderway.settings import Settings
from orderway.storage.storage import Storage
from orderway.workflow.runner import Runner


async def test_an_archived_order_is_found_by_its_number_and_said_to_be_away(
    sign_in: SignIn, shop: Shop, tmp_path: Path
):
    settings = Settings({})
    await gather_all(shop.pool, now=NOW)
    await deliver(Runner(shop.pool, make_workflow(settings), lambda: NOW), Notifications(settings))
    async with shop.pool.acquire() as connection:
        shelf = Storage({}, folder=tmp_path, variable=VARIABLE)
        left = await archive_old(connection, shelf, before=NOW + timedelta(days=1), now=NOW)
    assert left.archived > 0
    ((id, number),) = await shop.pool.fetch("SELECT order_id, number FROM archived_order ORDER BY number LIMIT 1")
    admin = await sign_in("superadmin")
    found = await admin.get(f"/search?q={number.lower()}")
    assert (found.status_code, found.headers["location"]) == (303, f"/orders/{id}")
    page = await admin.get(f"/orders/{id}")
    assert page.status_code == 404
    assert f"Order {number} was archived on {NOW:%Y-%m-%d}." in words(page.text)
    french = await admin.get(f"/orders/{id}", headers={"Accept-Language": "fr"})
    assert f"La commande {number} a été archivée le {NOW:%Y-%m-%d}." in words(french.text)
    stranger = await sign_in("rider1.lagos")
    assert "archived" not in words((await stranger.get(f"/orders/{id}")).text)
