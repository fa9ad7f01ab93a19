"""Buyers' accounts as their viewers may see them: what each holds, and the entries of its ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from orderway.people.ever import EVER
from orderway.people.names import names_of
from orderway.people.permissions import MONEY_SEE
from orderway.people.scope import allowed, visible
from orderway.people.viewer import Viewer
from orderway.sale.accounts import check_page
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

Kind = Literal["REFUNDED", "SPENT", "PAID_OUT"]
KINDS: Mapping[Kind, str] = {"REFUNDED": "Refunded", "SPENT": "Paid an order", "PAID_OUT": "Paid out"}
"""Why what an account holds rose or fell, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCredit:
    """What a store keeps for a customer in one currency: `balance` in its minor units."""

    store_id: UUID
    store: str
    customer_id: UUID
    customer: str
    currency: str
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a ledger: what the account holds rose or fell by `amount` minor units.

    Its order stands there for those who see the order; `note` says how and why something was paid out.
    """

    id: UUID
    kind: Kind
    amount: int
    note: str | None
    at: datetime
    who: str
    order_id: UUID | None
    number: str | None


async def list_accounts(
    connection: Connection, viewer: Viewer, customer_id: UUID, *, store_id: UUID | None = None
) -> list[AccountCredit]:
    """Return what the stores keep for a customer, by store and currency; at each store for who sees the money of an
    order that the customer has there.

    Raises NotFound where the viewer sees the money of no order of the customer, unless they are the customer.
    """
    seen = allowed(viewer, MONEY_SEE, first=3)
    bought = f"EXISTS (SELECT FROM {EVER} o WHERE o.customer_id = $1 AND {seen.sql}"
    rows = await connection.fetch(
        f"""
        SELECT a.store_id, s.name AS store, a.customer_id, c.name AS customer, a.currency, a.balance
        FROM account_credit a JOIN store s ON s.id = a.store_id JOIN customer c ON c.id = a.customer_id
        WHERE a.customer_id = $1 AND ($2::uuid IS NULL OR a.store_id = $2) AND {bought} AND o.store_id = a.store_id)
        ORDER BY s.name, a.store_id, a.currency
        """,  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
        customer_id, store_id, *seen.values,
    )  # fmt: skip
    if not rows and customer_id != viewer.customer_id:
        known = f"SELECT {bought} AND ($2::uuid IS NULL OR o.store_id = $2))"
        if not await connection.fetchval(known, customer_id, store_id, *seen.values):
            raise NotFound("There is no such customer.", "Check the id.")
    return [AccountCredit(**row) for row in rows]


async def list_entries(
    connection: Connection, viewer: Viewer, account: AccountCredit, *, after: UUID | None = None, limit: int = 20
) -> tuple[list[Entry], bool]:
    """Return the entries of an account that the viewer sees, newest first, and whether more follow."""
    check_page(limit)
    seen = visible(viewer, first=6)
    rows = await connection.fetch(
        f"""
        SELECT e.id, e.kind, e.amount, e.note, e.at, e.actor, o.id AS order_id, o.number
        FROM account_credit_entry e
        LEFT JOIN sale_order o ON o.store_id = e.store_id AND o.id = e.order_id AND {seen.sql}
        WHERE e.store_id = $1 AND e.customer_id = $2 AND e.currency = $3 AND ($4::uuid IS NULL OR (e.at, e.id) < (
            SELECT at, id FROM account_credit_entry WHERE store_id = $1 AND id = $4))
        ORDER BY e.at DESC, e.id DESC LIMIT $5
        """,  # noqa: S608  (as above)
        account.store_id, account.customer_id, account.currency, after, limit + 1, *seen.values,
    )  # fmt: skip
    names = await names_of(connection, {row["actor"] for row in rows})
    entries = [
        Entry(
            id=row["id"],
            kind=row["kind"],
            amount=row["amount"],
            note=row["note"],
            at=row["at"],
            who=names[row["actor"]],
            order_id=row["order_id"],
            number=row["number"],
        )
        for row in rows[:limit]
    ]
    return entries, len(rows) > limit


async def count_entries(connection: Connection, account: AccountCredit) -> int:
    """Return how many entries an account has."""
    counted: int = await connection.fetchval(
        "SELECT count(*) FROM account_credit_entry WHERE store_id = $1 AND customer_id = $2 AND currency = $3",
        account.store_id, account.customer_id, account.currency,
    )  # fmt: skip
    return counted
