"""What stands before the application: how often an address comes through, other sites' pages, and the figures."""

from __future__ import annotations

import asyncpg
import pytest
from starlette.types import Message, Receive, Scope, Send
from tests.fronts import TOKEN, VIEWER, Opened, opener

from orderway.deployment import read_deployment
from orderway.rates import Rates
from orderway.settings import Settings
from orderway.turnstile import Turnstile


@pytest.fixture
def opened(pool: asyncpg.Pool) -> Opened:
    return opener(pool)


async def test_an_address_comes_through_so_often_a_minute(opened: Opened):
    async with opened({"REQUESTS_PER_ADDRESS": "2"}) as client:
        assert [(await client.get("/sign-in")).status_code for _ in range(2)] == [200, 200]
        page = await client.get("/sign-in")
        assert (page.status_code, page.headers["retry-after"]) == (429, "30")
        assert page.text == "There were too many requests within a minute. Send the next in 30 seconds."
        asked = await client.post("/graphql", json=VIEWER)
        assert asked.status_code == 429
        [error] = asked.json()["errors"]
        assert error["message"] == page.text
        assert error["extensions"] == {"code": "TOO_OFTEN", "requestId": asked.headers["x-request-id"]}


async def test_what_watches_and_what_pays_comes_through_all_the_same(opened: Opened):
    async with opened({"REQUESTS_PER_ADDRESS": "1"}) as client:
        await client.get("/sign-in")
        found = [await client.get("/healthz"), await client.get("/readyz"), await client.get("/static/x/y.css")]
        assert [each.status_code for each in found] == [200, 200, 404]
        assert (await client.post("/payments/webhooks/paystack", content=b"{}")).status_code != 429


async def test_behind_a_trusted_proxy_each_caller_counts_alone(opened: Opened):
    behind = read_deployment({"ORDERWAY_TRUSTED_PROXIES": "192.0.2.1"})
    async with opened({"REQUESTS_PER_ADDRESS": "1"}, deployment=behind) as client:
        for address, status in (("198.51.100.1", 200), ("198.51.100.2", 200), ("198.51.100.1", 429)):
            assert (await client.get("/sign-in", headers={"X-Forwarded-For": address})).status_code == status


async def test_an_address_gets_no_more_by_what_it_says_of_itself(opened: Opened):
    async with opened({"REQUESTS_PER_ADDRESS": "1"}) as client:
        for address, status in (("198.51.100.1", 200), ("198.51.100.2", 429)):
            assert (await client.get("/sign-in", headers={"X-Forwarded-For": address})).status_code == status


async def test_the_pages_of_listed_sites_may_ask_the_api_and_nothing_else(opened: Opened):
    site = read_deployment({"ORDERWAY_CORS_ORIGINS": "https://shop.example"})
    async with opened({}, deployment=site) as client:
        asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
        first = await client.options("/graphql", headers={"Origin": "https://shop.example", **asks})
        assert first.status_code == 200
        assert first.headers["access-control-allow-origin"] == "https://shop.example"
        assert "access-control-allow-credentials" not in first.headers
        other = await client.options("/graphql", headers={"Origin": "https://evil.example", **asks})
        assert (other.status_code, other.headers.get("access-control-allow-origin")) == (400, None)
        asked = await client.post("/graphql", json=VIEWER, headers={"Origin": "https://shop.example"})
        assert asked.headers["access-control-allow-origin"] == "https://shop.example"
        page = await client.get("/sign-in", headers={"Origin": "https://shop.example"})
        assert "access-control-allow-origin" not in page.headers


async def test_without_a_list_no_other_site_may(opened: Opened):
    async with opened({}) as client:
        asked = await client.post("/graphql", json=VIEWER, headers={"Origin": "https://shop.example"})
        assert asked.json() == {"data": {"viewer": None}}
        assert "access-control-allow-origin" not in asked.headers


async def test_the_figures_are_for_who_has_the_token(opened: Opened):
    watched = read_deployment({"ORDERWAY_METRICS_TOKEN": TOKEN})
    async with opened({}, deployment=watched) as client:
        await client.post("/graphql", json=VIEWER)
        for headers in ({}, {"Authorization": "Bearer guessed"}, {"Authorization": TOKEN}):
            assert (await client.get("/metrics", headers=headers)).status_code == 404
        found = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert found.status_code == 200
        assert 'orderway_requests_total{area="/graphql",status="200"} 1.0' in found.text
        assert 'orderway_requests_total{area="/metrics",status="404"} 3.0' in found.text
        assert 'orderway_request_seconds_count{area="/graphql"} 1.0' in found.text
        assert "orderway_requests_under_way 1.0" in found.text
        assert "orderway_database_connections " in found.text


async def test_without_a_token_there_are_no_figures(opened: Opened):
    async with opened({}) as client:
        for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer"}):
            assert (await client.get("/metrics", headers=headers)).status_code == 404


async def test_a_websocket_counts_as_any_request():
    sent: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})

    async def noted(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        return {"type": "websocket.connect"}

    door = Turnstile(app, rates=Rates(lambda: 0.0), settings=Settings({"REQUESTS_PER_ADDRESS": "1"}))
    scope = {"type": "websocket", "path": "/graphql", "headers": [], "client": ("192.0.2.1", 4711)}
    for _ in range(2):
        await door(scope, nothing, noted)
    sentence = "There were too many requests within a minute. Send the next in 60 seconds."
    assert sent == [{"type": "websocket.accept"}, {"type": "websocket.close", "code": 1013, "reason": sentence}]
