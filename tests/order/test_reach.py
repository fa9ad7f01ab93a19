"""What a viewer may do is asked when they act, under the order's lock: not when they looked."""

from uuid import UUID

import pytest
from tests.graphql.office import Api
from tests.graphql.orders import released, written
from tests.order.test_lists import Connection, viewer

from orderway.app import make_workflow
from orderway.fulfillment.events import PackageShipped
from orderway.order.reach import reach
from orderway.settings import Settings
from orderway.workflow.errors import NotFound
from orderway.workflow.runner import Runner


async def test_a_rider_who_was_not_chosen_meanwhile_ships_nothing(api: Api, connection: Connection):
    made = await released(api)
    workflow = make_workflow(Settings({}))
    runner = Runner(api.office.pool, workflow, lambda: api.office.now)
    delivery = UUID(made.ids["fulfillment"])
    second = await viewer(api, connection, "second rider")
    reached = await reach(connection, second, kind=workflow.kind("fulfillment"), id=delivery)
    await api.move(
        "biller", "fulfillmentRiderSelected", id=made.ids["fulfillment"], interest=made.ids["rider_interest"]
    )
    before = await written(api)
    with pytest.raises(NotFound, match="There is no such order"):
        await reached.send(runner, PackageShipped())
    assert await written(api) == before
    first = await viewer(api, connection, "rider")
    chosen = await reach(connection, first, kind=workflow.kind("fulfillment"), id=delivery)
    assert (await chosen.send(runner, PackageShipped())).to_state == "SHIPPED"
