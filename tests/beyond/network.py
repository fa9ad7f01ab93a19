"""Hosts of a network on one machine: namespaces of Linux joined by a bridge, each of which can be cut off."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

IP = shutil.which("ip") or ""
CLONE_NEWNET = 0x40000000
"""The kind of a namespace (sched.h)."""

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Network:
    """Some hosts that reach each other, and nobody else."""

    hosts: Sequence[str]
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def address(self, host: str) -> str:
        return f"10.77.0.{self.hosts.index(host) + 1}"

    def inside(self, host: str) -> list[str]:
        """What makes a command run on a host."""
        return [IP, "netns", "exec", named(host)]

    def cut(self, host: str) -> None:
        """Pull its cable: nothing comes, nothing goes, and nobody is told."""
        ip("-n", named("hub"), "link", "set", self._port(host), "down")

    def heal(self, host: str) -> None:
        ip("-n", named("hub"), "link", "set", self._port(host), "up")

    def enter(self, host: str) -> None:
        """Let this program itself be on a host from now on: whatever it connects to, it does from there."""
        with Path("/run/netns", named(host)).open("rb") as there:
            if ctypes.CDLL(None, use_errno=True).setns(there.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "The namespace can not be entered", host)

    def start(self, host: str, program: str, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """Start a program of this environment ("python", "orderway") on a host; what it says is to be read."""
        started = subprocess.Popen(
            [*self.inside(host), str(Path(sys.executable).with_name(program)), *arguments],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **environ},
            start_new_session=True,
        )
        self.running.append(started)
        return started

    def _port(self, host: str) -> str:
        return f"v{self.hosts.index(host) + 1}"


def named(host: str) -> str:
    """The namespace of a host: a name of this process alone."""
    return f"ow{os.getpid()}-{host}"


def ip(*arguments: str) -> None:
    subprocess.run([IP, *arguments], check=True, capture_output=True)


@contextmanager
def network(*hosts: str) -> Iterator[Network]:
    """Hosts with these names, for as long as it lasts. Ends the program where the machine can not."""
    if os.geteuid() or not IP:
        sys.exit("A network of namespaces takes Linux, the program ip (iproute2) and the superuser.")
    made = Network(hosts)
    try:
        ip("netns", "add", named("hub"))
        ip("-n", named("hub"), "link", "add", "bridge", "type", "bridge")
        ip("-n", named("hub"), "link", "set", "bridge", "up")
        for number, host in enumerate(hosts, 1):
            plug(host, f"v{number}", made.address(host))
        yield made
    finally:
        for each in made.running:
            each.kill()
        for host in (*hosts, "hub"):
            subprocess.run([IP, "netns", "delete", named(host)], check=False, capture_output=True)


def plug(host: str, port: str, address: str) -> None:
    """Make a host and join it to the bridge."""
    here, hub = named(host), named("hub")
    ip("netns", "add", here)
    ip("-n", here, "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", hub)
    ip("-n", hub, "link", "set", port, "master", "bridge")
    ip("-n", hub, "link", "set", port, "up")
    ip("-n", here, "address", "add", f"{address}/24", "dev", "eth0")
    for link in ("lo", "eth0"):
        ip("-n", here, "link", "set", link, "up")
