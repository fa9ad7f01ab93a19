"""What holds for every answer: safe headers, small pages, nothing inline, and a page in words for what went wrong."""

import gzip
import hashlib
import re

import asyncpg
import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, browser, words

from orderway.languages import languages
from orderway.ui.pages import ASSETS, SPEAKING, asset, content

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


async def pages(client: httpx.AsyncClient, shop: Shop) -> list[httpx.Response]:
    rests = [("quotation", "DRAFT"), ("sale", "OVERRIDE_REVIEW"), ("fulfillment", "AWAITING_RIDER_SELECTION")]
    paths = ["/orders", "/nothing", *[await shop.order(machine, state) for machine, state in rests]]
    return [await shop.visitor.get("/sign-in"), *[await client.get(path) for path in paths]]


async def test_every_answer_carries_the_safe_headers(sign_in: SignIn, shop: Shop):
    for answer in [*await pages(await sign_in("admin"), shop), await shop.visitor.get(asset("orderway.css"))]:
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


async def test_no_page_has_anything_inline_and_each_is_small(sign_in: SignIn, shop: Shop):
    for answer in await pages(await sign_in("admin"), shop):
        assert re.findall(r"(?i)<script(?! src=./static/)|<style|\sstyle=|\son\w+=|javascript:|https?://(?!www\.w3\.org/2000/svg)",
                          answer.text) == []  # fmt: skip
        assert len(gzip.compress(answer.content)) <= 8 * 1024
        assert answer.headers["cache-control"] == "no-store"


def test_the_sheets_are_small():
    assert sum(len(gzip.compress(content(name))) for name in ASSETS if name.endswith(".css")) <= 6 * 1024


def test_a_rem_is_the_reader_s_own_size():
    root = re.search(r":root\{(.*?)\}\}", content("orderway.css").decode())
    assert root
    assert "--t15:.9375rem" in root[1]
    assert not re.search(r"\bfont(-size)?:", root[1]), "sizes in rem would shrink by it once more"


async def test_a_static_file_is_kept_for_good_under_the_address_of_its_content_alone(shop: Shop):
    now = await shop.visitor.get(asset("orderway.css"))
    assert (now.status_code, now.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert now.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await shop.visitor.get("/static/000000000000/orderway.css")).headers["cache-control"] == "no-cache"
    assert (await shop.visitor.get("/static/000000000000/forms.py")).status_code == 404


async def test_an_address_that_is_not_there_is_told_in_words(shop: Shop):
    for answer, status in ((await shop.visitor.get("/nothing"), 404), (await shop.visitor.post("/orders"), 405)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "Back to your work" in words(answer.text)


async def test_a_database_that_is_away_is_told_in_words(pool: asyncpg.Pool):
    client = browser(pool)
    client.cookies.set("orderway_session", "x")
    await pool.close()
    answer = await client.get("/orders")
    await client.aclose()
    assert answer.status_code == 503
    assert "Orderway is not ready" in words(answer.text)


async def test_a_fault_of_ours_is_a_page_with_the_number_of_the_request(pool: asyncpg.Pool):
    await pool.execute("DROP TABLE session CASCADE")
    async with browser(pool) as client:
        client.cookies.set("orderway_session", "x")
        answer = await client.get("/orders", headers={"X-Request-ID": "fault-7"})
    assert answer.status_code == 500
    assert "Something went wrong on our side" in words(answer.text)
    assert "fault-7" in words(answer.text)
    assert "session" not in words(answer.text)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_vendored_is_what_its_makers_published():
    published = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
    assert hashlib.sha256(content("htmx.js")).hexdigest() == published, "htmx.org 4.0.1, dist/htmx.min.js"


@pytest.mark.parametrize("spoken", languages())
def test_the_scripts_are_small(spoken: str):
    sent = [name for name in ASSETS if name.endswith(".js") and SPEAKING.get(name, spoken) == spoken]
    assert sorted(sent) == ["away.js", "htmx.js", f"orderway.{spoken}.js"]
    assert sum(len(gzip.compress(content(name))) for name in sent) <= 20 * 1024


async def test_the_script_speaks_the_language_of_the_page(sign_in: SignIn):
    client = await sign_in("admin")
    for spoken, said in (("en", "signed out"), ("fr", "déconnecté")):
        page = (await client.get("/profile", headers={"accept-language": spoken})).text
        assert asset(f"orderway.{spoken}.js") in page
        assert f'"{said}"' in (await client.get(asset(f"orderway.{spoken}.js"))).text


async def test_a_static_file_travels_packed_where_the_browser_unpacks_it(shop: Shop):
    packed = await shop.visitor.get(asset("orderway.css"))
    plain = await shop.visitor.get(asset("orderway.css"), headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
