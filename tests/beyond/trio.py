"""Three hosts with PostgreSQL under Patroni, which etcd lets agree on who leads.

ORDERWAY_ETCD names the program (Debian: etcd-server), ORDERWAY_PATRONI a Python that has `patroni[etcd3,psycopg3]`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
from tests.beyond.network import Network

from orderway.cluster import programs
from orderway.unprivileged import database_user

HOSTS = ("n1", "n2", "n3")
ACCESS = {
    "superuser": {"username": "postgres", "password": "of-the-superuser"},
    "replication": {"username": "replicator", "password": "of-replication"},
    "rewind": {"username": "rewinder", "password": "of-rewinding"},
}
PARAMETERS = {
    "wal_level": "replica", "hot_standby": "on", "max_connections": 100, "wal_log_hints": "on",
    "synchronous_commit": "on", "shared_buffers": "128MB", "wal_keep_size": "256MB", "wal_sender_timeout": "5s",
    "wal_receiver_timeout": "5s", "tcp_keepalives_idle": 3, "tcp_keepalives_interval": 1, "tcp_user_timeout": 6000,
}  # fmt: skip
TIMES = {"ttl": 20, "loop_wait": 2, "retry_timeout": 3, "primary_start_timeout": 0}
"""Of Patroni, in seconds. It takes no lease (ttl) under 20, and with 0 another is promoted where a postmaster dies."""


def needed(name: str) -> Path:
    """A program that an environment variable names. Ends this one where it does not."""
    found = os.environ.get(name) or (shutil.which("etcd") if name == "ORDERWAY_ETCD" else None)
    if not found or not Path(found).exists():
        sys.exit(f"{name} does not name a program. {(__doc__ or '').splitlines()[2]}")
    return Path(found)


@dataclass(slots=True)
class Trio:
    """The three, with their data in a folder. Who asks them is on a host of their network."""

    network: Network
    folder: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def url(self, database: str = "orderway", *, who: str = "orderway:of-orderway") -> str:
        """The address of all three hosts."""
        return f"postgresql://{who}@{','.join(f'{self.network.address(each)}:5432' for each in HOSTS)}/{database}"

    def start(self, host: str) -> None:
        """Start etcd and Patroni on a host, which starts PostgreSQL."""
        here, address = self.folder / host, self.network.address(host)
        peers = ",".join(f"{each}=http://{self.network.address(each)}:2380" for each in HOSTS)
        self._spawn(
            f"etcd-{host}", host, needed("ORDERWAY_ETCD"), "--name", host, "--data-dir", str(here / "etcd"),
            "--listen-client-urls", f"http://{address}:2379", "--advertise-client-urls", f"http://{address}:2379",
            "--listen-peer-urls", f"http://{address}:2380", "--initial-advertise-peer-urls", f"http://{address}:2380",
            "--initial-cluster", peers, "--initial-cluster-state", "new", "--logger", "zap",
        )  # fmt: skip
        (self.folder / f"{host}.yml").write_text(json.dumps(self._configuration(host)))
        self.patroni(host)

    def patroni(self, host: str) -> None:
        python = needed("ORDERWAY_PATRONI")
        self._spawn(f"patroni-{host}", host, python, "-m", "patroni", str(self.folder / f"{host}.yml"))

    def members(self) -> list[Mapping[str, Any]]:
        """What the first host that answers knows of all of them."""
        for host in HOSTS:
            with suppress(OSError), urlopen(f"http://{self.network.address(host)}:8008/cluster", timeout=1) as said:
                found: list[Mapping[str, Any]] = json.load(said)["members"]
                return found
        return []

    def leader(self) -> str:
        return next(str(each["name"]) for each in self.members() if each["role"] == "leader")

    def healthy(self) -> bool:
        """Whether one leads, one follows in step, and one more follows."""
        roles = [each["role"] for each in self.members() if each["state"] in {"running", "streaming"}]
        return sorted(roles) == ["leader", "replica", "sync_standby"]

    def postgres(self, host: str) -> list[psutil.Process]:
        """The processes of PostgreSQL on a host, the postmaster first."""
        postmaster = psutil.Process(int((self.folder / host / "data/postmaster.pid").read_text().split()[0]))
        return [postmaster, *postmaster.children(recursive=True)]

    def kill(self, host: str, *programs: str) -> None:
        """End programs of a host as a power cut does: "patroni", "postgres", "etcd"."""
        for name in programs:
            doomed = self.postgres(host) if name == "postgres" else [psutil.Process(self.running[f"{name}-{host}"].pid)]
            for each in doomed:
                with suppress(psutil.NoSuchProcess):
                    each.kill()

    def stop(self) -> None:
        for host in HOSTS:
            with suppress(FileNotFoundError, psutil.NoSuchProcess, IndexError):
                self.kill(host, "patroni", "postgres", "etcd")
        for process in self.running.values():
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            process.wait()

    def _spawn(self, name: str, host: str, program: Path, *arguments: str) -> None:
        user = database_user(self.folder / "n1")
        line, child = user.command(program, *arguments, through=program.resolve())
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [*self.network.inside(host), *as_user(line, child)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(self.folder / host)},
            )

    def _configuration(self, host: str) -> dict[str, Any]:
        address, here = self.network.address(host), self.folder / host
        trusted = [f"local {each} all trust" for each in ("all", "replication")]
        known = [f"host {each} all 10.77.0.0/24 scram-sha-256" for each in ("all", "replication")]
        dynamic = {"synchronous_mode": True, "postgresql": {"use_pg_rewind": True, "parameters": PARAMETERS}}
        return {
            "scope": "orderway",
            "name": host,
            "restapi": {"listen": f"{address}:8008", "connect_address": f"{address}:8008"},
            "etcd3": {"hosts": [f"{self.network.address(each)}:2379" for each in HOSTS]},
            "bootstrap": {
                "dcs": {**TIMES, **dynamic},
                "initdb": [
                    {"encoding": "UTF8"}, "data-checksums", {"locale-provider": "builtin"},
                    {"builtin-locale": "C.UTF-8"}, {"locale": "C"},
                ],
            },
            "postgresql": {
                "listen": f"{address}:5432", "connect_address": f"{address}:5432", "data_dir": str(here / "data"),
                "bin_dir": str(programs()), "pgpass": str(here / "pgpass"), "use_unix_socket": True,
                "authentication": ACCESS, "parameters": {"unix_socket_directories": str(here)},
                "pg_hba": [*trusted, *known],
            },
        }  # fmt: skip


def as_user(line: list[str], child: Mapping[str, Any]) -> list[str]:
    """The command of a child of another user, where that is not in it already."""
    if not child:
        return line
    return ["setpriv", f"--reuid={child['user']}", f"--regid={child['group']}", "--clear-groups", "--", *line]


@contextmanager
def trio(network: Network) -> Iterator[Trio]:
    """The three, healthy, for as long as it lasts."""
    for name in ("ORDERWAY_ETCD", "ORDERWAY_PATRONI"):
        needed(name)
    folder = Path(tempfile.mkdtemp(prefix="orderway-"))
    folder.chmod(0o755)
    made = Trio(network, folder)
    try:
        for host in HOSTS:
            (folder / host).mkdir(mode=0o700)
            database_user(folder / "none").own(folder / host)
        for host in HOSTS:
            made.start(host)
        wait(made.healthy, "The three are not healthy")
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait(is_so: Callable[[], bool], otherwise: str, *, seconds: float = 120) -> float:
    """Wait until something is so; gives for how many seconds. Ends the program where it does not come."""
    begun = time.monotonic()
    while not is_so():
        if time.monotonic() - begun > seconds:
            sys.exit(f"{otherwise} after {seconds:g} s.")
        time.sleep(0.2)
    return time.monotonic() - begun
