"""Money that came, failed to come, or is about to: the reports that lead to a confirmed payment or into the inbox."""

from __future__ import annotations

from dataclasses import replace

from orderway.providers.event import Case
from orderway.providers.inbox import Outcome
from orderway.sale.events import PaymentAuthorized, PaymentCaptured, SetPaymentMethod
from orderway.sale.payments.events import Confirm, Fail
from orderway.sale.payments.opening import AlreadyRegistered, NewPayment, register
from orderway.sale.reconciliation.parking import Kind
from orderway.statechart import Refusal
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Instance


async def captured(case: Case) -> Outcome:
    """Money came: it confirms the payment that waits for it, or one that it registers itself, or it is parked."""
    if case.event.told_before:
        return case.outcome("already applied", "An earlier report told of the same money.")
    if case.is_misaddressed:
        return await hold(case, "orphan", "It was reported as the payment of another kind of buyer.")
    if case.payment is not None:
        return await capture_announced(case, case.payment)
    if case.order is not None:
        return await capture_unannounced(case)
    if case.event.named is None:
        return await hold(case, "orphan", "It names neither a payment nor an order.")
    return await hold(case, "orphan", f"No payment and no order is known as “{case.event.named}”.")


async def capture_announced(case: Case, payment: Instance) -> Outcome:
    """Money came by a reference that is registered."""
    event, context = case.event, payment.context
    if event.currency != context.currency:
        return await hold(case, "wrong_currency", f"The payment is in {context.currency}, and {event.currency} came.")
    waits, is_same = case.tx.takes(payment, Confirm), event.amount == context.amount
    if waits and is_same:
        return await confirm(case, payment)
    if not waits and is_same and not event.is_traced:
        known = case.outcome("already applied", "The payment had been confirmed before its provider reported it.")
        return replace(known, stands=True)
    if not waits:
        return await came_twice(case)
    if (event.amount or 0) < context.amount:
        return await hold(case, "short", "Less came than the payment is for.")
    return await hold(case, "over", "More came than the payment is for.")


async def came_twice(case: Case) -> Outcome:
    """Park money for a payment that nothing was missing of any more."""
    if case.event.is_traced:
        return await hold(case, "duplicate", "The payment came already, by another movement of money.")
    return await hold(case, "duplicate", "The payment came already, and was confirmed with another amount.")


async def capture_unannounced(case: Case) -> Outcome:
    """Money came for an order, and nobody had registered it."""
    payment = await announce(case)
    if isinstance(payment, Invalid):
        return await hold(case, "wrong_currency" if payment.field == "currency" else "orphan", payment.message)
    return await confirm(case, payment)


async def confirm(case: Case, payment: Instance) -> Outcome:
    """Confirm the payment, and say whether a sale took the money."""
    sale = await case.tx.find("sale")
    is_taken = sale is not None and case.tx.takes(sale, PaymentCaptured)
    await case.tx.send(payment.ref, Confirm())
    why = "The payment is confirmed." if is_taken else "The payment is confirmed, and no sale takes it any more."
    return replace(case.outcome("applied", why), stands=True)


async def hold(case: Case, kind: Kind, why: str) -> Outcome:
    """Park the money that came."""
    return replace(await case.park(kind, case.event.amount or 0, why), stands=True)


async def failed(case: Case) -> Outcome:
    """Money did not come. After a success that is old news."""
    payment = case.payment or await announce_where_possible(case)
    if payment is None:
        return case.outcome("ignored", "No money came, and no payment or order waits for it.")
    if not case.tx.takes(payment, Fail):
        return case.outcome("already applied", "The payment waits no longer: it came, or it failed before.")
    await case.tx.send(payment.ref, Fail(case.event.reason or "Its provider reported that it failed."))
    return case.outcome("applied", "The payment failed.")


async def announced(case: Case) -> Outcome:
    """Money is about to come: the payment is registered, and its sale waits for it."""
    is_new = case.payment is None
    payment = case.payment or await announce_where_possible(case)
    if payment is None:
        return case.outcome("ignored", "No money has come, and no payment or order waits for it.")
    moved = await bring_along(case) if case.tx.takes(payment, Fail) else False
    if not (is_new or moved):
        return case.outcome("already applied", "The payment and its sale are that far already.")
    return case.outcome("applied", "The payment is registered, and its sale waits for it.")


async def bring_along(case: Case) -> bool:
    """Let the sale wait for the payment, as far as it can; gives whether it moved."""
    sale, moved = await case.tx.find("sale"), False
    started, authorized = SetPaymentMethod(case.event.method), PaymentAuthorized()
    for step in (started, authorized) if case.event.kind == "authorized" else (started,):
        if sale is not None and case.tx.takes(sale, type(step)):
            moved |= not isinstance(await case.tx.offer(sale.ref, step), Refusal)
    return moved


async def announce_where_possible(case: Case) -> Instance | None:
    """Register the payment that a report names, where it names an order of its buyer and enough of the payment."""
    if case.order is None or case.is_misaddressed or not case.event.amount:
        return None
    payment = await announce(case)
    return None if isinstance(payment, Invalid) else payment


async def announce(case: Case) -> Instance | Invalid:
    """Register the payment that a report names for its order, or say why it can be none.

    Raises AlreadyRegistered where another order was quicker: what was looked at is old then.
    """
    event = case.event
    new = NewPayment(
        amount=event.amount or 0,
        currency=event.currency or "",
        method=event.method,
        provider=event.provider,
        reference=event.reference or event.movement,
    )
    try:
        moved = await register(case.tx, new)
    except AlreadyRegistered:
        raise
    except Invalid as no:
        return no
    case.payment = await case.tx.load(moved.ref)
    return case.payment
