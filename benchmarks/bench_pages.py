"""The page of an order: what the server takes to make it, asked for over 8 connections at once, as staff see it.

It is asked of the whole application over the demo's company, every order once. What is measured is from the request to
the answer; beside it stands what the application takes of a processor, which other load on the machine changes less.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import time
from datetime import UTC, datetime
from typing import Any

import httpx
from argon2 import PasswordHasher
from benchmarks.measure import fresh_server, keep, other_load

from orderway.app import make_workflow
from orderway.database import connect_pool, create_database
from orderway.demo.load import load
from orderway.http import make_http
from orderway.migrations import migrate
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.secret import Secret
from orderway.settings import Settings
from orderway.ui.order.charts import warm
from orderway.workflow.runner import Runner

NOW = datetime(2026, 3, 11, 12, 30, tzinfo=UTC)
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "a password of the benchmarks"  # noqa: S105  (of a company that lasts a minute)
CONNECTIONS = 8
A_SECOND = 16
"""So many pages are asked for in a second, over all connections: a page every half a second by each."""

MOST = 25
"""Milliseconds that 95 of 100 pages are to take at most."""

BUDGET = 8 * 1024
"""Bytes that a page has at most, compressed."""


async def sign_in(client: httpx.AsyncClient) -> None:
    page = (await client.get("/sign-in")).text
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    form = {"csrf": found[1] if found else "", "email": "admin@demo.example", "password": PASSWORD}
    require(await client.post("/sign-in", data=form), 303)


def require(answer: httpx.Response, status: int) -> None:
    """Raises RuntimeError where a page did not come."""
    if answer.status_code != status:
        raise RuntimeError(f"{answer.url} answered {answer.status_code}.")


async def ask(
    client: httpx.AsyncClient, paths: list[str], *, later: float, waited: list[float], pages: list[bytes]
) -> None:
    """Ask for pages, one after the other, at even distances, beginning so many seconds later."""
    await asyncio.sleep(later)
    for path in paths:
        began = time.perf_counter()
        answer = await client.get(path)
        waited.append((time.perf_counter() - began) * 1000)
        require(answer, 200)
        pages.append(answer.content)
        await asyncio.sleep(max(0.0, began + CONNECTIONS / A_SECOND - time.perf_counter()))


async def measured(app: Any, pool: Any) -> list[str]:
    """Ask for every order, and say what it took."""
    paths = [f"/orders/{row['id']}" for row in await pool.fetch("SELECT id FROM sale_order ORDER BY id")]
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://pages.example")
    await sign_in(client)
    warm()
    # Every connection of the pool has prepared its statements before it counts.
    for begin in range(0, 80, CONNECTIONS):
        await asyncio.gather(*(client.get(path) for path in paths[begin : begin + CONNECTIONS]))
    waited, pages = list[float](), list[bytes]()
    load_before, here = other_load(), time.process_time()
    await asyncio.gather(*(
        ask(client, paths[place::CONNECTIONS], later=place / A_SECOND, waited=waited, pages=pages)
        for place in range(CONNECTIONS)
    ))  # fmt: skip
    here = (time.process_time() - here) * 1000 / len(paths)
    await client.aclose()
    waited.sort()
    largest = max(len(gzip.compress(page, 6)) for page in pages)
    half, most = waited[len(waited) // 2], waited[int(len(waited) * 0.95)]
    return [
        f"{len(paths)} pages, {A_SECOND} a second over {CONNECTIONS} connections, {load_before}",
        f"order page: p50 {half:.1f} ms, p95 {most:.1f} ms (at most {MOST})",
        f"of a processor it takes {here:.1f} ms, beside PostgreSQL's",
        f"the largest is {largest:,} bytes compressed (at most {BUDGET:,})",
    ]


async def made(url: str) -> list[str]:
    """Make the company, and measure."""
    settings = Settings({})
    await migrate(url)
    async with await connect_pool(url, size=CONNECTIONS) as pool:
        runner = Runner(pool, make_workflow(settings), clock=lambda: NOW)
        await load(runner, settings, password_hash=QUICK.hash(PASSWORD))
        await pool.execute("VACUUM ANALYZE")
        app = make_http(runner, Sessions(pool, passwords=Passwords(QUICK), clock=lambda: NOW), secret=Secret("x" * 40))
        return await measured(app, pool)


if __name__ == "__main__":
    with fresh_server() as server:
        asyncio.run(create_database(server.url(), name="pages"))
        keep("The page of an order", asyncio.run(made(server.url("pages"))))
