"""The page of one order in a real browser: its journeys, two people on it, and without scripts."""

import asyncpg
from playwright.async_api import Locator, Page, expect
from tests.browser.conftest import Open


async def order(company: asyncpg.Connection, state: str, *, store: str = "LOS", skip: int = 0) -> str:
    """The address of an order of a store, in one part and with no rider's offer, whose fulfillment rests in a state."""
    found = await company.fetchval(
        "SELECT f.order_id FROM fulfillment f JOIN store s ON s.id = f.store_id WHERE f.state = $1 AND s.code = $2"
        " AND NOT EXISTS (SELECT FROM fulfillment o WHERE o.order_id = f.order_id AND o.id <> f.id)"
        " AND NOT EXISTS (SELECT FROM rider_interest i WHERE i.order_id = f.order_id)"
        " ORDER BY f.order_id OFFSET $3 LIMIT 1",
        state, store, skip,
    )  # fmt: skip
    assert found, f"no fulfillment of {store} rests in {state}"
    return f"/orders/{found}"


def hold(page: Page) -> Locator:
    """The form that holds the fulfillment."""
    return page.locator('form[action$="/hold"]')


async def test_the_first_action_leads_to_its_form_and_what_it_did_can_be_undone(
    open_page: Open, company: asyncpg.Connection
):
    path = await order(company, "AWAITING_RIDER_SELECTION")
    page = await open_page("manager.lagos", path)
    await page.locator("header").get_by_role("link", name="Name a rider").click()
    rider = page.get_by_label("Rider", exact=True)
    await expect(rider, "the form opens where the link leads").to_be_visible()
    await rider.select_option(index=0)
    await page.locator("#next").get_by_role("button", name="Name a rider", exact=True).click()
    await expect(page.get_by_role("heading", level=1).locator("..").locator(".chip")).to_have_text("Rider assigned")
    await expect(page.locator("#next")).to_be_focused()
    await page.locator("#said").get_by_role("button", name="Undo").click()
    await expect(page.locator("#line li").first).to_contain_text("freed the delivery for another rider")
    await expect(page.locator("header .chip")).to_have_text("Choosing a rider")
    await expect(page.locator("#line li").nth(1)).to_contain_text("named a rider")


async def test_what_is_half_typed_stays_while_somebody_else_moves_the_order(
    open_page: Open, company: asyncpg.Connection
):
    path = await order(company, "PICK_PACK")
    one, other = await open_page("manager.lagos", path), await open_page("admin", path)
    comment = one.get_by_label("Comment", exact=True)
    await comment.fill("The buyer rang and")
    await comment.press("ArrowLeft")
    await other.get_by_text("Hold the fulfillment…").click()
    await hold(other).get_by_label("Reason").fill("A question to the buyer")
    await hold(other).get_by_role("button").click()
    await expect(one.locator("header .chip")).to_have_text("On hold")
    await expect(one.locator("#line li").first).to_contain_text("A question to the buyer")
    await expect(comment).to_have_value("The buyer rang and")
    await expect(comment).to_be_focused()
    await comment.press_sequentially("!")
    await expect(comment).to_have_value("The buyer rang an!d")


async def test_a_form_that_saw_an_older_step_says_who_moved_it(open_page: Open, company: asyncpg.Connection):
    path = await order(company, "READY_FOR_SHIPMENT")
    stale = await open_page("manager.lagos", path, scripts=False)
    other = await open_page("admin", path, scripts=False)
    await other.get_by_text("Hold the fulfillment…").click()
    await hold(other).get_by_label("Reason").fill("A question")
    await hold(other).get_by_role("button").click()
    await expect(other.locator("#said")).to_contain_text("You put the fulfillment on hold.")
    await stale.get_by_text("Hold the fulfillment…").click()
    await hold(stale).get_by_label("Reason").fill("Mine")
    await hold(stale).get_by_role("button").click()
    await expect(stale.get_by_role("main")).to_contain_text("Admin, head office put the fulfillment on hold")
    await stale.get_by_role("link", name="Back to the order").click()
    await expect(stale.locator("header .chip")).to_have_text("On hold")


async def test_a_comment_is_written_without_scripts_and_on_a_phone(open_page: Open, company: asyncpg.Connection):
    path = await order(company, "DELIVERED")
    page = await open_page("manager.lagos", path, scripts=False, width=360)
    await page.get_by_label("Comment", exact=True).fill("It arrived\nin two parcels.")
    await page.get_by_role("button", name="Comment").click()
    await expect(page.locator("#line li").first).to_contain_text("It arrived in two parcels.")
    overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, "nothing stands out at the side"
