"""A form of each area in a browser that runs no scripts: it acts, and what is wrong comes back with all that was typed.

Orders, comments, payments, deliveries and quotations have theirs beside their other tests.
"""

import asyncpg
from playwright.async_api import Page, expect
from tests.browser.conftest import Open


async def opens(page: Page, words: str) -> None:
    await page.locator("main summary").filter(has_text=words).first.click()


async def test_a_count_of_a_shelf(open_page: Open, company: asyncpg.Connection):
    shelf = await company.fetchrow(
        "SELECT s.id AS store, v.id AS variant FROM store s, variant v WHERE s.code = 'PHC' ORDER BY v.sku LIMIT 1"
    )
    assert shelf
    page = await open_page(
        "manager.portharcourt", f"/stock/{shelf['store']}/{shelf['variant']}", scripts=False, width=390
    )
    await opens(page, "Enter a count")
    await page.get_by_label("Pieces that lie there").fill("many")
    await page.get_by_label("Reason").fill("Counted by two")
    await page.get_by_role("button", name="Enter a count").click()
    await expect(page.locator("[aria-invalid]")).to_have_value("many")
    await expect(page.locator("[aria-invalid]")).to_be_focused()
    await expect(page.get_by_label("Reason")).to_have_value("Counted by two")
    await page.locator("[aria-invalid]").fill("5000")
    await page.get_by_role("button", name="Enter a count").click()
    await expect(page.locator("#said")).to_contain_text("The count is entered.")
    await expect(page.locator("dl")).to_contain_text("5,000")
    await expect(page.locator("table").first).to_contain_text("Counted by two")


async def test_where_a_rider_delivers(open_page: Open, company: asyncpg.Connection):
    rider = await company.fetchval("SELECT id FROM person WHERE email = 'rider1.portharcourt@demo.example'")
    page = await open_page("manager.portharcourt", f"/riders/{rider}/coverage", scripts=False, width=390)
    radius = page.get_by_label("Radius around").first
    await page.get_by_role("checkbox").first.check()
    await radius.fill("far")
    await page.get_by_role("button", name="Save the coverage").click()
    await expect(page.locator("[aria-invalid]")).to_have_value("far")
    await page.locator("[aria-invalid]").fill("7.5")
    await page.get_by_role("button", name="Save the coverage").click()
    await expect(page.locator("#said")).to_contain_text("Saved where Rider 1, Port Harcourt delivers.")
    await expect(radius).to_have_value("7.5")


async def test_a_setting(open_page: Open):
    page = await open_page("superadmin", "/settings", scripts=False)
    tune = page.locator("#RETURN_WINDOW_DAYS")
    await tune.locator("summary").first.click()
    await tune.locator("[name=value]").fill("31")
    await tune.get_by_label("Why").fill("As the law has it")
    await tune.get_by_role("button", name="Save").click()
    await expect(tune.locator(".value")).to_contain_text("31")
    await expect(tune).to_contain_text("As the law has it")


async def test_an_override_is_approved_for_a_part(open_page: Open):
    page = await open_page("manager.lagos", "/overrides", scripts=False, width=390)
    card = page.locator("article").filter(has=page.get_by_role("button", name="Approve")).last
    number = await card.get_by_role("link").first.inner_text()
    await card.get_by_label("Note (kept in the timeline)").fill("They paid until now.")
    await card.locator("summary").filter(has_text="A part, or for a time").click()
    await card.get_by_label("Amount approved").fill("a lot")
    await card.get_by_role("button", name="Approve").click()
    wrong = page.locator("[aria-invalid]")
    await expect(wrong).to_have_value("a lot")
    await wrong.fill("")
    await page.locator("article").filter(has=wrong).get_by_role("button", name="Approve").click()
    await expect(page.locator("#said")).to_contain_text("You approved the override.")
    await page.get_by_role("link", name="Decided").click()
    decided = page.locator("article").filter(has_text=number).first
    await expect(decided.locator(".chip").first).to_have_text("Approved")
