"""Applying a stored report: in one transaction, under its order's lock and then its own, and only once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from uuid import UUID

import asyncpg

from orderway.flags.flags import Place
from orderway.flags.slices import WEBHOOKS_IN
from orderway.people.names import WEBHOOK
from orderway.providers.amounts import in_currency
from orderway.providers.captures import announced, captured, failed, hold
from orderway.providers.event import Case, Event, claim, find_order, look
from orderway.providers.inbox import SETTLE, Outcome, Taken, again, hold_back, put_off
from orderway.providers.losses import Wait, dispute_lost, dispute_won, disputed, foreign, refund_failed, refunded
from orderway.providers.provider import Kind, News
from orderway.sale.payments.opening import AlreadyRegistered
from orderway.sale.reconciliation.parking import Early, End, Target, find_early, resolve
from orderway.workflow.actor import Actor
from orderway.workflow.errors import NotFound
from orderway.workflow.gate import is_ours
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

TRIES = 5

WAITS = "Payments of its store are still taken by the former system: it is applied when webhooks in are switched on."

GONE: frozenset[Kind] = frozenset({"refunded", "disputed", "dispute_lost"})
"""Reports of money that went out."""


LOOKED_AT = "UPDATE webhook_event SET settled_at = $2 WHERE id = $1 AND bucket = 'parked'"


class Displaced(Exception):
    """What a report means is another order than the one that was locked for it: look again."""


async def other(case: Case) -> Outcome:
    """Nothing has moved."""
    return case.outcome("ignored", case.event.reason or "It tells of no money that moved.")


DECIDE: Mapping[Kind, Callable[[Case], Awaitable[Outcome | Wait]]] = {
    "captured": captured,
    "failed": failed,
    "authorized": announced,
    "pending": announced,
    "refunded": refunded,
    "refund_failed": refund_failed,
    "disputed": disputed,
    "dispute_won": dispute_won,
    "dispute_lost": dispute_lost,
    "other": other,
}


async def apply(runner: Runner, id: UUID, *, provider: str, doubt: str | None = None) -> Taken | None:
    """Apply a stored report, unless it was; gives its bucket, or None where it has to wait for its payment.

    It is "held" where a former system still takes the payments.

    `doubt` says why its provider does not stand by it: then its money is parked, whatever it is for.
    """
    actor = Actor(f"{WEBHOOK}{provider}", permissions=None)
    work = partial(apply_under_locks, id=id, doubt=doubt)
    for attempt in range(TRIES):
        try:
            return await runner.run(work, actor=actor)
        except (Displaced, AlreadyRegistered, asyncpg.UniqueViolationError):
            if attempt == TRIES - 1:
                raise
    raise AssertionError


async def reconsider(runner: Runner, id: UUID, *, provider: str) -> None:
    """Look again at a parked report of money that went out: something has become of its payment."""

    async def work(tx: Transaction) -> None:
        case = await under_locks(tx, id)
        if case.payment is not None:
            await wake(case)
        await tx.connection.execute(LOOKED_AT, id, tx.now)

    await runner.run(work, actor=Actor(f"{WEBHOOK}{provider}", permissions=None))


async def apply_under_locks(tx: Transaction, *, id: UUID, doubt: str | None) -> Taken | None:
    case = await under_locks(tx, id)
    event = case.event
    if event.bucket is not None:
        return again(event.bucket)
    if not await are_taken(case):
        await hold_back(tx.connection, id, WAITS, at=tx.now)
        return "held"
    came = await (decide(case) if doubt is None else distrust(case, doubt))
    if isinstance(came, Wait):
        if case.event.amount is None or case.event.currency is None:
            await put_off(tx.connection, id, came.why, at=tx.now)
            return None
        came = await case.park("early", -case.event.amount, came.why)
    await settle(case, came)
    if event.is_awaited:
        await wake(case)
    return came.bucket


async def are_taken(case: Case) -> bool:
    """Whether reports are applied: of the order that is meant, or where none is known in all stores."""
    tx = case.tx
    if case.place is not None:
        return await is_ours(tx, WEBHOOKS_IN)
    flags = tx.workflow.flags
    return not flags.are_set or flags.is_on_for_anybody(WEBHOOKS_IN, Place())


async def under_locks(tx: Transaction, id: UUID) -> Case:
    """The report with what it means: the order locked first, then the report. Raises Displaced."""
    seen = await look(tx.connection, id)
    payment = await tx.load(seen.ref) if seen.ref else None
    order = None
    if payment is None and seen.kind != "other":
        order = await find_order(tx.connection, seen.order_ref)
        if order is not None:
            await tx.lock(order.store_id, order.id)
    event = await claim(tx.connection, id)
    if event.ref != seen.ref:
        if order is None or event.ref is None:
            raise Displaced
        try:
            payment = await tx.load(event.ref)
        except NotFound as elsewhere:
            raise Displaced from elsewhere
    return Case(tx, event, payment, order)


async def decide(case: Case) -> Outcome | Wait:
    """What a report comes to, done in the name of that report."""
    case.tx.request_id = str(case.event.id)
    case.event = counted(case)
    if case.event.major is not None and case.event.amount is None:
        return Wait("Its payment is not known, nor its currency with it.")
    if case.event.kind in GONE and case.event.amount and (why := foreign(case)):
        return await case.park("wrong_currency", -case.event.amount, why)
    return await DECIDE[case.event.kind](case)


def counted(case: Case) -> Event:
    """The report with its amount in minor units, where its currency is known by now. Raises BodyBroken."""
    event = case.event
    if event.major is None or event.amount is not None or case.currency is None:
        return event
    told = in_currency(News(event_id="", kind=event.kind, major=event.major), case.currency)
    return replace(event, amount=told.amount, currency=told.currency)


async def distrust(case: Case, doubt: str) -> Outcome | Wait:
    """Book nothing of what a provider does not stand by: park its money."""
    event = case.event = counted(case)
    if event.kind == "captured" and not event.told_before:
        return await hold(case, "unverified", doubt)
    if event.kind in GONE and event.amount and event.currency:
        return await case.park("unverified", -event.amount, doubt)
    return case.outcome("already applied" if event.told_before else "ignored", doubt)


async def settle(case: Case, outcome: Outcome) -> None:
    """Write down what became of the report."""
    store, order = outcome.order or (None, None)
    event = case.event
    await case.tx.connection.execute(
        SETTLE, event.id, outcome.bucket, outcome.why, store, order, outcome.payment, case.tx.now,
        event.movement if outcome.stands else None, event.amount, event.currency,
    )  # fmt: skip


async def wake(case: Case) -> None:
    """Book what waited for the payment, as far as it can be now; each may let another go on."""
    event, woke = case.event, True
    while woke:
        woke = False
        for early in await find_early(
            case.tx.connection, provider=event.provider, reference=event.reference, transaction=event.transaction
        ):
            woke |= await wake_one(case, early)


async def wake_one(case: Case, early: Early) -> bool:
    """Book one report that waited; gives whether it could be."""
    if early.event is None:
        return False
    event = await claim(case.tx.connection, early.event)
    payment = None
    if event.ref is not None:
        if case.place is None:
            return False
        try:
            payment = await case.tx.load(event.ref)
        except NotFound:
            return False
    waiting = Case(case.tx, event, payment, case.order)
    came = await decide(waiting)
    if isinstance(came, Wait):
        return False
    await settle(waiting, came)
    to = Target(*waiting.place, payment.id) if came.bucket == "applied" and payment and waiting.place else None
    end = End(
        resolution="attached" if to else "dismissed",
        by=case.tx.actor.author,
        at=case.tx.now,
        reason=came.why,
        to=to,
    )
    await resolve(case.tx.connection, early.id, end)
    return True
