import httpx
import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orderway.ui.guard import SafeHeaders, form_token, is_ours, local_path

SECRET = "the cookie's value"


def posted(**headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": [(b"host", b"shop.example"), *named]})


@pytest.mark.parametrize(
    "headers",
    [{}, {"sec_fetch_site": "same-origin"}, {"origin": "https://shop.example"}],
)
def test_a_form_of_our_own_is_taken(headers: dict[str, str]):
    assert is_ours(posted(**headers), secret=SECRET, token=form_token(SECRET))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://shop.example:8443"},
    ],
)
def test_a_form_from_elsewhere_is_refused_even_with_the_right_token(headers: dict[str, str]):
    assert not is_ours(posted(**headers), secret=SECRET, token=form_token(SECRET))


@pytest.mark.parametrize(("secret", "token"), [(SECRET, ""), (SECRET, form_token("another")), ("", form_token(""))])
def test_a_form_without_the_token_of_this_browser_is_refused(secret: str, token: str):
    assert not is_ours(posted(), secret=secret, token=token)


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/orders?phase=sale", "/orders?phase=sale"),
        ("", "/"),
        ("orders", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/orders\r\nSet-Cookie: x", "/"),
        ("/訂單", "/"),
    ],
)
def test_signing_in_leads_to_a_page_of_ours_alone(asked: str, path: str):
    assert local_path(asked) == path


@pytest.mark.parametrize(("scheme", "kept"), [("https", "max-age=31536000"), ("http", None)])
async def test_who_came_by_tls_comes_by_it_ever_after(scheme: str, kept: str | None):
    answer = await headers_of(RedirectResponse("/orders", status_code=303), scheme)
    assert answer.get("strict-transport-security") == kept


async def test_nothing_between_keeps_an_answer_that_does_not_say_so():
    """A redirect after signing in carries the cookie of the session."""
    assert (await headers_of(RedirectResponse("/orders", status_code=303), "https"))["cache-control"] == "no-store"
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    assert (await headers_of(Response(headers=kept), "https"))["cache-control"] == kept["Cache-Control"]


async def headers_of(response: Response, scheme: str) -> httpx.Headers:
    transport = httpx.ASGITransport(SafeHeaders(response))
    async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://shop.example") as client:
        return (await client.get("/")).headers
