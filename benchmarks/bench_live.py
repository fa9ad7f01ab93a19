"""What it costs to keep the pages of many people live: streams of one server, each of another person's browser.

The memory of each, what the process uses of a core while nothing happens, and how long after a commit its nudge is with
a browser, while every one of them is told.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import psutil
import uvloop
from benchmarks.bench_send import CONNECTIONS, furnish, silent
from benchmarks.bench_streams import serving
from benchmarks.measure import fresh_server, keep, other_load

from orderway.app import make_workflow
from orderway.database import connect_pool, create_database
from orderway.ids import new_id
from orderway.migrations import migrate
from orderway.people.passwords import Passwords
from orderway.people.roles import seed_roles
from orderway.people.sessions import Proven, Sessions
from orderway.people.signing.caller import NOWHERE
from orderway.quotation.events import ExtendValidity
from orderway.streams.announcer import Announcer
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner, utc_now

STREAMS = int(os.environ.get("STREAMS", "2000"))
IDLE = 30.0
"""Seconds that nothing happens: two looks at whether all still may."""
MOVES = 50

PEOPLE = (
    "INSERT INTO person (id, name, email) SELECT id, id::text, id || '@example.com' FROM unnest($1::uuid[]) AS p (id)"
)
ADMINS = """
INSERT INTO person_role (person_id, role_id) SELECT p.id, r.id FROM unnest($1::uuid[]) AS p (id), role r
WHERE r.name = 'ADMIN'
"""


@dataclass
class Streams:
    """Streams that have begun."""

    readers: list[asyncio.StreamReader]
    before: int
    after: int


async def prepare(server: str, url: str) -> tuple[list[Ref], list[str]]:
    """A database with quotations to move, and the sessions of as many people as there are streams."""
    await create_database(server, name="bench")
    await migrate(url)
    async with await connect_pool(url, size=CONNECTIONS) as pool:
        refs = await furnish(pool, silent(pool))
        people = [new_id() for _ in range(STREAMS)]
        async with pool.acquire() as connection:
            await seed_roles(connection)
            await connection.execute(PEOPLE, people)
            await connection.execute(ADMINS, people)
        sessions = Sessions(pool, passwords=Passwords(), clock=utc_now)
        return refs, [(await sessions.open_pages(Proven(each), caller=NOWHERE)).token for each in people]


@contextlib.asynccontextmanager
async def streaming(address: str, process: int, tokens: list[str]) -> AsyncIterator[Streams]:
    before = psutil.Process(process).memory_info().rss
    opened = [await listen(address, token) for token in tokens]
    await asyncio.sleep(3)
    try:
        yield Streams([reader for reader, _ in opened], before, psutil.Process(process).memory_info().rss)
    finally:
        for _, writer in opened:
            writer.close()


async def listen(address: str, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The stream of a browser, behind the first thing that is said on it."""
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /live HTTP/1.1\r\nHost: {host}\r\nCookie: orderway_session={token}\r\n\r\n".encode())
    await reader.readuntil(b"retry: ")
    return reader, writer


async def drained(reader: asyncio.StreamReader) -> None:
    """Take what has arrived, without waiting for more."""
    with contextlib.suppress(TimeoutError):
        while True:
            await asyncio.wait_for(reader.read(65536), 0.01)


async def nudged(pool: asyncpg.Pool, streams: Streams, refs: list[Ref]) -> list[list[float]]:
    """Of each move, the milliseconds from its commit until the first browser was told, and until the last was."""
    door = Runner(pool, make_workflow(), announce=Announcer(pool))
    orders = dict(await pool.fetch("SELECT id, order_id FROM quotation"))
    took = []
    for number in range(MOVES):
        ref = refs[number % len(refs)]
        await asyncio.gather(*map(drained, streams.readers))
        await door.send(ref, ExtendValidity(1), actor=THE_SYSTEM)
        began, mark = time.perf_counter(), str(orders[ref.id]).encode()

        async def told(reader: asyncio.StreamReader, mark: bytes = mark, began: float = began) -> float:
            await reader.readuntil(mark)
            return (time.perf_counter() - began) * 1e3

        took.append(sorted(await asyncio.gather(*map(told, streams.readers))))
    return took


async def measured(url: str, refs: list[Ref], tokens: list[str]) -> list[str]:
    with serving(url) as (address, process):
        async with await connect_pool(url, size=2) as pool, streaming(address, process, tokens) as streams:
            used = psutil.Process(process).cpu_times()
            await asyncio.sleep(IDLE)
            idle = psutil.Process(process).cpu_times()
            took = await nudged(pool, streams, refs)
    spent = (idle.user + idle.system - used.user - used.system) / IDLE
    first, last = (statistics.median(each[place] for each in took) for place in (0, -1))
    grown = streams.after - streams.before
    return [
        f"{STREAMS:,} streams of as many people: {grown / 2**20:.0f} MiB, {grown / STREAMS / 1024:.0f} KiB each",
        f"while nothing happens: {spent:.1%} of a core",
        f"from a commit to its nudge: median {first:.0f} ms at the first browser, {last:.0f} ms at the last",
    ]


def main() -> None:
    with fresh_server() as server:
        url = server.url("bench")
        refs, tokens = asyncio.run(prepare(server.url(), url))
        load = other_load()
        lines = uvloop.run(measured(url, refs, tokens))
    keep("Live pages", [load, *lines])


if __name__ == "__main__":
    main()
