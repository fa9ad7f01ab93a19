"""The one that leads among several servers of PostgreSQL: found by asking all at once, and watched from then on.

The driver alone asks one after the other within one time-out, so that a host that says nothing hides the rest. And it
takes whichever accepts writes, which a leader that lost touch with the others does as well: of two the one of the newer
timeline was promoted later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from weakref import WeakKeyDictionary, WeakSet

import asyncpg
import structlog

PER_HOST = 3.0
"""Seconds that a host is given to say whether it leads."""

GRACE = 0.2
"""Seconds more, once one has said so, for a newer one."""

WATCH = 2.0
"""Seconds between two looks at who leads, as long as a connection is open."""

SAYS_NOTHING = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

TIMELINE = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END"
"""The timeline of a server that leads, in hexadecimal digits; nothing of one that follows."""

Reach = Callable[[str], Awaitable[asyncpg.Connection]]
"""Connects to the host of an address."""

log = structlog.get_logger(__name__)


class NoLeader(ConnectionError):
    """None of the hosts accepts writes, as far as they can be reached."""


def hosts(url: str) -> tuple[str, ...]:
    """The address of each host of an address: postgresql://user@a:5432,b:5432/shop, or ?host=/run/a,/run/b.

    Which of them is wanted (`target_session_attrs`) is left out: it is the one that leads. Raises ValueError.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    options.pop("target_session_attrs", None)
    who, at, places = parts.netloc.rpartition("@")
    sockets, ports = options.pop("host", ""), options.pop("port", "").split(",")
    found = []
    for number, place in enumerate((sockets or places).split(",")):
        own = {"host": place} if sockets else {}
        port = {"port": ports[min(number, len(ports) - 1)]} if ports[0] else {}
        netloc = f"{who}{at}" if sockets else f"{who}{at}{place}"
        found.append(parts._replace(netloc=netloc, query=urlencode({**own, **port, **options})).geturl())
    return tuple(found)


def of(url: str) -> Leader | None:
    """Who leads among the hosts of an address, for this event loop; None where it names but one host."""
    named = hosts(url) if "," in url else ()
    if len(named) < 2:
        return None
    known = KNOWN.setdefault(asyncio.get_running_loop(), {})
    if url not in known:
        known[url] = Leader(named)
    return known[url]


@dataclass(frozen=True, slots=True)
class Leading:
    """A host that leads, on which timeline, and the connection to it."""

    timeline: int
    host: str
    connection: asyncpg.Connection


@dataclass(eq=False, slots=True)
class Leader:
    """Connects to the host that leads. Once another is promoted, connections to the old one are ended.

    Somebody who waits on the old one hears that the connection broke, even where that host is frozen or cut off.
    """

    hosts: Sequence[str]
    host: str = ""
    timeline: int = 0
    """The newest that was seen: nobody goes back to an older one."""

    _open: dict[str, WeakSet[asyncpg.Connection]] = field(default_factory=dict)
    _asked: dict[str, asyncpg.Connection] = field(default_factory=dict)
    _watch: asyncio.Task[None] | None = None

    async def connect(self, _url: str = "", **given: Any) -> asyncpg.Connection:
        """Connect to the leader, with what asyncpg.connect takes. Raises NoLeader."""

        async def reach(host: str) -> asyncpg.Connection:
            connection: asyncpg.Connection = await asyncpg.connect(host, **given)
            return connection

        asked = [asyncio.create_task(ask(host, reach)) for host in self.hosts]
        try:
            await first_leading(asked)
            newest = self._choose(asked)
            self._follow(newest.host, newest.timeline)
        except BaseException:
            await leave(asked)
            raise
        await leave(asked, but=newest.connection)
        self._open.setdefault(newest.host, WeakSet()).add(newest.connection)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._keep_watching(reach))
        return newest.connection

    def _choose(self, asked: Sequence[asyncio.Task[Leading]]) -> Leading:
        newest = max((task.result() for task in asked if answered(task)), key=lambda each: each.timeline, default=None)
        if newest is None or newest.timeline < self.timeline:
            raise NoLeader(f"no host accepts writes ({', '.join(map(said, asked))})")
        return newest

    def _follow(self, host: str, timeline: int) -> None:
        """Take a host for the leader, and end what is open to any other."""
        if self.host not in ("", host):
            log.warning("Another server of the database leads.", timeline=timeline)
        self.host, self.timeline = host, timeline
        for connection in [each for other, some in self._open.items() if other != host for each in some]:
            connection.terminate()

    async def _keep_watching(self, reach: Reach) -> None:
        """Look who leads, for as long as somebody is connected."""
        try:
            while any(not each.is_closed() for some in self._open.values() for each in some):
                await asyncio.sleep(WATCH)
                told = await asyncio.gather(*(self._timeline_of(host, reach) for host in self.hosts))
                timeline, host = max(zip(told, self.hosts, strict=True))
                if timeline > self.timeline:
                    self._follow(host, timeline)
        finally:
            for connection in self._asked.values():
                connection.terminate()
            self._asked.clear()

    async def _timeline_of(self, host: str, reach: Reach) -> int:
        """The timeline of a host that leads, and 0 of one that does not, or says nothing."""
        try:
            async with asyncio.timeout(PER_HOST):
                if host not in self._asked:
                    self._asked[host] = await reach(host)
                return read(await self._asked[host].fetchval(TIMELINE))
        except SAYS_NOTHING:
            if connection := self._asked.pop(host, None):
                connection.terminate()
            return 0


KNOWN: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Leader]] = WeakKeyDictionary()


async def ask(host: str, reach: Reach) -> Leading:
    """Connect to a host that leads. Raises what keeps it from saying so."""
    async with asyncio.timeout(PER_HOST):
        connection = await reach(host)
        try:
            return Leading(read(await connection.fetchval(TIMELINE)), host, connection)
        except BaseException:
            connection.terminate()
            raise


def read(timeline: str | None) -> int:
    """The number of the timeline of a server that leads. Raises ConnectionError for one that follows."""
    if timeline is None:
        raise ConnectionError("follows another")
    return int(timeline, 16)


async def first_leading(asked: Sequence[asyncio.Task[Leading]]) -> None:
    """Wait until one leads, and a little for another that does; or until all have said that they do not."""
    waiting = set(asked)
    while waiting and not any(map(answered, asked)):
        _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if waiting:
        await asyncio.wait(waiting, timeout=GRACE)


async def leave(asked: Sequence[asyncio.Task[Leading]], *, but: asyncpg.Connection | None = None) -> None:
    """End every question, and every connection but one."""
    for task in asked:
        task.cancel()
    for found in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(found, Leading) and found.connection is not but:
            found.connection.terminate()


def answered(task: asyncio.Task[Leading]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None


def said(task: asyncio.Task[Leading]) -> str:
    """Why a host is not the one."""
    if answered(task):
        return "leads on an older timeline"
    error = None if not task.done() or task.cancelled() else task.exception()
    if error is None or isinstance(error, TimeoutError):
        return f"no answer within {PER_HOST:g} s"
    return error.strerror.lower() if isinstance(error, OSError) and error.strerror else str(error)
