"""Posting to an address outside: within a time, to where it may go, and reading no more of the answer than is kept."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpcore

from orderway.callers import Networks
from orderway.outbound.webhooks import sentences
from orderway.outbound.webhooks.addresses import Guarded, Lookups, NotAllowed, Resolve, Scheme

SECONDS = 15.0
"""In which the whole of it is over: connecting, sending, and the answer as far as it is read."""

CONNECTING = 2 / 3
"""The part of it that opening a connection may take."""

KEPT = 2000
"""Bytes of an answer that are kept."""

READ = 65_536
"""Bytes of an answer that are read at most: behind them the connection is closed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the beginning of its body as text."""

    status: int
    text: str


class NotAnswered(Exception):
    """Nothing came back; the sentence says why."""


class Poster:
    """The connections to the world, which are kept open for a while. To be closed when nothing is posted any more.

    No redirect is followed, and no proxy of the environment is asked.
    """

    def __init__(
        self,
        networks: Networks = (),
        *,
        seconds: float = SECONDS,
        resolve: Resolve | None = None,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self.seconds = seconds
        self.connecting = seconds * CONNECTING
        context = trusted or ssl.create_default_context()
        self._lookups = Lookups()
        found = resolve or self._lookups
        self._pools = {scheme: _pool(Guarded(networks, scheme=scheme, resolve=found), context) for scheme in SCHEMES}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in self._pools.values():
            await pool.aclose()
        self._lookups.close()

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post, and return what came back, whatever its status. Raises NotAnswered."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self._post(url, headers, body)
        except httpcore.ConnectTimeout:
            raise NotAnswered(sentences.NO_CONNECTION.format(seconds=f"{self.connecting:g}")) from None
        except (TimeoutError, httpcore.TimeoutException):
            raise NotAnswered(sentences.NO_ANSWER.format(seconds=f"{self.seconds:g}")) from None
        except NotAllowed as no:
            raise NotAnswered(str(no)) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise NotAnswered(why(error)) from error

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        target = _read(url)
        pool = self._pools["https" if target.scheme == b"https" else "http"]
        sent = [("Host", _host(target)), ("Content-Length", str(len(body))), *headers.items()]
        waits = {"timeout": {"connect": self.connecting}}
        async with pool.stream("POST", target, headers=sent, content=body, extensions=waits) as response:
            read = bytearray()
            async for part in response.aiter_stream():
                read += part
                if len(read) >= READ:
                    break
            text = bytes(read[:KEPT]).decode("utf-8", "replace").replace("\0", "")
            return Answer(response.status, text)


SCHEMES: tuple[Scheme, ...] = ("https", "http")


def _pool(backend: httpcore.AsyncNetworkBackend, context: ssl.SSLContext) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        ssl_context=context, max_connections=None, max_keepalive_connections=20, keepalive_expiry=30,
        network_backend=backend,
    )  # fmt: skip


def _read(url: str) -> httpcore.URL:
    """The parts of an address, all of them: httpcore itself leaves out what is behind a semicolon."""
    parts = urlsplit(url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return httpcore.URL(scheme=parts.scheme, host=parts.hostname or "", port=parts.port, target=target)


def _host(url: httpcore.URL) -> str:
    """The header Host of an address."""
    host = url.host.decode()
    named = f"[{host}]" if ":" in host else host
    return named if url.port is None else f"{named}:{url.port}"


def why(error: BaseException) -> str:
    """Why nothing came back, in a sentence."""
    found = _beneath(error)
    if isinstance(found, ssl.SSLCertVerificationError):
        return sentences.UNTRUSTED.format(fault=found.verify_message.rstrip("."))
    if isinstance(found, ssl.SSLError):
        return sentences.NO_TLS.format(fault=found.reason or "it was broken off")
    if isinstance(error, httpcore.ConnectError):
        return sentences.NOBODY
    if isinstance(error, httpcore.ProtocolError):
        return sentences.NO_HTTP
    return sentences.BROKEN


def _beneath(error: BaseException) -> BaseException:
    """The fault of TLS that an error comes from, or the error itself."""
    found: BaseException | None = error
    while found is not None and not isinstance(found, ssl.SSLError):
        found = found.__cause__ or found.__context__
    return found or error
