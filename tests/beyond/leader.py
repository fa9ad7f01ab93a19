"""The leader of three is struck under load: nothing that was answered is lost, and everybody finds the next.

python -m tests.beyond.leader [node|postgres|patroni|cut] [seconds]: clients and a worker of Orderway on hosts of their
own, each with the address of all three. Struck is the host whole ("node"), PostgreSQL alone, Patroni alone (the old
leader then goes on for itself), or the cable. It prints the gap, and ends with 1 where anything is lost.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import asyncpg
from tests.beyond.network import network
from tests.beyond.trio import HOSTS, Trio, trio, wait
from tests.stories.shop import Shop

from orderway.database import connect, connect_pool
from orderway.migrations import migrate
from orderway.workflow.runner import utc_now

STRIKES: Mapping[str, Sequence[str]] = {
    "node": ("patroni", "postgres", "etcd"),
    "postgres": ("postgres",),
    "patroni": ("patroni",),
    "cut": (),
}
BEFORE = 8.0
"""Seconds under load before the strike."""

AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Struck:
    """What the clients were answered, and when the leader was struck."""

    at: float
    moves: Sequence[tuple[str, int, str, float]]
    losses: Mapping[str, int]
    unsure: Sequence[str]

    def gap(self) -> tuple[float, float]:
        """The longest time without an answer, and how long after the strike it ended. Seconds."""
        moments = sorted(moment for *_, moment in self.moves)
        length, end = max((after - before, after) for before, after in pairwise(moments))
        return length, end - self.at


def strike(made: Trio, mode: str) -> str:
    host = made.leader()
    if mode == "cut":
        made.network.cut(host)
    made.kill(host, *STRIKES[mode])
    return host


def under_load(made: Trio, *, mode: str, seconds: float) -> Struck:
    """Let clients and a worker work, and strike the leader."""
    asked = ("-m", "tests.beyond.client", made.url(), str(seconds), str(AT_ONCE))
    client = made.network.start("client", "python", *asked)
    assert client.stdout
    assert client.stdout.readline() == "furnished\n"
    time.sleep(BEFORE)
    host, at = strike(made, mode), time.time()
    print(f"{host} led and was struck: {mode}.", flush=True)
    said, _ = client.communicate(timeout=seconds + 120)
    if client.returncode:
        sys.exit("The clients ended with a fault.")
    found = json.loads(said.splitlines()[-1])
    return Struck(at, [tuple(each) for each in found["moves"]], found["losses"], found["unsure"])


async def missing(url: str, struck: Struck) -> list[str]:
    """The keys of answers that the log does not have as they were answered."""
    connection = await connect(url)
    rows = await connection.fetch(
        "SELECT request_id, step, to_state, count(*) OVER (PARTITION BY request_id, machine, event) AS times"
        " FROM transition_log WHERE request_id IS NOT NULL"
    )
    await connection.close()
    there = {(row["request_id"], row["step"], row["to_state"]) for row in rows if row["times"] == 1}
    return [key for key, step, state, _ in struck.moves if (key, step, state) not in there]


async def findings(url: str) -> list[str]:
    async with await connect_pool(url, size=2) as pool:
        return await Shop(pool, now=utc_now()).findings()


async def untold(url: str) -> int:
    """How many orders the worker has yet to tell somebody of."""
    connection: asyncpg.Connection = await connect(url)
    waiting: int = await connection.fetchval(
        "SELECT (SELECT count(*) FROM outbound_progress WHERE done < known)"
        " + (SELECT count(DISTINCT order_id) FROM outbox) - (SELECT count(*) FROM outbound_progress)"
    )
    await connection.close()
    return waiting


async def works(url: str) -> bool:
    """Whether a worker has begun to work."""
    connection = await connect(url)
    found: bool = await connection.fetchval("SELECT EXISTS (SELECT FROM worker)")
    await connection.close()
    return found


async def prepare(made: Trio) -> None:
    superuser = await connect(made.url("postgres", who="postgres:of-the-superuser"))
    await superuser.execute("CREATE ROLE orderway LOGIN CREATEDB PASSWORD 'of-orderway'")
    await superuser.execute("CREATE DATABASE orderway OWNER orderway")
    await superuser.close()
    await migrate(made.url())


def judge(made: Trio, struck: Struck) -> bool:
    """Print what came of it; whether all is as it was answered."""
    url = made.url()
    lost, wrong = asyncio.run(missing(url, struck)), asyncio.run(findings(url))
    length, end = struck.gap()
    print(
        f"{len(struck.moves):,} moves were answered, {len(lost)} of them are lost; {len(struck.unsure)} got no answer"
        f" at first and were sent again by their keys ({dict(struck.losses)}).\n"
        f"Gap: {length:.1f} s without an answer, over {end:.1f} s after the strike. {made.leader()} leads."
    )
    for each in (*lost[:5], *wrong[:5]):
        print(each)
    return not lost and not wrong


def main() -> None:
    mode, seconds, *_ = [*sys.argv[1:], *("node", "45")[len(sys.argv) - 1 :]]
    with network(*HOSTS, "client", "worker") as net:
        net.enter("client")
        with trio(net) as made:
            asyncio.run(prepare(made))
            worker = net.start("worker", "orderway", "worker", DATABASE_URL=made.url())
            wait(lambda: asyncio.run(works(made.url())), "The worker does not work")
            struck = under_load(made, mode=mode, seconds=float(seconds))
            is_well = judge(made, struck)
            late = wait(lambda: asyncio.run(untold(made.url())) == 0, "The worker has not told everything")
            print(f"The worker told everybody of everything {late:.1f} s after the last answer.")
            worker.terminate()
            worker.wait(60)
    sys.exit(not is_well)


if __name__ == "__main__":
    main()
