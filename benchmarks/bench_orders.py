"""The page of the list of orders at a million orders: each view as each role, at eight connections; 40 rows each.

Give it the folder of a server whose database `benchmarks.million_orders` made; without one it makes it. Beside the time
until the page was there stands what it took of a processor, PostgreSQL's and our own, which other load on the machine
does not change.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import defaultdict
from pathlib import Path

import asyncpg
import httpx
from argon2 import PasswordHasher
from benchmarks.bench_lists import p95
from benchmarks.measure import fresh_server, keep, other_load
from benchmarks.million_orders import DATABASE, make

from orderway.app import make_workflow
from orderway.database import connect_pool
from orderway.embedded import EmbeddedServer
from orderway.http import make_http
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.secret import Secret
from orderway.settings import Settings
from orderway.ui.guard import SESSION
from orderway.workflow.runner import Runner, utc_now

CONNECTIONS, ASKED = 8, 12
"""How many ask at once, and how often each view is asked for as each role."""

MOST = 60
ROLES = ("admin", "accountant", "manager", "biller", "reseller", "customer")
VIEWS = ("", "?show=needs-me", "?show=payment", "?show=late", "?show=rider", "?stuck=7d&sort=longest", "?sort=oldest")
PASSWORD = "a password of the benchmark"  # noqa: S105  (of nobody)
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PEOPLE = "SELECT id, email FROM person WHERE email ~ ('^' || $1 || '[0-9]+@') ORDER BY email LIMIT 5"
WORKED = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"


async def visitors(pool: asyncpg.Pool, sessions: Sessions, role: str) -> list[str]:
    """The sessions of some people of a role."""
    people = await pool.fetch(PEOPLE, role)
    ids = [person["id"] for person in people]
    await pool.execute("UPDATE person SET password_hash = $1 WHERE id = ANY ($2)", QUICK.hash(PASSWORD), ids)
    return [(await sessions.sign_in(person["email"], PASSWORD)).token for person in people]


async def processor(pool: asyncpg.Pool) -> float:
    """Milliseconds that this process and PostgreSQL's have taken of a processor."""
    found = [Path(f"/proc/{row['pid']}/schedstat") for row in await pool.fetch(WORKED)]
    return time.process_time() * 1e3 + sum(int(each.read_text().split()[0]) for each in found if each.exists()) / 1e6


async def look(pool: asyncpg.Pool) -> list[str]:
    sessions = Sessions(pool, passwords=Passwords(QUICK), clock=utc_now)
    app = make_http(
        Runner(pool, make_workflow(Settings({}))),
        sessions,
        secret=Secret("a secret of the benchmark and of nobody else"),
    )
    waited: dict[str, list[float]] = defaultdict(list)
    worked: dict[str, list[float]] = defaultdict(list)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.example") as client:
        for role in ROLES:
            tokens = await visitors(pool, sessions, role)

            async def ask(view: str, token: str) -> float:
                began = time.perf_counter()
                answer = await client.get(f"/orders{view}", headers={"Cookie": f"{SESSION}={token}"})
                answer.raise_for_status()
                return (time.perf_counter() - began) * 1e3

            for view in VIEWS:
                for _ in range(ASKED // CONNECTIONS + 1):
                    before = await processor(pool)
                    tokens_of = [tokens[number % len(tokens)] for number in range(CONNECTIONS)]
                    waited[role] += await asyncio.gather(*(ask(view, token) for token in tokens_of))
                    worked[f"{role} {view or 'all'}"].append((await processor(pool) - before) / CONNECTIONS)
    lines = []
    for role in ROLES:
        views = {view: p95(taken) for view, taken in worked.items() if view.startswith(f"{role} ")}
        worst = max(views, key=views.__getitem__)
        usual = sorted(views.values())[len(views) // 2]
        lines.append(
            f"{role}: p95 {p95(waited[role]):.0f} ms; of a processor {usual:.0f} ms a page, the worst"
            f" {worst.partition(' ')[2]} {views[worst]:.0f} ms"
        )
    over = [f"{view} ({p95(taken):.0f} ms)" for view, taken in worked.items() if p95(taken) > MOST]
    return [*lines, f"over {MOST} ms of a processor: {'; '.join(over) or 'nothing'}"]


async def main(server: EmbeddedServer) -> None:
    dirty = other_load()
    async with await connect_pool(server.url(DATABASE), size=CONNECTIONS) as pool:
        orders = await pool.fetchval("SELECT count(*) FROM sale_order")
        lines = await look(pool)
    head = f"{orders:,} orders, {CONNECTIONS} connections; {dirty}"
    keep("The page of the list of orders at a million orders", [head, *lines])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with EmbeddedServer(Path(sys.argv[1])) as its_server:
            asyncio.run(main(its_server))
    else:
        with fresh_server() as its_server:
            asyncio.run(make(its_server, 1_000_000))
            asyncio.run(main(its_server))
