"""The whole journey: a reseller drafts, and the order goes on credit, through an override and a rider, to its end."""

from tests.browser.journeys.company import Company, ended
from tests.browser.journeys.conftest import As
from tests.browser.journeys.people import Person


async def test_a_reseller_s_order_goes_from_its_draft_to_its_end(as_: As, company: Company):
    manager, biller, reseller = await as_("manager.lagos"), await as_("biller.lagos"), await as_("reseller.lagos.yaba")
    await give_the_reseller_a_biller(manager)
    number = await draft(reseller)
    await agree(number, biller, reseller)
    await clear(number, biller, manager)
    await bring(number, biller, await as_("rider1.lagos", width=390), company)
    await manager.finds(number)
    await manager.press("Complete the order", says="You completed the order.")
    await manager.sees_it_stand("Delivered, balance due")

    await biller.press("Register a payment", {"How it was paid": "Bank transfer"}, says="You registered a payment.")
    accountant = await as_("accountant")
    await accountant.press("Confirm", within=accountant.row(number), says="You confirmed the payment.")
    await reseller.sees_it_stand("Completed")
    await ended(
        manager, company, number,
        "Reseller in Yaba drafted the quotation",
        "Biller, Lagos store edited the quotation",
        "Biller, Lagos store shared the quotation with the buyer",
        "Reseller in Yaba accepted the quotation",
        "Biller, Lagos store approved the quotation for the seller",
        "Biller, Lagos store chose how to pay",
        "Manager, Lagos store approved the override",
        "Orderway granted the credit override",
        "Orderway reserved the stock",
        "Biller, Lagos store marked the goods as picked",
        "Rider 1, Lagos offered to deliver",
        "Biller, Lagos store assigned the rider",
        "Rider 1, Lagos shipped the package",
        "Rider 1, Lagos confirmed the delivery",
        "Manager, Lagos store completed the order",
        "Accountant, head office confirmed the payment",
    )  # fmt: skip


async def give_the_reseller_a_biller(manager: Person) -> None:
    await manager.goes_to("Customers")
    await manager.fills({"Name, e-mail": "Reseller in Yaba"})
    await manager.press("Search")
    await manager.follows("Reseller in Yaba")
    await manager.follows("Change the customer")
    await manager.press(
        "Save the customer",
        {"Who bills what they begin themselves": "Biller, Lagos store", "Why": "They order by themselves now."},
        says="Changed Reseller in Yaba.",
    )


async def draft(reseller: Person) -> str:
    """A quotation of their own; gives its number."""
    await reseller.goes_to("Quotations")
    await reseller.follows("New quotation")
    await reseller.fills({"Name or SKU": "DEMO-042"})
    await reseller.page.keyboard.press("Enter")
    await reseller.fills({"Pieces": "40", "How it is brought": "Delivery", "Receiver": "Shop in Yaba", "City": "Lagos"})
    await reseller.press("Draft the quotation", says="Drafted the quotation.")
    await reseller.reads("NGN 1,360,305.00")
    return str(await reseller.page.get_by_role("heading", level=1).inner_text())


async def agree(number: str, biller: Person, reseller: Person) -> None:
    """The biller has no more pieces than these, and both agree on them."""
    await biller.finds(number)
    await biller.follows("Edit the quotation")
    await biller.press("Save the quotation", {"Pieces": "30"}, says="Saved the quotation.")
    await biller.press("Share the quotation", says="You shared the quotation with the buyer.")
    await reseller.sees_it_stand("In review")
    await reseller.reads("NGN 1,020,228.75")
    await reseller.press("Accept the quotation", says="You accepted the quotation")
    await biller.sees_it_stand("Accepted by buyer")
    await biller.press("Approve the quotation for the seller", says="You approved the quotation")


async def clear(number: str, biller: Person, manager: Person) -> None:
    """It is more than may be owed, which the manager allows."""
    await biller.sees_it_stand("Choosing how to pay")
    await biller.press("Choose how to pay", {"Way to pay": "Invoice"}, says="You chose how to pay.")
    await biller.sees_it_stand("Under review")
    await biller.reads("NGN 420,228.75")
    await manager.goes_to("Overrides")
    asked = manager.card(number)
    await manager.press("Approve", {"Note": "They pay on time."}, within=asked, says="You approved the override.")
    await biller.sees_it_stand("Picking")
    await biller.press("Mark the goods as picked", says="You marked the goods as picked.")


async def bring(number: str, biller: Person, rider: Person, company: Company) -> None:
    """A rider offers, is chosen, and hands it over to who knows the PIN."""
    await rider.goes_to("Deliveries")
    job = rider.card("→ Lagos").first
    await rider.press(
        "Offer to deliver", {"Your price": "1500", "Minutes": "20"}, within=job, says="You offered NGN 1,500.00."
    )
    await biller.press("Assign the rider", says="You assigned the rider.")
    await rider.follows("Today")
    await rider.follows("Shop in Yaba")
    await rider.press("Ship the package", says="You shipped the package.")
    await biller.sees_it_stand("Out for delivery")
    await rider.press("Confirm the delivery", {"The receiver's PIN": await company.pin(number)})
    await biller.sees_it_stand("Delivered")
