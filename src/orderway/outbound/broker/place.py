"""Where the broker is, and how its stream is kept: read from the environment once, when a process starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from orderway.errors import OrderwayError, why_unread

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
HIGHEST = {"ORDERWAY_NATS_REPLICAS": 5, "ORDERWAY_NATS_DAYS": 3650}


class BrokerInvalid(OrderwayError):
    """A variable of the environment says of the broker what can not be."""


@dataclass(frozen=True, slots=True)
class Place:
    """The servers of one NATS, any of which will do; `days` is how long the stream keeps an event."""

    servers: tuple[str, ...] = field(repr=False)  # a password may stand in them
    stream: str = "ORDERWAY"
    replicas: int = 1
    days: int = 7

    def __str__(self) -> str:
        parts = [urlsplit(each) for each in self.servers]
        return ", ".join(f"{each.scheme}://{each.netloc.rpartition('@')[2]}" for each in parts)


def read_place(environ: Mapping[str, str]) -> Place | None:
    """The broker of this installation; None where it has none. Raises BrokerInvalid, which shows no password."""
    servers = tuple(each.strip() for each in _servers(environ).split(",") if each.strip())
    if not servers:
        return None
    for number, each in enumerate(servers, start=1):
        _check_server(each, number)
    stream = environ.get("ORDERWAY_NATS_STREAM") or "ORDERWAY"
    if not NAME.fullmatch(stream):
        raise BrokerInvalid(
            f"ORDERWAY_NATS_STREAM is '{stream}', which is no name of a stream.",
            "Write at most 64 letters, digits, hyphens and underscores.",
        )
    return Place(
        servers,
        stream,
        replicas=_number(environ, "ORDERWAY_NATS_REPLICAS", default=1),
        days=_number(environ, "ORDERWAY_NATS_DAYS", default=7),
    )


def _servers(environ: Mapping[str, str]) -> str:
    path = environ.get("ORDERWAY_NATS_URL_FILE", "")
    if environ.get("ORDERWAY_NATS_URL") or not path:
        return environ.get("ORDERWAY_NATS_URL", "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BrokerInvalid(
            f"ORDERWAY_NATS_URL_FILE names {path}, which can not be read: {why_unread(error)}.",
            "Correct the path, or leave it out.",
        ) from None


def _check_server(text: str, number: int) -> None:
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in ("nats", "tls") and bool(parts.hostname) and not parts.path and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise BrokerInvalid(
            f"The address number {number} of ORDERWAY_NATS_URL is none of a NATS server.",
            "Write each as nats://host:4222 or tls://host:4222, with user:password@ before the host where one is"
            " needed, and commas between.",
        )


def _number(environ: Mapping[str, str], name: str, *, default: int) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST[name]):
        raise BrokerInvalid(f"{name} is '{text}'.", f"Write a number from 1 to {HIGHEST[name]}, or leave it out.")
    return int(text)
