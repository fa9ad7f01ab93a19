"""What was just done is said once, to who did it alone; and no address makes it up."""

from urllib.parse import quote

from tests.ui.conftest import Shop, SignIn, token, words

from orderway.ui.said import Said, Undo, seal, unseal

HERE = {"domain": "shop.example"}
UNDO = Undo("/orders/1/sale/2/x", "Undo", {"seen": "4"})


def test_what_was_sealed_for_a_session_is_read_in_it_alone():
    sealed = seal(Said("You put the fulfillment on hold.", UNDO), secret="one")
    assert unseal(sealed, secret="one") == Said("You put the fulfillment on hold.", UNDO)
    assert unseal(sealed, secret="another") is None
    assert unseal(sealed, secret="") is None


def test_what_nobody_sealed_is_nothing():
    sealed = seal(Said("Done."), secret="one")
    for text in ("", ".", "e30=.", sealed[:-1], "x" + sealed, sealed.replace(".", "..")):
        assert unseal(text, secret="one") is None


def test_what_is_too_long_for_a_cookie_loses_its_end_and_keeps_the_way_back():
    kept = unseal(seal(Said("word " * 2000, UNDO), secret="one"), secret="one")
    assert kept
    assert kept.text.startswith("word word")
    assert kept.text.endswith("…")
    assert kept.undo == UNDO


async def test_it_is_said_on_the_next_page_and_not_on_the_one_after(sign_in: SignIn):
    client = await sign_in("admin")
    client.cookies.set(
        "orderway_said", seal(Said("You did it.", UNDO), secret=client.cookies["orderway_session"]), **HERE
    )
    page = await client.get("/orders")
    assert "You did it. Undo" in words(page.text)
    assert 'action="/orders/1/sale/2/x"' in page.text
    assert 'name="seen" value="4"' in page.text
    assert "You did it." not in words((await client.get("/orders")).text)


async def test_neither_another_session_nor_an_address_makes_a_page_say_something(sign_in: SignIn):
    client = await sign_in("admin")
    client.cookies.set("orderway_said", seal(Said("You won a prize."), secret="another session"))
    page = await client.get(f"/orders?said={quote('You won a prize.')}&done=You+won")
    assert "prize" not in words(page.text).replace("“", "")


async def test_what_is_said_is_text_and_no_markup(sign_in: SignIn):
    client = await sign_in("admin")
    said = seal(Said("<b>bold</b>"), secret=client.cookies["orderway_session"])
    client.cookies.set("orderway_said", said)
    assert "&lt;b&gt;bold&lt;/b&gt;" in (await client.get("/orders")).text


async def test_how_pages_look_is_chosen_in_one_browser(sign_in: SignIn):
    client = await sign_in("admin")
    csrf = token((await client.get("/orders")).text)
    answer = await client.post("/appearance", data={"csrf": csrf, "look": "dark", "next": "/orders?phase=sale"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/orders?phase=sale")
    assert '<html lang="en" data-look="dark">' in (await client.get("/orders")).text
    await client.post("/appearance", data={"csrf": csrf, "look": ""})
    assert '<html lang="en">' in (await client.get("/orders")).text


async def test_a_choice_that_there_is_not_and_a_form_that_is_not_ours_change_nothing(sign_in: SignIn):
    client = await sign_in("admin")
    csrf = token((await client.get("/orders")).text)
    answer = await client.post("/appearance", data={"csrf": csrf, "look": "purple", "next": "//evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "data-look" not in (await client.get("/orders")).text
    assert (await client.post("/appearance", data={"csrf": "0" * 64, "look": "dark"})).status_code == 403
    assert "data-look" not in (await client.get("/orders")).text


async def test_single_keys_can_be_turned_off(sign_in: SignIn):
    client = await sign_in("admin")
    page = await client.get("/keyboard")
    assert " data-keys" in page.text
    await client.post("/appearance", data={"csrf": token(page.text), "keys": "off"})
    page = await client.get("/keyboard")
    assert " data-keys" not in page.text
    assert "Single keys are turned off in this browser." in words(page.text)


async def test_the_rail_shows_each_what_is_theirs(sign_in: SignIn):
    for who, sees in (("admin", True), ("biller.lagos", False), ("customer.lagos", False)):
        page = await (await sign_in(who)).get("/keyboard")
        assert ('href="/settings"' in page.text) is sees
    assert 'href="/orders"' not in (await (await sign_in("rider1.lagos")).get("/keyboard")).text


async def test_where_it_leads_when_a_form_was_sent_from_another_page(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    path = await shop.order("fulfillment", "AWAITING_RIDER_SELECTION")
    page = await client.get(path)
    start = page.text.index(f'action="{path}/copy"')
    key = page.text[page.text.index('name="key" value="', start) + 18 :][:36]
    data = {"csrf": token(page.text), "key": key}
    answer = await client.post(f"{path}/copy", data=data, headers={"HX-Current-URL": f"http://shop.example{path}"})
    assert answer.headers.get("hx-redirect", answer.headers.get("location", "")).startswith("/orders/")
