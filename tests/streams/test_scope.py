"""Each event is for those who see it at the moment when it is sent."""

from __future__ import annotations

from typing import Any

import pytest
from tests.graphql.office import KANO, LAGOS, Api
from tests.graphql.orders import draft, released
from tests.streams.served import ORDER, ORDERS, Line, following

from orderway.streams import follow

LATER = "Sign in again, and go on after number 2."


async def told(api: Api, url: str, who: str, order: str, last: int) -> list[tuple[str, str]]:
    """What somebody is told of an order from its beginning, up to the number `last`."""
    found: list[tuple[int, str, str]] = []
    async with following(url, await api.token(who), ORDER, order=order, after=0) as socket:
        while not found or found[-1][0] < last:
            event = await socket.event()
            found.append((event["number"], event["transition"]["machine"], event["transition"]["event"]))
    return [(machine, event) for _, machine, event in found]


async def test_a_rider_is_told_of_the_delivery_and_of_their_own_offer_alone(api: Api, here: str):
    made = await released(api)
    last = await api.office.pool.fetchval("SELECT max(number) FROM outbox")
    seen = await told(api, here, "rider", made.order, last)
    assert {machine for machine, _ in seen} == {"fulfillment", "rider_interest"}
    assert seen[-1] == ("rider_interest", "BORN")
    whole = await told(api, here, "manager", made.order, last)
    assert {machine for machine, _ in whole} == {
        "quotation", "sale", "payment", "override_request", "fulfillment", "rider_interest",
    }  # fmt: skip
    assert [each for each in whole if each in seen] == seen


async def test_a_buyer_reads_no_note_of_the_sellers_people(api: Api, here: str):
    made = await released(api)
    async with following(here, await api.token("customer"), ORDER, order=made.order, after=0) as socket:
        asked = await until(socket, "ADMIN_OVERRIDE_REQUESTED")
    assert asked["transition"]["reason"] is None
    async with following(here, await api.token("manager"), ORDER, order=made.order, after=0) as socket:
        asked = await until(socket, "ADMIN_OVERRIDE_REQUESTED")
    assert asked["transition"]["reason"] == "They always pay late."


async def until(socket: Line, event: str) -> Any:
    """The first event of that name."""
    while True:
        told = await socket.event()
        if told["transition"]["event"] == event:
            return told


async def test_all_orders_are_those_that_one_sees(api: Api, here: str):
    async with following(here, await api.token("manager of kano"), ORDERS) as socket:
        await begun(socket)
        await draft(api)
        theirs = await draft(api, "manager of kano", store=KANO)
        events = await socket.events(2)
    assert [each["orderId"] for each in events] == [theirs.order, theirs.order]


async def test_a_filter_leaves_out_the_orders_that_do_not_pass_it(api: Api, here: str):
    lagos = {"store": str(LAGOS)}
    async with following(here, await api.token("admin"), ORDERS, filter=lagos) as socket:
        await begun(socket)
        await draft(api, "manager of kano", store=KANO)
        made = await draft(api)
        events = await socket.events(2)
    assert [each["orderId"] for each in events] == [made.order, made.order]


async def begun(socket: Line) -> None:
    """Wait until what was subscribed has begun."""
    for number in range(20):
        await socket.subscribe("subscription { nothing }", id=f"wait {number}")
        await socket.error(f"wait {number}")


ENDINGS = {
    "disabled": ("UPDATE person SET disabled_at = now() WHERE id = $1", "SIGNED_OUT", "This token has ended."),
    "another store": (
        f"UPDATE person_store SET store_id = '{KANO}' WHERE person_id = $1", "NOT_FOUND", "There is no such order.",
    ),
    "no role": ("DELETE FROM person_role WHERE person_id = $1", "NOT_FOUND", "There is no such order."),
}  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
async def test_who_may_follow_no_longer_is_told_so_before_the_next_event(ending: str, api: Api, here: str):
    statement, code, sentence = ENDINGS[ending]
    made = await draft(api)
    async with following(here, await api.token("manager"), ORDER, order=made.order, after=0) as socket:
        await socket.events(2)
        await api.office.pool.execute(statement, api.office.ids["manager"])
        await api.move("biller", "quotationShare", id=made.ids["quotation"])
        error = await socket.error()
    assert error["extensions"]["code"] == code
    assert error["message"].startswith(sentence)


async def test_it_ends_without_an_event_too_and_says_where_to_go_on(
    api: Api, here: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(follow, "PULSE", 0.01)
    made = await draft(api)
    async with following(here, await api.token("biller"), ORDER, order=made.order, after=0) as socket:
        await socket.events(2)
        await api.ask("biller", "mutation { signOut }")
        error = await socket.error()
    assert error["message"] == f"This token has ended. {LATER}"
