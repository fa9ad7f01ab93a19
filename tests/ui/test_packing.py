"""Pages travel packed, each time of another length, and only to whoever takes them so."""

import gzip

import httpx
from tests.ui.conftest import SignIn

from orderway.ui.packing import PADDING, packed


async def raw(client: httpx.AsyncClient, path: str, *, accepts: str) -> tuple[httpx.Headers, bytes]:
    """The answer as it travelled."""
    async with client.stream("GET", path, headers={"Accept-Encoding": accepts}) as answer:
        return answer.headers, b"".join([part async for part in answer.aiter_raw()])


async def test_a_page_travels_packed_to_whoever_takes_it_so(sign_in: SignIn):
    client = await sign_in("superadmin")
    headers, small = await raw(client, "/orders", accepts="br, gzip")
    plain_headers, plain = await raw(client, "/orders", accepts="br")
    assert (headers["content-encoding"], headers["vary"]) == ("gzip", "Accept-Encoding")
    assert int(headers["content-length"]) == len(small) < len(plain) / 4
    assert gzip.decompress(small).startswith(b"<!doctype html>")
    assert "content-encoding" not in plain_headers
    assert plain.startswith(b"<!doctype html>")


async def test_a_problem_travels_packed_and_a_file_as_it_is(sign_in: SignIn):
    client = await sign_in("superadmin")
    assert gzip.decompress((await raw(client, "/orders/nothing", accepts="gzip"))[1]).startswith(b"<!doctype html>")
    headers, table = await raw(client, "/orders.csv", accepts="gzip")
    assert "content-encoding" not in headers
    assert table.startswith(b"\xef\xbb\xbf") or table[:5].isascii()


def test_a_length_tells_nothing():
    page = b"<p>The same page</p>" * 100
    lengths = {len(packed(page)) for _ in range(200)}
    assert len(lengths) > PADDING / 4
    assert all(gzip.decompress(packed(page)) == page for _ in range(20))
