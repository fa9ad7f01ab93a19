"""Servers as processes of their own over one database, and programs that follow what happens there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from tests.commands import ADDRESS, Command, running
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")

ORDER = """subscription($order: UUID!, $after: Int) { orderChanged(order: $order, after: $after) {
    number type transition { machine event phrase toLabel who reason } order { number phase } } }"""
ORDERS = """subscription($after: String, $filter: OrderFilter) { ordersChanged(after: $after, filter: $filter) {
    cursor number orderId transition { machine event } } }"""


@contextmanager
def serving(database_url: str) -> Iterator[tuple[str, Command]]:
    """A server that runs: its address, and the command."""
    with running("serve", "--port", "0", DATABASE_URL=database_url) as command:
        yield command.wait_for(ADDRESS), command


@dataclass
class Line:
    """A WebSocket that speaks graphql-transport-ws."""

    socket: ClientConnection

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """The next message, which comes within ten seconds."""
        async with asyncio.timeout(10):
            heard: dict[str, Any] = json.loads(await self.socket.recv())
        return heard

    async def subscribe(self, query: str, id: str = "1", **variables: Any) -> None:
        await self.say(type="subscribe", id=id, payload={"query": query, "variables": variables})

    async def event(self, id: str = "1") -> Any:
        """What the next event tells, under the name of the one field that was asked for."""
        heard = await self.hear()
        assert heard["type"] == "next", heard
        assert heard["id"] == id
        assert "errors" not in heard["payload"], heard
        return next(iter(heard["payload"]["data"].values()))

    async def events(self, count: int, id: str = "1") -> list[Any]:
        return [await self.event(id) for _ in range(count)]

    async def error(self, id: str = "1") -> Any:
        """Why a subscription ended."""
        heard = await self.hear()
        assert heard["type"] == "error", heard
        assert heard["id"] == id
        [error] = heard["payload"]
        return error


@asynccontextmanager
async def line(url: str, token: str) -> AsyncIterator[Line]:
    """A connection of somebody who is signed in."""
    async with connect(f"{url.replace('http', 'ws')}/graphql", subprotocols=[PROTOCOL], compression=None) as socket:
        made = Line(socket)
        await made.say(type="connection_init", payload={"Authorization": f"Bearer {token}"})
        assert await made.hear() == {"type": "connection_ack"}
        yield made


@asynccontextmanager
async def following(url: str, token: str, query: str, **variables: Any) -> AsyncIterator[Line]:
    """A connection with one subscription."""
    async with line(url, token) as made:
        await made.subscribe(query, **variables)
        yield made


async def sent_events(response: httpx.Response) -> AsyncGenerator[tuple[str, Any]]:
    """The events of a stream: their kind and what they tell. Comments are left out."""
    kind = ""
    async for each in response.aiter_lines():
        name, _, value = each.partition(":")
        if name == "event":
            kind = value.strip()
        elif name == "data":
            yield kind, json.loads(value) if value.strip() else None


@asynccontextmanager
async def events_of(
    url: str, token: str, query: str, **variables: Any
) -> AsyncIterator[AsyncGenerator[tuple[str, Any]]]:
    """A stream of server-sent events."""
    headers = {"Accept": "text/event-stream"} | ({"Authorization": f"Bearer {token}"} if token else {})
    body = {"query": query, "variables": variables}
    async with (
        httpx.AsyncClient(timeout=10) as client,
        client.stream("POST", f"{url}/graphql", json=body, headers=headers) as response,
    ):
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield sent_events(response)
