"""Paying out of a buyer's account by hand: by who confirms payments at its store, once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from orderway.people.scope import stores_of
from orderway.people.viewer import Viewer
from orderway.sale.account_credit.ledger import Account, PaidOutBy, Payout, pay_out
from orderway.sale.terms import check_currency
from orderway.workflow.errors import NotFound, not_allowed
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

PAYS_OUT = "payment.confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOut:
    """Money to give to a buyer out of their account; `amount` in minor units, `note` says how and why it goes."""

    customer: UUID
    store: UUID
    currency: str
    amount: int
    note: str


def may_pay_out(viewer: Viewer, store_id: UUID) -> bool:
    """Whether the viewer pays out of accounts at a store."""
    stores = stores_of(viewer, PAYS_OUT)
    return stores is None or store_id in stores


async def pay_out_as(
    runner: Runner, viewer: Viewer, asked: PayOut, *, key: str | None, request_id: str | None = None
) -> PaidOutBy:
    """Pay out as the viewer. Raises Refused for who confirms no payments, NotFound for a store where they do not, and
    what `pay_out` raises.
    """
    if PAYS_OUT not in viewer.permissions:
        raise not_allowed(PAYS_OUT, to="pay out of a buyer's account")
    if not may_pay_out(viewer, asked.store):
        raise NotFound("There is no such store.", "Check its id.")
    check_currency(asked.currency)
    payout = Payout(Account(asked.store, asked.customer, asked.currency), asked.amount, asked.note)

    async def work(tx: Transaction) -> PaidOutBy:
        return await pay_out(tx, payout)

    return await runner.once(
        work, PaidOutBy, key=key, request=("payOutAccountCredit", asked), actor=viewer.actor(), request_id=request_id
    )
