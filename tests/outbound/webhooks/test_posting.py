"""Posting to the world, against servers that do what servers do."""

import asyncio
import ssl
import threading
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from tests.outbound.webhooks.receiver import HOST, Receiver, answers, certify, hangs, receiving, sends

from orderway.outbound.webhooks.addresses import Lookups, is_public, read_url
from orderway.outbound.webhooks.posting import KEPT, Answer, NotAnswered, Poster
from orderway.workflow.errors import Invalid

LOOPBACK = (ip_network("127.0.0.0/8"),)


def named(*addresses: str) -> "Names":
    return Names(addresses)


class Names:
    """Gives each name these addresses, and keeps what it was asked for."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses = addresses
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:  # noqa: ARG002
        self.asked.append(host)
        return self.addresses


async def why_not(url: str, **how: object) -> str:
    """Why a message can not be posted there."""
    async with Poster(**how) as poster:  # type: ignore[arg-type]
        with pytest.raises(NotAnswered) as no:
            await poster.post(url, headers={"X-Kind": "a test"}, body=b"{}")
    return str(no.value)


async def posted(receiver: Receiver, *, seconds: float = 15) -> Answer:
    async with Poster(LOOPBACK, seconds=seconds) as poster:
        return await poster.post(receiver.url("127.0.0.1", scheme="http"), headers={"X-Kind": "a test"}, body=b"{1}")


async def test_a_message_arrives_as_it_was_given_and_what_came_back_is_kept():
    async with receiving() as receiver:
        receiver.answer = answers(201, body="Danke, café.\0".encode())
        assert await posted(receiver) == Answer(201, "Danke, café.")
        (request,) = receiver.requests
    assert request.line == "POST /orders?from=lagos HTTP/1.1"
    assert request.body == b"{1}"
    assert request.headers == {"host": f"127.0.0.1:{receiver.port}", "content-length": "3", "x-kind": "a test"}


@pytest.mark.parametrize(
    ("end", "asked"),
    [("/a/b;key=1;c?d=e;f", "/a/b;key=1;c?d=e;f"), ("", "/"), ("?a=b", "/?a=b"), ("/;", "/;")],
)
async def test_it_is_posted_to_all_of_the_address(end: str, asked: str):
    async with receiving() as receiver, Poster(LOOPBACK) as poster:
        await poster.post(f"http://127.0.0.1:{receiver.port}{end}", headers={}, body=b"{}")
    assert receiver.requests[0].line == f"POST {asked} HTTP/1.1"


async def test_who_says_nothing_is_not_waited_for():
    async with receiving() as receiver:
        receiver.answer = hangs
        with pytest.raises(NotAnswered, match=r"^No answer came within 0\.2 seconds\.$"):
            await posted(receiver, seconds=0.2)


async def test_who_sends_a_little_at_a_time_for_ever_is_not_waited_for():
    async def drips(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with receiving() as receiver:
        receiver.answer = drips
        with pytest.raises(NotAnswered, match="No answer came"):
            await posted(receiver, seconds=0.3)


async def test_of_ten_megabytes_no_more_is_read_than_is_kept():
    sent = 0

    async def floods(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n")
        for _ in range(160):
            writer.write(b"y" * 65_536)
            sent += 65_536
            await writer.drain()

    async with receiving() as receiver:
        receiver.answer = floods
        assert await posted(receiver) == Answer(200, "y" * KEPT)
    assert sent < 10_485_760


async def test_no_redirect_is_followed():
    async with receiving() as receiver:
        receiver.answer = answers(302, f"Location: {receiver.url('127.0.0.1', scheme='http')}")
        assert (await posted(receiver)).status == 302
        receiver.answer = answers(307, "Location: http://169.254.169.254/latest/meta-data/")
        assert (await posted(receiver)).status == 307
        assert len(receiver.requests) == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (sends(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"), "It broke off, or what came back is no HTTP."),
        (
            sends(b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"y" * 200_000 + b"\r\n\r\n"),
            "It broke off, or what came back is no HTTP.",
        ),
        (sends(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"), "It broke off, or what came back is no HTTP."),
        (sends(), "It broke off, or what came back is no HTTP."),
    ],
)
async def test_what_is_no_answer_is_none(answer: object, why: str):
    async with receiving() as receiver:
        receiver.answer = answer  # type: ignore[assignment]
        with pytest.raises(NotAnswered) as no:
            await posted(receiver)
    assert str(no.value) == why


async def test_nobody_listens_there():
    async with receiving() as receiver:
        url = receiver.url("127.0.0.1", scheme="http")
    assert await why_not(url, networks=LOOPBACK) == "Nobody listens there, or the way there is closed."


async def test_a_certificate_has_to_be_trusted_and_to_be_for_the_name(tmp_path: Path):
    tls, file = certify(tmp_path, HOST)
    trusted, names = ssl.create_default_context(cafile=file), named("127.0.0.1")
    async with receiving(tls) as receiver:
        async with Poster(LOOPBACK, resolve=names, trusted=trusted) as poster:
            assert (await poster.post(receiver.url(), headers={}, body=b"{}")).status == 204
        assert receiver.requests[0].headers["host"] == f"{HOST}:{receiver.port}"
        stranger = await why_not(receiver.url(), networks=LOOPBACK, resolve=names)
        assert stranger == "Its certificate is not to be trusted: self-signed certificate."
        other = receiver.url("other.example")
        mismatch = (
            "Its certificate is not to be trusted: Hostname mismatch, certificate is not valid for 'other.example'."
        )
        assert await why_not(other, networks=LOOPBACK, resolve=names, trusted=trusted) == mismatch
        assert len(receiver.requests) == 1


async def test_a_certificate_that_has_expired_and_a_server_without_tls(tmp_path: Path):
    tls, file = certify(tmp_path, HOST, lasts=-timedelta(days=1))
    how = {
        "networks": LOOPBACK, "resolve": named("127.0.0.1"), "trusted": ssl.create_default_context(cafile=file),
    }  # fmt: skip
    async with receiving(tls) as receiver:
        expired = "Its certificate is not to be trusted: certificate has expired."
        assert await why_not(receiver.url(), **how) == expired
    async with receiving() as receiver:
        assert await why_not(receiver.url(), seconds=0.9, **how) in {
            "No connection came about within 0.6 seconds.",
            "TLS failed: WRONG_VERSION_NUMBER.",
        }


PRIVATE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "168.63.129.16",
    "192.0.0.192", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1",  # noqa: S104  (an address to be refused)
    "::1", "::", "fe80::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "5f00::1", "3fff::1",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
async def test_no_address_within_is_connected_to_whatever_its_form(address: str):
    async with receiving() as receiver:
        url = f"https://[{address}]:{receiver.port}/" if ":" in address else f"https://{address}:{receiver.port}/"
        with pytest.raises(Invalid, match=r"of no public network"):
            read_url(url, ())
        assert "which is of no public network." in await why_not(url)
        assert await why_not(receiver.url(), resolve=named(address)) == (
            f"The name {HOST} leads to {address}, which is of no public network."
        )
        assert receiver.requests == []


@pytest.mark.parametrize("form", ["2130706433", "0x7f000001", "017700000001", "127.1", "localhost"])
async def test_an_address_within_is_known_in_other_forms(form: str):
    async with receiving() as receiver:
        said = await why_not(f"https://{form}:{receiver.port}/")
        assert "which is of no public network." in said
        assert receiver.requests == []


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "2002:808:808::1"])
def test_addresses_of_the_internet_are_public(address: str):
    assert is_public(ip_address(address))


async def test_one_address_within_among_others_is_enough_to_refuse_a_name():
    said = await why_not(f"https://{HOST}/", resolve=named("8.8.8.8", "10.0.0.1"))
    assert said == f"The name {HOST} leads to 10.0.0.1, which is of no public network."


async def test_a_name_that_changes_its_address_is_asked_for_once_and_what_was_looked_at_is_connected_to(tmp_path: Path):
    tls, file = certify(tmp_path, HOST)
    names = named("127.0.0.1")
    async with receiving(tls) as receiver, Poster(
        LOOPBACK, resolve=names, trusted=ssl.create_default_context(cafile=file)
    ) as poster:  # fmt: skip
        assert (await poster.post(receiver.url(), headers={}, body=b"{}")).status == 204
        assert names.asked == [HOST]
        receiver.answer = answers(204, "Connection: close")
        await poster.post(receiver.url(), headers={}, body=b"{}")
        names.addresses = ["10.0.0.1"]
        with pytest.raises(NotAnswered, match=r"leads to 10\.0\.0\.1"):
            await poster.post(receiver.url(), headers={}, body=b"{}")


async def test_without_tls_nothing_goes_to_the_internet():
    said = await why_not(f"http://{HOST}/", networks=LOOPBACK, resolve=named("8.8.8.8"))
    assert said == f"The name {HOST} leads to 8.8.8.8, where webhooks go by https alone."


async def test_a_name_that_nobody_knows():
    async def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError(host, port)

    assert await why_not(f"https://{HOST}/", resolve=unknown) == f"The name {HOST} is not known."
    assert await why_not(f"https://{HOST}/", resolve=named()) == f"The name {HOST} has no address."


async def test_a_name_whose_servers_say_nothing_has_one_thread_and_holds_up_no_other():
    goes_on, asked = threading.Event(), list[str]()

    def look_up(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        if host == "silent.example":
            goes_on.wait(20)
        return ["192.0.2.7"]

    names = Lookups(look_up)
    waiting = [asyncio.create_task(names("silent.example", 443)) for _ in range(100)]
    try:
        async with asyncio.timeout(10):
            assert await asyncio.create_task(names("shop.example", 443)) == ["192.0.2.7"]
        waiting.pop().cancel()
        assert sorted(asked) == ["shop.example", "silent.example"]
    finally:
        goes_on.set()
    assert await asyncio.gather(*waiting) == [["192.0.2.7"]] * 99
    assert await names("silent.example", 443) == ["192.0.2.7"]
    assert sorted(asked) == ["shop.example", "silent.example", "silent.example"]


@pytest.mark.parametrize(
    "url",
    [
        "", "orders", "ftp://shop.example/", "http://shop.example/", "https://", "https://user:word@shop.example/",
        "https://shop.example/#here", "https://shop.example:0/", "https://shop.example:99999/", "https://[::1",
        "https://café.example/",
        "https://shop.example/a b", "https://localhost/", f"https://shop.example/{'y' * 2000}",
        "https://shop.example/\r\nX: y",
    ],
)  # fmt: skip
def test_what_is_no_address_to_send_to_is_refused(url: str):
    with pytest.raises(Invalid) as no:
        read_url(url, ())
    assert no.value.field == "url"


def test_an_address_of_the_world_and_one_that_the_environment_opens_are_taken():
    assert read_url(" https://shop.example:8443/orders?a=b ", ()) == "https://shop.example:8443/orders?a=b"
    assert read_url("http://127.0.0.1:9000/", LOOPBACK) == "http://127.0.0.1:9000/"
    with pytest.raises(Invalid):
        read_url("http://10.0.0.1/", LOOPBACK)
