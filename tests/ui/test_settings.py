"""The page of the settings: for who may change them, with a form that keeps what was entered."""

import re

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, token, words

from orderway.settings import SETTINGS


def part(page: str, name: str) -> str:
    """What the page shows of one setting."""
    found = re.search(rf'<li id="{name}">(.*?)\n</li>', page, re.DOTALL)
    assert found
    return found[1]


async def send(client: httpx.AsyncClient, name: str, **fields: str) -> httpx.Response:
    """Send the form of a setting as the page has it, with these fields filled in."""
    page = (await client.get("/settings")).text
    seen = re.search(r'name="seen" value="(\d+)"', part(page, name))
    assert seen
    filled = {"csrf": token(page), "seen": seen[1], "act": "set", "reason": "The law changed.", **fields}
    return await client.post(f"/settings/{name}", data=filled)


async def stored(shop: Shop, name: str) -> str | None:
    value: str | None = await shop.pool.fetchval("SELECT value FROM system_setting WHERE name = $1", name)
    return value


async def test_every_setting_stands_on_the_page_under_one_heading_with_its_words(sign_in: SignIn):
    page = (await (await sign_in("admin")).get("/settings")).text
    assert sorted(re.findall(r'<li id="(\w+)">', page)) == sorted(SETTINGS)
    headings = re.findall(r'<h2 id="([\w-]+)">([^<]+)</h2>', page)
    assert [label for _, label in headings] == [
        "Quotations and sales", "Payments and receipts", "Riders, deliveries and returns",
        "Signing in and signing up", "Telling other systems", "Work at set times", "Programs and the API",
    ]  # fmt: skip
    assert all(f'href="#{anchor}">{label}<' in page for anchor, label in headings)
    window = words(part(page, "RETURN_WINDOW_DAYS"))
    assert window.startswith("Goods may be returned for Counted from delivery; at its end the fulfillment completes.")
    assert "14 days Default" in window
    assert "A whole number of days from 0 to 3650" in window
    assert 'type="text" value="14" autocomplete="off" inputmode="numeric"' in part(page, "RETURN_WINDOW_DAYS")
    choice = part(page, "RIDERS_WITHOUT_COVERAGE_SEE_ALL")
    assert '<option value="yes" selected>Yes</option><option value="no">No</option>' in choice
    assert 'type="text" value="0 * * * *"' in part(page, "SALE_EXPIRY_CRON")
    assert "0 * * * * Default Next 11 Mar, 13:00, then 11 Mar, 14:00 (UTC)" in words(part(page, "SALE_EXPIRY_CRON"))


async def test_the_page_is_linked_for_who_may_change_settings_alone(sign_in: SignIn):
    assert '<a href="/settings"' in (await (await sign_in("admin")).get("/orders")).text
    manager = await sign_in("manager.lagos")
    assert "/settings" not in (await manager.get("/orders")).text
    assert (await manager.get("/settings")).status_code == 404


async def test_who_may_not_change_settings_finds_no_form_and_changes_nothing(shop: Shop, sign_in: SignIn):
    manager = await sign_in("manager.lagos")
    form = {"csrf": token((await manager.get("/orders")).text), "act": "set", "value": "9", "reason": "x", "seen": "0"}
    assert (await manager.post("/settings/SALE_EXPIRY_BATCH_SIZE", data=form)).status_code == 404
    assert await stored(shop, "SALE_EXPIRY_BATCH_SIZE") is None


async def test_a_change_is_made_told_and_taken_back(shop: Shop, sign_in: SignIn):
    admin = await sign_in("admin")
    answer = await send(admin, "RETURN_WINDOW_DAYS", value="21")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/settings#RETURN_WINDOW_DAYS"
    assert await stored(shop, "RETURN_WINDOW_DAYS") == "21"
    page = (await admin.get(answer.headers["location"])).text
    told = words(part(page, "RETURN_WINDOW_DAYS"))
    assert "21 days Set here" in told
    assert re.search(r"Changed by .+, .+just now", told)
    assert "set it to 21 11 March 2026, 12:30:00 UTC just now The law changed." in told
    assert "Goods may be returned for: 21 days from now on." in words(page)
    assert "from now on." not in words((await admin.get("/settings")).text)
    assert (await send(admin, "RETURN_WINDOW_DAYS", value="", act="reset")).status_code == 303
    assert await stored(shop, "RETURN_WINDOW_DAYS") is None
    page = (await admin.get("/settings")).text
    assert "Goods may be returned for: 14 days from now on." in words(page)
    told = words(part(page, "RETURN_WINDOW_DAYS"))
    assert "14 days Default" in told
    assert "reset it (it was 21)" in told


def wrong_at(page: httpx.Response, name: str, field: str) -> str:
    """What is said beside a field of a setting's form, which has the eye."""
    found = re.search(rf'id="{name}-{field}-wrong">([^<]+)<', page.text)
    assert found, words(part(page.text, name))
    assert re.search(rf'id="{name}-{field}"[^>]* aria-invalid="true"[^>]* autofocus', page.text)
    return words(found[1])


async def test_what_can_not_be_is_said_beside_its_field_which_keeps_what_was_entered(shop: Shop, sign_in: SignIn):
    answer = await send(await sign_in("admin"), "CONSUMER_PRICE_MARKUP_PERCENT", value="4000", reason="A <guess>")
    assert answer.status_code == 422
    form = part(answer.text, "CONSUMER_PRICE_MARKUP_PERCENT")
    said = wrong_at(answer, "CONSUMER_PRICE_MARKUP_PERCENT", "value")
    assert said == "“4000” can not be used here. It must be a whole number of percent from 0 to 1000."
    assert "<details open>" in form
    assert 'value="4000"' in form
    assert ">A &lt;guess&gt;</textarea>" in form
    assert answer.text.count("<details open>") == 1
    assert await stored(shop, "CONSUMER_PRICE_MARKUP_PERCENT") is None


@pytest.mark.parametrize(
    ("name", "field", "text", "sentence"),
    [
        ("RETURN_WINDOW_DAYS", "value", "", "It must be a whole number of days from 0 to 3650."),
        ("RETURN_WINDOW_DAYS", "value", "soon", "“soon” can not be used here. It must be"),
        ("RETURN_WINDOW_DAYS", "value", "9" * 501, "501 characters"),
        ("CUSTOMER_SIGN_UP", "value", "maybe", "yes or no"),
        ("SALE_EXPIRY_CRON", "value", "* *", "five fields of cron"),
        ("RETURN_WINDOW_DAYS", "reason", " ", "needs a reason"),
        ("RETURN_WINDOW_DAYS", "reason", "x" * 501, "501 characters"),
    ],
)  # fmt: skip
async def test_each_wrong_thing_is_said_at_its_own_field(
    name: str, field: str, text: str, sentence: str, sign_in: SignIn
):
    answer = await send(await sign_in("admin"), name, **{"value": "5", field: text})
    assert answer.status_code == 422
    assert sentence in wrong_at(answer, name, field)


async def test_pressed_twice_it_is_changed_once(shop: Shop, sign_in: SignIn):
    admin = await sign_in("admin")
    data = {
        "csrf": token((await admin.get("/settings")).text),
        "seen": "0",
        "act": "set",
        "value": "9",
        "reason": "So.",
    }
    assert [(await admin.post("/settings/DELIVERY_ATTEMPTS", data=data)).status_code for _ in range(2)] == [303, 303]
    assert await shop.pool.fetchval("SELECT count(*) FROM setting_change") == 1


async def test_it_is_said_in_the_language_of_who_reads(sign_in: SignIn):
    admin = await sign_in("admin")
    page = await admin.get("/settings", headers={"Accept-Language": "fr"})
    assert "<b>1\u202f440 minutes</b>" in part(page.text, "SALE_PENDING_EXPIRY_MINUTES")
    assert "Oui" in words(part(page.text, "RIDERS_WITHOUT_COVERAGE_SEE_ALL"))


async def test_a_colleagues_change_is_not_undone_unseen(shop: Shop, sign_in: SignIn):
    admin, other = await sign_in("admin"), await sign_in("admin")
    page = (await admin.get("/settings")).text
    assert (await send(other, "SALE_EXPIRY_CRON", value="5 * * * *")).status_code == 303
    form = {"csrf": token(page), "seen": "0", "act": "set", "value": "7 * * * *", "reason": "Later is better."}
    answer = await admin.post("/settings/SALE_EXPIRY_CRON", data=form)
    assert answer.status_code == 409
    told = words(part(answer.text, "SALE_EXPIRY_CRON"))
    assert "This has changed since you looked: " in told
    assert "set it to 5 * * * * at 2026-03-11 12:30:00 UTC." in told
    assert await stored(shop, "SALE_EXPIRY_CRON") == "5 * * * *"


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"csrf": ""}, 403), ({"csrf": "0" * 64}, 403), ({"seen": "soon"}, 422), ({"reason": "a\0b"}, 422)],
)
async def test_a_form_that_is_not_ours_or_not_whole_changes_nothing(
    shop: Shop, sign_in: SignIn, fields: dict[str, str], status: int
):
    answer = await send(await sign_in("admin"), "SALE_PENDING_EXPIRY_MINUTES", value="5", **fields)
    assert answer.status_code == status
    assert await stored(shop, "SALE_PENDING_EXPIRY_MINUTES") is None


async def test_a_name_that_no_setting_has_is_not_there(sign_in: SignIn):
    admin = await sign_in("admin")
    form = {"csrf": token((await admin.get("/settings")).text), "seen": "0", "value": "1", "reason": "Why not."}
    answer = await admin.post("/settings/NO_SETTING", data=form)
    assert answer.status_code == 404
    assert "There is no setting NO_SETTING." in words(answer.text)


async def test_what_the_database_should_not_hold_is_shown_with_a_way_out(shop: Shop, sign_in: SignIn):
    await shop.pool.execute(
        "INSERT INTO system_setting (name, value) VALUES ('RECEIPT_URL_MINUTES', 'long'), ('OLD_ONE', '<5>')"
    )
    admin = await sign_in("admin")
    page = (await admin.get("/settings")).text
    bad, old = part(page, "RECEIPT_URL_MINUTES"), part(page, "OLD_ONE")
    assert "RECEIPT_URL_MINUTES is &#39;long&#39; in the database." in bad
    assert 'value="reset"' in bad
    assert "there is no such setting: it counts for nothing." in words(old)
    assert "&lt;5&gt;" in old
    assert 'value="reset"' in old
    assert 'value="set"' not in old
    for name in ("RECEIPT_URL_MINUTES", "OLD_ONE"):
        assert (await send(admin, name, act="reset")).status_code == 303
        assert await stored(shop, name) is None
