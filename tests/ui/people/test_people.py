import re

import httpx
import pytest
from tests.company import PASSWORD
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form

from orderway.ids import new_id

WHY = {"reason": "Asked for by the head office."}


async def url_of(shop: Shop, who: str) -> str:
    return f"/people/{await shop.pool.fetchval('SELECT id FROM person WHERE email = $1', f'{who}@demo.example')}"


async def sent(client: httpx.AsyncClient, url: str, deed: str) -> dict[str, str]:
    """What the form of a deed sends as it comes, with a reason: of the boxes those that are ticked."""
    page = await client.get(url)
    inside = page.text.partition(f'action="{url}/{deed}"')[2].partition("</form>")[0]
    empty = set(re.findall(r'type="checkbox" name="([^"]+)" value="yes">', inside))
    return {name: text for name, text in form(page, f"{url}/{deed}").items() if name not in empty} | WHY


@pytest.mark.parametrize("who", ["manager.lagos", "accountant", "biller.lagos", "rider1.lagos", "customer.lagos"])
async def test_who_manages_nobody_finds_nothing(who: str, sign_in: SignIn, shop: Shop):
    client, url = await sign_in(who), await url_of(shop, "biller.lagos")
    csrf = form(await client.get("/profile"), "/sign-out")
    assert [(await client.get(path)).status_code for path in ("/people", "/people/new", url)] == [404] * 3
    forged = {**csrf, **WHY, "seen": "0", "role.SUPERADMIN": "yes"}
    assert (await client.post(f"{url}/roles", data=forged)).status_code == 404
    assert (await client.post("/people/new", data={**csrf, "name": "X", "email": "x@x.example"})).status_code == 404
    assert await shop.pool.fetchval("SELECT count(*) FROM people_change WHERE reason = $1", WHY["reason"]) == 0


async def test_the_list_is_searched_and_narrowed(sign_in: SignIn):
    admin = await sign_in("admin")
    assert "Biller, Lagos store biller.lagos@demo.example biller Lagos store" in words(
        (await admin.get("/people")).text
    )
    said = words((await admin.get("/people?search=biller&role=BILLER")).text)
    assert "biller.lagos@demo.example" in said
    assert "admin@demo.example" not in said
    assert "Nobody matches" in words((await admin.get("/people?let=out")).text)
    assert "Nobody matches" in words((await admin.get("/people?search=nobody-is-called-so")).text)
    wrong = await admin.get("/people?after=x&store=y&role=Z%00&let=maybe")
    assert wrong.status_code == 200
    assert "This is no place in the list of users." in words(wrong.text)


async def test_roles_are_given_and_taken_and_the_history_says_so(sign_in: SignIn, shop: Shop):
    admin, url = await sign_in("admin"), await url_of(shop, "biller.lagos")
    data = {name: text for name, text in (await sent(admin, url, "roles")).items() if not name.startswith("role.")}
    assert (await admin.post(f"{url}/roles", data={**data, "role.MANAGER": "yes"})).headers["location"] == url
    said = words((await admin.get(url)).text)
    assert "Biller, Lagos store has these roles now." in said
    assert "Admin, head office changed the roles" in said
    assert WHY["reason"] in said
    held = await shop.pool.fetch(
        "SELECT r.name FROM person_role h JOIN role r ON r.id = h.role_id JOIN person p ON p.id = h.person_id"
        " WHERE p.email = 'biller.lagos@demo.example'"
    )
    assert [row["name"] for row in held] == ["MANAGER"]


async def test_what_one_may_not_give_is_refused_in_words_and_what_was_ticked_stays(sign_in: SignIn, shop: Shop):
    admin, url = await sign_in("admin"), await url_of(shop, "biller.lagos")
    data = await sent(admin, url, "roles")
    page = await admin.post(f"{url}/roles", data={**data, "role.SUPERADMIN": "yes"})
    assert page.status_code == 422
    assert "make somebody a superadmin" in words(page.text)
    assert 'name="role.SUPERADMIN" value="yes" checked' in page.text


async def test_stores_are_given(sign_in: SignIn, shop: Shop):
    admin, url = await sign_in("admin"), await url_of(shop, "biller.lagos")
    abuja = await shop.pool.fetchval("SELECT id FROM store WHERE name = 'Abuja store'")
    data = await sent(admin, url, "stores")
    assert (await admin.post(f"{url}/stores", data={**data, f"store.{abuja}": "yes"})).status_code == 303
    assert "Abuja store, Lagos store" in words((await admin.get("/people?search=biller.lagos")).text)
    data = await sent(admin, url, "stores")
    assert (await admin.post(f"{url}/stores", data={**data, "store.x": "yes"})).status_code == 422


async def test_who_is_disabled_is_out_at_once_and_may_come_again(sign_in: SignIn, shop: Shop):
    admin, biller, url = await sign_in("admin"), await sign_in("biller.lagos"), await url_of(shop, "biller.lagos")
    assert (await admin.post(f"{url}/disable", data=await sent(admin, url, "disable"))).status_code == 303
    assert (await biller.get("/orders")).status_code == 303
    assert "Biller, Lagos store is let in no more." in words((await admin.get(url)).text)
    assert "Disabled" in words((await admin.get("/people?search=biller.lagos")).text)
    assert (await admin.post(f"{url}/enable", data=await sent(admin, url, "enable"))).status_code == 303
    assert (await sign_in("biller.lagos")).cookies["orderway_session"]


async def test_a_new_password_is_the_one_that_lets_in(sign_in: SignIn, shop: Shop):
    admin, url, new = await sign_in("admin"), await url_of(shop, "biller.lagos"), "a password from the admin"
    data = await sent(admin, url, "password")
    weak = await admin.post(f"{url}/password", data={**data, "password": "short"})
    assert weak.status_code == 422
    assert "10 to 1000 characters" in words(weak.text)
    assert 'value="short"' not in weak.text
    assert (await admin.post(f"{url}/password", data={**data, "password": new})).status_code == 303
    asked = {**form(await shop.visitor.get("/sign-in"), "/sign-in"), "email": "biller.lagos@demo.example"}
    assert (await shop.visitor.post("/sign-in", data={**asked, "password": PASSWORD})).status_code == 401
    assert (await shop.visitor.post("/sign-in", data={**asked, "password": new})).status_code == 303


async def test_of_two_who_change_the_second_is_told_of_the_first_and_keeps_what_was_typed(sign_in: SignIn, shop: Shop):
    admin, other, url = await sign_in("admin"), await sign_in("superadmin"), await url_of(shop, "biller.lagos")
    first, second = await sent(admin, url, "particulars"), await sent(other, url, "particulars")
    assert (await admin.post(f"{url}/particulars", data={**first, "name": "First"})).status_code == 303
    late = await other.post(f"{url}/particulars", data={**second, "name": "Second"})
    assert late.status_code == 409
    assert "Admin, head office changed the name" in words(late.text)
    again = form(late, f"{url}/particulars")
    assert again["name"] == "Second"
    assert (await other.post(f"{url}/particulars", data=again)).status_code == 303


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("reason", " ", "This is missing."), ("name", "", "This is missing."), ("email", "no address", "address"),
        ("email", "admin@demo.example", "admin@demo.example"), ("seen", "", "does not say which step"),
    ],
)  # fmt: skip
async def test_what_can_not_be_is_said(field: str, text: str, sentence: str, sign_in: SignIn, shop: Shop):
    admin, url = await sign_in("admin"), await url_of(shop, "biller.lagos")
    page = await admin.post(f"{url}/particulars", data={**await sent(admin, url, "particulars"), field: text})
    assert page.status_code == 422
    assert sentence in words(page.text)
    assert await shop.pool.fetchval("SELECT count(*) FROM people_change WHERE reason = $1", WHY["reason"]) == 0


async def test_nobody_shuts_themselves_out_and_what_is_not_there_is_not_done(sign_in: SignIn, shop: Shop):
    admin, own, url = await sign_in("admin"), await url_of(shop, "admin"), await url_of(shop, "biller.lagos")
    page = await admin.get(own)
    assert f'action="{own}/disable"' not in page.text
    data = {**form(page, f"{own}/roles"), **WHY}
    assert (await admin.post(f"{own}/disable", data=data)).status_code == 422
    assert (await admin.post(f"{url}/nothing", data=data)).status_code == 404
    assert (await admin.post(f"/people/{new_id()}/disable", data=data)).status_code == 404
    assert (await admin.get("/people/x")).status_code == 404
    assert (await admin.post(f"{url}/disable", data={**data, "csrf": "x"})).status_code == 403
    assert await shop.pool.fetchval("SELECT count(*) FROM person WHERE disabled_at IS NOT NULL") == 0


async def test_a_person_is_added_once_however_often_it_is_pressed(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    page = await admin.get("/people/new")
    store = await shop.pool.fetchval("SELECT id FROM store WHERE code = 'LOS'")
    asked = form(page, "/people/new")
    data = {"csrf": asked["csrf"], "key": asked["key"], "name": "Night biller",
            "email": "Night@Demo.example", "password": PASSWORD, "role.BILLER": "yes", f"store.{store}": "yes",
    }  # fmt: skip
    went = [(await admin.post("/people/new", data=data)).headers["location"] for _ in range(2)]
    assert went == [await url_of(shop, "night")] * 2
    assert "Night biller Let in night@demo.example · biller" in words((await admin.get(went[0])).text)
    assert (await sign_in("night")).cookies["orderway_session"]
    taken = await admin.post("/people/new", data={**data, "key": "other"})
    assert taken.status_code == 422
    assert 'name="role.BILLER" value="yes" checked' in taken.text
    assert PASSWORD not in taken.text
