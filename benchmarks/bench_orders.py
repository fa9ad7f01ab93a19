"""The page of the list of orders at a million orders: each view as each role, at eight connections; 40 rows each.

Give it the folder of a server whose database `benchmarks.million_orders` made; without one it makes it. Pages are asked
for at even distances, as people do; and then by all connections again at once, which says how many pages one process
makes. Beside the time until the page was there stands what it took of a processor, PostgreSQL's and our own, which
other load on the machine changes less.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

CONNECTIONS, ASKED = 8, 24
"""How many ask at once, and how often each view is asked for as each role."""

A_SECOND = 16
"""So many pages are asked for in a second over all connections where they are asked for at even distances."""

MOST = 60
"""Milliseconds that 95 of 100 pages are to take at most, asked for so."""

DEAR = 40
"""Milliseconds of a processor of a page that is told of."""
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
    paced, pressed = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    worked = dict[tuple[str, str], float]()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.example") as client:
        for role in ROLES:
            asking = Asking(client, await visitors(pool, sessions, role))
            for view in VIEWS:
                # Every connection of the pool has prepared its statements before it counts.
                await asking.at_once(view)
                before = await processor(pool)
                paced[role] += await asking.paced(view)
                worked[role, view] = (await processor(pool) - before) / ASKED
                for _ in range(ASKED // CONNECTIONS):
                    pressed[role] += await asking.at_once(view)
    lines = [told(role, paced[role], worked) for role in ROLES]
    over = [f"{role} {view or 'all'} ({taken:.0f} ms)" for (role, view), taken in worked.items() if taken > DEAR]
    began = ", ".join(f"{role} {p95(pressed[role]):.0f}" for role in ROLES)
    return [
        f"{A_SECOND} pages a second (wanted: p95 of at most {MOST} ms)", *lines,
        f"over {DEAR} ms of a processor: {'; '.join(over) or 'nothing'}",
        f"all {CONNECTIONS} connections asking again at once, p95 in ms: {began}",
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asking:
    """Some people who look at lists, over one client."""

    client: httpx.AsyncClient
    tokens: Sequence[str]

    async def one(self, view: str, turn: int, later: float = 0) -> float:
        """Ask as the one whose turn it is, so many seconds later; the milliseconds until the page was there."""
        await asyncio.sleep(later)
        began = time.perf_counter()
        cookie = f"{SESSION}={self.tokens[turn % len(self.tokens)]}"
        answer = await self.client.get(f"/orders{view}", headers={"Cookie": cookie})
        answer.raise_for_status()
        return (time.perf_counter() - began) * 1e3

    async def paced(self, view: str) -> list[float]:
        return await asyncio.gather(*(self.one(view, turn, turn / A_SECOND) for turn in range(ASKED)))

    async def at_once(self, view: str) -> list[float]:
        return await asyncio.gather(*(self.one(view, turn) for turn in range(CONNECTIONS)))


def told(role: str, waited: list[float], worked: Mapping[tuple[str, str], float]) -> str:
    """What a role waited, and what its pages took of a processor."""
    views = {view or "all": taken for (who, view), taken in worked.items() if who == role}
    worst = max(views, key=views.__getitem__)
    half, usual = sorted(waited)[len(waited) // 2], sorted(views.values())[len(views) // 2]
    return (
        f"{role}: p50 {half:.0f} ms, p95 {p95(waited):.0f} ms; of a processor {usual:.0f} ms a page,"
        f" the worst {worst} {views[worst]:.0f} ms"
    )


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
