import gzip

import asyncpg
import pytest
from playwright.async_api import expect
from tests.browser.conftest import Open
from tests.browser.looking import MOUSE, TOUCH, misfits, violations
from tests.company import PASSWORD


async def test_one_signs_in_and_out(open_page: Open):
    page = await open_page("manager.lagos", "/orders")
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
    await page.goto("/sign-out-is-no-page")
    await expect(page.get_by_role("heading", name="This page is not here")).to_be_visible()


async def test_without_scripts_it_is_the_same(open_page: Open):
    page = await open_page("biller.lagos", "/orders", scripts=False, width=390, dark=True)
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()


async def test_what_somebody_looked_at_is_nobody_else_s_at_the_same_browser(
    open_page: Open, company: asyncpg.Connection
):
    row = await company.fetchrow("SELECT id, number FROM sale_order WHERE number LIKE 'LOS-%' ORDER BY id LIMIT 1")
    assert row
    page = await open_page("manager.lagos", f"/orders/{row['id']}")
    sought = page.get_by_role("dialog").get_by_role("searchbox")
    found = page.get_by_role("dialog").get_by_role("link")
    await page.goto("/orders")
    await page.keyboard.press("Control+k")
    await sought.fill(row["number"])
    await expect(found).to_have_count(2)
    await page.context.clear_cookies()
    await page.goto("/sign-in")
    await page.get_by_label("E-mail address").fill("admin@demo.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    await page.keyboard.press("Control+k")
    await sought.fill(row["number"])
    await expect(found).to_have_text([f"Search for “{row['number']}”"])


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/apply"])
@pytest.mark.parametrize("dark", [False, True])
async def test_a_page_of_who_is_not_signed_in_is_whole(path: str, dark: object, open_page: Open):
    page = await open_page("", path, dark=dark, width=390 if dark else 1280)
    assert await violations(page) == []
    assert await misfits(page, *((360, 390, 820) if dark else (820, 1280)), least=TOUCH if dark else MOUSE) == []
    answer = await page.context.request.get(path)
    assert len(gzip.compress(await answer.body())) < 8 * 1024


async def test_somebody_new_signs_up_without_scripts_and_corrects_what_was_wrong(open_page: Open):
    page = await open_page("", "/sign-in", scripts=False)
    await page.get_by_role("link", name="Sign up as a customer").click()
    await page.get_by_label("Your name").fill("Newcomer")
    await page.get_by_label("E-mail address").fill("newcomer@shop.example")
    await page.get_by_label("Store that you buy at").select_option("Lagos store · NGN")
    await page.get_by_label("Password").fill("too short")
    await page.get_by_role("button", name="Sign up").click()
    await expect(page.get_by_label("Password")).to_be_focused()
    await expect(page.get_by_label("Password")).to_have_accessible_description(
        "A password has 10 to 1000 characters, and this one has 9. Choose a longer one. 10 to 1,000 characters, of any"
        " kind. A few words that only you would put together are good."
    )
    await expect(page.get_by_label("Your name")).to_have_value("Newcomer")
    await expect(page.get_by_label("Store that you buy at").locator("option:checked")).to_have_text("Lagos store · NGN")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign up").click()
    await expect(page.get_by_role("status")).to_contain_text("Thank you. If this address is new here")
    await page.get_by_label("E-mail address").fill("newcomer@shop.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
