"""What stands in each state, as its viewer sees it: how many, since when, and worth how much."""

from datetime import timedelta
from typing import Any

import pytest
from tests.graphql.office import KANO, Api
from tests.graphql.orders import agreed, draft, released

from orderway.app import make_workflow
from orderway.order.tallies import Tally, count_longer, count_states, require_staff, weigh_states
from orderway.people.viewer import Viewer, find_viewer
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Kind

Connection = Any


async def viewer(api: Api, connection: Connection, who: str) -> Viewer:
    found = await find_viewer(connection, api.office.ids[who])
    assert found is not None
    return found


def kind(api: Api, machine: str) -> Kind:
    return make_workflow(api.office.settings).kind(machine)


async def counts(api: Api, connection: Connection, who: str, machine: str, store: Any = None) -> dict[str, int]:
    looking = await viewer(api, connection, who)
    found = await count_states(connection, looking, kind=kind(api, machine), store_id=store)
    return {state: each.count for state, each in found.items() if each.count}


async def test_each_sees_the_counts_of_what_they_see(api: Api, connection: Connection):
    await draft(api)
    await draft(api, "admin", store=KANO)
    await released(api)
    everything = {"DRAFT": 2, "MUTUALLY_APPROVED": 1}
    assert await counts(api, connection, "admin", "quotation") == everything
    assert await counts(api, connection, "accountant", "quotation") == everything
    for who in ("manager", "biller"):
        assert await counts(api, connection, who, "quotation") == {"DRAFT": 1, "MUTUALLY_APPROVED": 1}, who
    assert await counts(api, connection, "manager of kano", "quotation") == {"DRAFT": 1}
    assert await counts(api, connection, "customer", "quotation") == {"MUTUALLY_APPROVED": 1}, "no draft of others"
    assert await counts(api, connection, "rider", "quotation") == {}
    assert await counts(api, connection, "rider", "fulfillment") == {"AWAITING_RIDER_SELECTION": 1}
    assert await counts(api, connection, "admin", "quotation", KANO) == {"DRAFT": 1}


async def test_what_the_sellers_people_keep_among_themselves_is_counted_for_them_alone(
    api: Api, connection: Connection
):
    await released(api)
    assert await counts(api, connection, "biller", "override_request") == {"APPROVED": 2}
    assert await counts(api, connection, "customer", "override_request") == {}
    assert await counts(api, connection, "biller", "rider_interest") == {"ACTIVE": 1}
    assert await counts(api, connection, "second rider", "rider_interest") == {}


async def test_of_very_many_it_is_told_that_they_are_more(api: Api, connection: Connection):
    for _ in range(3):
        await draft(api)
    admin = await viewer(api, connection, "admin")
    found = await count_states(connection, admin, kind=kind(api, "quotation"), most=2)
    assert found["DRAFT"] == Tally(2, is_more=True)


async def test_what_stands_there_is_weighed(api: Api, connection: Connection):
    await draft(api)
    since = api.office.now
    api.office.later(hours=3)
    await draft(api)
    await agreed(api)
    admin, manager = await viewer(api, connection, "admin"), await viewer(api, connection, "manager of kano")
    found = await weigh_states(connection, admin, kind=kind(api, "quotation"))
    draft_weight = found["DRAFT"]
    assert (draft_weight.tally, draft_weight.oldest) == (Tally(2), since)
    assert (draft_weight.worth, draft_weight.versions) == ({"NGN": 12_600}, {1: 2})
    assert "MUTUALLY_APPROVED" not in found, "what has ended is not weighed"
    assert (await weigh_states(connection, manager, kind=kind(api, "quotation")))["DRAFT"].tally == Tally(0)


async def test_of_payments_it_is_their_amounts(api: Api, connection: Connection):
    await released(api)
    admin = await viewer(api, connection, "admin")
    assert (await weigh_states(connection, admin, kind=kind(api, "payment")))["PENDING"].worth == {"NGN": 1_000}


async def test_who_sees_no_money_learns_no_worth(api: Api, connection: Connection):
    await released(api)
    rider = await viewer(api, connection, "rider")
    found = (await weigh_states(connection, rider, kind=kind(api, "fulfillment")))["AWAITING_RIDER_SELECTION"]
    assert (found.tally, found.worth) == (Tally(1), {})


async def test_what_has_stood_since_a_time_is_counted(api: Api, connection: Connection):
    await draft(api)
    first = api.office.now
    api.office.later(hours=1)
    await draft(api)
    admin = await viewer(api, connection, "admin")
    for since, count in ((first - timedelta(minutes=1), 0), (first, 1), (api.office.now, 2)):
        found = await count_longer(connection, admin, kind=kind(api, "quotation"), since={"DRAFT": since})
        assert found["DRAFT"].tally == Tally(count)
        assert found["DRAFT"].oldest == (first if count else None)
    assert await count_longer(connection, admin, kind=kind(api, "quotation"), since={}) == {}


async def test_counts_are_for_who_works_for_the_seller(api: Api, connection: Connection):
    for who in ("admin", "manager", "accountant", "biller"):
        require_staff(await viewer(api, connection, who))
    for who in ("rider", "reseller", "customer"):
        with pytest.raises(NotFound):
            require_staff(await viewer(api, connection, who))
