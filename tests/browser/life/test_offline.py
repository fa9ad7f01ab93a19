"""A move to another page while the server is away."""

from playwright.async_api import expect
from tests.browser.conftest import Visitors
from tests.browser.life.house import House
from tests.browser.looking import violations


async def test_a_page_that_can_not_be_fetched_says_so_in_plain_words(house: House, guests: Visitors):
    page = await guests.page("manager.lagos", "/orders", worker=True)
    await page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    async with house.away():
        await page.get_by_role("link", name="Fulfillment", exact=True).first.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("There is no way to the server")
        await expect(page.get_by_role("main")).to_contain_text("nothing was changed")
        assert await violations(page) == []
        assert await page.evaluate("() => document.styleSheets[0].cssRules.length") > 0
    await page.get_by_role("link", name="Try again").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Fulfillment")
