"""Who is at the other end of a connection: its address, as the proxies that are trusted tell it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from orderway.errors import OrderwayError

IP = IPv4Address | IPv6Address
Networks = tuple[IPv4Network | IPv6Network, ...]

SECURE = {"http": {"http": "http", "https": "https"}, "websocket": {"http": "ws", "https": "wss"}}
"""What a proxy calls the way that it was asked by, as ASGI calls it."""


class ProxiesInvalid(OrderwayError):
    """What is written as the trusted proxies is no list of networks."""


def read_networks(text: str) -> Networks:
    """The networks of a list: "10.0.0.0/8, 192.0.2.7". Raises ProxiesInvalid."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ProxiesInvalid(
            f"ORDERWAY_TRUSTED_PROXIES is '{text}': {error}.",
            "Write addresses and networks with commas between, such as 10.0.0.0/8, 192.0.2.7.",
        ) from None


class Callers:
    """Puts the caller's own address, and the way they asked, in place of those of the proxy that passed it on.

    Only a proxy of `trusted` is believed: anyone may write X-Forwarded-For.
    """

    def __init__(self, app: ASGIApp, trusted: Networks) -> None:
        self.app = app
        self.trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.trusted and scope["type"] in SECURE and scope["client"]:
            self.see_through(scope)
        await self.app(scope, receive, send)

    def see_through(self, scope: Scope) -> None:
        """Go back along the proxies, from the nearest, as far as each is trusted."""
        if not self.trusts(read_address(scope["client"][0])):
            return
        headers = Headers(scope=scope)
        hops = ",".join(headers.getlist("x-forwarded-for")).split(",")
        for hop in reversed(hops):
            address = read_address(hop.strip())
            if address is None:
                break
            scope["client"] = (str(address), 0)
            if not self.trusts(address):
                break
        way = headers.get("x-forwarded-proto", "").strip().lower()
        scope["scheme"] = SECURE[scope["type"]].get(way, scope["scheme"])

    def trusts(self, address: IP | None) -> bool:
        return address is not None and any(address in network for network in self.trusted)


def read_address(text: str) -> IP | None:
    """The address of a text, with a port or without; None where there is none."""
    for bare in (text, text.partition("]")[0].removeprefix("["), text.partition(":")[0]):
        try:
            found = ip_address(bare)
        except ValueError:
            continue
        return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found
    return None


def address_of(connection: HTTPConnection) -> str:
    """The caller's address, "" where the connection has none. Behind `Callers` it is not that of a proxy."""
    address = read_address(connection.client.host) if connection.client else None
    return str(address) if address else ""


def household(address: str) -> str:
    """What one caller can change at will within is one: an IPv4 address, or the /64 of IPv6 that a line is given."""
    found = read_address(address)
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else address
