import asyncpg
from playwright.async_api import expect
from tests.browser.conftest import Open
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
