"""A sender who begins a request and never ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any


def stalling(pieces: Sequence[bytes]) -> Any:
    """What a server hands on of a sender who sends these pieces and then nothing, and stays."""
    coming = iter(pieces)

    async def receive() -> dict[str, object]:
        piece = next(coming, None)
        if piece is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": piece, "more_body": True}

    return receive


async def answered(
    app: Any, path: str, kind: str, pieces: Sequence[bytes], *, token: str = ""
) -> tuple[int, dict[str, str], bytes]:
    """What such a sender is answered: status, headers, body."""
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    signed_in = [(b"authorization", f"Bearer {token}".encode())] if token else []
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": path,
        "raw_path": path.encode(), "root_path": "", "query_string": b"", "server": ("orderway.test", 80),
        "client": ("192.0.2.1", 1), "state": {},
        "headers": [(b"host", b"orderway.test"), (b"content-type", kind.encode()), *signed_in],
    }  # fmt: skip
    await app(scope, stalling(pieces), send)
    headers = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], headers, b"".join(message.get("body", b"") for message in said[1:])
