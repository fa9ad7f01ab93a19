"""Whose address a request has: the caller's own, however many proxies passed it on, and nobody's word for it else."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from orderway.callers import Callers, ProxiesInvalid, address_of, household, read_networks


async def seen(
    peer: str, *forwarded: str, trusted: str = "10.0.0.0/8, 127.0.0.1, ::1", way: str = ""
) -> tuple[str, str]:
    """The address and the scheme that a request has behind `Callers`."""
    found: list[tuple[str, str]] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        found.append((address_of(HTTPConnection(scope)), scope["scheme"]))

    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    headers += [(b"x-forwarded-proto", way.encode())] if way else []
    scope = {"type": "http", "client": (peer, 4711), "scheme": "http", "headers": headers}
    await Callers(app, read_networks(trusted))(scope, None, None)  # type: ignore[arg-type]
    [only] = found
    return only


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.9", (), "192.0.2.9"),
        ("192.0.2.9", ("198.51.100.7",), "192.0.2.9"),
        ("10.0.0.1", ("198.51.100.7",), "198.51.100.7"),
        ("10.0.0.1", ("203.0.113.66, 198.51.100.7",), "198.51.100.7"),
        ("10.0.0.1", ("198.51.100.7, 10.0.0.2",), "198.51.100.7"),
        ("10.0.0.1", ("198.51.100.7", "10.0.0.2"), "198.51.100.7"),
        ("10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.7, unknown, 10.0.0.2",), "10.0.0.2"),
        ("10.0.0.1", ("198.51.100.7:55001",), "198.51.100.7"),
        ("::1", ("[2001:db8::7]:443",), "2001:db8::7"),
        ("::ffff:10.0.0.1", ("2001:db8::7",), "2001:db8::7"),
        ("::ffff:192.0.2.9", (), "192.0.2.9"),
    ],
)
async def test_the_address_is_the_last_that_a_trusted_proxy_tells(peer: str, forwarded: tuple[str, ...], address: str):
    assert (await seen(peer, *forwarded))[0] == address


async def test_nobody_is_trusted_unless_it_is_said():
    assert await seen("127.0.0.1", "198.51.100.7", trusted="", way="https") == ("127.0.0.1", "http")


async def test_the_way_that_was_asked_by_is_told_by_a_trusted_proxy_alone():
    assert (await seen("10.0.0.1", way="https"))[1] == "https"
    assert (await seen("192.0.2.9", way="https"))[1] == "http"
    assert (await seen("10.0.0.1", way="javascript"))[1] == "http"


def test_a_list_that_is_none_is_one_sentence():
    with pytest.raises(ProxiesInvalid) as no:
        read_networks("10.0.0.0/8, proxy")
    assert str(no.value) == (
        "ORDERWAY_TRUSTED_PROXIES is '10.0.0.0/8, proxy': 'proxy' does not appear to be an IPv4 or IPv6 network."
        " Write addresses and networks with commas between, such as 10.0.0.0/8, 192.0.2.7."
    )


def test_a_line_of_ipv6_is_one_caller():
    assert household("2001:db8:1:2:3:4:5:6") == household("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert household("192.0.2.9") == "192.0.2.9"
