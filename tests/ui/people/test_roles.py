import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form

NEW = {"name": "night_lead", "label": "night lead", "may.fulfillment.work": "yes", "may.scope.store": "yes"}


async def count(shop: Shop) -> int:
    return int(await shop.pool.fetchval("SELECT count(*) FROM role WHERE NOT is_seeded"))


async def composed(client: httpx.AsyncClient, **fields: str) -> httpx.Response:
    asked = form(await client.get("/roles"), "/roles")
    return await client.post("/roles", data={"csrf": asked["csrf"], "key": asked["key"], **NEW, **fields})


@pytest.mark.parametrize("who", ["manager.lagos", "accountant", "customer.lagos"])
async def test_who_composes_none_finds_nothing(who: str, sign_in: SignIn, shop: Shop):
    client = await sign_in(who)
    csrf = form(await client.get("/profile"), "/sign-out")
    assert (await client.get("/roles")).status_code == 404
    assert (await client.post("/roles", data={**csrf, **NEW})).status_code == 404
    assert (await client.post("/roles/BILLER", data={**csrf, "act": "delete", "reason": "x"})).status_code == 404
    assert await count(shop) == 0


async def test_a_role_is_composed_changed_and_deleted(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    assert (await composed(admin)).status_code == 303
    page = await admin.get("/roles")
    assert "Composed the role “night lead”." in words(page.text)
    assert "Night lead 0 people have it" in words(page.text)
    asked = form(page, "/roles/NIGHT_LEAD")
    data = {"csrf": asked["csrf"], "seen": asked["seen"], "label": "head of the night", "reason": "A better word.",
            "may.stock.manage": "yes", "may.scope.store": "yes"}  # fmt: skip
    assert (await admin.post("/roles/NIGHT_LEAD", data=data)).status_code == 303
    row = await shop.pool.fetchrow("SELECT label, permissions FROM role WHERE name = 'NIGHT_LEAD'")
    assert row
    assert (row["label"], sorted(row["permissions"])) == ("head of the night", ["scope.store", "stock.manage"])
    assert (await admin.post("/roles/NIGHT_LEAD", data=data)).status_code == 409
    data = {**data, "seen": form(await admin.get("/roles"), "/roles/NIGHT_LEAD")["seen"], "act": "delete"}
    assert (await admin.post("/roles/NIGHT_LEAD", data=data)).status_code == 303
    assert await count(shop) == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"label": " "}, "This is missing."), ({"name": "night lead!"}, "can not be the name of a role"),
        ({"may.nothing": "yes"}, "nothing"), ({"may.superadmin.appoint": "yes"}, "superadmin"),
    ],
)  # fmt: skip
async def test_what_can_not_be_is_said_and_what_was_ticked_stays(
    fields: dict[str, str], sentence: str, sign_in: SignIn, shop: Shop
):
    page = await composed(await sign_in("admin"), **fields)
    assert page.status_code == 422
    assert sentence in words(page.text)
    assert 'name="may.fulfillment.work" value="yes" checked' in page.text
    assert await count(shop) == 0


async def test_what_was_there_from_the_beginning_has_no_form_and_stays(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    page = await admin.get("/roles")
    assert 'action="/roles/BILLER"' not in page.text
    csrf = form(page, "/roles")["csrf"]
    data = {"csrf": csrf, "seen": "0", "act": "delete", "reason": "x"}
    assert (await admin.post("/roles/BILLER", data=data)).status_code == 422
    assert (await admin.post("/roles/NOTHING", data=data)).status_code == 404
    assert (await admin.post("/roles", data={**NEW, "csrf": "x"})).status_code == 403
    assert await shop.pool.fetchval("SELECT count(*) FROM role WHERE name = 'BILLER'") == 1
