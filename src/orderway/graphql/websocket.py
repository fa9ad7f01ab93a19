"""Subscriptions over WebSocket, by graphql-transport-ws: several at once on one connection, of one person."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import aclosing
from dataclasses import dataclass, field
from uuid import uuid4

import structlog
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from orderway.database import lost
from orderway.graphql.asking import Asking, SignedOut
from orderway.graphql.endpoint import Endpoint, Unfit, origin_of
from orderway.graphql.messages import (
    PROTOCOL,
    Complete,
    Goodbye,
    Init,
    Ping,
    Said,
    Subscribe,
    acknowledge,
    complete,
    error_of,
    next_of,
    pong,
    read,
)
from orderway.graphql.streaming import refusal, streamed
from orderway.people.signing.caller import caller_of
from orderway.people.viewer import Viewer
from orderway.streams.seats import NoSeat

PATIENCE = 10.0
"""Seconds until the client has said who is there."""

log = structlog.get_logger(__name__)


class Socket:
    """Answers WebSockets. Cookies count for nothing here either: who is there is told by a token."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        if foreign(socket, self.endpoint.desk.deployment.cors_origins):
            said = "A page of another site may not follow what happens here."
            await socket.send_denial_response(PlainTextResponse(said, status_code=403))
            return
        await Conversation(self.endpoint, socket).hold()


@dataclass(slots=True)
class Conversation:
    """One connection; `following` are its subscriptions by the client's ids."""

    endpoint: Endpoint
    socket: WebSocket
    token: str = ""
    following: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def hold(self) -> None:
        """Talk until one side has enough."""
        try:
            viewer = await self.greet()
            with self.endpoint.desk.streams.sockets.take(viewer.person_id):
                await self.socket.send_text(acknowledge())
                while True:
                    await self.hear(await self.receive())
        except Goodbye as goodbye:
            await self.socket.close(goodbye.code, goodbye.reason)
        except NoSeat as full:
            await self.socket.close(4429, str(full)[:120])
        except WebSocketDisconnect:
            pass  # they went
        except Exception as error:
            if (unavailable := lost(error)) is None:
                log.exception("A WebSocket of the API failed.")
            await self.socket.close(1011, unavailable.message[:120] if unavailable else "Something went wrong here.")
        finally:
            tasks = list(self.following.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def greet(self) -> Viewer:
        """Agree on the protocol, and learn who is there. Raises Goodbye."""
        agreed = PROTOCOL in self.socket["subprotocols"]
        await self.socket.accept(PROTOCOL if agreed else None)
        if not agreed:
            raise Goodbye(4406, f"Ask for the subprotocol {PROTOCOL}.")
        try:
            async with asyncio.timeout(PATIENCE):
                first = await self.receive()
        except TimeoutError:
            raise Goodbye(4408, "Send connection_init at once.") from None
        if not isinstance(first, Init):
            raise Goodbye(4401, "Send connection_init first.")
        self.token = bearer_of(first, self.socket)
        viewer = await self.endpoint.desk.sessions.viewer_of(self.token)
        if viewer is None:
            raise Goodbye(4403, "This token is not known, or has ended. Sign in again by signIn.")
        return viewer

    async def receive(self) -> Said:
        """What the client says next. Raises Goodbye, and WebSocketDisconnect where they went."""
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text = message.get("text")
        if text is None:
            raise Goodbye(4400, "Send texts, not bytes.")
        return read(text)

    async def hear(self, said: Said) -> None:
        """Do what the client says. Raises Goodbye."""
        match said:
            case Init():
                raise Goodbye(4429, "Send connection_init once.")
            case Ping():
                await self.socket.send_text(pong())
            case Subscribe(id=id) as wanted:
                if id in self.following:
                    raise Goodbye(4409, f"There is a subscription {id} already."[:40])
                self.following[id] = asyncio.create_task(self.follow(wanted))
            case Complete(id=id):
                if (task := self.following.pop(id, None)) is not None:
                    task.cancel()

    async def follow(self, wanted: Subscribe) -> None:
        """Send what was asked for until it ends."""
        try:
            await self.send_all(wanted)
        except WebSocketDisconnect:
            pass  # the other task sees it too
        finally:
            if self.following.get(wanted.id) is asyncio.current_task():
                del self.following[wanted.id]

    async def send_all(self, wanted: Subscribe) -> None:
        """Send each event, and how it ended."""
        desk = self.endpoint.desk
        asking = Asking(desk, None, self.token, uuid4().hex, origin_of(self.socket), caller=caller_of(self.socket))
        try:
            asking.viewer = await self.endpoint.viewer_of(self.token)
            question = self.endpoint.trusted(wanted.payload)
        except Exception as no:  # noqa: BLE001  (it is told as any other error, and what nobody expected is logged)
            said = SignedOut(no.message, no.remedy) if isinstance(no, Unfit) and no.status == 401 else no
            await self.socket.send_text(error_of(wanted.id, refusal(asking, said)))
            return
        async with aclosing(streamed(self.endpoint.schema, question, asking)) as events:
            async for data, errors in events:
                if data is None:
                    await self.socket.send_text(error_of(wanted.id, errors))
                    return
                await self.socket.send_text(next_of(wanted.id, data, errors))
        await self.socket.send_text(complete(wanted.id))


def bearer_of(said: Init, socket: WebSocket) -> str:
    """The token of the one who is there: of connection_init, or of the request's head. Raises Goodbye."""
    given = (said.payload or {}).get("Authorization", socket.headers.get("authorization"))
    scheme, _, token = given.partition(" ") if isinstance(given, str) else ("", "", "")
    if scheme.lower() != "bearer" or not token.strip():
        raise Goodbye(4403, 'Send connection_init with {"Authorization": "Bearer …"}.')
    return token.strip()


def foreign(socket: WebSocket, welcome: Collection[str]) -> bool:
    """Whether a page of a site asks that is neither ours nor `welcome`; a browser tells which it is."""
    origin = socket.headers.get("origin")
    return origin is not None and origin not in welcome and origin.partition("://")[2] != socket.headers.get("host")
