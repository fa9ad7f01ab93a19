"""Coming by oneself: signing up and applying on the pages, which tell nobody whether an address is known."""

from __future__ import annotations

import re

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, browser, words
from tests.ui.posting import form

from orderway.flags.flags import ALL_ON

STORE = "SELECT id FROM store WHERE code = 'LOS'"
SECRET = "quiet green lantern"
PATHS = ("/sign-up", "/apply")
THANKS = {
    "/sign-up": "Thank you. If this address is new here, sign in with it and your password.",
    "/apply": "Thank you. If this address is new here, your application is looked at, and you can sign in once",
}
KEPT = (
    "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM customer), (SELECT count(*) FROM reseller_application)"
)


async def filled(shop: Shop, path: str, **given: str) -> dict[str, str]:
    """The form as somebody new fills it in."""
    fields = form(await shop.visitor.get(path), path)
    store = str(await shop.pool.fetchval(STORE))
    new = {"name": "Newcomer", "email": "new@example.com", "phone": "0801 555", "store": store, "password": SECRET}
    return {**fields, **({"company": "New Goods"} if path == "/apply" else {}), **new, **given}


async def kept(shop: Shop) -> tuple[int, ...]:
    return tuple(await shop.pool.fetchrow(KEPT) or ())


async def thanks(shop: Shop, answer: httpx.Response) -> str:
    """What the page says that one is led to."""
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    return words((await shop.visitor.get("/sign-in")).text)


async def test_one_signs_up_signs_in_and_sees_an_own_page(shop: Shop):
    links = (await shop.visitor.get("/sign-in")).text
    assert 'href="/sign-up"' in links
    assert 'href="/apply"' in links
    said = await thanks(shop, await shop.visitor.post("/sign-up", data=await filled(shop, "/sign-up")))
    assert THANKS["/sign-up"] in said
    assert "Thank you" not in words((await shop.visitor.get("/sign-in")).text), "it is said once"
    entry = form(await shop.visitor.get("/sign-in"), "/sign-in")
    answer = await shop.visitor.post("/sign-in", data={**entry, "email": "new@example.com", "password": SECRET})
    assert answer.status_code == 303
    page = await shop.visitor.get("/customers", follow_redirects=True)
    assert "Newcomer" in words(page.text)
    row = await shop.pool.fetchrow("SELECT currency, phone, kind FROM customer WHERE email = 'new@example.com'")
    assert tuple(row or ()) == ("NGN", "0801555", "CONSUMER")
    assert (await shop.visitor.get("/sign-up")).headers["location"] == "/", "who is in has nothing to do here"


async def test_one_applies_and_is_approved(shop: Shop, sign_in: SignIn):
    said = await thanks(shop, await shop.visitor.post("/apply", data=await filled(shop, "/apply")))
    assert THANKS["/apply"] in said
    entry = form(await shop.visitor.get("/sign-in"), "/sign-in")
    entry |= {"email": "new@example.com", "password": SECRET}
    assert (await shop.visitor.post("/sign-in", data=entry)).status_code == 401, "nobody before it is approved"
    boss = await sign_in("admin")
    found = await shop.pool.fetchval("SELECT id FROM reseller_application WHERE company = 'New Goods'")
    url = f"/applications/{found}/approve"
    wanted = form(await boss.get("/applications"), url) | {"limit": "1000", "reason": "They sell much."}
    assert (await boss.post(url, data=wanted)).status_code == 303
    assert (await shop.visitor.post("/sign-in", data=entry)).status_code == 303


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("known", ["customer.lagos@demo.example", "admin@demo.example", "New@Example.com"])
async def test_a_known_address_is_answered_as_a_new_one(path: str, known: str, shop: Shop):
    await shop.visitor.post(path, data=await filled(shop, path))
    before = await kept(shop)
    fresh = await shop.visitor.post(path, data=await filled(shop, path, email=known, name="Somebody else"))
    assert THANKS[path] in await thanks(shop, fresh)
    assert await kept(shop) == before, "and nothing is written"


@pytest.mark.parametrize("path", PATHS)
async def test_nothing_is_missed_twice(path: str, shop: Shop):
    before = await kept(shop)
    wanted = await filled(shop, path, name=" ", email="", store="", password="", phone="0801 555")
    answer = await shop.visitor.post(path, data=wanted)
    assert answer.status_code == 422
    assert words(answer.text).count("This is missing. Fill it in and try again.") == 4
    again = form(answer, path)
    assert (again["phone"], again.get("company")) == ("0801 555", wanted.get("company"))
    assert await kept(shop) == before


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("email", "nobody", "This is not an e-mail address."),
        ("email", f"{'a' * 300}@example.com", "This is not an e-mail address."),
        ("phone", "call me", "This is no telephone number."),
        ("name", "n" * 201, "The name has 201 characters. It may have 200."),
        ("name", "two\nlines", "on one line"),
        ("store", "no-such", "Choose one of those offered."),
        ("store", "01890a5d-ac96-774b-bcce-b302099a8057", "Choose one of those offered."),
        ("password", "too short", "A password has 10 to 1000 characters, and this one has 9."),
        ("password", "x" * 1001, "Choose a shorter one."),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(field: str, text: str, said: str, shop: Shop):
    before = await kept(shop)
    wanted = await filled(shop, "/sign-up", **{field: text})
    answer = await shop.visitor.post("/sign-up", data=wanted)
    assert answer.status_code == 422
    wrong = answer.text.partition(f'id="f-{field}-wrong">')[2].partition("</p>")[0]
    assert said in words(wrong)
    again = form(answer, "/sign-up")
    assert again["password"] == ""
    assert wanted["password"] not in answer.text
    shown = {name: wanted[name] for name in ("name", "email", "phone") if name != field}
    assert {name: again[name] for name in shown} == shown
    assert await kept(shop) == before


async def test_a_company_s_name_that_is_too_long_is_said_at_the_company(shop: Shop):
    answer = await shop.visitor.post("/apply", data=await filled(shop, "/apply", company="c" * 201))
    assert answer.status_code == 422
    assert "The name has 201 characters." in answer.text.partition('id="f-company-wrong">')[2].partition("</p>")[0]


async def test_the_rules_of_a_password_are_told_before(shop: Shop):
    page = await shop.visitor.get("/sign-up")
    assert "10 to 1,000 characters, of any kind." in words(page.text)
    assert 'autocomplete="new-password"' in page.text


@pytest.mark.parametrize("path", PATHS)
async def test_a_form_of_another_site_brings_nobody_in(path: str, shop: Shop):
    before, wanted = await kept(shop), await filled(shop, path)
    for data, headers in (
        ({**wanted, "csrf": ""}, {}),
        ({**wanted, "csrf": "0" * 64}, {}),
        (wanted, {"Sec-Fetch-Site": "cross-site"}),
        (wanted, {"Origin": "http://evil.example"}),
    ):
        assert (await shop.visitor.post(path, data=data, headers=headers)).status_code == 403
    shop.visitor.cookies.clear()
    assert (await shop.visitor.post(path, data=wanted)).status_code == 403
    assert await kept(shop) == before


async def test_too_many_from_one_place_wait_and_keep_what_they_typed(shop: Shop):
    wanted = await filled(shop, "/apply")
    answers = [
        await shop.visitor.post("/apply", data={**wanted, "email": f"no{n}@example.com", "phone": "?"})
        for n in range(21)
    ]
    assert [answer.status_code for answer in answers] == [422] * 20 + [429]
    assert "Too many have signed up from where you are. Try again in" in words(answers[-1].text)
    assert form(answers[-1], "/apply")["company"] == "New Goods"


@pytest.mark.parametrize(
    ("path", "setting", "said"),
    [
        ("/sign-up", "CUSTOMER_SIGN_UP", "Customers do not sign up here by themselves."),
        ("/apply", "RESELLER_APPLICATIONS", "Resellers do not apply here by themselves."),
    ],
)
async def test_a_closed_door_is_no_page_and_no_link(path: str, setting: str, said: str, shop: Shop):
    before, wanted = await kept(shop), await filled(shop, path)
    async with browser(shop.pool, ALL_ON, **{setting: "no"}) as visitor:
        visitor.cookies = shop.visitor.cookies
        for answer in (await visitor.get(path), await visitor.post(path, data=wanted)):
            assert answer.status_code == 404
            assert said in words(answer.text)
        assert re.findall(r'href="(/sign-up|/apply)"', (await visitor.get("/sign-in")).text) == [
            each for each in PATHS if each != path
        ]
    assert await kept(shop) == before
