"""Two hosts that serve and two that work, on one PostgreSQL; one of each is cut off in the middle of its work.

python -m tests.beyond.hosts [sales]: so many sales are due to expire, and quotations are begun over HTTP meanwhile. It
prints what came of it, and ends with 1 where anything is lost or done twice.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import asyncpg
from tests.beyond.network import Network, network
from tests.graphql.office import Api, Office
from tests.graphql.orders import agreed
from tests.secret import TEXT

from orderway.database import connect, connect_pool
from orderway.embedded import EmbeddedServer
from orderway.migrations import migrate
from orderway.secret import NAME
from orderway.workflow.runner import utc_now

HOSTS = ("db", "api1", "api2", "worker1", "worker2", "client")
SETTINGS = {"SALE_EXPIRY_CRON": "* * * * *", "SALE_EXPIRY_BATCH_SIZE": "5", "API_REQUESTS_PER_PERSON": "0"}
EXPIRED = "SELECT count(*) FROM transition_log WHERE machine = 'sale' AND event = 'EXPIRE'"
SWEEPERS = """
SELECT host(client_addr) FROM pg_stat_activity
WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND client_addr IS NOT NULL
"""
UNTOLD = """
SELECT (SELECT count(*) FROM outbound_progress WHERE done < known)
    + (SELECT count(DISTINCT order_id) FROM outbox) - (SELECT count(*) FROM outbound_progress)
"""


@contextmanager
def database(net: Network) -> Iterator[EmbeddedServer]:
    """A PostgreSQL on the host of this program, which the others may reach."""
    home = Path(tempfile.mkdtemp(prefix="orderway-"))
    home.chmod(0o711)
    try:
        with EmbeddedServer(home, settings={"listen_addresses": net.address("db"), "log_connections": "off"}) as server:
            with (server.data / "pg_hba.conf").open("a") as rules:
                rules.write("host all all 10.77.0.0/24 trust\n")
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


@asynccontextmanager
async def furnished(server: EmbeddedServer, *, sales: int) -> AsyncIterator[tuple[asyncpg.Pool, str]]:
    """The company with sales that are due to expire, and the token of a biller."""
    reload = await connect(server.url("postgres", role="postgres"))
    await reload.execute("SELECT pg_reload_conf()")
    await reload.close()
    await migrate(server.url())
    async with await connect_pool(server.url()) as pool:
        office = Office(pool, now=utc_now() - timedelta(days=2))
        await office.furnish()
        async with office.open() as client:
            api = Api(office, client)
            for _ in range(sales):
                await agreed(api)
            office.now = utc_now()
            yield pool, await api.token("biller")


@dataclass(slots=True)
class Company:
    """Its hosts, what they run, and its database."""

    net: Network
    pool: asyncpg.Pool

    async def until(self, query: str, *, is_over: int, otherwise: str, seconds: float = 200) -> float:
        """Wait until a count is over some number; gives for how many seconds. Ends the program where it never is."""
        begun = time.monotonic()
        while await self.pool.fetchval(query) <= is_over:
            if time.monotonic() - begun > seconds:
                sys.exit(f"{otherwise} within {seconds:g} s.")
            await asyncio.sleep(0.01)
        return time.monotonic() - begun

    async def cut_a_worker(self) -> str:
        """Cut off a worker that has begun a transaction; its host."""
        addresses = {self.net.address(host): host for host in ("worker1", "worker2")}
        while True:
            for row in await self.pool.fetch(SWEEPERS):
                if host := addresses.get(row[0]):
                    self.net.cut(host)
                    held = await self.pool.fetch(SWEEPERS)
                    if row in held:
                        return host
                    self.net.heal(host)


async def play(net: Network, server: EmbeddedServer, *, sales: int) -> bool:
    """Let it happen; whether all is as it should be."""
    async with furnished(server, sales=sales) as (pool, token):
        company = Company(net, pool)
        environ = {"DATABASE_URL": f"postgresql://orderway@{net.address('db')}/orderway", NAME: TEXT, **SETTINGS}
        for host in ("api1", "api2"):
            net.start(host, "orderway", "serve", "--host", net.address(host), **environ)
        bases = [f"http://{net.address(host)}:8000" for host in ("api1", "api2")]
        client = await asked(net, bases, token)
        workers = {host: net.start(host, "orderway", "worker", **environ) for host in ("worker1", "worker2")}
        await company.until(EXPIRED, is_over=sales // 10, otherwise="No sale expired")
        worker = await company.cut_a_worker()
        net.cut("api1")
        print(f"{worker} was cut off in the middle of a transaction, and api1 with it.", flush=True)
        address = net.address(worker)
        held = f"SELECT 1 - count(*) FROM pg_stat_activity WHERE client_addr = '{address}' AND xact_start IS NOT NULL"
        freed = await company.until(held, is_over=0, otherwise="What it held is not free")
        rest = await company.until(EXPIRED, is_over=sales - 1, otherwise="Not all sales expired")
        print(f"What it held was free after {freed:.1f} s; the other worker was done {rest:.1f} s later.")
        said = await asyncio.to_thread(client.communicate, timeout=120)
        for host in (worker, "api1"):
            net.heal(host)
        is_well = await judge(company, json.loads(said[0].splitlines()[-1]), sales=sales)
        return await stopped(workers) and is_well


async def asked(net: Network, bases: list[str], token: str) -> subprocess.Popen[str]:
    """The seller's program on its host, once it has begun."""
    client = net.start("client", "python", "-m", "tests.beyond.asking", "40", *bases, token)
    assert client.stdout
    assert await asyncio.to_thread(client.stdout.readline) == "begun\n"
    return client


async def stopped(workers: dict[str, subprocess.Popen[str]]) -> bool:
    """Whether each worker, the one that was cut off too, stops in good order when it is told to."""
    for process in workers.values():
        process.terminate()
    codes = [await asyncio.to_thread(process.wait, 60) for process in workers.values()]
    print(f"Both workers were told to stop, and ended with {codes}.")
    return codes == [0, 0]


async def judge(company: Company, found: dict[str, list[tuple[str, str, float]]], *, sales: int) -> bool:
    """Print what came of it."""
    pool, answers = company.pool, found["orders"]
    gap = max((after - before for before, after in pairwise(sorted(at for *_, at in answers))), default=0.0)
    there = {str(row["id"]) for row in await pool.fetch("SELECT id FROM sale_order")}
    lost = [order for _, order, _ in answers if order not in there]
    begun_twice = len(there) - sales - len({order for _, order, _ in answers})
    await company.until(f"SELECT 1 - ({UNTOLD})", is_over=0, otherwise="Not everything was told")
    expired = await pool.fetchval(EXPIRED)
    print(
        f"{len(answers):,} quotations were answered, {len(lost)} are lost, {begun_twice} more are there; a host was"
        f" given up {found['given_up']} times, and the longest time without an answer was {gap:.1f} s.\n"
        f"{expired} of {sales} sales expired."
    )
    return not lost and begun_twice == 0 and expired == sales


def main() -> None:
    sales, *_ = [*map(int, sys.argv[1:]), 120]
    os.environ[NAME] = TEXT
    with network(*HOSTS) as net:
        net.enter("db")
        with database(net) as server:
            is_well = asyncio.run(play(net, server, sales=sales))
    sys.exit(not is_well)


if __name__ == "__main__":
    main()
