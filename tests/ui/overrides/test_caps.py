"""What each role may approve, on its page."""

import re

from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.posting import forms

URL = "/overrides/caps"


async def test_a_cap_is_set_and_removed_and_it_stays_who_did_and_why(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    page = await client.get(URL)
    assert "Manager May approve any amount." in words(page.text)
    assert URL in forms(page)
    sent = {"csrf": token(page.text), "do": "set", "role": "MANAGER", "currency": "ngn", "amount": "5000",
            "reason": "New rules."}  # fmt: skip
    assert (await client.post(URL, data=sent)).headers["location"] == URL
    said = words((await client.get(URL)).text)
    assert "Manager At most NGN 5,000.00" in said
    assert "Admin, head office set a cap of NGN 5,000.00" in said
    removal = {**sent, "do": "remove", "reason": "Too little."}
    assert (await client.post(URL, data=removal)).status_code == 303
    assert "Admin, head office removed the cap of NGN 5,000.00" in words((await client.get(URL)).text)
    assert await shop.pool.fetchval("SELECT count(*) FROM override_cap") == 0


async def test_who_may_not_approve_so_much_is_told_who_may(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    await admin.post(URL, data={"csrf": token((await admin.get(URL)).text), "do": "set", "role": "MANAGER",
                                "currency": "NGN", "amount": "1", "reason": "New rules."})  # fmt: skip
    manager = await sign_in("manager.lagos")
    url, sent = next(each for each in forms(await manager.get("/overrides")).items() if each[0].endswith("/approve"))
    refused = await manager.post(url, data=sent)
    assert refused.status_code == 422
    assert "You may approve NGN 1.00; all that was asked for may be approved by" in words(refused.text)
    waiting = "SELECT count(*) FROM override_request WHERE id = $1 AND state = 'PENDING'"
    assert await shop.pool.fetchval(waiting, url.split("/")[2]) == 1


async def test_what_is_wrong_is_said_beside_its_field(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    right = {"csrf": token((await client.get(URL)).text), "do": "set", "role": "MANAGER", "currency": "NGN",
             "amount": "5000", "reason": "New rules."}  # fmt: skip
    for name, text in (("currency", "XXQ"), ("amount", "lots"), ("amount", ""), ("reason", " "), ("currency", "")):
        answer = await client.post(URL, data={**right, name: text})
        assert answer.status_code == 422
        assert re.search(rf'name="{name}"[^>]* aria-invalid="true"', answer.text), name
    assert await shop.pool.fetchval("SELECT count(*) FROM override_cap") == 0


async def test_only_who_changes_settings_sees_and_sets_caps(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    page = await manager.get("/overrides")
    assert URL not in page.text
    sent = {"csrf": token(page.text), "do": "set", "role": "MANAGER", "currency": "NGN", "amount": "1", "reason": "x"}
    assert [(await manager.get(URL)).status_code, (await manager.post(URL, data=sent)).status_code] == [404, 404]
    admin = await sign_in("admin")
    assert (await admin.post(URL, data={**sent, "csrf": "0" * 64})).status_code == 403
    assert await shop.pool.fetchval("SELECT count(*) FROM override_cap") == 0
