"""What it costs to tell of news, and what a stream costs who serves it.

Moves through the door in turn: told to nobody; told after the commit, as it is done; told within each transaction by a
trigger, as it is not done. Then streams of one server: the memory of each, and how long after a commit its event is
with who follows its order, while all the others wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import httpx
import psutil
import uvloop
from benchmarks.bench_send import CONNECTIONS, furnish, silent, through_the_door
from benchmarks.measure import ROUNDS, fresh_server, keep, other_load, take_turns
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from orderway.app import make_workflow
from orderway.database import connect_pool, create_database
from orderway.migrations import migrate
from orderway.people.accounts import NewPerson, add_person
from orderway.people.passwords import Passwords
from orderway.people.roles import seed_roles
from orderway.quotation.events import ExtendValidity
from orderway.streams.announcer import CHANNEL, Announcer
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner

SECONDS = 4.0
STREAMS = int(os.environ.get("STREAMS", "1000"))
MOVES = 200
EMAIL, PASSWORD = "follower@example.com", "correct horse battery staple"

TRIGGER = f"""
CREATE FUNCTION bench_tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NOTIFY {CHANNEL}; RETURN NULL; END $$;
CREATE TRIGGER bench_tell AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION bench_tell();
ALTER TABLE outbox DISABLE TRIGGER bench_tell
"""
SIGN_IN = "mutation($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } } }"
FOLLOW = "subscription($order: UUID!) { orderChanged(order: $order) { number transition { event } } }"
OPEN = {"STREAMS_PER_PERSON": "10000", "API_REQUESTS_PER_PERSON": "0", "REQUESTS_PER_ADDRESS": "0"}


async def prepare(server: str, url: str) -> list[Ref]:
    """A database with quotations to move, and somebody who sees them all."""
    await create_database(server, name="bench")
    await migrate(url)
    async with await connect_pool(url, size=CONNECTIONS) as pool:
        refs = await furnish(pool, silent(pool))
        await pool.execute(TRIGGER)
        async with pool.acquire() as connection:
            await seed_roles(connection)
            kept = await Passwords().hash(PASSWORD)
            new = NewPerson(email=EMAIL, name="Follower", password_hash=kept, roles=["ADMIN"])
            await add_person(connection, new, by=THE_SYSTEM)
    return refs


async def moved(url: str, how: str) -> float:
    """Moves a second, with somebody who listens."""
    listener = await asyncpg.connect(url)
    await listener.add_listener(CHANNEL, lambda *_: None)
    switch = "ENABLE" if how == "within" else "DISABLE"
    await listener.execute(f"ALTER TABLE outbox {switch} TRIGGER bench_tell")
    made = (lambda pool: Runner(pool, make_workflow(), announce=Announcer(pool))) if how == "after" else silent
    try:
        return (await through_the_door(url, SECONDS, made))[0]
    finally:
        await listener.execute("ALTER TABLE outbox DISABLE TRIGGER bench_tell")
        await listener.close()


@contextlib.contextmanager
def serving(url: str) -> Iterator[tuple[str, int]]:
    """A server: its address, and its process."""
    environment = {
        **os.environ,
        **OPEN,
        "DATABASE_URL": url,
        "ORDERWAY_SECRET": "a secret of a database that goes away",
    }
    command = [sys.executable, "-c", "from orderway.cli import main; main()", "serve", "--port", "0"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr  # noqa: S101  (it is a pipe)
    try:
        for line in process.stderr:
            if found := re.search(r"http://\S+:\d+", line):
                yield found[0], process.pid
                return
    finally:
        process.terminate()
        process.communicate()


@dataclass
class Followers:
    """Streams of one server, each of another order as far as there are enough."""

    sockets: list[ClientConnection]
    before: int
    after: int

    @property
    def each(self) -> float:
        """KiB of the server's memory for one."""
        return (self.after - self.before) / len(self.sockets) / 1024


@contextlib.asynccontextmanager
async def followers(address: str, process: int, orders: list[UUID]) -> AsyncIterator[Followers]:
    """Streams that have begun."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        given = {"query": SIGN_IN, "variables": {"input": {"email": EMAIL, "password": PASSWORD}}}
        answer = (await client.post("/graphql", json=given)).json()
        if "errors" in answer:
            raise RuntimeError(answer["errors"])
        token = answer["data"]["signIn"]["accessToken"]
    async with contextlib.AsyncExitStack() as stack:
        first = [await stack.enter_async_context(follow(address, token, orders[0])) for _ in range(20)]
        before = psutil.Process(process).memory_info().rss
        sockets = [
            await stack.enter_async_context(follow(address, token, orders[number % len(orders)]))
            for number in range(STREAMS)
        ]
        await asyncio.sleep(2)
        yield Followers(sockets, before, psutil.Process(process).memory_info().rss)
        del first


@contextlib.asynccontextmanager
async def follow(address: str, token: str, order: UUID) -> AsyncIterator[ClientConnection]:
    """One stream."""
    place, protocol = f"{address.replace('http', 'ws')}/graphql", Subprotocol("graphql-transport-ws")
    async with connect(place, subprotocols=[protocol], compression=None, ping_interval=None) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}))
        await socket.recv()
        payload = {"query": FOLLOW, "variables": {"order": str(order)}}
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        yield socket


async def served(url: str, refs: list[Ref]) -> tuple[Followers, list[float]]:
    """The streams, and the milliseconds from a commit to its event, one at a time."""
    with serving(url) as (address, process):
        async with await connect_pool(url, size=CONNECTIONS) as pool:
            rows = await pool.fetch("SELECT id, order_id FROM quotation ORDER BY id")
            orders = {row["id"]: row["order_id"] for row in rows}
            door = Runner(pool, make_workflow(), announce=Announcer(pool))
            async with followers(address, process, [orders[ref.id] for ref in refs[1:]]) as found:
                took = []
                for number in range(MOVES):
                    at = number % min(len(refs) - 1, len(found.sockets))
                    await door.send(refs[at + 1], ExtendValidity(1), actor=THE_SYSTEM)
                    began = time.perf_counter()
                    await found.sockets[at].recv()
                    took.append((time.perf_counter() - began) * 1e3)
                return found, sorted(took)


def main() -> None:
    with fresh_server() as server:
        url = server.url("bench")
        refs = asyncio.run(prepare(server.url(), url))
        load = other_load()
        nobody, after, within = take_turns(
            ROUNDS, *(lambda how=how: uvloop.run(moved(url, how)) for how in ("nobody", "after", "within"))
        )
        found, took = asyncio.run(served(url, refs))
    p50, p99 = statistics.median(took), took[int(len(took) * 0.99)]
    keep("Streams", [
        f"{CONNECTIONS} connections, medians of {ROUNDS} rounds of {SECONDS:.0f} s in turn, all on disk; {load}",
        f"told to nobody: {nobody:,.0f} moves a second",
        f"told after the commit: {after:,.0f} a second, ratio {after / nobody:.2f}",
        f"told within each transaction: {within:,.0f} a second, ratio {within / nobody:.2f}",
        f"{STREAMS:,} streams by WebSocket: {found.each:.0f} KiB of the server's memory each",
        f"from a commit to its event, while the others wait: p50 {p50:.1f} ms, p99 {p99:.1f} ms",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
