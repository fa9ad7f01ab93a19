"""Subscriptions as server-sent events, by the distinct connections of graphql-sse: one POST, one stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import msgspec
from starlette.responses import StreamingResponse

from orderway.graphql.streaming import Events
from orderway.graphql.told import Told

HEARTBEAT = 15.0
"""Seconds after which a comment is sent where nothing else was, so that nobody between takes the line for dead."""

ENCODER = msgspec.json.Encoder()
MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Accel-Buffering": "no"}
COMPLETE = b"event: complete\ndata:\n\n"


def stream(results: Events) -> StreamingResponse:
    """The events of a subscription; an error that ends it is its last."""
    return StreamingResponse(lines(results), media_type=MEDIA_TYPE, headers=HEADERS)


async def lines(results: Events) -> AsyncGenerator[bytes]:
    """Each event as it is sent, and a comment where there is none for long."""
    coming: asyncio.Task[tuple[Any, list[Told]]] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(anext(results))
            done, _ = await asyncio.wait([coming], timeout=HEARTBEAT)
            if not done:
                yield b":\n\n"
                continue
            try:
                data, errors = coming.result()
            except StopAsyncIteration:
                break
            coming = None
            payload = {"data": data, "errors": errors} if errors else {"data": data}
            yield b"event: next\ndata: " + ENCODER.encode(payload) + b"\n\n"
        yield COMPLETE
    finally:
        if coming is not None:
            coming.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await coming
        await results.aclose()
