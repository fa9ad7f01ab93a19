"""The API over HTTP, against what it is built of: a list against plain Strawberry, a mutation against the bare Runner.

The list: 50 orders of the demo's company with five nested fields, eight connections, on both sides the same document,
token, tables and answer. The mutation: EXTEND_VALIDITY of a quotation, 16 connections, against 16 tasks that call
`Runner.send` in a process of their own. Servers, callers and PostgreSQL share the machine, and take turns.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import uvloop
from benchmarks import plain_api
from benchmarks.measure import ROUNDS, fresh_server, keep, other_load, take_turns

from orderway.app import make_workflow
from orderway.database import connect_pool, create_database
from orderway.demo.company import accounts
from orderway.demo.load import load
from orderway.deployment import Deployment
from orderway.migrations import migrate
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.quotation.events import ExtendValidity
from orderway.secret import Secret, new_secret
from orderway.serve import Address, answer, listen
from orderway.settings import Settings
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner, utc_now

SECONDS = 3.0
READERS = 8
WRITERS = 16
PASSWORD = "for the length of this benchmark"  # noqa: S105 - the database is gone with it

OPEN = {"API_REQUESTS_PER_PERSON": "0", "REQUESTS_PER_ADDRESS": "0"}
"""Nobody is turned away: what is measured is how fast everybody is answered."""

LIST = """
query($first: Int!) {
  orders(first: $first) {
    nodes {
      id number placedAt currency
      store { id name code }
      customer { id name kind }
      lines { id position description quantity }
      payments { id state createdAt context { amount method } }
      fulfillments { id state movedAt }
    }
  }
}
"""
EXTEND = """
mutation($input: QuotationExtendValidityInput!) {
  quotationExtendValidity(input: $input) { __typename ... on Moved { step } ... on Problem { sentence } }
}
"""


@dataclass(frozen=True, slots=True)
class Furnished:
    """The database, who asks, and what there is to move."""

    url: str
    token: str
    actor: str
    permissions: frozenset[str]
    quotations: tuple[tuple[UUID, UUID], ...]


def ours(url: str, taken: socket.socket) -> None:
    """The API as `orderway serve` runs it, until the process is ended."""

    async def run() -> None:
        async with await connect_pool(url) as pool:
            runner = Runner(pool, make_workflow(Settings(OPEN)))
            await answer(
                runner, taken, url=url, secret=Secret(new_secret()), deployment=Deployment(), on_ready=lambda: None
            )

    uvloop.run(run())


@contextmanager
def serving(serve: Callable[[str, socket.socket], None], url: str) -> Iterator[int]:
    """A server in a process of its own; gives its port."""
    with listen(Address(port=0)) as taken:
        process = multiprocessing.get_context("fork").Process(target=serve, args=(url, taken), daemon=True)
        process.start()
        try:
            yield taken.getsockname()[1]
        finally:
            process.terminate()
            process.join(10)


def request(token: str, query: str, variables: object) -> bytes:
    body = json.dumps({"query": query, "variables": variables}).encode()
    head = (
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytes) -> bytes:
    """Send one request and read its answer; raises RuntimeError for anything but 200."""
    writer.write(asked)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    body = await reader.readexactly(length)
    if b" 200 " not in head[:20] or b'"errors"' in body[:20]:
        raise RuntimeError(f"{head!r} {body[:500]!r}")
    return body


async def rate(port: int, connections: int, next_request: Callable[[], bytes]) -> float:
    """Answers a second over so many connections."""
    done = 0

    async def caller(end: float) -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < end:
            await ask(reader, writer, next_request())
            done += 1
        writer.close()

    await asyncio.gather(*(caller(time.perf_counter() + 0.5) for _ in range(connections)))
    done, began = 0, time.perf_counter()
    await asyncio.gather(*(caller(began + SECONDS) for _ in range(connections)))
    return done / (time.perf_counter() - began)


async def answered(port: int, asked: bytes) -> object:
    """What is told, whichever of the two ways UTC is written in."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.loads((await ask(reader, writer, asked)).replace(b"+00:00", b"Z"))
    writer.close()
    return body["data"]


async def bare(furnished: Furnished) -> float:
    """Transitions a second through the door itself."""
    done = 0
    async with await connect_pool(furnished.url) as pool:
        door = Runner(pool, make_workflow(Settings(OPEN)))
        actor = Actor(furnished.actor, furnished.permissions)
        refs = [Ref("quotation", store, id) for store, id in furnished.quotations]

        async def caller(end: float) -> None:
            nonlocal done
            while time.perf_counter() < end:
                await door.send(random.choice(refs), ExtendValidity(1), actor=actor)  # noqa: S311
                done += 1

        await asyncio.gather(*(caller(time.perf_counter() + 0.5) for _ in range(WRITERS)))
        done, began = 0, time.perf_counter()
        await asyncio.gather(*(caller(began + SECONDS) for _ in range(WRITERS)))
        return done / (time.perf_counter() - began)


async def furnish(url: str) -> Furnished:
    """The demo's company with its orders, and quotations that stay open."""
    await migrate(url)
    settings, passwords = Settings(OPEN), Passwords()
    async with await connect_pool(url) as pool:
        runner = Runner(pool, make_workflow(settings))
        await load(runner, settings, password_hash=await passwords.hash(PASSWORD))
        sessions = Sessions(pool, passwords=passwords, clock=utc_now, settings=settings)
        email = next(account.email for account in accounts() if account.role == "ADMIN")
        token = (await sessions.sign_in(email, PASSWORD)).token
        viewer = await sessions.viewer_of(token)
        if viewer is None:
            raise RuntimeError("The admin could not sign in.")
        rows = await pool.fetch("SELECT store_id, id FROM quotation WHERE state IN ('DRAFT', 'IN_REVIEW', 'REVISED')")
        quotations = tuple((row["store_id"], row["id"]) for row in rows)
        return Furnished(url, token, viewer.actor().id, viewer.permissions, quotations)


def extend(furnished: Furnished) -> bytes:
    _, id = random.choice(furnished.quotations)  # noqa: S311
    return request(furnished.token, EXTEND, {"input": {"id": str(id), "days": 1}})


def main() -> None:
    with fresh_server() as server:
        url = server.url("bench")
        asyncio.run(create_database(server.url(), name="bench"))
        made = uvloop.run(furnish(url))
        asked = request(made.token, LIST, {"first": 50})
        with serving(ours, url) as our_port, serving(plain_api.serve, url) as plain_port:
            time.sleep(3)
            same = uvloop.run(answered(our_port, asked)) == uvloop.run(answered(plain_port, asked))
            quiet = other_load()
            lists = take_turns(
                ROUNDS,
                lambda: uvloop.run(rate(our_port, READERS, lambda: asked)),
                lambda: uvloop.run(rate(plain_port, READERS, lambda: asked)),
            )
            writes = take_turns(
                ROUNDS,
                lambda: uvloop.run(rate(our_port, WRITERS, lambda: extend(made))),
                lambda: uvloop.run(bare(made)),
            )
    answers = "the same" if same else "NOT the same"
    keep("The API over HTTP", [
        f"medians of {ROUNDS} rounds of {SECONDS:.0f} s in turn, servers and callers on one machine; {quiet}",
        f"50 orders with five nested fields, {READERS} connections: {lists[0]:,.1f} a second; answers: {answers}",
        f"plain Strawberry over the same tables: {lists[1]:,.1f} a second",
        f"ratio {lists[0] / lists[1]:.2f} (wanted: at least 2)",
        f"a mutation, {WRITERS} connections: {writes[0]:,.0f} a second",
        f"Runner.send by {WRITERS} tasks: {writes[1]:,.0f} a second",
        f"ratio {writes[0] / writes[1]:.2f} (wanted: at least 0.3)",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
