"""An order in parts, as programs and its two riders see it."""

from datetime import timedelta
from typing import Any

import pytest
from tests.graphql.office import BUYER, LAGOS, SHIRT, SHOES, Api
from tests.graphql.orders import DOOR, written
from tests.stories.arrivals import Arrival, arrive

from orderway.app import make_workflow
from orderway.stock.movements import Goods
from orderway.workflow.actor import Actor
from orderway.workflow.runner import Runner

PARTS = """
    fulfillment { id } rider { name }
    fulfillments {
        id state step context { part } rider { name } lines { quantity status }
        availableEvents { mutation enabled }
    }
"""
BRINGING = {"fulfillmentPackageShipped", "fulfillmentRiderUnassigned"}


async def divided(api: Api) -> str:
    """An order of twelve shirts, of which ten are there, and of a pair of shoes: paid, and in two parts."""
    quotation = await api.move(
        "biller", "createQuotation", store=LAGOS, customer=BUYER, fulfillmentType="DELIVERY", delivery=DOOR,
        lines=[{"variant": str(SHIRT), "quantity": 12}, {"variant": str(SHOES), "quantity": 1}],
        validUntil=api.office.now + timedelta(days=7),
    )  # fmt: skip
    order = str(quotation["order"]["id"])
    await api.move("biller", "quotationShare", id=quotation["id"])
    await api.move("customer", "quotationBuyerApproves", id=quotation["id"], version=2)
    await api.move("biller", "quotationSellerApproves", id=quotation["id"], version=2)
    total = (await api.order("manager", order, "totals { total }"))["totals"]["total"]
    payment = await api.move(
        "biller", "registerPayment", order=order, amount=total, method="CASH", provider="till", reference=order
    )
    await api.move("accountant", "paymentConfirm", id=payment["id"])
    waiting = (await api.order("manager", order, "fulfillment { id }"))["fulfillment"]["id"]
    await api.move("biller", "fulfillmentSplit", id=waiting)
    return order


async def parts(api: Api, order: str, who: str = "manager") -> list[Any]:
    return list((await api.order(who, order, PARTS))["fulfillments"])


async def with_two_riders(api: Api) -> str:
    """Both parts are assigned: the first to the rider, the second to the second rider."""
    order = await divided(api)
    runner = Runner(api.office.pool, make_workflow(api.office.settings), lambda: api.office.now)
    await arrive(runner, Arrival(LAGOS, (Goods(SHIRT, 2),)), actor=Actor("import:test", frozenset({"stock.manage"})))
    for part, rider in zip(await parts(api, order), ("rider", "second rider"), strict=True):
        await api.move("biller", "fulfillmentStarted", id=part["id"])
        await api.move("biller", "fulfillmentRiderNamed", id=part["id"], rider=api.office.ids[rider])
    return order


async def test_an_order_shows_its_parts_with_what_each_brings(api: Api):
    order = await divided(api)
    shown = await api.order("manager", order, PARTS)
    first, second = shown["fulfillments"]
    assert shown["fulfillment"]["id"] == first["id"]
    assert (first["state"], first["context"]["part"]) == ("PICK_PACK", 1)
    assert first["lines"] == [{"quantity": 10, "status": "HELD"}, {"quantity": 1, "status": "HELD"}]
    assert (second["state"], second["context"]["part"]) == ("BACKORDERED", 2)
    assert second["lines"] == [{"quantity": 2, "status": "MISSING"}]
    assert {"mutation": "fulfillmentSplit", "enabled": False} in second["availableEvents"]


async def test_a_list_finds_an_order_by_where_any_of_its_parts_stands(api: Api):
    await divided(api)
    query = "query($f: OrderFilter!) { orders(filter: $f) { totalCount } }"
    counts = {
        state: (await api.ask("manager", query, f={"fulfillmentStates": [state]}))["orders"]["totalCount"]
        for state in ("PICK_PACK", "BACKORDERED", "SHIPPED")
    }
    assert counts == {"PICK_PACK": 1, "BACKORDERED": 1, "SHIPPED": 0}


async def test_each_rider_may_do_what_belongs_to_their_own_part_alone(api: Api):
    order = await with_two_riders(api)
    for who, mine in (("rider", 0), ("second rider", 1)):
        seen = [{each["mutation"] for each in part["availableEvents"]} for part in await parts(api, order, who)]
        assert seen[mine] >= BRINGING
        assert seen[1 - mine] == set()


@pytest.mark.parametrize("mutation", sorted(BRINGING))
async def test_a_rider_does_nothing_with_the_part_of_another(api: Api, mutation: str):
    order = await with_two_riders(api)
    other = (await parts(api, order))[1]
    given = {"reason": "I want it."} if mutation == "fulfillmentRiderUnassigned" else {}
    before = await written(api)
    answer = await api.do("rider", mutation, id=other["id"], **given)
    assert answer["__typename"] == "Refused"
    assert await written(api) == before
    await api.move("second rider", mutation, id=other["id"], **given)


async def test_a_rider_who_may_offer_for_one_part_does_nothing_with_the_other(api: Api):
    order = await with_two_riders(api)
    first, second = await parts(api, order)
    await api.move("biller", "fulfillmentRiderUnassigned", id=second["id"], reason="Ill.")
    answer = await api.do("second rider", "fulfillmentPackageShipped", id=first["id"])
    assert answer["__typename"] == "Refused"
    assert (await parts(api, order))[0]["state"] == "RIDER_ASSIGNED"


async def test_a_return_is_asked_of_the_part_that_was_brought_not_of_one_that_was_given_up(api: Api):
    order = await divided(api)
    first, second = await parts(api, order)
    shirt = (await api.order("manager", order, "lines { id }"))["lines"][0]["id"]
    wanted = {"order": order, "lines": [{"line": shirt, "quantity": 1}], "reason": "Too small."}
    await api.move("biller", "fulfillmentCancel", id=second["id"], reason="No more come.")
    answer = await api.do("customer", "createSalesReturn", **wanted)
    assert answer["sentence"].startswith("“Ask for a return” can not be done while the fulfillment is “Picking”.")
    await api.move("biller", "fulfillmentStarted", id=first["id"])
    await api.move("biller", "fulfillmentCarrierSelected", id=first["id"], carrier="Post")
    await api.move("biller", "fulfillmentPackageShipped", id=first["id"])
    await api.move("biller", "fulfillmentPackageDelivered", id=first["id"])
    await api.move("customer", "createSalesReturn", **wanted)
    answer = await api.do("customer", "createSalesReturn", **wanted)
    assert answer["sentence"].startswith(
        "“Ask for a return” can not be done while the fulfillment is “Return requested”."
    )


async def test_a_part_that_is_given_up_reads_as_goods_off_the_sale_and_not_as_a_return(api: Api):
    order = await divided(api)
    second = (await parts(api, order))[1]
    await api.move("biller", "fulfillmentCancel", id=second["id"], reason="No more come.")
    log = (await api.order("manager", order, "transitionLog { nodes { machine phrase } }"))["transitionLog"]["nodes"]
    assert next(each["phrase"] for each in log if each["machine"] == "sale") == "took goods off the sale"
