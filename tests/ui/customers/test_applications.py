from uuid import UUID

import pytest
from tests.company import NOW, QUICK
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form, forms

from orderway.ids import new_id

TERMS = {"tier": "GOLD", "limit": "250000", "reason": "Two good references."}


async def applied(shop: Shop, company: str = "Corner shop") -> UUID:
    """An application for the store in Lagos."""
    id = new_id()
    await shop.pool.execute(
        "INSERT INTO reseller_application"
        " (id, email, name, company, phone, currency, store_id, password_hash, applied_at)"
        " SELECT $1, $2, 'Applicant', $3, '+2348031234567', 'NGN', id, $5, $4 FROM store WHERE code = 'LOS'",
        id, f"{id}@shop.example", company, NOW, QUICK.hash("a password of the applicant"),
    )  # fmt: skip
    return id


@pytest.mark.parametrize("who", ["manager.lagos", "accountant", "reseller.lagos.ikeja", "rider1.lagos"])
async def test_who_decides_none_sees_none(who: str, sign_in: SignIn, shop: Shop):
    id, client = await applied(shop), await sign_in(who)
    assert (await client.get("/applications")).status_code == 404
    csrf = form(await client.get("/orders"), "/sign-out")["csrf"]
    for act in ("approve", "decline"):
        assert (await client.post(f"/applications/{id}/{act}", data={"csrf": csrf, **TERMS})).status_code == 404
    assert await shop.pool.fetchval("SELECT count(*) FROM reseller_decision") == 0


async def test_an_applicant_is_taken_on_and_the_second_click_changes_nothing(sign_in: SignIn, shop: Shop):
    id, admin = await applied(shop), await sign_in("admin")
    url = f"/applications/{id}/approve"
    page = await admin.get("/applications")
    assert "Corner shop Applicant · Lagos store · NGN" in words(page.text)
    sent = {**form(page, url), **TERMS}
    assert [(await admin.post(url, data=sent)).status_code for _ in range(2)] == [303, 303]
    row = await shop.pool.fetchrow(
        "SELECT c.name, c.kind, p.tier, p.custom_limit FROM reseller_decision d JOIN customer c ON c.id = d.customer_id"
        " JOIN credit_profile p ON p.customer_id = c.id WHERE d.application_id = $1",
        id,
    )
    assert row
    assert tuple(row) == ("Corner shop", "RESELLER", "GOLD", 25_000_000)
    said = words((await admin.get("/applications?state=APPROVED")).text)
    assert "Two good references." in said
    assert "Admin, head office" in said


async def test_of_two_who_decide_the_second_is_told_of_the_first(sign_in: SignIn, shop: Shop):
    id, admin, other = await applied(shop), await sign_in("admin"), await sign_in("superadmin")
    decline, approve = f"/applications/{id}/decline", f"/applications/{id}/approve"
    first, second = form(await admin.get("/applications"), decline), form(await other.get("/applications"), approve)
    assert (await admin.post(decline, data={**first, "reason": "No licence."})).status_code == 303
    late = await other.post(approve, data={**second, **TERMS})
    assert late.status_code == 409
    assert "Admin, head office declined the application" in words(late.text)
    assert await shop.pool.fetchval("SELECT outcome FROM reseller_decision WHERE application_id = $1", id) == "DECLINED"


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("limit", "", "This is missing."),
        ("limit", "much", "“much” is not an amount."),
        ("limit", "-5", "limit"),
        ("tier", "PLATINUM-9", "PLATINUM-9"),
        ("reason", " ", "This is missing."),
    ],
)
async def test_what_can_not_be_is_said_and_kept(field: str, text: str, sentence: str, sign_in: SignIn, shop: Shop):
    id, admin = await applied(shop), await sign_in("admin")
    url = f"/applications/{id}/approve"
    sent = {**form(await admin.get("/applications"), url), **TERMS, field: text}
    page = await admin.post(url, data=sent)
    assert page.status_code == 422
    assert sentence in words(page.text)
    kept = form(page, url)
    assert {name: kept[name] for name in TERMS if name != "tier"} == {
        name: sent[name] for name in TERMS if name != "tier"
    }
    assert await shop.pool.fetchval("SELECT count(*) FROM reseller_decision") == 0


async def test_what_is_not_there_or_not_ours_decides_nothing(sign_in: SignIn, shop: Shop):
    id, admin = await applied(shop), await sign_in("admin")
    csrf = form(await admin.get("/applications"), "/sign-out")["csrf"]
    for nothing in ("x", new_id()):
        assert (await admin.post(f"/applications/{nothing}/decline", data={"csrf": csrf, **TERMS})).status_code == 404
    assert (await admin.post(f"/applications/{id}/approve", data={"csrf": "x", **TERMS})).status_code == 403
    assert f"/applications/{id}/approve" in forms(await admin.get("/applications"))
