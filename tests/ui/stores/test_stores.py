import re

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form

from orderway.ids import new_id

NEW = {"name": "Kano store", "code": "kan", "currency": "ngn", "timezone": "Africa/Lagos", "latitude": "12,0022",
       "longitude": "8.592", "reason": "The north asked for one."}  # fmt: skip
WHY = {"reason": "The map was wrong."}


async def url_of(shop: Shop, code: str) -> str:
    return f"/stores/{await shop.pool.fetchval('SELECT id FROM store WHERE code = $1', code)}"


async def count(shop: Shop) -> int:
    return int(await shop.pool.fetchval("SELECT count(*) FROM store"))


async def opened(client: httpx.AsyncClient, **fields: str) -> httpx.Response:
    asked = form(await client.get("/stores/new"), "/stores/new")
    return await client.post("/stores/new", data={"csrf": asked["csrf"], "key": asked["key"], **NEW, **fields})


async def changed(client: httpx.AsyncClient, url: str, **fields: str) -> httpx.Response:
    return await client.post(url, data={**form(await client.get(url), url), **WHY, **fields})


def wrong_at(page: httpx.Response, name: str) -> str:
    """What is said beside a field, which has the eye."""
    found = re.search(rf'id="f-{name}-wrong">([^<]+)<', page.text)
    assert found, words(page.text)
    assert re.search(rf'id="f-{name}"[^>]* aria-invalid="true"[^>]* autofocus', page.text)
    return words(found[1])


@pytest.mark.parametrize("who", ["manager.lagos", "accountant", "biller.lagos", "rider1.lagos", "customer.lagos"])
async def test_who_manages_no_stores_finds_nothing_and_opens_none(who: str, sign_in: SignIn, shop: Shop):
    client, url, before = await sign_in(who), await url_of(shop, "LOS"), await count(shop)
    csrf = form(await client.get("/profile"), "/sign-out")
    assert 'href="/stores"' not in (await client.get("/profile")).text
    assert [(await client.get(path)).status_code for path in ("/stores", "/stores/new", url)] == [404] * 3
    assert (await client.post("/stores/new", data={**csrf, **NEW, "key": "x"})).status_code == 404
    assert (await client.post(url, data={**csrf, **WHY, "seen": "0", "name": "Mine"})).status_code == 404
    assert await count(shop) == before
    assert await shop.pool.fetchval("SELECT count(*) FROM store WHERE name = 'Mine'") == 0


async def test_the_list_says_what_is_kept_of_each_and_who_works_there(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    await shop.pool.execute("UPDATE store SET latitude = -1.5, longitude = -0.25 WHERE code = 'ABV'")
    page = await admin.get("/stores")
    assert '<a href="/stores" aria-current="page">' in page.text
    said = words(page.text)
    assert "Lagos store LOS NGN · Africa/Lagos 6.455° north, 3.3841° east 2 people" in said
    assert "Abuja store ABV NGN · Africa/Lagos 1.5° south, 0.25° west 2 people" in said
    french = words((await admin.get("/stores", headers={"accept-language": "fr"})).text)
    assert "Lagos store LOS NGN · Africa/Lagos 6,455° nord, 3,3841° est 2 personnes" in french
    id = (await url_of(shop, "LOS")).rpartition("/")[2]
    assert f'<a href="/people?store={id}">2 people</a>' in page.text


async def test_a_store_is_opened_once_however_often_it_is_pressed(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    asked = form(await admin.get("/stores/new"), "/stores/new")
    data = {"csrf": asked["csrf"], "key": asked["key"], **NEW}
    went = [(await admin.post("/stores/new", data=data)).headers["location"] for _ in range(2)]
    assert went == [await url_of(shop, "KAN")] * 2
    row = await shop.pool.fetchrow("SELECT name, currency, latitude, longitude FROM store WHERE code = 'KAN'")
    assert row
    assert tuple(row) == ("Kano store", "NGN", 12.0022, 8.592)
    said = words((await admin.get(went[0])).text)
    assert "Opened Kano store." in said
    assert "Code KAN Currency NGN Lies at 12.0022° north, 8.592° east" in said
    assert "Admin, head office made it" in said
    assert "The north asked for one." in said


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("name", " ", "This is missing."), ("name", "x" * 101, "1 to 100 characters"),
        ("code", "", "This is missing."), ("code", "K A N", "can not be the code of a store"),
        ("code", "LOS", "Another store has the code LOS."), ("currency", "XXX", "XXX"),
        ("timezone", "Africa/Nowhere", "There is no time zone Africa/Nowhere."),
        ("latitude", "91", "from −90 to 90"), ("longitude", "-181", "from −180 to 180"),
        ("latitude", "1e1", "“1e1” is no number of degrees."), ("longitude", "nan", "no number of degrees"),
    ],
)  # fmt: skip
async def test_what_can_not_be_is_said_at_its_field_and_what_was_typed_stays(
    field: str, text: str, sentence: str, sign_in: SignIn, shop: Shop
):
    before = await count(shop)
    page = await opened(await sign_in("admin"), **{field: text})
    assert page.status_code == 422
    assert sentence in wrong_at(page, field)
    held = form(page, "/stores/new")
    assert {name: held[name] for name in NEW} == {**NEW, field: held[field]}
    assert await count(shop) == before


async def test_what_no_text_can_hold_opens_nothing(sign_in: SignIn, shop: Shop):
    before = await count(shop)
    page = await opened(await sign_in("admin"), name="a\0b")
    assert page.status_code == 422
    assert "which no text can hold" in words(page.text)
    assert await count(shop) == before


async def test_a_place_is_both_numbers_or_none(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    page = await opened(admin, longitude="")
    assert page.status_code == 422
    assert "Give both, or neither." in wrong_at(page, "latitude")
    assert (await opened(admin, latitude="", longitude="")).status_code == 303
    url = await url_of(shop, "KAN")
    shown = await admin.get(url)
    assert "Lies at Not known" in words(shown.text)
    assert "<svg role" not in shown.text
    lagos = await url_of(shop, "LOS")
    kept = await changed(admin, lagos, latitude="", longitude="")
    assert kept.status_code == 422
    assert "can be changed, and not be forgotten" in wrong_at(kept, "latitude")
    assert await shop.pool.fetchval("SELECT latitude FROM store WHERE code = 'LOS'") == 6.455


async def test_a_store_is_changed_and_the_history_says_who_and_why(sign_in: SignIn, shop: Shop):
    admin, url = await sign_in("admin"), await url_of(shop, "LOS")
    answer = await changed(admin, url, name="Lagos Island", latitude="6.4541", longitude="−3.39")
    assert (answer.status_code, answer.headers["location"]) == (303, url)
    said = words((await admin.get(url)).text)
    assert "Changed Lagos Island." in said
    assert "Admin, head office changed where it lies" in said
    assert "6.455, 3.3841 → 6.4541, -3.39" in said
    assert WHY["reason"] in said
    row = await shop.pool.fetchrow("SELECT name, latitude, longitude, step FROM store WHERE code = 'LOS'")
    assert row
    assert tuple(row) == ("Lagos Island", 6.4541, -3.39, 1)


async def test_of_two_who_change_the_second_is_told_of_the_first_and_may_go_on(sign_in: SignIn, shop: Shop):
    admin, other, url = await sign_in("admin"), await sign_in("superadmin"), await url_of(shop, "LOS")
    seen = form(await other.get(url), url)
    assert (await changed(admin, url, name="First")).status_code == 303
    late = await other.post(url, data={**seen, **WHY, "name": "Second"})
    assert late.status_code == 409
    assert "Admin, head office changed the name" in words(late.text)
    again = form(late, url)
    assert (again["name"], again["reason"]) == ("Second", WHY["reason"])
    assert (await other.post(url, data=again)).status_code == 303
    assert await shop.pool.fetchval("SELECT name FROM store WHERE code = 'LOS'") == "Second"


@pytest.mark.parametrize(("field", "text"), [("csrf", "x"), ("seen", ""), ("reason", " "), ("timezone", "Moon")])
async def test_what_is_not_ours_or_not_whole_changes_nothing(field: str, text: str, sign_in: SignIn, shop: Shop):
    admin, url = await sign_in("admin"), await url_of(shop, "LOS")
    page = await changed(admin, url, **{"name": "Other", field: text})
    assert page.status_code == (403 if field == "csrf" else 422)
    assert await shop.pool.fetchval("SELECT count(*) FROM store WHERE name = 'Other'") == 0


async def test_what_is_not_there_is_not_found(sign_in: SignIn):
    admin = await sign_in("admin")
    csrf = form(await admin.get("/profile"), "/sign-out")
    for url in (f"/stores/{new_id()}", "/stores/x"):
        assert (await admin.get(url)).status_code == 404
        assert (await admin.post(url, data={**csrf, **WHY, "seen": "0", "name": "Y"})).status_code == 404


async def test_the_picture_has_the_others_by_their_distance(sign_in: SignIn, shop: Shop):
    page = await (await sign_in("admin")).get(await url_of(shop, "LOS"))
    said = words(page.text)
    assert 'aria-label="Stores around Lagos store by direction and distance"' in page.text
    assert re.search(r"2\. Port Harcourt store \d{3} km 3\. Abuja store \d{3} km", said)
