"""The stream of a browser: what moved, as server-sent events, until the session or the server ends."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from orderway.streams.nudges import OLDEST, Ear, Nudges
from orderway.streams.seats import NoSeat
from orderway.ui.site import Site, Visit, visit_of

RETRY = 1000
"""Milliseconds after which a browser that lost its stream comes again."""

KIND = {"content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no"}
HEADERS = [(name.encode(), value.encode()) for name, value in KIND.items()]

ENDED = b'data: {"status":"ended"}\n\n'
"""What is told to a browser in which nobody is signed in any more."""


class Live:
    """The endpoint of the streams. Whoever is not signed in gets none: their pages are told so, and lead to sign in."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def listen(self, request: Request) -> Response:
        """Open the stream of who is signed in."""
        visit = await visit_of(self._site, request)
        return Response(ENDED, headers=KIND) if visit is None else Stream(self._site.nudges, visit)


class Stream(Response):
    """The answer that lasts. Each message is a topic and its version; its id is the moment up to which all was told."""

    def __init__(self, nudges: Nudges, visit: Visit) -> None:
        super().__init__()
        self._nudges, self._visit = nudges, visit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = self._visit
        try:
            async with self._nudges.listening(visit.viewer, visit.token, since=since(visit)) as ear:
                await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
                pump = asyncio.create_task(self._pump(ear, send))
                gone = asyncio.create_task(_left(receive))
                try:
                    await asyncio.wait({pump, gone}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    pump.cancel()
                    gone.cancel()
                    await asyncio.gather(pump, gone, return_exceptions=True)
            if ear.ended:
                await send({"type": "http.response.body", "body": b""})
        except NoSeat:
            await Response(status_code=503)(scope, receive, send)

    async def _pump(self, ear: Ear, send: Send) -> None:
        body = f"retry: {RETRY}\n\n".encode()
        while True:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            await ear.news.wait()
            ear.news.clear()
            if ear.ended:
                return
            at = self._visit.site.now().astimezone(UTC).isoformat()
            # A sign of life says up to when all was told: from there a browser goes on that lost its stream.
            body = b"".join(message(*each, at=at) for each in ear.taken().items()) or b"id: %s\n\n" % at.encode()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def message(topic: str, version: int, *, at: str) -> bytes:
    """One nudge as it travels."""
    return b"id: %s\ndata: %s\n\n" % (at.encode(), msgspec.json.encode({"topic": topic, "version": version}))


def since(visit: Visit) -> datetime:
    """The moment from which the browser wants to be told: of its last message, or when its page was made."""
    given = visit.request.headers.get("last-event-id") or visit.request.query_params.get("since", "")
    return moment(given, now=visit.site.now())


def moment(text: str, *, now: datetime) -> datetime:
    """Read a moment; of one that no page that is open can be of, the nearest that one can be, or now."""
    try:
        read = datetime.fromisoformat(text)
        read = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return now
    return min(max(read, now - OLDEST), now)
