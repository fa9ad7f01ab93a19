"""Events in their envelope, and what their data holds: nothing that is the receiver's alone, and its version."""

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from tests.stories.shop import SHIRT, Shop, shirts

from orderway.fulfillment.events import FulfillmentStarted, PackageShipped, RiderNamed
from orderway.outbound.cloudevents import cloud_event
from orderway.outbound.event import EVENT, Event
from orderway.outbound.payloads import BESIDE, payload, types_of, version_of
from orderway.workflow.kinds import encode

SOURCES = Path(__file__).parents[2] / "src" / "orderway"
EVENT_TOLD = Event(
    store_id=UUID("0198a000-0000-7000-8000-0000000000a1"),
    order_id=UUID("0198a000-0000-7000-8000-0000000000a2"),
    number=7,
    id=UUID("0198a000-0000-7000-8000-0000000000a3"),
    type="order.sale.cleared",
    data='{"sale":"0198a000-0000-7000-8000-0000000000a4"}',
    at=datetime(2026, 3, 2, 12, 0, 0, 250000, tzinfo=UTC),
)


def test_an_event_is_a_cloud_event():
    assert json.loads(cloud_event(EVENT_TOLD)) == {
        "specversion": "1.0",
        "id": "0198a000-0000-7000-8000-0000000000a3",
        "source": "/stores/0198a000-0000-7000-8000-0000000000a1",
        "type": "order.sale.cleared",
        "subject": "0198a000-0000-7000-8000-0000000000a2",
        "time": "2026-03-02T12:00:00.250000Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:orderway:event:order.sale.cleared:1",
        "sequence": "0000000007",
        "partitionkey": "0198a000-0000-7000-8000-0000000000a2",
        "data": {"sale": "0198a000-0000-7000-8000-0000000000a4"},
    }


def test_a_trace_goes_on_in_who_reads_it():
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert json.loads(cloud_event(replace(EVENT_TOLD, traceparent=parent)))["traceparent"] == parent


def test_what_is_told_beside_the_moves_is_all_there():
    told = {
        type: name
        for file in SOURCES.rglob("*.py")
        for type, name in re.findall(r'\.put\("([a-z_.]+)", (\w+)', file.read_text())
    }
    assert told.keys() == BESIDE.keys()
    named = {type: name for type, name in told.items() if name[0].isupper()}
    assert len(named) == 12
    assert named == {type: BESIDE[type].__name__ for type in named}


async def test_the_data_of_what_happens_is_as_its_type_says(shop: Shop):
    await shop.stock((SHIRT, 1))
    order = await shop.paid(shirts(1))
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", RiderNamed(UUID("0198a000-0000-7000-8000-0000000000d4"), 700))
    await order.send("fulfillment", PackageShipped(), by="rider")
    events = [Event(*row) for row in await shop.pool.fetch(f"SELECT {EVENT} FROM outbox b")]
    assert {each.type for each in events} >= {"order.sale.cleared", "order.fulfillment.pin_made", "order.sale.born"}
    assert {each.type for each in events} <= types_of(shop.workflow.kinds).keys()
    for each in events:
        data = json.dumps(json.loads(cloud_event(each))["data"], separators=(",", ":"), ensure_ascii=False)
        assert encode(msgspec.json.decode(data, type=payload(each.type))) == data, each.type


@dataclass
class Old:
    """What an event once told."""

    sale: int


@pytest.mark.parametrize(("data", "version"), [('{"sale":1}', 1), (EVENT_TOLD.data, 2)])
def test_data_is_of_the_newest_version_that_it_is_as(data: str, version: int):
    assert version_of("order.sale.cleared", data, earlier={"order.sale.cleared": (Old,)}) == version
    assert version_of("order.sale.cleared", data) == 1
