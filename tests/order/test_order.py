"""One order, read whole: its sums, its number, its timeline in words, and what can be done with it."""

from typing import Any
from uuid import UUID

import pytest
from tests.graphql.office import Api
from tests.graphql.orders import agreed, draft, released, written
from tests.order.test_lists import Connection, viewer

from orderway.app import make_workflow
from orderway.order.available import load_available
from orderway.order.reads import load_order, load_order_numbered, load_orders
from orderway.order.timeline import Entry, load_timeline
from orderway.settings import Settings
from orderway.workflow.errors import NotFound
from orderway.workflow.runner import Runner


async def read(api: Api, connection: Connection, who: str, id: str) -> Any:
    return await load_order(connection, await viewer(api, connection, who), UUID(id))


PLANNED = """
SELECT sum(generic_plans) > 0 FROM pg_prepared_statements WHERE statement LIKE '%json_build_object(%''sees_notes''%'
"""


async def test_the_statement_that_reads_an_order_is_not_planned_for_each(api: Api, connection: Connection):
    made, looking = await draft(api), await viewer(api, connection, "manager")
    for _ in range(7):
        await load_order(connection, looking, UUID(made.order))
    assert await connection.fetchval(PLANNED)


async def test_an_order_is_read_with_its_sums(api: Api, connection: Connection):
    made = await agreed(api)
    payment = await api.move(
        "biller", "registerPayment", order=made.order, amount=300, method="CASH", provider="till", reference="R-1"
    )
    await api.move("accountant", "paymentConfirm", id=payment["id"])
    order = await read(api, connection, "biller", made.order)
    assert (order.number, order.phase, order.currency) == ("LAG-000001", "SALE", "NGN")
    assert [(line.sku, line.quantity, line.price.unit, line.price.total) for line in order.lines] == [
        ("SHIRT", 1, 1050, 1050), ("SHOES", 1, 5250, 5250),
    ]  # fmt: skip
    totals = order.totals
    assert (totals.goods, totals.total, totals.captured, totals.outstanding) == (6300, 6300, 300, 6000)
    assert order.sale.context.captured_total == 300
    assert [life.machine for life in order.lives] == ["quotation", "sale", "payment"]
    assert order.current is order.sale
    assert order.biller.name == "Biller"


async def test_before_there_is_a_sale_nothing_is_outstanding(api: Api, connection: Connection):
    order = await read(api, connection, "biller", (await draft(api)).order)
    assert (order.totals.total, order.totals.outstanding) == (6300, 0)
    assert (order.phase, order.sale, order.fulfillment) == ("QUOTATION", None, None)


async def test_an_order_is_found_by_its_number(api: Api, connection: Connection):
    made = await draft(api)
    biller = await viewer(api, connection, "biller")
    assert (await load_order_numbered(connection, biller, "LAG-000001")).id == UUID(made.order)
    for number in ("LAG-000002", "lag-000001", ""):
        with pytest.raises(NotFound, match="There is no such order"):
            await load_order_numbered(connection, biller, number)


async def test_of_many_orders_those_that_are_seen_are_read(api: Api, connection: Connection):
    one, other = await draft(api), await draft(api)
    ids = [UUID(one.order), UUID(other.order), UUID(int=7)]
    found = await load_orders(connection, await viewer(api, connection, "biller"), ids)
    assert [order.id for order in found] == [UUID(other.order), UUID(one.order)]
    assert await load_orders(connection, await viewer(api, connection, "reseller"), ids) == []


async def test_the_hash_of_a_pin_is_never_read(api: Api, connection: Connection):
    made = await released(api)
    fulfillment = made.ids["fulfillment"]
    await api.move("biller", "fulfillmentRiderSelected", id=fulfillment, interest=made.ids["rider_interest"])
    await api.move("rider", "fulfillmentPackageShipped", id=fulfillment)
    kept = await connection.fetchval("SELECT context ->> 'pin_hash' FROM fulfillment")
    assert kept.startswith("$argon2id$")
    for who in ("admin", "biller", "rider", "customer"):
        order = await read(api, connection, who, made.order)
        assert order.fulfillment.context.pin_hash is None
    query = f'{{ order(id: "{made.order}") {{ workflowContext fulfillment {{ workflowContext }} }} }}'
    text = (await api.post("admin", query)).text
    assert "pin_hash" not in text
    assert kept not in text


async def test_a_timeline_tells_who_did_what_newest_first(api: Api, connection: Connection):
    made = await agreed(api)
    order = await read(api, connection, "biller", made.order)
    workflow = make_workflow(Settings({}))
    timeline = await load_timeline(connection, workflow, order)
    assert [(each.who, each.what.phrase, each.on_behalf_of) for each in timeline.entries] == [
        ("Orderway", "opened the sale", "Biller"),
        ("Biller", "approved the quotation for the seller", None),
        ("Customer", "accepted the quotation", None),
        ("Biller", "shared the quotation with the buyer", None),
        ("Biller", "edited the quotation", None),
        ("Biller", "drafted the quotation", None),
    ]
    assert timeline.older is None
    newest = timeline.entries[1].what
    assert (newest.from_label, newest.to_label, newest.tone) == ("Accepted by buyer", "Agreed", "good")


async def test_a_timeline_is_read_a_page_at_a_time(api: Api, connection: Connection):
    made = await released(api)
    order = await read(api, connection, "manager", made.order)
    workflow = make_workflow(Settings({}))
    whole = await load_timeline(connection, workflow, order, limit=200)
    assert len(whole.entries) == await connection.fetchval("SELECT count(*) FROM transition_log") > 10
    seen: list[Entry] = []
    before = None
    while True:
        page = await load_timeline(connection, workflow, order, before=before, limit=3)
        seen += page.entries
        if page.older is None:
            break
        before = page.older
    assert tuple(seen) == whole.entries
    steps = [each.what.step for each in whole.entries if each.what.machine == "sale"]
    assert steps == sorted(steps, reverse=True)


async def test_the_timeline_of_one_instance_tells_of_no_other(api: Api, connection: Connection):
    made = await released(api)
    order = await read(api, connection, "customer", made.order)
    workflow = make_workflow(Settings({}))
    of_sale = await load_timeline(connection, workflow, order, instances=[UUID(made.ids["sale"])])
    assert {each.what.machine for each in of_sale.entries} == {"sale"}
    hidden = await load_timeline(connection, workflow, order, instances=[UUID(made.ids["override_request"])])
    assert hidden.entries == ()


async def test_asking_what_can_be_done_writes_nothing(api: Api, connection: Connection):
    made = await released(api)
    order = await read(api, connection, "manager", made.order)
    before = await written(api)
    runner = Runner(api.office.pool, make_workflow(Settings({})), clock=lambda: api.office.now)
    found = await load_available(runner, await viewer(api, connection, "manager"), order)
    assert await written(api) == before
    offered = {(each.machine, each.choice.event): each.choice.is_enabled for each in found if each.is_theirs}
    assert offered[("fulfillment", "RIDER_SELECTED")] is True
    assert ("fulfillment", "RESERVE_OK") not in offered
    assert ("payment", "CONFIRM") not in offered, "a manager does not confirm payments"


async def test_what_is_refused_is_offered_with_its_reason(api: Api, connection: Connection):
    made = await draft(api)
    await api.move("biller", "quotationEdit", id=made.ids["quotation"], lines=[])
    order = await read(api, connection, "biller", made.order)
    runner = Runner(api.office.pool, make_workflow(Settings({})), clock=lambda: api.office.now)
    found = await load_available(runner, await viewer(api, connection, "biller"), order)
    share = next(each.choice for each in found if each.choice.event == "SHARE")
    assert share.is_enabled is False
    assert [(each.sentence, each.remedy) for each in share.reasons] == [
        ("The quotation must have lines.", "Add a line."),
    ]


async def test_an_offer_can_be_made_again_while_the_delivery_looks_for_a_rider(api: Api, connection: Connection):
    """Whether it does is a fact of that event alone, and needs nothing of what is filled in."""
    made = await released(api)
    await api.move("rider", "riderInterestWithdraw", id=made.ids["rider_interest"])
    assert await offered(api, connection, "rider", made.order) == {"REGISTER": True}
    await api.move("biller", "fulfillmentHold", id=made.ids["fulfillment"], reason="Wait.")
    order = "query($id: UUID!) { order(id: $id) { interests { id } } }"
    [error] = await api.errors("rider", order, id=made.order)
    assert error["extensions"]["code"] == "NOT_FOUND", "what looks for no rider is not theirs to see"


async def test_a_manager_may_hand_over_what_the_tries_of_a_pin_are_used_up_for(api: Api, connection: Connection):
    made = await released(api)
    fulfillment = made.ids["fulfillment"]
    await api.move("biller", "fulfillmentRiderSelected", id=fulfillment, interest=made.ids["rider_interest"])
    await api.move("rider", "fulfillmentPackageShipped", id=fulfillment)
    for _ in range(5):
        await api.move("rider", "fulfillmentPackageDelivered", id=fulfillment, pin="wrong")
    assert (await offered(api, connection, "rider", made.order))["PACKAGE_DELIVERED"] is False
    assert (await offered(api, connection, "manager", made.order))["PACKAGE_DELIVERED"] is True
    assert (await api.do("rider", "fulfillmentPackageDelivered", id=fulfillment, pin="wrong"))[
        "__typename"
    ] == "Refused"
    assert (await api.move("manager", "fulfillmentPackageDelivered", id=fulfillment))["state"] == "DELIVERED"


async def offered(api: Api, connection: Connection, who: str, id: str) -> dict[str, bool]:
    """What somebody is offered to do with an order, and whether it is open."""
    order = await read(api, connection, who, id)
    runner = Runner(api.office.pool, make_workflow(Settings({})), clock=lambda: api.office.now)
    found = await load_available(runner, await viewer(api, connection, who), order)
    return {each.choice.event: each.choice.is_enabled for each in found if each.is_theirs}
