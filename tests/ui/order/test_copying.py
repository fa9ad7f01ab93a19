import re

from tests.ui.conftest import Shop, SignIn, token, words


async def orders(shop: Shop) -> int:
    return int(await shop.pool.fetchval("SELECT count(*) FROM sale_order"))


async def test_one_click_makes_a_new_quotation_of_an_expired_sale_and_two_make_no_more(sign_in: SignIn, shop: Shop):
    url = await shop.order("sale", "EXPIRED")
    admin = await sign_in("admin")
    page = (await admin.get(url)).text
    number = re.findall(r"<h1>([^<]+)</h1>", page)[0]
    [form] = [each for each in re.findall(r"<form method=\"post\".*?</form>", page, re.DOTALL) if "/copy" in each]
    assert "Make a new quotation" in form
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert set(sent) == {"csrf", "key"}
    before = await orders(shop)
    answers = [await admin.post(f"{url}/copy", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"] != url
    assert await orders(shop) == before + 1
    new = (await admin.get(answers[0].headers["location"])).text
    assert f"A copy of {number}" in words(new)
    assert re.findall(r"<h1>([^<]+)</h1>", new)[0] in words((await admin.get(url)).text)


async def test_who_may_not_draft_has_no_button_and_their_form_copies_nothing(sign_in: SignIn, shop: Shop):
    url = await shop.order("sale", "EXPIRED")
    accountant = await sign_in("accountant")
    page = (await accountant.get(url)).text
    assert "Make a new quotation" not in page
    before = await orders(shop)
    answer = await accountant.post(f"{url}/copy", data={"csrf": token(page), "key": "k"})
    assert "You may not place an order." in words(answer.text)
    forged = await accountant.post(f"{url}/copy", data={"csrf": "x", "key": "k"})
    assert forged.status_code == 403
    assert await orders(shop) == before
