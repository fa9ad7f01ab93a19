"""The pages of webhooks: made with a secret that is shown once, changed, tried, switched and deleted."""

import re

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form
from tests.written import digest

NEW = {"name": "Accounts", "url": "https://hooks.example/orders", "group.payment": "yes", "types": "order.sale.cleared"}
WHY = {"reason": "It was agreed."}


async def url_of(shop: Shop, name: str = "Warehouse") -> str:
    return f"/webhooks/{await shop.pool.fetchval('SELECT id FROM webhook WHERE name = $1', name)}"


async def acted(client: httpx.AsyncClient, url: str, act: str, **fields: str) -> httpx.Response:
    return await client.post(
        f"{url}/act", data={**form(await client.get(url), f"{url}/act"), "act": act, **WHY, **fields}
    )


@pytest.mark.parametrize("who", ["manager.lagos", "accountant", "biller.lagos", "customer.lagos"])
async def test_who_does_not_look_after_webhooks_finds_nothing(who: str, sign_in: SignIn, shop: Shop):
    client, url = await sign_in(who), await url_of(shop)
    csrf = form(await client.get("/profile"), "/sign-out")
    assert 'href="/webhooks"' not in (await client.get("/profile")).text
    assert [(await client.get(path)).status_code for path in ("/webhooks", "/webhooks/new", url)] == [404] * 3
    for path in ("/webhooks/new", url, f"{url}/act", f"{url}/send"):
        assert (await client.post(path, data={**csrf, **NEW, **WHY, "seen": "2"})).status_code == 404
    assert await shop.pool.fetchval("SELECT count(*) FROM webhook") == 1


async def test_one_is_made_and_its_secret_is_shown_this_once(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    csrf = form(await admin.get("/webhooks/new"), "/webhooks/new")
    made = await admin.post("/webhooks/new", data={**csrf, **NEW})
    assert made.status_code == 200
    assert made.headers["cache-control"] == "no-store"
    secret = re.search(r"whsec_[A-Za-z0-9+/]{43}=", made.text)
    assert secret
    url = await url_of(shop, "Accounts")
    [row] = await shop.pool.fetch("SELECT types, stores FROM webhook WHERE name = 'Accounts'")
    assert tuple(row) == (["order.payment.*", "order.sale.cleared"], None)
    page = await admin.get(url)
    assert secret[0] not in page.text
    assert "Payments, order.sale.cleared" in words(page.text)
    assert "Accounts https://hooks.example/orders On" in words((await admin.get("/webhooks")).text)
    again = await admin.post("/webhooks/new", data={**csrf, **NEW, "name": "Other", "url": "https://10.0.0.1/"})
    assert again.status_code == 422
    assert "This address is of no public network." in words(again.text)
    assert 'name="group.payment" value="yes" checked' in again.text


async def test_what_was_sent_is_listed_with_what_came_back(sign_in: SignIn, shop: Shop):
    admin, url = await sign_in("admin"), await url_of(shop)
    page = await admin.get(url)
    assert words(page.text).count("Cleared the sale for fulfillment") == 3
    assert "It answered 503." in words(page.text)
    failed = await admin.get(f"{url}?show=failed")
    assert words(failed.text).count("Cleared the sale for fulfillment") == 1
    assert "The warehouse is being tidied." in failed.text
    french = words((await admin.get(url, headers={"accept-language": "fr"})).text)
    assert "La réponse a été 503." in french


@pytest.mark.parametrize("act", ["", "sideways"])
@pytest.mark.parametrize("what", ["act", "send"])
async def test_what_the_page_does_not_offer_is_refused_and_nothing_is_done(
    what: str, act: str, sign_in: SignIn, shop: Shop
):
    admin, url = await sign_in("admin"), await url_of(shop)
    held = form(await admin.get(url), f"{url}/{what}")
    before = await digest(shop.pool)
    refused = await admin.post(f"{url}/{what}", data={**held, **WHY, "act": act})
    assert (refused.status_code, "This can not be read. Choose one of those offered." in words(refused.text)) == (
        422,
        True,
    )
    assert await digest(shop.pool) == before


async def test_it_is_switched_on_tried_changed_and_deleted(sign_in: SignIn, shop: Shop):
    admin, url = await sign_in("admin"), await url_of(shop)
    on = await acted(admin, url, "on")
    assert (on.status_code, on.headers["location"]) == (303, url)
    sending = form(await admin.get(url), f"{url}/send")
    assert (await admin.post(f"{url}/send", data={**sending, "act": "test"})).status_code == 303
    sent = await shop.pool.fetchval("SELECT id FROM webhook_attempt WHERE why IS NOT NULL")
    assert (
        await admin.post(f"{url}/send", data={**sending, "act": "again", f"again.{sent}": "yes"})
    ).status_code == 303
    nothing = await admin.post(f"{url}/send", data={**sending, "act": "again"})
    assert (nothing.status_code, "1 to 100 deliveries" in words(nothing.text)) == (422, True)
    odd = await admin.post(f"{url}/send", data={**sending, "act": "again", "again.x": "yes"})
    assert odd.status_code == 422
    assert await shop.pool.fetchval("SELECT count(*) FROM webhook_errand") == 2
    stale = await acted(admin, url, "off", seen="1")
    assert (stale.status_code, "switched it on" in words(stale.text)) == (409, True)
    assert (await acted(admin, url, "off", reason=" ")).status_code == 422
    secret = await acted(admin, url, "secret", hours="1")
    assert (secret.status_code, "whsec_" in secret.text) == (200, True)
    changed = await admin.post(url, data={**form(await admin.get(url), url), **WHY, "name": "Stock room"})
    assert changed.status_code == 303
    assert "changed it" in words((await admin.get(url)).text)
    gone = await acted(admin, url, "delete")
    assert (gone.status_code, gone.headers["location"]) == (303, "/webhooks")
    assert (await admin.get(url)).status_code == 404
