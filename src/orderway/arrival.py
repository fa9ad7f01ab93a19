"""A request's body while it arrives: a sender who takes too long over it is told so, and waited for no longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request

from orderway.errors import OrderwayError

PATIENCE = 30.0
"""Seconds that the body of a request may take, from its first byte to its last; receipts have more."""

CLOSE = {"Connection": "close"}
"""What is answered to a body that did not arrive: what may come of it yet is no next request."""


class TooSlow(OrderwayError):
    """The body did not arrive in time: 408."""


async def chunks(request: Request, *, within: float | None = None) -> AsyncIterator[bytes]:
    """The body as it comes, all of it `within` seconds, or PATIENCE.

    Raises TooSlow, and ClientDisconnect where the sender went away.
    """
    seconds = PATIENCE if within is None else within
    deadline, stream = asyncio.get_running_loop().time() + seconds, request.stream()
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise TooSlow(
                f"The request did not arrive within {seconds:,.0f} seconds.", "Send it again, all at once."
            ) from None
        if chunk is None:
            return
        yield chunk
