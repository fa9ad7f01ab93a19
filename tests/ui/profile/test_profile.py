import re

import httpx
import pytest
from tests.company import PASSWORD
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form

NEW = "another password of the tests"


async def sessions(shop: Shop) -> int:
    return int(await shop.pool.fetchval("SELECT count(*) FROM session WHERE revoked_at IS NULL"))


async def end(client: httpx.AsyncClient, **fields: str) -> httpx.Response:
    csrf = form(await client.get("/profile"), "/sign-out")
    return await client.post("/profile/sessions", data={**csrf, **fields})


@pytest.mark.parametrize("who", ["admin", "rider1.lagos", "customer.lagos"])
async def test_everybody_has_one(who: str, sign_in: SignIn):
    client = await sign_in(who)
    page = await client.get("/profile")
    assert page.status_code == 200
    assert '<a href="/profile">' in page.text
    assert "This one" in words(page.text)


async def test_a_name_is_changed_and_written_down(sign_in: SignIn, shop: Shop):
    biller = await sign_in("biller.lagos")
    sent = {**form(await biller.get("/profile"), "/profile/name"), "name": "Biller at the counter"}
    assert (await biller.post("/profile/name", data=sent)).headers["location"] == "/profile"
    said = words((await biller.get("/profile")).text)
    assert "You are called Biller at the counter now." in said
    assert await shop.pool.fetchval("SELECT became FROM people_change WHERE what = 'NAME'") == "Biller at the counter"


@pytest.mark.parametrize(("name", "sentence"), [("", "This is missing."), ("x" * 201, "200")])
async def test_a_name_that_can_not_be_is_said_beside_its_field(name: str, sentence: str, sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    page = await client.post(
        "/profile/name", data={**form(await client.get("/profile"), "/profile/name"), "name": name}
    )
    assert page.status_code == 422
    wrong = re.search(r'id="f-name-wrong">([^<]+)<', page.text)
    assert wrong
    assert sentence in wrong[1]
    assert form(page, "/profile/name")["name"] == name
    assert await shop.pool.fetchval("SELECT count(*) FROM people_change WHERE what = 'NAME'") == 0


async def test_of_two_pages_the_second_is_told_of_the_first_and_may_then_go_on(sign_in: SignIn):
    client = await sign_in("admin")
    seen = form(await client.get("/profile"), "/profile/name")
    await client.post("/profile/name", data={**seen, "name": "First"})
    late = await client.post("/profile/name", data={**seen, "name": "Second"})
    assert late.status_code == 409
    assert "This has changed since you looked: First changed the name" in words(late.text)
    again = form(late, "/profile/name")
    assert again["name"] == "Second"
    assert (await client.post("/profile/name", data=again)).status_code == 303


async def test_a_new_password_lets_in_and_ends_the_other_sign_ins(sign_in: SignIn, shop: Shop):
    client, other = await sign_in("admin"), await sign_in("admin")
    sent = {**form(await client.get("/profile"), "/profile/password"), "old_password": PASSWORD,
            "new_password": NEW, "again": NEW}  # fmt: skip
    assert (await client.post("/profile/password", data=sent)).status_code == 303
    assert "Your password is changed. 1 other sign-in ended." in words((await client.get("/profile")).text)
    assert (await other.get("/orders")).headers["location"] == "/sign-in?next=%2Forders"
    form_in = {**form(await shop.visitor.get("/sign-in"), "/sign-in"), "email": "admin@demo.example"}
    assert (await shop.visitor.post("/sign-in", data={**form_in, "password": PASSWORD})).status_code == 401
    assert (await shop.visitor.post("/sign-in", data={**form_in, "password": NEW})).status_code == 303


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("old_password", "", "This is missing."),
        ("old_password", "not this one", "This is not your password."),
        ("new_password", "short", "10 to 1000 characters"),
        ("again", "something else", "This is not the same password."),
    ],
)
async def test_a_password_that_can_not_be_is_said_and_no_password_comes_back(
    field: str, text: str, sentence: str, sign_in: SignIn
):
    client = await sign_in("admin")
    sent = {"old_password": PASSWORD, "new_password": NEW, "again": NEW, field: text}
    if field == "new_password":
        sent["again"] = text
    page = await client.post(
        "/profile/password", data={**form(await client.get("/profile"), "/profile/password"), **sent}
    )
    assert page.status_code == 422
    wrong = re.search(rf'id="p-{field}-wrong">([^<]+)<', page.text)
    assert wrong
    assert sentence in wrong[1]
    assert not any(secret in page.text for secret in (PASSWORD, NEW, "not this one", "something else"))
    assert (await client.get("/profile")).status_code == 200


async def test_another_sign_in_is_ended_and_then_all_of_them(sign_in: SignIn, shop: Shop):
    client, *others = [await sign_in("admin") for _ in range(4)]
    page = await client.get("/profile")
    ids = re.findall(r'name="session" value="([0-9a-f-]{36})"', page.text)
    assert len(ids) == 3
    assert (await end(client, session=ids[-1])).status_code == 303
    assert (await others[0].get("/profile")).status_code == 303
    assert (await others[1].get("/profile")).status_code == 200
    assert (await end(client)).status_code == 303
    said = words((await client.get("/profile")).text)
    assert "2 other sign-ins ended." in said
    assert "End all others" not in said
    assert await sessions(shop) == 1


async def test_nobody_ends_what_is_anothers_nor_this_one_nor_by_a_forged_form(sign_in: SignIn, shop: Shop):
    admin, biller = await sign_in("admin"), await sign_in("biller.lagos")
    theirs = await shop.pool.fetchval(
        "SELECT s.id FROM session s JOIN person p ON p.id = s.person_id WHERE email = 'biller.lagos@demo.example'"
    )
    mine = await shop.pool.fetchval(
        "SELECT s.id FROM session s JOIN person p ON p.id = s.person_id WHERE email = 'admin@demo.example'"
    )
    assert (await end(admin, session=str(theirs))).status_code == 404
    assert (await end(admin, session=str(mine))).status_code == 422
    assert (await end(admin, session="x")).status_code == 422
    for path in ("name", "password", "sessions"):
        assert (await admin.post(f"/profile/{path}", data={"csrf": "x"})).status_code == 403
    assert await sessions(shop) == 2
    assert (await biller.get("/profile")).status_code == 200


async def test_language_appearance_and_keys_are_chosen_there(sign_in: SignIn):
    client = await sign_in("admin")
    sent = form(await client.get("/profile"), "/language")
    assert sent["next"] == "/profile"
    await client.post("/language", data={**sent, "language": "fr"})
    page = await client.get("/profile")
    assert '<option value="fr" lang="fr" selected>' in page.text
    await client.post("/appearance", data={**form(page, "/appearance"), "look": "dark"})
    page = await client.get("/profile")
    assert '<option value="dark" selected>' in page.text
    await client.post("/appearance", data={**form(page, "/appearance"), "keys": "off"})
    assert 'name="keys" value=""' in (await client.get("/profile")).text
