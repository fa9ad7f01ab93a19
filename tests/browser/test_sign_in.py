from playwright.async_api import expect
from tests.browser.conftest import Open


async def test_one_signs_in_and_out(open_page: Open):
    page = await open_page("manager.lagos", "/orders")
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
    await page.goto("/sign-out-is-no-page")
    await expect(page.get_by_role("heading", name="This page is not here")).to_be_visible()


async def test_without_scripts_it_is_the_same(open_page: Open):
    page = await open_page("biller.lagos", "/orders", scripts=False, width=390, dark=True)
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
