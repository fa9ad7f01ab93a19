import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form, forms


async def customer(shop: Shop, name: str) -> str:
    return f"/customers/{await shop.pool.fetchval('SELECT id FROM customer WHERE name = $1', name)}"


async def count(shop: Shop) -> int:
    return int(await shop.pool.fetchval("SELECT count(*) FROM customer"))


async def test_each_sees_whom_they_serve(sign_in: SignIn, shop: Shop):
    manager, customer_one, rider = [await sign_in(who) for who in ("manager.lagos", "customer.lagos", "rider1.lagos")]
    said = words((await manager.get("/customers")).text)
    assert "Customer 1 in Yaba" in said
    assert "Jabi" not in said
    own = await customer_one.get("/customers")
    assert (own.status_code, own.headers["location"]) == (303, await customer(shop, "Customer 1 in Yaba"))
    assert (await rider.get("/customers")).status_code == 404
    for client in (customer_one, rider):
        assert (await client.get(await customer(shop, "Customer 2 in Surulere"))).status_code == 404
    assert (await manager.get(await customer(shop, "Customer 4 in Jabi"))).status_code == 404


async def test_the_page_of_one_tells_what_they_ordered_owe_and_had_sent(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    said = words((await manager.get(await customer(shop, "Reseller in Ikeja"))).text)
    assert "Tier Gold Limit NGN 1,500,000.00" in said
    assert "LOS-" in said
    assert "Addresses Reseller in Ikeja" in said


async def test_they_see_themselves_and_change_nothing(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("customer.lagos"), await customer(shop, "Customer 1 in Yaba")
    page = await client.get(url)
    assert page.status_code == 200
    assert "Who changed what" not in words(page.text)
    assert (await client.get(f"{url}/edit")).status_code == 404
    sent = {"csrf": form(page, "/sign-out")["csrf"], "name": "Me", "reason": "I", "seen": "0"}
    assert (await client.post(f"{url}/edit", data=sent)).status_code == 404
    assert (await client.post("/customers/new", data={**sent, "currency": "NGN"})).status_code == 404
    assert (await client.get("/customers/new")).status_code == 404


@pytest.mark.parametrize(
    ("who", "name", "owes"),
    [("reseller.lagos.ikeja", "Reseller in Ikeja", True), ("customer.lagos", "Customer 1 in Yaba", False)],
)
async def test_a_buyer_s_own_page_is_in_the_menu_of_their_account(
    who: str, name: str, *, owes: bool, sign_in: SignIn, shop: Shop
):
    client, url = await sign_in(who), await customer(shop, name)
    assert f'<a href="{url}">Your details</a>' in (await client.get("/orders")).text
    page = await client.get(url)
    said = words(page.text)
    assert f'<a href="{url}" aria-current="page">Your details</a>' in page.text
    assert f"{who}@demo.example" in said
    assert ("Credit Ledger and terms Tier Gold Limit NGN 1,500,000.00" in said) == owes
    assert "Is something not right here?" in said
    for hidden in ("Signs in", "Who changed what", "Change the customer"):
        assert hidden not in said
    others = {str(row[0]) for row in await shop.pool.fetch("SELECT id FROM customer WHERE name <> $1", name)}
    assert len(others) > 3
    assert {(await client.get(f"/customers/{each}")).status_code for each in others} == {404}
    assert not any(each in page.text for each in others)


@pytest.mark.parametrize("who", ["admin", "biller.lagos", "rider1.lagos"])
async def test_who_buys_nothing_has_no_such_page(who: str, sign_in: SignIn):
    client = await sign_in(who)
    assert "Your details" not in (await client.get("/profile")).text


async def test_a_customer_is_added_once_for_two_clicks(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    page = await manager.get("/customers/new")
    sent = {
        **form(page, "/customers/new"),
        "name": "Ẹniọlá Foods",
        "phone": "+234 803 123 4567",
        "reason": "Walked in.",
    }
    assert sent["currency"] == "NGN"
    before = await count(shop)
    answers = [await manager.post("/customers/new", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await count(shop) == before + 1
    said = words((await manager.get(answers[0].headers["location"])).text)
    assert "Ẹniọlá Foods" in said
    assert "+2348031234567" in said
    assert "Walked in." in said


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("name", "", "This is missing."),
        ("name", "x" * 5000, "characters"),
        ("phone", "call me", "This is no telephone number."),
        ("email", "nowhere", "This is not an e-mail address."),
        ("currency", "XXX", "XXX"),
        ("store", "x", "This can not be read."),
        ("kind", "PIRATE", "This can not be read."),
    ],
)
async def test_what_can_not_be_is_said_beside_its_field_and_kept(
    field: str, text: str, sentence: str, sign_in: SignIn, shop: Shop
):
    admin = await sign_in("admin")
    sent = {**form(await admin.get("/customers/new"), "/customers/new"), "name": "Kept", "reason": "Kept too"}
    before = await count(shop)
    page = await admin.post("/customers/new", data={**sent, field: text})
    assert page.status_code == 422
    assert sentence in words(page.text)
    assert 'aria-invalid="true"' in page.text
    kept = form(page, "/customers/new")
    assert kept["reason"] == "Kept too"
    if field not in {"store", "kind"}:
        assert kept[field] == text
    assert await count(shop) == before


async def test_a_manager_adds_no_reseller_and_nobody_to_another_store(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    sent = {**form(await manager.get("/customers/new"), "/customers/new"), "name": "Sneaky"}
    before = await count(shop)
    abuja = str(await shop.pool.fetchval("SELECT id FROM store WHERE code = 'ABV'"))
    for forged, status in (({"kind": "RESELLER"}, 422), ({"store": abuja}, 422), ({"csrf": "x"}, 403)):
        assert (await manager.post("/customers/new", data={**sent, **forged})).status_code == status
    assert await count(shop) == before


async def test_of_two_who_change_a_customer_the_second_is_told_and_loses_nothing(sign_in: SignIn, shop: Shop):
    manager, admin = await sign_in("manager.lagos"), await sign_in("admin")
    url = await customer(shop, "Customer 1 in Yaba")
    edit = f"{url}/edit"
    first, second = [form(await client.get(edit), edit) for client in (manager, admin)]
    assert (await manager.post(edit, data={**first, "phone": "0801555", "reason": "Told me."})).status_code == 303
    stale = await admin.post(edit, data={**second, "phone": "0999777", "reason": "Told me too."})
    assert stale.status_code == 409
    assert "Manager, Lagos store changed the telephone number" in words(stale.text)
    kept = form(stale, edit)
    assert (kept["phone"], kept["reason"]) == ("0999777", "Told me too.")
    assert (await admin.post(edit, data=kept)).status_code == 303
    assert "0801555 → 0999777" in words((await manager.get(url)).text)
    without = await manager.post(edit, data={**form(await manager.get(edit), edit), "reason": ""})
    assert without.status_code == 422
    assert forms(without)


async def test_the_list_is_searched_and_says_what_it_ignores(sign_in: SignIn):
    admin = await sign_in("admin")
    said = words((await admin.get("/customers", params={"search": "reseller ikeja", "kind": "RESELLER"})).text)
    assert "Reseller in Ikeja" in said
    assert "Reseller in Yaba" not in said
    odd = words((await admin.get("/customers?kind=PIRATE&store=x&colour=red")).text)
    assert "There is no kind “PIRATE”" in odd
    assert "“x” names nothing here" in odd
    assert "There is no filter “colour”" in odd
    assert "No customer matches" in words((await admin.get("/customers?search=zzzz")).text)
