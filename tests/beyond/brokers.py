"""Three brokers hold each event, and the one that leads is killed or cut off: nothing is lost, and order is kept.

python -m tests.beyond.brokers [kill|cut] [seconds]: orders are driven through the door, and a worker brings what
happens to a stream of three copies. It prints the gap, and ends with 1 where an event is missing, there twice, or out
of order.
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
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.request import urlopen

import asyncpg
import nats
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig
from tests.beyond.hosts import database
from tests.beyond.leader import Struck
from tests.beyond.network import Network, network
from tests.beyond.trio import wait
from tests.secret import TEXT

from orderway.database import connect, connect_pool
from orderway.embedded import EmbeddedServer
from orderway.migrations import migrate
from orderway.secret import NAME

HOSTS = ("db", "n1", "n2", "n3", "worker", "client")
BROKERS = ("n1", "n2", "n3")
STREAM = "ORDERWAY"
BEFORE, AWAY = 8.0, 12.0
"""Seconds under load before the strike, and until what was struck is there again."""

LEFT = """
SELECT count(*) FROM sale_order o LEFT JOIN outbound_progress p
ON p.store_id = o.store_id AND p.order_id = o.id AND p.sink = 'broker' WHERE coalesce(p.done, 0) < o.outbox_number
"""


@dataclass(slots=True)
class Brokers:
    """The three, with their stores in a folder."""

    net: Network
    folder: Path
    running: dict[str, subprocess.Popen[str]]

    @property
    def urls(self) -> str:
        return ",".join(f"nats://{self.net.address(host)}:4222" for host in BROKERS)

    def start(self, host: str) -> None:
        here, routes = self.net.address(host), [f"nats://{self.net.address(each)}:6222" for each in BROKERS]
        file = self.folder / f"{host}.conf"
        file.write_text(
            f'server_name: {host}\nlisten: "{here}:4222"\nhttp: "{here}:8222"\n'
            f'jetstream {{ store_dir: "{self.folder / host}", sync_interval: always }}\n'
            f'cluster {{ name: orderway, listen: "{here}:6222", routes: {routes} }}\n'.replace("'", '"')
        )
        log = str(self.folder / f"{host}.log")
        self.running[host] = self.net.start(host, "nats-server", "-c", str(file), "-l", log)

    def healthy(self) -> bool:
        """Whether all of them know a leader."""
        try:
            for host in BROKERS:
                with urlopen(f"http://{self.net.address(host)}:8222/healthz", timeout=1):
                    pass
        except OSError:
            return False
        return True

    def strike(self, host: str, mode: str) -> None:
        if mode == "cut":
            self.net.cut(host)
        else:
            self.running[host].kill()
            self.running[host].wait()

    def mend(self, host: str, mode: str) -> None:
        if mode == "cut":
            self.net.heal(host)
        else:
            self.start(host)


@contextmanager
def brokers(net: Network) -> Iterator[Brokers]:
    folder = Path(tempfile.mkdtemp(prefix="orderway-"))
    made = Brokers(net, folder, {})
    try:
        for host in BROKERS:
            made.start(host)
        wait(made.healthy, "The brokers are not healthy")
        yield made
    finally:
        for process in made.running.values():
            process.kill()
            process.wait()
        shutil.rmtree(folder)


async def play(net: Network, server: EmbeddedServer, bus: Brokers, *, mode: str, seconds: float) -> bool:
    """Let it happen; whether all arrived as it should."""
    superuser = await connect(server.url("postgres", role="postgres"))
    await superuser.execute("SELECT pg_reload_conf()")
    await superuser.close()
    await migrate(server.url())
    url = f"postgresql://orderway@{net.address('db')}/orderway"
    environ = {"DATABASE_URL": url, NAME: TEXT, "ORDERWAY_NATS_URL": bus.urls, "ORDERWAY_NATS_REPLICAS": "3"}
    net.start("worker", "orderway", "worker", **environ)
    async with await connect_pool(server.url()) as pool:
        await until(pool, "SELECT count(*) = 0 FROM outbound_sink WHERE sink = 'broker'", "The broker is not known")
        client = net.start("client", "python", "-m", "tests.beyond.client", url, str(seconds), "6")
        assert client.stdout
        assert await asyncio.to_thread(client.stdout.readline) == "furnished\n"
        await asyncio.sleep(BEFORE)
        leader, at = await leads(bus), time.time()
        bus.strike(leader, mode)
        print(f"{leader} led the stream and was struck: {mode}.", flush=True)
        await asyncio.sleep(AWAY)
        bus.mend(leader, mode)
        said, _ = await asyncio.to_thread(client.communicate)
        if client.returncode:
            sys.exit("The clients ended with a fault.")
        answered = Struck(at, json.loads(said.splitlines()[-1])["moves"], {}, []).gap()
        print(f"Of the door: {answered[0]:.1f} s without an answer at most, over {answered[1]:.1f} s after the strike.")
        late = await until(pool, LEFT, "Not all events were brought")
        told = {row["id"]: (row["order_id"], row["number"]) for row in await pool.fetch("SELECT * FROM outbox")}
    print(f"The last event was brought {late:.1f} s after the last order was driven.")
    return judge(told, await stored(bus), at=at)


async def leads(bus: Brokers) -> str:
    """The host that leads the stream."""
    client = await nats.connect(bus.urls.split(","))
    info = await client.jetstream().stream_info(STREAM)
    await client.close()
    assert info.cluster
    assert info.cluster.leader
    return info.cluster.leader


async def until(pool: asyncpg.Pool, query: str, otherwise: str, *, seconds: float = 200) -> float:
    """Wait until a query gives nothing (0, or false); gives for how many seconds. Ends the program else."""
    begun = time.monotonic()
    while await pool.fetchval(query):
        if time.monotonic() - begun > seconds:
            sys.exit(f"{otherwise} after {seconds:g} s.")
        await asyncio.sleep(0.2)
    return time.monotonic() - begun


async def stored(bus: Brokers) -> list[tuple[str, float]]:
    """What stands in the stream: the id of each event, in its order, and when it was stored."""
    client = await nats.connect(bus.urls.split(","))
    stream: JetStreamContext = client.jetstream()
    reader = await stream.pull_subscribe("orderway.>", config=ConsumerConfig(ack_policy=AckPolicy.NONE), stream=STREAM)
    found: list[tuple[str, float]] = []
    while True:
        try:
            some = await reader.fetch(1000, timeout=3)
        except TimeoutError:
            break
        found += [((each.headers or {})["Nats-Msg-Id"], each.metadata.timestamp.timestamp()) for each in some]
    await client.close()
    return found


def judge(told: dict[object, tuple[object, int]], found: Sequence[tuple[str, float]], *, at: float) -> bool:
    """Print what came of it."""
    known = {str(id): place for id, place in told.items()}
    times = Counter(id for id, _ in found)
    missing, twice = known.keys() - times.keys(), [id for id, count in times.items() if count > 1]
    last, disordered = Counter[object](), 0
    for id in dict.fromkeys(id for id, _ in found):
        order, number = known[id]
        disordered += number != last[order] + 1
        last[order] = number
    moments = sorted(moment for _, moment in found)
    gap, end = max((after - before, after) for before, after in pairwise(moments))
    print(
        f"{len(known):,} events were told: {len(missing)} are missing in the stream, {len(twice)} stand there twice,"
        f" {disordered} out of their order.\nGap: {gap:.1f} s in which nothing was stored, over {end - at:.1f} s after"
        " the strike."
    )
    return not missing and not twice and not disordered


def main() -> None:
    mode, seconds, *_ = [*sys.argv[1:], *("kill", "40")[len(sys.argv) - 1 :]]
    os.environ[NAME] = TEXT
    with network(*HOSTS) as net:
        net.enter("db")
        with database(net) as server, brokers(net) as bus:
            is_well = asyncio.run(play(net, server, bus, mode=mode, seconds=float(seconds)))
    sys.exit(not is_well)


if __name__ == "__main__":
    main()
