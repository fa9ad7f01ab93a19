import httpx
import pytest
from tests.company import PASSWORD
from tests.ui.conftest import Shop, SignIn, token, words

BOSS = "admin@demo.example"


async def form(visitor: httpx.AsyncClient, **fields: str) -> dict[str, str]:
    page = await visitor.get("/sign-in")
    return {"email": BOSS, "password": PASSWORD, "csrf": token(page.text), **fields}


@pytest.mark.parametrize("path", ["/orders", "/orders?phase=sale", "/orders/01890a5d-ac96-774b-bcce-b302099a8057"])
async def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page(shop: Shop, path: str):
    answer = await shop.visitor.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] in {
        "/sign-in?next=%2Forders",
        "/sign-in?next=%2Forders%3Fphase%3Dsale",
        "/sign-in?next=%2Forders%2F01890a5d-ac96-774b-bcce-b302099a8057",
    }


async def test_signing_in_leads_to_where_one_wanted_to_go_with_a_cookie_that_no_script_reads(shop: Shop):
    answer = await shop.visitor.post("/sign-in", data=await form(shop.visitor, next="/orders?phase=sale"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/orders?phase=sale")
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith("orderway_session=")]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=43200" in cookie
    assert (await shop.visitor.get("/orders?phase=sale")).status_code == 200
    assert (await shop.visitor.get("/sign-in")).headers["location"] == "/"


@pytest.mark.parametrize("wrong", [{"password": "not this one"}, {"email": "nobody@demo.example"}, {"email": "no"}])
async def test_a_wrong_address_and_a_wrong_password_look_the_same(shop: Shop, wrong: dict[str, str]):
    answer = await shop.visitor.post("/sign-in", data=await form(shop.visitor, **wrong))
    assert answer.status_code == 401
    assert "This e-mail address and password do not belong together." in words(answer.text)
    assert PASSWORD not in answer.text
    assert "orderway_session" not in answer.headers.get("set-cookie", "")


async def test_who_guesses_is_told_how_long_to_wait(shop: Shop):
    fields = await form(shop.visitor, email="guessed@demo.example")
    answers = [await shop.visitor.post("/sign-in", data=fields) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "5"
    said = "Too many attempts to sign in have failed. Wait 5 seconds, then try again."
    assert said in words(answers[-1].text)


async def test_who_may_not_come_in_is_told_so_in_their_language(shop: Shop):
    shop.visitor.headers["accept-language"] = "fr"
    fields = await form(shop.visitor, email="devine@demo.example")
    first, *_, last = [words((await shop.visitor.post("/sign-in", data=fields)).text) for _ in range(6)]
    assert "Cette adresse électronique et ce mot de passe ne vont pas ensemble. Vérifiez les deux" in first
    assert "Trop de tentatives de connexion ont échoué. Attendez 5 secondes, puis réessayez." in last


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({"csrf": ""}, {}),
        ({"csrf": "0" * 64}, {}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"Origin": "http://evil.example"}),
    ],
)
async def test_nobody_else_can_sign_a_browser_in(shop: Shop, fields: dict[str, str], headers: dict[str, str]):
    answer = await shop.visitor.post("/sign-in", data=await form(shop.visitor, **fields), headers=headers)
    assert answer.status_code == 403
    assert "orderway_session" not in answer.headers.get("set-cookie", "")


async def test_signing_in_leads_nowhere_else(shop: Shop):
    answer = await shop.visitor.post("/sign-in", data=await form(shop.visitor, next="//evil.example/"))
    assert answer.headers["location"] == "/"


async def test_signing_out_ends_the_session_in_the_database_too(sign_in: SignIn):
    client = await sign_in("admin")
    cookie = client.cookies["orderway_session"]
    page = await client.get("/orders")
    assert (await client.post("/sign-out", data={"csrf": ""})).status_code == 403
    assert (await client.get("/orders")).status_code == 200
    answer = await client.post("/sign-out", data={"csrf": token(page.text)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    client.cookies.set("orderway_session", cookie)
    assert (await client.get("/orders")).headers["location"] == "/sign-in?next=%2Forders"
