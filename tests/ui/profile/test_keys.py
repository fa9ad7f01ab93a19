import re
from datetime import UTC, datetime

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form

from orderway.ids import new_id

NEW = {"name": "The till", "expires_at": "2026-04-30", "may.payment.register": "yes"}
PAGE = "/profile/keys"


async def made(client: httpx.AsyncClient, **fields: str) -> httpx.Response:
    csrf = form(await client.get(PAGE), PAGE)["csrf"]
    return await client.post(PAGE, data={"csrf": csrf, **NEW, **fields})


def secret(page: httpx.Response) -> str:
    """The key, in the one field that can be copied from."""
    found = re.search(r'<textarea id="secret" readonly[^>]*>([^<]+)<', page.text)
    assert found, words(page.text)
    return found[1]


async def name_by(shop: Shop, key: str) -> httpx.Response:
    asked = {"query": "{ viewer { name } }"}
    return await shop.visitor.post("/graphql", json=asked, headers={"Authorization": f"Bearer {key}"})


async def count(shop: Shop) -> int:
    return int(await shop.pool.fetchval("SELECT count(*) FROM api_key"))


@pytest.mark.parametrize("who", ["admin", "rider1.lagos", "customer.lagos"])
async def test_everybody_has_the_page_and_is_offered_what_they_hold_alone(who: str, sign_in: SignIn):
    client = await sign_in(who)
    assert f'href="{PAGE}"' in (await client.get("/profile")).text
    page = await client.get(PAGE)
    assert "No keys yet" in words(page.text)
    assert form(page, PAGE)["expires_at"] == "2026-06-09"
    offered = re.findall(r'name="may\.([^"]+)"', page.text)
    assert ("settings.manage" in offered) == (who == "admin")
    assert ("rider.volunteer" in offered) == (who == "rider1.lagos")
    assert not [name for name in offered if name.startswith("scope.")]


async def test_a_key_is_shown_once_lets_in_and_is_revoked(sign_in: SignIn, shop: Shop):
    biller = await sign_in("biller.lagos")
    page = await made(biller)
    assert page.status_code == 200
    key = secret(page)
    assert (await name_by(shop, key)).json()["data"] == {"viewer": {"name": "Biller, Lagos store"}}
    again = await biller.get(PAGE)
    assert key not in again.text
    assert re.search(
        r"The till Lets in made [^·]+ just now · last used [^·]+ just now · ends [^·]+ 1 May, 00:00", words(again.text)
    )
    assert "Register a payment Wherever you reach" in words(again.text)
    row = await shop.pool.fetchrow("SELECT permissions, stores, expires_at FROM api_key")
    assert row
    assert tuple(row) == (["payment.register"], None, datetime(2026, 5, 1, tzinfo=UTC))
    (url,) = re.findall(r'action="(/profile/keys/[^"]+)"', again.text)
    for _ in range(2):
        assert (await biller.post(url, data=form(again, url))).headers["location"] == PAGE
    said = words((await biller.get(PAGE)).text)
    assert "The key “The till” lets nobody in any more." in said
    assert "The till Revoked" in said
    assert "Revoke the key" not in said
    assert (await name_by(shop, key)).status_code == 401
    told = await shop.pool.fetch("SELECT what FROM people_change WHERE what LIKE 'KEY%' ORDER BY step")
    assert [each["what"] for each in told] == ["KEY_MADE", "KEY_REVOKED"]


async def test_pressed_twice_it_is_made_once(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    assert (await made(admin)).status_code == 200
    again = await made(admin)
    assert again.status_code == 422
    assert "There is a key “The till” already." in words(again.text)
    assert 'id="secret"' not in again.text
    assert await count(shop) == 1


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("name", " ", "This is missing."), ("name", "x" * 101, "100 characters"),
        ("name", "a\0b", "A key needs a name."), ("expires_at", "", "This is missing."),
        ("expires_at", "soon", "“soon” is no day."),
        ("expires_at", "9999-12-31", "“9999-12-31” is no day."),
        ("expires_at", "2026-03-10", "within a year from now"),
        ("expires_at", "2027-06-01", "within a year from now"),
        ("may.nothing", "yes", "There is no permission nothing."), ("may.scope.all", "yes", "scopes"),
        ("may.settings.manage", "yes", "what its person may not do"), ("store.x", "yes", "can not be read"),
    ],
)  # fmt: skip
async def test_what_can_not_be_is_said_and_what_was_typed_stays(
    field: str, text: str, sentence: str, sign_in: SignIn, shop: Shop
):
    page = await made(await sign_in("manager.lagos"), **{field: text})
    assert page.status_code == 422
    place = r'role="alert"[^>]*' if "." in field else f'id="f-{field}-wrong"'
    wrong = re.search(rf"{place}>([^<]+)<", page.text)
    assert wrong, words(page.text)
    assert sentence in words(wrong[1])
    assert 'name="may.payment.register" value="yes" checked' in page.text
    held = form(page, PAGE)
    assert {name: held[name] for name in NEW} == {name: held[name] if name == field else NEW[name] for name in NEW}
    assert await count(shop) == 0


async def test_a_key_is_left_to_some_of_ones_stores(sign_in: SignIn, shop: Shop):
    lagos, abuja = [await shop.pool.fetchval("SELECT id FROM store WHERE code = $1", code) for code in ("LOS", "ABV")]
    page = await made(await sign_in("admin"), **{f"store.{lagos}": "yes"})
    secret(page)
    assert "Lagos store" in words(page.text.partition("Register a payment</li>")[2])
    assert await shop.pool.fetchval("SELECT stores FROM api_key") == [lagos]
    manager = await sign_in("manager.lagos")
    assert 'name="store.' not in (await manager.get(PAGE)).text
    assert (await made(manager, **{f"store.{abuja}": "yes"})).status_code == 422
    assert await count(shop) == 1


async def test_nobody_sees_or_ends_what_is_anothers_nor_by_a_forged_form(sign_in: SignIn, shop: Shop):
    admin, biller = await sign_in("admin"), await sign_in("biller.lagos")
    key = secret(await made(admin))
    url = f"{PAGE}/{await shop.pool.fetchval('SELECT id FROM api_key')}"
    csrf = form(await biller.get(PAGE), PAGE)["csrf"]
    assert "The till" not in words((await biller.get(PAGE)).text)
    assert (await biller.post(url, data={"csrf": csrf})).status_code == 404
    for path in (f"{PAGE}/{new_id()}", f"{PAGE}/x"):
        assert (await biller.post(path, data={"csrf": csrf})).status_code == 404
    assert (await admin.post(url, data={"csrf": csrf})).status_code == 403
    assert (await biller.post(PAGE, data={**NEW, "csrf": "x"})).status_code == 403
    assert (await name_by(shop, key)).json()["data"] == {"viewer": {"name": "Admin, head office"}}
    assert await count(shop) == 1


async def test_one_that_is_over_says_so(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    await made(admin)
    await shop.pool.execute("UPDATE api_key SET created_at = now() - interval '2 years', expires_at = '2026-03-01'")
    page = await admin.get(PAGE)
    assert "The till Over" in words(page.text)
    assert "Revoke the key" not in words(page.text)
