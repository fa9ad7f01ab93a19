"""What one is told is followed as orders are."""

from __future__ import annotations

from tests.graphql.office import Api
from tests.graphql.orders import agreed
from tests.streams.conftest import runner_of
from tests.streams.served import following

from orderway.outbound.delivery import deliver
from orderway.outbound.notifying import Notifications
from orderway.settings import Settings

ADDED = "subscription($after: Int) { notificationAdded(after: $after) { number type title orderNumber } }"


async def test_what_one_is_told_comes_once_and_from_where_one_was(api: Api, here: str):
    token = await api.token("customer")
    async with following(here, token, ADDED, after=0) as socket:
        await agreed(api)
        await deliver(runner_of(api.office), Notifications(Settings({})))
        first = await socket.event()
    assert first == {
        "number": 1,
        "type": "order.quotation.share",
        "title": "Your quotation LAG-000001 is ready",
        "orderNumber": "LAG-000001",
    }
    last = await api.office.pool.fetchval(
        "SELECT last FROM notification_count WHERE person_id = $1", api.office.ids["customer"]
    )
    async with following(here, token, ADDED, after=1) as socket:
        rest = await socket.events(last - 1)
    assert [each["number"] for each in rest] == list(range(2, last + 1))


async def test_nobody_is_told_what_another_is_told(api: Api, here: str):
    await agreed(api)
    async with following(here, await api.token("reseller"), ADDED, after=0) as socket:
        await deliver(runner_of(api.office), Notifications(Settings({})))
        await socket.subscribe("subscription { nothing }", id="2")
        assert (await socket.hear())["id"] == "2"
