"""A PostgreSQL and one that follows it, as a standby or to be read from."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from orderway.cluster import ENVIRONMENT, programs
from orderway.database import connect
from orderway.embedded import EmbeddedServer
from orderway.unprivileged import database_user

QUICK = {"fsync": "off", "shared_buffers": "32MB", "max_connections": "60"}


@dataclass(frozen=True, slots=True)
class Pair:
    """`first` leads at the beginning, and `second` follows it."""

    first: EmbeddedServer
    second: EmbeddedServer

    def url(self, *servers: EmbeddedServer) -> str:
        """The address of some of them, in this order; of both where none is named."""
        places = ",".join(str(each.sockets) for each in servers or (self.first, self.second))
        return f"postgresql://orderway@/orderway?host={places}"

    async def follows(self) -> None:
        """Wait until the second has all that the first has."""
        first, second = await connect(self.first.url()), await connect(self.second.url())
        written = await first.fetchval("SELECT pg_current_wal_insert_lsn()")
        await until(lambda: second.fetchval("SELECT pg_last_wal_replay_lsn() >= $1", written))
        await first.close()
        await second.close()

    async def promote(self) -> None:
        """Let the second lead, whatever the first does."""
        superuser = await connect(self.second.url("postgres", role="postgres"))
        assert await superuser.fetchval("SELECT pg_promote()")
        await superuser.close()


async def until(asked: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something to be so; what never is ends the wait with an error."""
    async with asyncio.timeout(30):
        while True:
            if await asked():
                return
            await asyncio.sleep(0.005)


def processes(server: EmbeddedServer) -> list[psutil.Process]:
    """All of a server's, the postmaster first."""
    pid = server.pid()
    assert pid
    postmaster = psutil.Process(pid)
    return [postmaster, *postmaster.children(recursive=True)]


def kill(server: EmbeddedServer) -> None:
    """End it as a power cut does."""
    doomed = processes(server)
    for each in doomed:
        each.kill()
    psutil.wait_procs(doomed)


@contextmanager
def frozen(server: EmbeddedServer) -> Iterator[None]:
    """While it lasts the server says nothing: connections to it are taken, and no answer comes."""
    stopped = processes(server)
    for each in stopped:
        os.kill(each.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in stopped:
            os.kill(each.pid, signal.SIGCONT)


@contextmanager
def pair(within: Path | None) -> Iterator[Pair]:
    """Two servers with their homes in a folder, for as long as it lasts."""
    with ExitStack() as stack:
        homes = []
        for _ in range(2):
            homes.append(Path(tempfile.mkdtemp(prefix="orderway-", dir=within)))
            homes[-1].chmod(0o711)
            stack.callback(shutil.rmtree, homes[-1])
        first = stack.enter_context(EmbeddedServer(homes[0], settings=QUICK))
        copy(first, homes[1] / "database")
        second = stack.enter_context(EmbeddedServer(homes[1], settings=QUICK))
        yield Pair(first, second)


def copy(server: EmbeddedServer, data: Path) -> None:
    """Make the data of a server that follows another."""
    user = database_user(server.data)
    data.mkdir(mode=0o700)
    user.own(data)
    line, child = user.command(
        programs() / "pg_basebackup",
        *("--host", str(server.sockets), "--username", "postgres", "--pgdata", str(data)),
        *("--write-recovery-conf", "--checkpoint", "fast", "--wal-method", "stream", "--no-sync"),
        through=data,
    )
    subprocess.run(line, check=True, cwd="/", env=ENVIRONMENT, **child)
