"""How one wants to be told is chosen on a page of one's own, and e-mails are ended by the link in each of them."""

from itertools import product

import httpx
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form

PAGE = "/profile/notifications"


def ticked(page: httpx.Response) -> set[str]:
    return set(form(page, PAGE)) - {"csrf"}


async def test_each_group_is_ticked_as_it_comes_and_kept_as_it_was_ticked(sign_in: SignIn, shop: Shop):
    client = await sign_in("biller.lagos")
    page = await client.get(PAGE)
    assert {"in_app.QUOTATION", "in_app.OVERRIDE", "by_mail.OVERRIDE", "mails"} <= ticked(page)
    assert "by_mail.QUOTATION" not in ticked(page)
    assert "Write to biller.lagos@demo.example" in words(page.text)
    sent = {**form(page, PAGE), "by_mail.QUOTATION": "yes"}
    del sent["in_app.SALE"]
    assert (await client.post(PAGE, data=sent)).headers["location"] == PAGE
    page = await client.get(PAGE)
    assert "It is kept how you want to be told." in words(page.text)
    assert ticked(page) == set(sent) - {"csrf"}
    rows = await shop.pool.fetch("SELECT topic, in_app, by_mail FROM notice_choice ORDER BY topic")
    assert [tuple(row) for row in rows] == [("QUOTATION", True, True), ("SALE", False, False)]


async def test_a_buyer_and_a_rider_are_asked_for_what_may_concern_them(sign_in: SignIn):
    buyer = ticked(await (await sign_in("customer.lagos")).get(PAGE))
    assert {"in_app.FULFILLMENT", "by_mail.FULFILLMENT"} <= buyer
    assert "in_app.OVERRIDE" not in buyer
    rider = ticked(await (await sign_in("rider1.lagos")).get(PAGE))
    assert rider == {
        "in_app.FULFILLMENT", "in_app.RIDER_INTEREST", "in_app.OPEN_DELIVERY", "by_mail.FULFILLMENT",
        "by_mail.RIDER_INTEREST", "mails",
    }  # fmt: skip


async def linked(shop: Shop, language: str | None = None) -> str:
    """A link as it stands in the e-mails of a buyer."""
    token = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
    await shop.pool.execute(
        "WITH p AS (UPDATE person SET language = $2 WHERE email = 'customer.lagos@demo.example' RETURNING id)"
        " INSERT INTO mail_reader (person_id, token) SELECT id, $1 FROM p",
        token, language,
    )  # fmt: skip
    return f"/unsubscribe/{token}"


async def stopped(shop: Shop) -> bool:
    return bool(await shop.pool.fetchval("SELECT bool_and(stopped_at IS NOT NULL) FROM mail_reader"))


async def test_a_look_at_the_link_changes_nothing_and_its_button_ends_e_mails(shop: Shop, sign_in: SignIn):
    link, client = await linked(shop), shop.visitor
    page = await client.get(link)
    assert "No e-mails any more?" in words(page.text)
    assert not await stopped(shop)
    page = await client.post(link)
    assert (page.status_code, await stopped(shop)) == (200, True)
    assert f'action="{link}"' not in page.text
    assert "mails" not in ticked(await (await sign_in("customer.lagos")).get(PAGE))


async def test_a_mail_program_ends_them_by_itself(shop: Shop):
    link, client = await linked(shop, "fr"), shop.visitor
    for _ in range(2):
        page = await client.post(link, data={"List-Unsubscribe": "One-Click"})
        assert page.status_code == 200
    assert '<html lang="fr"' in page.text
    assert await stopped(shop)


async def test_a_link_that_stands_in_no_e_mail_is_nothing(shop: Shop):
    await linked(shop)
    client = shop.visitor
    for method, token in product(("GET", "POST"), ("0123456789abcdef", "%00", "%F0%9F%9A%B2", "a%0D%0Ab")):
        assert (await client.request(method, f"/unsubscribe/{token}")).status_code == 404
    assert not await stopped(shop)
