"""Deliveries through the API: what has failed is listed with why, tried again once for a key, and set aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.graphql.office import KANO, RESELLER, Api
from tests.graphql.orders import draft
from tests.graphql.walk.company import asked
from tests.outbound.listening import deliver_all

from orderway.app import make_workflow
from orderway.outbound.delivery import Stretch
from orderway.outbound.panel.whys import FAULT
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import Runner

SINKS = "{ outboxSinks { sink lag unread waiting failing dead attempts gaps oldestAt awaySince } }"
DELIVERIES = """query($status: OutboxDeliveryStatus, $store: UUID) {
    outboxDeliveries(sink: "notifications", filter: {status: $status, store: $store}) {
        totalCount nodes { status number type events tries why dueAt onItsWay order { id } } } }"""
CHANGES = """query($order: UUID) { outboxChanges(filter: {order: $order}) {
    totalCount nodes { sink orderId what number tries why reason who } } }"""


class Broken:
    """A sink that takes nothing."""

    name = "notifications"

    async def take(self, _connection: Connection, _stretches: Sequence[Stretch], /) -> None:
        """Refuse it."""
        raise ValueError("There is no room.")


@pytest.fixture
async def failed(api: Api) -> tuple[str, str]:
    """The numbers of two orders, of Lagos and Kano, that failed."""
    lagos = await draft(api)
    kano = await draft(api, "manager of kano", store=KANO, customer=RESELLER)
    office = api.office
    await deliver_all(Runner(office.pool, make_workflow(office.settings), lambda: office.now), Broken())
    return lagos.order, kano.order


async def listed(api: Api, who: str, **given: Any) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await api.ask(who, DELIVERIES, **given))["outboxDeliveries"]["nodes"]
    return nodes


async def test_what_has_failed_is_listed_for_each_of_their_stores(api: Api, failed: tuple[str, str]):
    lagos, kano = failed
    (sink,) = (await api.ask("admin", SINKS))["outboxSinks"]
    assert sink == {
        "sink": "notifications", "lag": 4, "unread": 0, "waiting": 0, "failing": 2, "dead": 0, "attempts": 2, "gaps": 0,
        "oldestAt": "2026-03-02T12:00:00Z", "awaySince": None,
    }  # fmt: skip
    ((mine,),) = ([each["lag"] for each in (await api.ask("manager", SINKS))["outboxSinks"]],)
    assert mine == 2
    (row,) = await listed(api, "manager of kano", status="FAILING")
    assert row.pop("dueAt") > api.office.now.isoformat()
    assert row == {
        "status": "FAILING", "number": 1, "type": "order.quotation.born", "events": 2,
        "tries": 1, "why": FAULT, "onItsWay": False, "order": {"id": kano},
    }  # fmt: skip
    every = await listed(api, "admin")
    assert {each["order"]["id"] for each in every} == {lagos, kano}
    assert {each["why"] for each in every} == {"There is no room."}, "in full to who may change settings"
    assert {each["order"]["id"] for each in await listed(api, "admin", store=str(KANO))} == {kano}
    assert await listed(api, "admin", status="DEAD") == await listed(api, "biller") == []


async def test_they_are_tried_again_once_and_set_aside_and_both_are_told(api: Api, failed: tuple[str, str]):
    lagos, kano = failed
    wanted = {"sink": "notifications", "reason": "There is room now.", "idempotencyKey": "again"}
    for _ in range(2):
        answer = await asked(api, "manager", "retryDeliveries", "... on DeliveriesRetried { retried left }", **wanted)
        assert (answer["retried"], answer["left"]) == (1, 0)
    aside = {
        "sink": "notifications",
        "order": kano,
        "number": 1,
        "reason": "Of no use.",
        "idempotencyKey": "away",
    }
    for _ in range(2):
        answer = await asked(api, "admin", "setEventAside", "... on EventSetAside { number }", **aside)
        assert answer["number"] == 1
    api.office.later(seconds=1)
    changes = (await api.ask("admin", CHANGES))["outboxChanges"]
    assert changes["totalCount"] == 2
    assert {(each["what"], each["orderId"], each["reason"], each["who"]) for each in changes["nodes"]} == {
        ("RETRIED", lagos, "There is room now.", "Manager"), ("SET_ASIDE", kano, "Of no use.", "Admin"),
    }  # fmt: skip
    assert (await api.ask("manager", CHANGES, order=kano))["outboxChanges"]["totalCount"] == 0
    (sink,) = (await api.ask("admin", SINKS))["outboxSinks"]
    assert (sink["gaps"], sink["lag"], sink["waiting"], sink["failing"]) == (1, 3, 1, 1)
