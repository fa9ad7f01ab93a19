"""A trace goes from the request through the door and the outbox to whoever is brought the event."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from tests.collector import collector
from tests.graphql.office import Api
from tests.graphql.orders import draft
from tests.outbound.listening import UNHEARD

from orderway.app import make_workflow
from orderway.outbound.carrying import carry
from orderway.outbound.cloudevents import cloud_event
from orderway.outbound.event import Event
from orderway.outbound.feed import begin
from orderway.tracing import ENDPOINT, traced
from orderway.workflow.runner import Runner

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
"""The example of W3C Trace Context."""

SHARE = "mutation($id: UUID!) { quotationShare(input: {id: $id}) { __typename } }"


@dataclass
class Place:
    """Where events are brought."""

    name: str = "place:1"
    at_once: int = 8
    arrived: list[Event] = field(default_factory=list)

    async def bring(self, event: Event, /) -> None:
        """Keep it."""
        self.arrived.append(event)


async def test_a_trace_goes_from_the_caller_to_whoever_is_brought_the_event(api: Api):
    made, place = await draft(api), Place()
    runner = Runner(api.office.pool, make_workflow(api.office.settings), clock=lambda: api.office.now)
    async with runner.pool.acquire() as connection:
        await begin(connection, place.name, now=runner.clock())
    headers = {"Authorization": f"Bearer {await api.token('biller')}", "traceparent": f"00-{TRACE}-{CALLER}-01"}
    asked = {"query": SHARE, "variables": {"id": made.ids["quotation"]}}
    with collector() as (address, collected):
        with traced({ENDPOINT: address, "OTEL_SERVICE_NAME": "shop"}, service="orderway-server"):
            answer = await api.client.post("/graphql", json=asked, headers=headers)
        # Another process brings it, later on.
        with traced({ENDPOINT: address}, service="orderway-worker"):
            async with asyncio.timeout(30):
                while await runner.pool.fetchval(UNHEARD, place.name):
                    await carry(runner, place)
    assert answer.json() == {"data": {"quotationShare": {"__typename": "Moved"}}}
    [event] = place.arrived
    request, send, brought = map(collected.one, ("POST /graphql", "send", "deliver place"))
    assert {each.trace_id.hex() for each in (request, send, brought)} == {TRACE}
    assert [each.parent_span_id.hex() for each in (request, send, brought)] == [
        CALLER, request.span_id.hex(), send.span_id.hex(),
    ]  # fmt: skip
    assert event.traceparent == f"00-{TRACE}-{send.span_id.hex()}-01"
    assert json.loads(cloud_event(event))["traceparent"] == event.traceparent
    assert collected.services == {"shop", "orderway-worker"}
    assert said_of(brought) == {
        "orderway.sink": "place:1", "orderway.type": "order.quotation.share", "orderway.order_id": made.order,
        "orderway.number": 3, "orderway.event_id": str(event.id),
    }  # fmt: skip
    assert said_of(request) == {
        "http.request.method": "POST", "http.response.status_code": 200,
        "orderway.request_id": answer.headers["x-request-id"],
    }  # fmt: skip


def said_of(span: Any) -> dict[str, str | int]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


async def test_without_a_collector_there_is_no_trace(api: Api):
    made = await draft(api)
    with traced({}, service="orderway-server"):
        headers = {"Authorization": f"Bearer {await api.token('biller')}", "traceparent": f"00-{TRACE}-{CALLER}-01"}
        await api.client.post(
            "/graphql", json={"query": SHARE, "variables": {"id": made.ids["quotation"]}}, headers=headers
        )
    assert await api.office.pool.fetchval("SELECT count(*) FROM outbox WHERE traceparent IS NOT NULL") == 0
