"""Running the company: people and roles, shelves, money that nobody expected, credit, settings, and where riders go."""

import asyncpg
from playwright.async_api import expect
from tests.browser.conftest import Visitors
from tests.browser.journeys.company import Company, ended, town
from tests.browser.journeys.conftest import As
from tests.browser.journeys.people import Person
from tests.company import NOW

from orderway.sale.reconciliation.parking import Kind, Parked, park

FIRST = "a first password"
PENDING = "EXISTS (SELECT FROM payment p WHERE p.order_id = o.id AND p.state = 'PENDING')"


async def test_somebody_new_gets_a_role_that_was_composed_and_can_do_just_that(as_: As, visitors: Visitors):
    admin = await as_("admin")
    await admin.goes_to("Roles")
    await admin.opens("Compose a role")
    await admin.press(
        "Compose the role",
        {"As it stands in a sentence": "shelf lead", "Name for programs": "SHELF_LEAD", "See prices": "yes",
         "Receive, adjust and transfer stock": "yes", "Reach the orders of the stores they work in": "yes"},
        says="Composed the role “shelf lead”.",
    )  # fmt: skip
    await admin.goes_to("People")
    await admin.follows("Add a person")
    await admin.press(
        "Add the person",
        {"Name": "Shelf lead, Abuja store", "E-mail": "shelf.abuja@demo.example", "First password": FIRST,
         "Shelf lead": "yes", "Abuja store": "yes", "Why": "The shelves grow."},
        says="Added Shelf lead, Abuja store.",
    )  # fmt: skip

    new = Person(await visitors.page("", "/sign-in"))
    await new.page.get_by_label("E-mail address").fill("shelf.abuja@demo.example")
    await new.page.get_by_label("Password").fill(FIRST)
    await new.page.get_by_role("button", name="Sign in", exact=True).click()
    await new.goes_to("Stock")
    await new.follows("Receive goods")
    rail = new.page.locator("nav.rail .places")
    await expect(rail).not_to_contain_text("Fulfillment")
    await new.page.goto("/people")
    await new.reads("This page is not here")

    await admin.press(
        "Save the roles",
        {"Biller": "yes", "Why": "They bill too."},
        says="Shelf lead, Abuja store has these roles now.",
    )
    await new.page.goto("/")
    await expect(rail).to_contain_text("Fulfillment")
    await admin.reads("Admin, head office", "They bill too.", "The shelves grow.")


async def test_goods_come_are_counted_go_to_another_store_and_run_low(as_: As):
    lagos, abuja = await as_("manager.lagos"), await as_("manager.abuja")
    await lagos.goes_to("Stock")
    await lagos.fills({"Name or SKU": "DEMO-010"})
    await lagos.press("Search")
    await lagos.page.locator("tbody td a").first.click()
    await lagos.press("Receive goods", {"Pieces that came": "12", "Note": "DN-77"}, says="Received the goods.")
    await lagos.press(
        "Enter a count", {"Pieces that lie there": "30", "Reason": "Counted twice."}, says="The count is entered."
    )
    await lagos.press("Set the reorder point", {"Low when": "30"}, says="Set the reorder point.")
    await lagos.reads("Low", "Counted twice.", "DN-77")
    await lagos.goes_to("Stock")
    await lagos.follows("Low")
    await expect(lagos.row("DEMO-010")).to_be_visible()
    await lagos.follows("Transfers")
    await lagos.opens("Ask for a transfer")
    await lagos.press(
        "Ask for the transfer",
        {"From": "Abuja store", "To": "Lagos store", "Goods": "DEMO-010 40"},
        says="Asked for the transfer: the other end decides on it.",
    )
    await lagos.is_not_offered("Confirm the transfer")
    await abuja.goes_to("Stock")
    await abuja.follows("Transfers")
    await abuja.press("Confirm the transfer", says="The goods have moved.")
    await lagos.goes_to("Stock")
    await lagos.follows("Low")
    await expect(lagos.row("DEMO-010")).to_have_count(0)


async def test_money_that_nobody_expected_is_settled_as_suggested(as_: As, company: Company):
    number = await company.order("sale", "PAYMENT_PENDING_CONFIRMATION", store="", where=PENDING)
    accountant, manager = await as_("accountant"), await as_(f"manager.{town(number)}")
    await manager.finds(number)
    await manager.press("Cancel the sale", {"Reason": "They changed their mind."}, says="You cancelled the sale.")
    await accountant.press("Confirm", within=accountant.row(number), says="You confirmed the payment.")
    await settles(accountant, "Late: its sale was over", "Refund to the buyer", says="Refunded it to the buyer.")

    cases: list[tuple[Kind, int, str, str, str]] = [
        ("orphan", 0, "Of no known order", "Attach to an order", "Attached it to the order."),
        ("short", -100, "Less than asked for", "Accept the short payment", "Accepted the short payment."),
        ("over", 100, "More than asked for", "Accept the whole payment", "Accepted the whole payment."),
        ("duplicate", 0, "Came a second time", "Return to the sender", "Noted that it goes back to the sender."),
    ]
    for kind, more, words, way, says in cases:
        await parked(company.runner.pool, kind, more)
        await settles(accountant, words, way, says=says)
    await accountant.follows("Settled")
    await expect(accountant.card("As suggested.")).to_have_count(5)
    await ended(manager, company, number, "cancelled the sale", "Orderway refunded the payment")


async def settles(person: Person, kind: str, way: str, *, says: str) -> None:
    """Do with an item of the inbox what it suggests."""
    await person.goes_to("Reconciliation")
    item = person.card(kind).first
    await expect(item).to_contain_text(f"Suggested: {way}.")
    await person.press(way, {"Why": "As suggested."}, within=item, says=says)


async def parked(pool: asyncpg.Pool, kind: Kind, more: int) -> None:
    """A provider reports money: `more` than a payment that waits asks for, in kobo."""
    row = await pool.fetchrow(
        "SELECT p.id, p.store_id, p.order_id, p.amount FROM payment p JOIN sale s ON s.order_id = p.order_id"
        " WHERE p.state = $1 AND s.state IN ('PAYMENT_PENDING_CONFIRMATION', 'COMPLETED') ORDER BY p.amount LIMIT 1",
        "CONFIRMED" if kind == "duplicate" else "PENDING",
    )
    assert row
    about = {} if kind == "orphan" else {"store": row["store_id"], "order": row["order_id"], "payment": row["id"]}
    money = Parked(
        kind=kind, provider="paystack", amount=row["amount"] + more, currency="NGN", why="The report does not fit.",
        at=NOW, transaction=f"J-{kind}", **about,
    )  # fmt: skip
    async with pool.acquire() as connection:
        await park(connection, money)


async def test_who_may_owe_more_and_a_new_rung_of_the_ladder(as_: As):
    admin, reseller = await as_("admin"), await as_("reseller.abuja.garki")
    await admin.goes_to("Credit")
    await admin.follows("Reseller in Garki")
    await admin.press("Change the terms", {"Limit": "2000000", "Why": "They pay early."},
                      says="Changed what Reseller in Garki may owe.")  # fmt: skip
    await reseller.goes_to("Credit", finding="Reseller in Garki")
    await reseller.reads("NGN 2,000,000.00")
    await admin.goes_to("Credit")
    await admin.follows("Tiers")
    await admin.press("Add the tier", {"Name": "DIAMOND", "From this much": "20000001", "At most": "20000000",
                                       "Why": "A new rung."}, says="Set the tier.")  # fmt: skip
    await admin.reads("Diamond", "NGN 20,000,000.00")


async def test_a_setting_is_changed_and_seen_to_hold(as_: As):
    admin, biller = await as_("admin"), await as_("manager.portharcourt")
    await admin.goes_to("Settings")
    setting = admin.page.locator("#CONSUMER_PRICE_MARKUP_PERCENT")
    await setting.locator("summary", has_text="Change").click()
    await setting.locator("[name=value]").fill("10")
    await setting.get_by_label("Why").fill("Costs rose.")
    await setting.get_by_role("button", name="Save").click()
    await biller.goes_to("Quotations")
    await biller.follows("New quotation")
    await biller.fills({"Name, e-mail or phone": "Customer 2 in Elekahia"})
    await biller.press("Search")
    await biller.page.locator(".choices a").first.click()
    await biller.fills({"Name or SKU": "DEMO-042"})
    await biller.page.keyboard.press("Enter")
    await biller.reads("NGN 39,377.25")
    await setting.locator("summary", has_text="Change…").click()
    await setting.get_by_label("Why").fill("They fell again.")
    await setting.get_by_role("button", name="Reset").click()
    await expect(setting).to_contain_text("Default")


async def test_a_rider_sees_the_deliveries_of_a_store_from_when_it_is_theirs(as_: As, company: Company):
    number = await company.order("fulfillment", "PICK_PACK", store="ABV", where="o.fulfillment_type = 'DELIVERY'")
    rider, manager, biller = await as_("rider1.portharcourt", width=390), await as_("admin"), await as_("biller.abuja")
    await rider.is_not_offered("Abuja store")
    await manager.goes_to("Riders")
    await manager.follows("Rider 1, Port Harcourt")
    await manager.follows("Change where they deliver")
    row = manager.row("Abuja store")
    await row.get_by_role("checkbox").check()
    await manager.press("Save the coverage", says="Saved where Rider 1, Port Harcourt delivers.")
    await biller.finds(number)
    await biller.press("Mark the goods as picked", says="You marked")
    await expect(rider.card("Abuja store → Abuja").first).to_be_visible()
