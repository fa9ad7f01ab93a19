"""On a phone the lists are cards, and in a language of longer words too nothing of them is cut at the side."""

import asyncpg
import pytest
from playwright.async_api import expect
from tests.browser.conftest import Open

CUT = """() => [...document.querySelectorAll(".list td, .list td > *, .list li > *")]
    .filter(each => each.getBoundingClientRect().width > 2)
    .filter(each => each.getBoundingClientRect().right > each.closest(".list").getBoundingClientRect().right)
    .map(each => each.textContent.trim())"""
"""What stands out of its list, which hides it."""

GIVEN_UP = """
INSERT INTO mail (store_id, order_id, event_number, recipient, id, person_id, topic, instance_id, title, text, at,
    tries, why, dead_at)
SELECT o.store_id, o.id, 1, p.id, orderway_id(), p.id, 'SALE', o.id, 'Your order ' || o.number || ' expired', '', now(),
    20, $1, now()
FROM (SELECT * FROM sale_order ORDER BY id LIMIT 1) o, person p
WHERE p.email = 'customer.lagos@demo.example' RETURNING id
"""


@pytest.mark.parametrize("path", ["/quotations", "/payments?state=pending", "/notifications"])
async def test_nothing_of_a_card_is_cut_on_a_phone_in_french(open_page: Open, path: str):
    page = await open_page("admin", path, width=360, language="fr")
    await expect(page.locator(".list").first).to_be_visible()
    assert await page.evaluate(CUT) == []


async def test_why_an_e_mail_did_not_arrive_is_read_whole_on_a_phone_in_french(
    open_page: Open, company: asyncpg.Connection
):
    id = await company.fetchval(GIVEN_UP, "The mail server did not take the e-mail within 20 seconds.")
    try:
        page = await open_page("admin", "/mails", width=360, language="fr")
        await expect(page.get_by_text("Le serveur de messagerie n’a pas pris l’e-mail en 20 secondes.")).to_be_visible()
        assert await page.evaluate(CUT) == []
    finally:
        await company.execute("DELETE FROM mail WHERE id = $1", id)


async def test_what_one_chooses_for_oneself_lies_within_the_rail_in_french(open_page: Open):
    page = await open_page("biller.lagos", "/orders", language="fr")
    await page.locator(".rail .who summary").click()
    await expect(page.get_by_role("button", name="Sombre")).to_be_visible()
    rail = await page.locator(".rail .who").evaluate("each => each.getBoundingClientRect().right")
    buttons = await page.locator(".rail .who button").all()
    ends = [await each.evaluate("each => each.getBoundingClientRect().right") for each in buttons]
    assert max(ends) <= rail + 1
