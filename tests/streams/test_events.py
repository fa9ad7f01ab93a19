"""Following by server-sent events: one POST, one stream."""

from __future__ import annotations

import httpx
import pytest
from tests.graphql.office import Api
from tests.graphql.orders import draft
from tests.streams.served import ORDER, ORDERS, events_of

from orderway.graphql import events


async def test_an_order_is_followed_over_http(api: Api, here: str):
    made = await draft(api)
    async with events_of(here, await api.token("biller"), ORDER, order=made.order, after=0) as stream:
        told = [await anext(stream) for _ in range(2)]
        await api.move("biller", "quotationShare", id=made.ids["quotation"])
        told.append(await anext(stream))
    assert [kind for kind, _ in told] == ["next", "next", "next"]
    news = [each["data"]["orderChanged"] for _, each in told]
    assert [(each["number"], each["transition"]["event"]) for each in news] == [(1, "BORN"), (2, "EDIT"), (3, "SHARE")]


async def test_what_ends_a_stream_is_its_last_event(api: Api, here: str):
    made = await draft(api)
    async with events_of(here, await api.token("manager of kano"), ORDER, order=made.order) as stream:
        told = [each async for each in stream]
    assert [kind for kind, _ in told] == ["next", "complete"]
    [error] = told[0][1]["errors"]
    assert told[0][1]["data"] is None
    assert error["message"] == "There is no such order. Check its number, or look for it in the list of orders."
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_a_line_without_news_is_kept_open_by_comments(api: Api, here: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(events, "HEARTBEAT", 0.01)
    headers = {"Authorization": f"Bearer {await api.token('biller')}", "Accept": "text/event-stream"}
    body = {"query": ORDERS, "variables": {}}
    async with (
        httpx.AsyncClient(timeout=10) as client,
        client.stream("POST", f"{here}/graphql", json=body, headers=headers) as response,
    ):
        lines = response.aiter_lines()
        assert [await anext(lines) for _ in range(3)] == [":", "", ":"]


async def test_a_subscription_is_not_answered_at_once_and_a_query_is_whatever_else_would_be_taken(api: Api, here: str):
    headers = {"Authorization": f"Bearer {await api.token('biller')}"}
    async with httpx.AsyncClient(timeout=10, base_url=here, headers=headers) as client:
        refused = await client.post("/graphql", json={"query": ORDERS})
        anything = "application/graphql-response+json, application/json, text/event-stream"
        told = await client.post("/graphql", json={"query": "{ viewer { name } }"}, headers={"Accept": anything})
    assert refused.status_code == 406
    [error] = refused.json()["errors"]
    assert error["message"] == (
        "A subscription is told event by event. Send Accept: text/event-stream, or by WebSocket."
    )
    assert told.json() == {"data": {"viewer": {"name": "Biller"}}}


async def test_nobody_follows_who_is_not_signed_in(here: str):
    async with events_of(here, "", ORDERS) as stream:
        told = [each async for each in stream]
    [error] = told[0][1]["errors"]
    assert error["extensions"]["code"] == "SIGNED_OUT"
