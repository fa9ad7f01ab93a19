"""What a rehearsal must never be: a way to try secrets, to see further, or to say what would not be."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.graphql.office import Api
from tests.graphql.orders import agreed, draft, released
from tests.graphql.test_past import history
from tests.graphql.test_whatif import ASK, decisions, simulate, step
from tests.pins import NEWEST

from orderway.order import whatif


async def shipped(api: Api) -> Any:
    """An order that its rider carries to the door; the receiver has the PIN."""
    made = await released(api)
    part = made.ids["fulfillment"]
    await api.move("biller", "fulfillmentRiderSelected", id=part, interest=made.ids["rider_interest"])
    await api.move("rider", "fulfillmentPackageShipped", id=part)
    return made


async def test_no_pin_is_found_by_trying_it_where_no_try_counts(api: Api):
    made = await shipped(api)
    pin = await api.office.pool.fetchval(NEWEST)
    wrong = f"{(int(pin) + 1) % 10**6:06}"
    told = [
        await simulate(api, "rider", made.order, step("fulfillment", "PACKAGE_DELIVERED", pin=one))
        for one in (pin, wrong)
    ]
    assert told[0] == told[1]
    assert [each["toLabel"] for each in told[0][0]["happened"]] == ["Delivered"]
    found = await simulate(api, "rider", made.order, step("fulfillment", "PACKAGE_DELIVERED"))
    assert [each["toLabel"] for each in found[0]["happened"]] == ["Out for delivery"]


async def test_history_tells_no_hash_of_a_pin(api: Api):
    made = await shipped(api)
    past = await history(api, "admin", made.order, api.office.now)
    assert "argon2" not in str(past)


async def test_an_event_that_is_none_is_called_so(api: Api):
    made = await agreed(api)
    found = await simulate(api, "biller", made.order, step("sale", "NO_SUCH"), step("car", "DRIVE"))
    assert [(each["label"], each["decision"]) for each in found] == [("Unknown event", "INVALID")] * 2


async def test_the_machine_is_told_by_the_event_where_only_one_takes_it(api: Api):
    made = await agreed(api)
    found = await simulate(
        api, "biller", made.order, {"event": "SET_PAYMENT_METHOD", "payload": {"method": "CASH"}},
        {"event": "CANCEL_REQUESTED", "payload": {"reason": "No."}}, {"event": "NO_SUCH"},
    )  # fmt: skip
    assert [(each["machine"], each["label"], each["decision"]) for each in found] == [
        ("sale", "Choose how to pay", "MOVED"), ("sale", "Cancel the sale", "MOVED"),
        (None, "Unknown event", "INVALID"),
    ]  # fmt: skip


@pytest.mark.parametrize("payload", [
    {"reason": "\ud800"}, {"reason": "a\u0000b"}, {"reason": 10**30}, {"reason": "x" * 10_000}, {"reason": None},
    [1], "text", {"reason": {"a": [[[]]]}},
])  # fmt: skip
async def test_a_payload_that_can_not_be_is_said_to_be_invalid(api: Api, payload: Any):
    made = await agreed(api)
    event = {"machine": "sale", "event": "CANCEL_REQUESTED", "payload": payload}
    asked = json.dumps({"query": ASK, "variables": {"order": made.order, "events": [event]}})
    headers = {"Authorization": f"Bearer {await api.token('biller')}", "Content-Type": "application/json"}
    answer = (await api.client.post("/graphql", content=asked, headers=headers)).json()
    if "errors" in answer:
        assert answer["errors"][0]["extensions"]["code"] == "INVALID"
    else:
        assert answer["data"]["simulate"][0]["decision"] == "INVALID"


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59Z", "2026-03-03T12:00:00", "0001-01-01T00:00:00+14:00"])
async def test_the_ends_of_time_are_no_fault(api: Api, until: str):
    made = await agreed(api)
    answer = (await api.post("biller", ASK, order=made.order, events=[{"until": until}])).json()
    if "errors" in answer:
        assert "went wrong" not in answer["errors"][0]["message"], answer
    else:
        assert decisions(answer["data"]["simulate"])[-1][1] == "WAITED"


async def test_two_rehearsals_in_one_request_are_each_as_if_alone(api: Api):
    made = await draft(api)
    query = """query($order: UUID!) {
        a: simulate(orderId: $order, events: [{machine: "quotation", event: "SHARE"}]) { decision }
        order(id: $order) { quotation { state } }
        b: simulate(orderId: $order, events: [{machine: "quotation", event: "SHARE"}]) { decision }
    }"""
    assert await api.ask("biller", query, order=made.order) == {
        "a": [{"decision": "MOVED"}], "order": {"quotation": {"state": "DRAFT"}}, "b": [{"decision": "MOVED"}],
    }  # fmt: skip


async def test_what_more_timers_come_to_than_go_off_is_not_said(api: Api, monkeypatch: pytest.MonkeyPatch):
    made = await agreed(api)
    until = (api.office.now + timedelta(days=2)).isoformat()
    monkeypatch.setattr(whatif, "MOST_TIMERS", 0)
    [error] = await api.errors("biller", ASK, order=made.order, events=[{"until": until}])
    assert error["message"] == "More than 0 timers would go off until then. Ask for an earlier moment."
