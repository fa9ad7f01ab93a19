"""A line to the database that ends on both sides soon after one of them is gone without a word.

A host that is cut off says no goodbye. Its session would hold its locks for the two hours after which a system asks by
itself, and whoever waits for an answer of a server that is cut off would wait for ever.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from typing import Any

import asyncpg

IDLE, BETWEEN, PROBES, UNHEARD = 5, 2, 3, 10
"""Seconds of silence until one side asks whether the other is there, between two questions, how many it asks; and
seconds after which something sent that nobody took ends the line."""

OF_THE_SERVER: Mapping[str, str] = {
    "tcp_keepalives_idle": f"{IDLE}",
    "tcp_keepalives_interval": f"{BETWEEN}",
    "tcp_keepalives_count": f"{PROBES}",
    "tcp_user_timeout": f"{UNHEARD}s",
}
"""What a session asks of its server; through a socket of the machine they are nothing."""

OF_OURS: Mapping[str, int] = {
    "TCP_KEEPIDLE": IDLE,
    "TCP_KEEPALIVE": IDLE,  # the name that macOS has for it
    "TCP_KEEPINTVL": BETWEEN,
    "TCP_KEEPCNT": PROBES,
    "TCP_USER_TIMEOUT": UNHEARD * 1000,
}


class Line(asyncpg.Connection):
    """A connection of the driver that asks now and then whether the server is there."""

    __slots__ = ()

    def __init__(self, protocol: Any, transport: asyncio.Transport, *more: Any) -> None:
        super().__init__(protocol, transport, *more)
        if (found := transport.get_extra_info("socket")) is not None:
            stay_in_touch(found)


def stay_in_touch(line: Any) -> None:
    """Let the system ask by itself, as far as it can; a socket of the machine itself needs none of it."""
    if line.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in OF_OURS.items():
        if option := getattr(socket, name, None):
            line.setsockopt(socket.IPPROTO_TCP, option, value)
