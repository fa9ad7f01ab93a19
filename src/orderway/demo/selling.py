"""Acts of the demo's stories, up to a sale that is cleared: each is one thing that somebody of the company does."""

from __future__ import annotations

from datetime import timedelta

from orderway.demo.company import CURRENCY
from orderway.demo.tale import PROVIDERS, Act, Tale
from orderway.quotation import events as quoting
from orderway.sale import events as selling
from orderway.sale.context import PaymentMethod
from orderway.sale.overrides.machine import Approve, Deny, Revoke
from orderway.sale.payments.context import Method
from orderway.sale.payments.events import Confirm, Fail
from orderway.sale.reconciliation.parking import Parked, park

# ---------------------------------------------------------------------------------------------------- the quotation


async def draft(tale: Tale) -> None:
    await tale.draft()


async def draft_briefly(tale: Tale) -> None:
    await tale.draft(valid=timedelta(days=3))


async def share(tale: Tale) -> None:
    await tale.send("quotation", quoting.Share(), by=tale.biller)


async def revise(tale: Tale) -> None:
    lines = tuple(quoting.LineWanted(each.variant, each.quantity + 1) for each in tale.wanted())
    await tale.send("quotation", quoting.Edit(lines), by=tale.biller)


async def accept(tale: Tale) -> None:
    """The buyer accepts the version they read."""
    quotation = await tale.one("quotation")
    await tale.send("quotation", quoting.BuyerApproves(quotation.context.version), by=tale.by_buyer)


async def approve(tale: Tale) -> None:
    quotation = await tale.one("quotation")
    await tale.send("quotation", quoting.SellerApproves(quotation.context.version), by=tale.manager)


async def decline(tale: Tale) -> None:
    await tale.send("quotation", quoting.Decline("Found it closer to home."), by=tale.by_buyer)


async def withdraw(tale: Tale) -> None:
    await tale.send("quotation", quoting.Withdraw("Quoted twice by mistake."), by=tale.biller)


async def quotation_expires(tale: Tale) -> None:
    await tale.send("quotation", quoting.Expire())


# --------------------------------------------------------------------------------------------------------- the sale


def choose(method: PaymentMethod | None = None) -> Act:
    """Choose how to pay: in the way given, or as the real order was paid."""

    async def choose_how_to_pay(tale: Tale) -> None:
        ways: set[Method] = set(tale.methods)
        real: PaymentMethod = "MIXED" if len(ways) > 1 else ways.pop()
        await tale.send("sale", selling.SetPaymentMethod(method or real), by=tale.biller)

    return choose_how_to_pay


async def money_comes_unnamed(tale: Tale) -> None:
    """Just what is to pay comes, and nobody wrote what it is for."""
    came = Parked(
        kind="orphan",
        provider=PROVIDERS[tale.methods[0]],
        amount=(await tale.one("sale")).context.outstanding,
        currency=CURRENCY,
        why="It names neither a payment nor an order.",
        at=tale.now,
        transaction=f"T-{tale.chance.randint(10**8, 10**9 - 1)}",
    )
    await park(tale.tx.connection, came)


async def authorize(tale: Tale) -> None:
    await tale.send("sale", selling.PaymentAuthorized(), by=tale.biller)


async def register_payment(tale: Tale) -> None:
    """All that is to pay, in one sum; it waits for the accountant."""
    await tale.pay((await tale.one("sale")).context.outstanding, tale.methods[0])


async def pay_in_full(tale: Tale) -> None:
    """All that is still to pay, in as many parts as the real order, each confirmed at once."""
    parts = tale.methods
    for left, method in zip(range(len(parts), 0, -1), parts, strict=True):
        payment = await tale.pay((await tale.one("sale")).context.outstanding // left, method)
        await tale.send_to(payment, Confirm(), by=tale.accountant)


async def pay_a_part(tale: Tale) -> None:
    payment = await tale.pay((await tale.one("sale")).context.outstanding * 2 // 5, tale.methods[0])
    await tale.send_to(payment, Confirm(), by=tale.accountant)


async def payment_fails(tale: Tale) -> None:
    payment = await tale.pay((await tale.one("sale")).context.outstanding, tale.methods[0])
    await tale.send_to(payment, Fail("The bank refused the card."), by=tale.accountant)


async def ask_override(tale: Tale) -> None:
    reason = "The transfer slip is here; the bank shows it tomorrow."
    await tale.send("sale", selling.AdminOverrideRequested(reason), by=tale.biller)


async def grant(tale: Tale) -> None:
    """The manager approves whatever is asked, one request after the other."""
    while asked := await tale.every("override_request", taking=Deny):
        await tale.send_to(asked[0], Approve(), by=tale.manager)


async def deny(tale: Tale) -> None:
    for request in await tale.every("override_request", taking=Deny):
        await tale.send_to(request, Deny("Two sales of this buyer are still unpaid."), by=tale.manager)


async def revoke(tale: Tale) -> None:
    for request in (await tale.every("override_request", taking=Revoke))[:1]:
        await tale.send_to(request, Revoke("The transfer never arrived."), by=tale.manager)


async def cancel_sale(tale: Tale) -> None:
    await tale.send("sale", selling.CancelRequested("The buyer changed their mind."), by=tale.biller)


async def sale_expires(tale: Tale) -> None:
    await tale.send("sale", selling.Expire())


async def write_off(tale: Tale) -> None:
    await tale.send("sale", selling.WriteOff("The buyer closed the shop."), by=tale.accountant)
