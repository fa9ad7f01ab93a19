import re
from html import unescape

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.people.test_people import sent, url_of
from tests.ui.posting import form

from orderway.ids import new_id


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
    kept = await admin.get(f"{older[1]}&what=name&since=2026-01-01")
    assert 'href="/audit?what=name&amp;since=2026-01-01">Newest' in kept.text


async def changed(client: httpx.AsyncClient, shop: Shop) -> dict[str, str]:
    """A change of a person, of a store and of a role by somebody; gives the ids of what they were about."""
    person, store = await url_of(shop, "biller.lagos"), await shop.pool.fetchval("SELECT id FROM store LIMIT 1")
    data = {**await sent(client, person, "particulars"), "name": "Biller at the counter"}
    assert (await client.post(f"{person}/particulars", data=data)).status_code == 303
    asked = {**form(await client.get(f"/stores/{store}"), f"/stores/{store}"), "timezone": "UTC", "reason": "So."}
    assert (await client.post(f"/stores/{store}", data=asked)).status_code == 303
    new = {name: text for name, text in form(await client.get("/roles"), "/roles").items() if name in {"csrf", "key"}}
    made = {**new, "name": "NIGHT_LEAD", "label": "night lead", "may.stock.manage": "yes"}
    assert (await client.post("/roles", data=made)).status_code == 303
    role = await shop.pool.fetchval("SELECT id FROM role WHERE name = 'NIGHT_LEAD'")
    who = await shop.pool.fetchval("SELECT id FROM person WHERE email = 'superadmin@demo.example'")
    return {"person": person.rpartition("/")[2], "store": str(store), "role": str(role), "by": str(who)}


NAME, ZONE, MADE = "changed the name ·", "changed the time zone ·", "made it · night lead"


async def test_each_filter_narrows_and_is_taken_away(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    ids = await changed(await sign_in("superadmin"), shop)
    for query, label, shown, hidden in (
        (f"person={ids['person']}", "About Biller at the counter", {NAME}, {ZONE, MADE}),
        (f"store={ids['store']}", "About ", {ZONE}, {NAME, MADE}),
        (f"role={ids['role']}", "About the role Night lead", {MADE}, {NAME, ZONE}),
        (f"by={ids['by']}", "By Superadmin", {NAME, ZONE, MADE}, set[str]()),
        ("what=timezone", "Who changed the time zone", {ZONE}, {NAME, MADE}),
        ("since=2026-03-11&until=2026-03-11", "Until 11 Mar", {NAME, ZONE, MADE}, set[str]()),
        ("until=2020-03-11", "Until 11 Mar 2020", set[str](), {NAME, ZONE, MADE}),
        (f"what=name&by={ids['by']}", "By Superadmin", {NAME}, {ZONE, MADE}),
    ):
        page = await admin.get(f"/audit?{query}")
        said = words(page.text)
        assert f"{label}" in said
        assert {text for text in (NAME, ZONE, MADE) if text in said.partition("Show these changes")[2]} == shown, query
        assert not {text for text in hidden if text in said.partition("Show these changes")[2]}, query
        without = [unescape(url) for url in re.findall(r'<a class="chip active" href="([^"]+)">', page.text)]
        parts = query.split("&")
        wanted = ["&".join(each for each in parts if each != left_out) for left_out in parts]
        assert {url.partition("?")[2] for url in without} == set(wanted), query
    assert f'<a href="/stores/{ids["store"]}">' in (await admin.get(f"/audit?store={ids['store']}")).text
    assert "No change fits" in words((await admin.get("/audit?until=2020-03-11")).text)


async def test_a_name_that_is_typed_leads_to_whom_it_means(sign_in: SignIn, shop: Shop):
    admin = await sign_in("admin")
    ids = await changed(await sign_in("superadmin"), shop)
    went = await admin.get("/audit?who=superadmin&about=counter&what=name&since=")
    assert went.status_code == 303
    went = await admin.get(went.headers["location"])
    assert went.headers["location"] == f"/audit?what=name&by={ids['by']}&person={ids['person']}"
    went = await admin.get(f"/audit?about=night&person={ids['person']}")
    assert went.headers["location"] == f"/audit?role={ids['role']}"
    several = await admin.get("/audit?about=abuja&what=name")
    assert "Who or what is meant by “abuja”?" in words(several.text)
    assert "Abuja store" in words(several.text)
    assert re.search(r'href="/audit\?what=name&amp;store=[0-9a-f-]{36}"', several.text)
    nobody = words((await admin.get("/audit?who=nobody-is-called-so%00")).text)
    assert "Nobody and nothing that you manage is called “nobody-is-called-so" in nobody


async def test_what_no_filter_can_be_is_ignored_with_a_notice(sign_in: SignIn):
    admin = await sign_in("admin")
    page = await admin.get(
        f"/audit?colour=red&by=x&person={new_id()}&role=1&store=&what=nothing&since=soon&until=9999-12-31"
    )
    assert page.status_code == 200
    said = words(page.text)
    assert "There is no filter “colour”, so it is ignored." in said
    for value in ("x", "1", "nothing", "soon", "9999-12-31"):
        assert f"Nothing is found by “{value}”, so it is ignored." in said
    assert 'class="chip active"' not in page.text
    assert "<script" not in (await admin.get("/audit?<b>=<script>")).text.partition("<main")[2]
