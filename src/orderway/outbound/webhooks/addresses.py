"""Where webhooks may go: to public addresses alone, looked at after a name was resolved and before it is connected to.

The address that was looked at is the one that is connected to: whoever answers for a name can not give another one in
between. Numbers of other forms (2130706433, 0x7f.1) are names to be resolved like any other.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Literal
from urllib.parse import urlsplit

import httpcore

from orderway.callers import IP, Networks
from orderway.outbound.webhooks import sentences
from orderway.workflow.errors import Invalid

LONGEST = 2000
"""Characters of an address at most."""

NAMES = 64
"""Names that are looked up at the same time: more than there are webhooks."""

Scheme = Literal["https", "http"]

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a name, for a port; raises OSError where it has none."""

TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
"""Networks whose addresses end with one of IPv4, to which they are led on (RFC 6052, RFC 4291)."""

INSIDE = tuple(
    ip_network(each)
    for each in (
        *("168.63.129.16", "192.0.0.0/24", "192.88.99.0/24"),
        *("2001::/23", "3fff::/20", "64:ff9b:1::/48", "fec0::/10"),
    )
)
"""Nobody's on the internet, which not every Python knows: the first is within the walls of Azure's own machines."""


class NotAllowed(OSError):
    """A webhook may not go there; the sentence says why."""


def is_public(address: IP) -> bool:
    """Whether an address may be anyone's: neither of this machine, nor of its networks, nor of no single machine."""
    return all(
        each.is_global
        and not (each.is_multicast or each.is_reserved or each.is_loopback or each.is_link_local or each.is_private)
        and not any(each in network for network in INSIDE)
        for each in within(address)
    )


def within(address: IP) -> Iterator[IP]:
    """The address, and that of IPv4 which it is led on to: mapped, translated, 6to4 or Teredo."""
    if isinstance(address, IPv4Address):
        yield address
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
        return
    yield address
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield address.teredo[1]
    if any(address in network for network in TRANSLATED):
        yield IPv4Address(int(address) & 0xFFFFFFFF)


def is_of(address: IP, networks: Networks) -> bool:
    """Whether it is of one of the networks, also where it is written as one of IPv6."""
    plain = address.ipv4_mapped if isinstance(address, IPv6Address) and address.ipv4_mapped else address
    return any(plain in network for network in networks)


def read_url(text: str, networks: Networks) -> str:
    """Return the address that a webhook may be sent to, as far as it can be told without asking for its name.

    Raises Invalid. Without TLS only the networks that the environment opens are reached.
    """
    url = text.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if not host or port == 0 or len(url) > LONGEST or not (url.isascii() and url.isprintable()) or " " in url:
        raise Invalid(
            "This is no address that a webhook can be sent to.", "Write it as https://shop.example/orders.", "url"
        )
    if parts.scheme not in ({"https", "http"} if networks else {"https"}):
        raise Invalid("A webhook is sent by https alone.", "Let the address begin with https://.", "url")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Invalid(
            "The address of a webhook holds no user, no password and nothing behind a #.", "Leave it out.", "url"
        )
    address = literal(host)
    if (host == "localhost" and not networks) or (address and not (is_public(address) or is_of(address, networks))):
        raise Invalid("This address is of no public network.", "Give one that the whole internet reaches.", "url")
    return url


def literal(host: str) -> IP | None:
    """The address that a host is written as; None for a name."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as this machine finds them: it waits as long as the servers of names say nothing."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Lookups:
    """Finds the addresses of names in threads of its own, each name once at a time.

    A name whose servers say nothing takes longer than anybody waits. So it has one thread, and none of those few by
    which the rest of the process finds the database, the broker and the server of e-mails.
    """

    def __init__(self, look_up: Callable[[str, int], Sequence[str]] = look_up) -> None:
        self.look_up = look_up
        self._threads = ThreadPoolExecutor(NAMES, thread_name_prefix="names")
        self._under_way: dict[tuple[str, int], asyncio.Future[Sequence[str]]] = {}

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        place = host, port
        if place not in self._under_way:
            found = asyncio.get_running_loop().run_in_executor(self._threads, self.look_up, host, port)
            found.add_done_callback(lambda _: self._under_way.pop(place))
            self._under_way[place] = found
        return await asyncio.shield(self._under_way[place])

    def close(self) -> None:
        """Wait for none any more."""
        for each in self._under_way.values():
            each.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)


class Guarded(httpcore.AsyncNetworkBackend):
    """Connects to addresses that it looked at: to those of `networks`, and with TLS to public ones besides."""

    def __init__(self, networks: Networks, *, scheme: Scheme, resolve: Resolve) -> None:
        self.networks = networks
        self.scheme = scheme
        self.resolve = resolve
        self.beneath = httpcore.AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, *given: Any, **named: Any) -> httpcore.AsyncNetworkStream:
        """Connect to the first of its addresses that answers. Raises NotAllowed where one of them is not allowed."""
        failed: Exception = NotAllowed(sentences.NOWHERE.format(host=host))
        for address in await self.addresses(host, port):
            try:
                return await self.beneath.connect_tcp(address, port, *given, **named)
            except httpcore.ConnectError as error:
                failed = error
        raise failed

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host: each of them is allowed. Raises NotAllowed."""
        try:
            found = await self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NotAllowed(sentences.UNKNOWN.format(host=host)) from error
        for each in found:
            address = literal(each)
            if address is None or not (is_of(address, self.networks) or is_public(address)):
                raise NotAllowed(sentences.WITHIN.format(host=host, address=each))
            if self.scheme == "http" and not is_of(address, self.networks):
                raise NotAllowed(sentences.PLAIN.format(host=host, address=each))
        return found
