"""Credit accounts as their viewers may see them: how each stands, and the entries of its ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from orderway.money import UnknownCurrency, exponent
from orderway.people.names import names_of
from orderway.people.permissions import CREDIT_MANAGE, MONEY_SEE
from orderway.people.scope import Condition, customers, visible
from orderway.people.viewer import Viewer
from orderway.sale.credit import Account, Tier, standing
from orderway.sale.effects import Why
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

Policy = Literal["EARNED", "FIXED"]
POLICIES: Mapping[Policy, str] = {"EARNED": "The credit earned", "FIXED": "A fixed limit"}
"""What sets a customer's limit, in words."""

WHYS: Mapping[Why, str] = {
    "cleared": "Cleared on credit",
    "captured": "Paid",
    "refunded": "Goods came back",
    "written_off": "Written off",
    "cancelled": "Cancelled",
    "revoked": "Override revoked",
    "reversed": "Payment reversed",
    "restored": "Payment restored",
    "accepted": "Short payment accepted",
}
"""Why what a customer owes rose or fell, in words."""

LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A customer's credit in one currency, in its minor units.

    `cumulative` is what their `sales` completed sales came to, `earned` the credit that these earned.
    """

    customer_id: UUID
    name: str
    kind: str
    currency: str
    policy: Policy
    tier: str
    limit: int
    custom_limit: int | None
    exposure: int
    sales: int
    cumulative: int
    earned: int

    @property
    def available(self) -> int:
        """What they may still owe."""
        return max(0, self.limit - self.exposure)

    @property
    def overage(self) -> int:
        """How far what they owe is over the limit."""
        return max(0, self.exposure - self.limit)

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with this account."""
        return f"{self.customer_id}:{self.currency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a ledger: what a customer owes rose or fell by `amount` minor units.

    Its order stands there for those who see the order.
    """

    id: UUID
    amount: int
    why: str
    at: datetime
    who: str
    order_id: UUID | None
    number: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed with a customer; `custom_limit` in minor units."""

    policy: Policy
    tier: str | None
    custom_limit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsChanged:
    """Who changed the terms, when and why; `before` is None where the account was opened by it."""

    before: Terms | None
    after: Terms
    reason: str
    at: datetime
    who: str


PROFILE = """
SELECT c.id, c.name, c.kind, k.currency,
    coalesce(p.policy, CASE c.kind WHEN 'RESELLER' THEN 'FIXED' ELSE 'EARNED' END) AS policy,
    CASE WHEN p.policy IS NOT NULL THEN p.tier WHEN c.kind = 'RESELLER' THEN 'BRONZE' END AS tier, p.custom_limit,
    coalesce(p.exposure, 0) AS exposure, coalesce(g.sales, 0) AS sales, coalesce(g.cumulative, 0) AS cumulative,
    coalesce(g.earned, 0) AS earned, t.names, t.minima, t.maxima
"""
JOINS = """
LEFT JOIN credit_profile p ON p.customer_id = c.id AND p.currency = k.currency
LEFT JOIN customer_sales_agg g ON g.customer_id = c.id AND g.currency = k.currency
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(name), '{}') AS names, array_agg(minimum) AS minima, array_agg(maximum) AS maxima
    FROM credit_tier WHERE currency = k.currency
) t
"""
LEFT = """
SELECT EXISTS (
    SELECT FROM archived_order WHERE customer_id = $1 AND currency = $2 AND (carried ->> 'on_credit')::boolean)
"""
NAMED = "strpos(lower(c.name), lower($1)) > 0"
KNOWN = "(SELECT customer_id, currency FROM credit_profile UNION SELECT customer_id, currency FROM customer_sales_agg)"


async def load_profile(
    connection: Connection, viewer: Viewer, customer_id: UUID, *, currency: str | None = None
) -> Profile:
    """Return a customer's account as it stands, or as it would be opened; without `currency`, in the customer's own.

    Raises NotFound for a customer whose money the viewer does not see. One statement.
    """
    seen = customers(viewer, MONEY_SEE, first=3)
    row = await connection.fetchrow(
        f"{PROFILE} FROM customer c CROSS JOIN LATERAL (SELECT coalesce($2::text, c.currency) AS currency) k {JOINS}"
        f" WHERE c.id = $1 AND {seen.sql}",
        customer_id, currency, *seen.values,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such customer.", "Check the id.")
    return profile_of(row)


async def list_profiles(
    connection: Connection, viewer: Viewer, *, search: str = "", after: str = "", limit: int = 20
) -> tuple[list[Profile], bool]:
    """Return the accounts whose money the viewer sees, those of the newest customers first, and whether more follow.

    `search` is a part of the customer's name. Raises Invalid for a page that is too large or a cursor that is none.
    """
    check_page(limit)
    seen = customers(viewer, MONEY_SEE, first=5)
    rows = await connection.fetch(
        f"{PROFILE} FROM {KNOWN} k JOIN customer c ON c.id = k.customer_id {JOINS} WHERE {NAMED}"
        f" AND ($2::uuid IS NULL OR (c.id, k.currency) < ($2::uuid, $3::text)) AND {seen.sql}"
        " ORDER BY c.id DESC, k.currency DESC LIMIT $4",
        search.replace("\0", "").strip(), *read_cursor(after), limit + 1, *seen.values,
    )  # fmt: skip
    return [profile_of(row) for row in rows[:limit]], len(rows) > limit


async def count_profiles(connection: Connection, viewer: Viewer, *, search: str = "") -> int:
    """Return how many accounts `list_profiles` lists in all. One statement."""
    seen = customers(viewer, MONEY_SEE, first=2)
    counted: int = await connection.fetchval(
        f"SELECT count(*) FROM {KNOWN} k JOIN customer c ON c.id = k.customer_id WHERE {NAMED} AND {seen.sql}",  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
        search.replace("\0", "").strip(), *seen.values,
    )  # fmt: skip
    return counted


async def is_shortened(connection: Connection, profile: Profile) -> bool:
    """Whether entries of an account left with orders that were archived; they came to nothing."""
    found: bool = await connection.fetchval(LEFT, profile.customer_id, profile.currency)
    return found


async def list_entries(
    connection: Connection, viewer: Viewer, profile: Profile, *, after: UUID | None = None, limit: int = 20
) -> tuple[list[Entry], bool]:
    """Return the entries of an account that the viewer sees, newest first, and whether more follow."""
    check_page(limit)
    seen: Condition = visible(viewer, first=5)
    rows = await connection.fetch(
        f"""
        SELECT e.id, e.amount, e.why, e.at, e.actor, o.id AS order_id, o.number
        FROM credit_entry e LEFT JOIN sale_order o ON o.store_id = e.store_id AND o.id = e.order_id AND {seen.sql}
        WHERE e.customer_id = $1 AND e.currency = $2 AND ($3::uuid IS NULL OR (e.at, e.id) < (
            SELECT at, id FROM credit_entry WHERE id = $3 AND customer_id = $1 AND currency = $2))
        ORDER BY e.at DESC, e.id DESC LIMIT $4
        """,  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
        profile.customer_id, profile.currency, after, limit + 1, *seen.values,
    )  # fmt: skip
    names = await names_of(connection, {row["actor"] for row in rows})
    entries = [
        Entry(
            id=row["id"],
            amount=row["amount"],
            why=WHYS[row["why"]],
            at=row["at"],
            who=names[row["actor"]],
            order_id=row["order_id"],
            number=row["number"],
        )
        for row in rows[:limit]
    ]
    return entries, len(rows) > limit


async def count_entries(connection: Connection, profile: Profile) -> int:
    """Return how many entries an account has."""
    counted: int = await connection.fetchval(
        "SELECT count(*) FROM credit_entry WHERE customer_id = $1 AND currency = $2",
        profile.customer_id, profile.currency,
    )  # fmt: skip
    return counted


async def list_changes(connection: Connection, viewer: Viewer, profile: Profile) -> Sequence[TermsChanged]:
    """Return the latest changes of an account's terms, newest first: for those who change terms, none for others."""
    seen = customers(viewer, CREDIT_MANAGE, first=3)
    rows = await connection.fetch(
        f"""
        SELECT t.before, t.after, t.reason, t.at, t.actor FROM credit_terms_change t
        JOIN customer c ON c.id = t.customer_id WHERE t.customer_id = $1 AND t.currency = $2 AND {seen.sql}
        ORDER BY t.at DESC, t.id DESC LIMIT {LARGEST_PAGE}
        """,  # noqa: S608  (as above)
        profile.customer_id, profile.currency, *seen.values,
    )  # fmt: skip
    names = await names_of(connection, {row["actor"] for row in rows})
    return [
        TermsChanged(
            before=msgspec.json.decode(row["before"], type=Terms) if row["before"] else None,
            after=msgspec.json.decode(row["after"], type=Terms),
            reason=row["reason"],
            at=row["at"],
            who=names[row["actor"]],
        )
        for row in rows
    ]


def profile_of(row: asyncpg.Record) -> Profile:
    ladder = [Tier(*rung) for rung in zip(row["names"], row["minima"] or (), row["maxima"] or (), strict=True)]
    tier, limit = standing(Account(row["policy"], row["tier"], row["custom_limit"]), row["earned"], ladder)
    return Profile(
        customer_id=row["id"],
        name=row["name"],
        kind=row["kind"],
        currency=row["currency"],
        policy=row["policy"],
        tier=tier,
        limit=limit,
        custom_limit=row["custom_limit"],
        exposure=row["exposure"],
        sales=row["sales"],
        cumulative=row["cumulative"],
        earned=row["earned"],
    )


def check_page(limit: int) -> None:
    """Raise Invalid for a page that holds nothing or too much."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise Invalid(
            f"A page holds 1 to {LARGEST_PAGE} of them.", "Ask for fewer, and then for the next page.", "first"
        )


def read_cursor(cursor: str) -> tuple[UUID | None, str]:
    """Read where a page of accounts ended; raises Invalid."""
    if not cursor:
        return None, ""
    id, _, currency = cursor.partition(":")
    try:
        exponent(currency)
        return UUID(id), currency
    except (ValueError, UnknownCurrency):
        raise Invalid("This is no place in the list.", "Send the cursor of a page as it was given.", "after") from None
