import re

import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.people.test_people import sent, url_of


@pytest.mark.parametrize("who", ["manager.lagos", "accountant", "customer.lagos"])
async def test_who_manages_nobody_finds_no_audit(who: str, sign_in: SignIn, shop: Shop):
    client, person = await sign_in(who), (await url_of(shop, "biller.lagos")).rpartition("/")[2]
    assert [(await client.get(url)).status_code for url in ("/audit", f"/audit?person={person}")] == [404, 404]


async def test_a_change_stands_there_with_who_and_why_and_leads_to_the_person(sign_in: SignIn, shop: Shop):
    admin, url = await sign_in("admin"), await url_of(shop, "biller.lagos")
    data = {**await sent(admin, url, "particulars"), "name": "Biller at the counter"}
    assert (await admin.post(f"{url}/particulars", data=data)).status_code == 303
    page = await admin.get(f"/audit?person={url.rpartition('/')[2]}")
    assert f'<a href="{url}">Biller' in page.text
    said = words(page.text)
    assert "Admin, head office changed the name" in said
    assert "Asked for by the head office." in said
    assert "Biller, Lagos store → Biller at the counter" in said
    other = words((await admin.get(f"/audit?person={(await url_of(shop, 'accountant')).rpartition('/')[2]}")).text)
    assert "changed the name" not in other


async def test_older_changes_are_turned_to_and_what_can_not_be_read_is_said(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    await shop.pool.execute(
        "INSERT INTO people_change (id, person_id, subject, step, what, was, became, reason, at, actor)"
        " SELECT gen_random_uuid(), p.id, 'Turned ' || n, n + 1000, 'NAME', 'a', 'b', '', now(), 'system'"
        " FROM person p, generate_series(1, 60) n WHERE p.email = 'accountant@demo.example'"
    )
    first = await admin.get("/audit")
    older = re.search(r'href="(/audit\?after=[^"]+)" rel="next"', first.text)
    assert older
    second = await admin.get(older[1])
    seen = [set(re.findall(r"Turned \d+", page.text)) for page in (first, second)]
    assert len(seen[0] | seen[1]) == 60
    assert not seen[0] & seen[1]
    assert "Newest" in words(second.text)
    assert "Send the cursor of a page as it was given." in words((await admin.get("/audit?after=x")).text)
    assert (await admin.get("/audit?person=x")).status_code == 404
