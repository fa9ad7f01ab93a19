"""Changing what customers may owe: the terms of one, and the ladder of who earns it. Each is written down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from orderway.money import LARGEST, UnknownCurrency, exponent
from orderway.people.permissions import CREDIT_MANAGE
from orderway.people.scope import customers
from orderway.people.viewer import Viewer
from orderway.sale.accounts import Terms
from orderway.sale.credit import Tier
from orderway.workflow.errors import Invalid, NotFound, not_allowed
from orderway.workflow.kinds import Connection, encode

TIER_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
LADDER = "SELECT name, minimum, maximum FROM credit_tier WHERE currency = $1 ORDER BY minimum"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsChange:
    """New terms for a customer in one currency; `custom_limit` in its minor units."""

    customer_id: UUID
    currency: str
    terms: Terms
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TierChange:
    """A rung to set, or to remove where there is no `rung`."""

    currency: str
    name: str
    rung: Tier | None
    reason: str


OPEN = """
INSERT INTO credit_profile (customer_id, currency, policy, tier, custom_limit) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING true
"""
CHANGE = """
UPDATE credit_profile SET policy = $3, tier = $4, custom_limit = $5 WHERE customer_id = $1 AND currency = $2
"""
LOCKED = "SELECT policy, tier, custom_limit FROM credit_profile WHERE customer_id = $1 AND currency = $2 FOR UPDATE"
AUDIT_TERMS = """
INSERT INTO credit_terms_change (customer_id, currency, before, after, reason, at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def change_terms(connection: Connection, change: TermsChange, *, by: Viewer, at: datetime) -> None:
    """Change a customer's terms, under the lock that a decision on their credit takes.

    What they owe by now stays as it is, also where it is over the new limit. Terms that are so already change nothing.
    Raises Refused for who may change none, NotFound for a customer out of reach, and Invalid.
    """
    require(by)
    check_reason(change.reason)
    check_currency(change.currency)
    async with connection.transaction():
        await require_customer(connection, change.customer_id, by=by)
        await put_terms(connection, change, by=by.actor().id, at=at)


async def put_terms(connection: Connection, change: TermsChange, *, by: str, at: datetime) -> None:
    """Write down new terms, in the caller's transaction; `by` is the id of an actor. Raises Invalid."""
    terms = change.terms
    check_terms(terms, [rung.name for rung in await ladder_of(connection, change.currency)])
    row = (change.customer_id, change.currency, terms.policy, terms.tier, terms.custom_limit)
    before = None
    if not await connection.fetchval(OPEN, *row):
        before = Terms(*await connection.fetchrow(LOCKED, change.customer_id, change.currency) or ())
        if before == terms:
            return
        await connection.execute(CHANGE, *row)
    await connection.execute(
        AUDIT_TERMS, change.customer_id, change.currency, encode(before) if before else None, encode(terms),
        change.reason, at, by,
    )  # fmt: skip


async def require_customer(connection: Connection, customer_id: UUID, *, by: Viewer) -> None:
    seen = customers(by, CREDIT_MANAGE, first=2)
    found = await connection.fetchval(
        f"SELECT true FROM customer c WHERE c.id = $1 AND {seen.sql}",  # noqa: S608  (conditions hold no values)
        customer_id,
        *seen.values,
    )
    if not found:
        raise NotFound("There is no such customer.", "Check the id.")


def check_limit(limit: int, *, field: str) -> None:
    """Raise Invalid for a limit in minor units that can not be; `field` is what whoever sent it calls it."""
    if not 0 <= limit <= LARGEST:
        raise Invalid(f"A limit is an amount from 0 to {LARGEST:,}.", "Correct it.", field)


def check_terms(terms: Terms, tiers: Sequence[str]) -> None:
    """Raise Invalid for terms that contradict themselves, or lie outside what can be counted."""
    if terms.custom_limit is not None:
        check_limit(terms.custom_limit, field="customLimit")
    if terms.policy == "EARNED":
        if terms.tier is not None:
            raise Invalid("Who earns their credit is in the tier that they earned.", "Leave the tier out.", "tier")
        return
    if terms.tier is None:
        raise Invalid("With a fixed limit a customer needs a tier.", "Name one.", "tier")
    check_name(terms.tier)
    if tiers and terms.tier not in tiers:
        raise Invalid(f"There is no tier {terms.tier}.", f"There are {', '.join(tiers)}.", "tier")


# Those who change the ladder take turns; who decides meanwhile counts with the ladder of the moment they began.
TURN = "LOCK TABLE credit_tier IN SHARE ROW EXCLUSIVE MODE"
SET = """
INSERT INTO credit_tier (currency, name, minimum, maximum) VALUES ($1, $2, $3, $4)
ON CONFLICT (currency, name) DO UPDATE SET minimum = EXCLUDED.minimum, maximum = EXCLUDED.maximum
"""
REMOVE = "DELETE FROM credit_tier WHERE currency = $1 AND name = $2"
AUDIT_TIER = """
INSERT INTO credit_tier_change (currency, name, before, after, reason, at, actor) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
IN_TIER = "SELECT count(*) FROM credit_profile WHERE currency = $1 AND tier = $2"


async def change_tier(connection: Connection, change: TierChange, *, by: Viewer, at: datetime) -> None:
    """Set or remove a rung of a currency's ladder, which holds for every customer at once.

    Raises Refused for who may not, NotFound for a rung to remove that is none, and Invalid where the ladder would not
    rise, or customers stand on the rung by hand.
    """
    require(by)
    check_reason(change.reason)
    check_currency(change.currency)
    async with connection.transaction():
        await connection.execute(TURN)
        rungs = {rung.name: rung for rung in await ladder_of(connection, change.currency)}
        before = rungs.get(change.name)
        if change.rung is None:
            await remove_rung(connection, change, before)
        elif before == change.rung:
            return
        else:
            check_rung(change.rung)
            check_ladder([*(rung for rung in rungs.values() if rung.name != change.name), change.rung])
            await connection.execute(SET, change.currency, change.name, change.rung.minimum, change.rung.maximum)
        await connection.execute(
            AUDIT_TIER, change.currency, change.name, encode(before) if before else None,
            encode(change.rung) if change.rung else None, change.reason, at, by.actor().id,
        )  # fmt: skip


async def remove_rung(connection: Connection, change: TierChange, before: Tier | None) -> None:
    if before is None:
        raise NotFound(f"There is no tier {change.name} of {change.currency}.", "Choose one from the ladder.")
    standing = await connection.fetchval(IN_TIER, change.currency, change.name)
    if standing:
        raise Invalid(
            f"Customers who were given the tier {change.name}: {standing}.", "Move them to another first.", "name"
        )
    await connection.execute(REMOVE, change.currency, change.name)


def check_rung(rung: Tier) -> None:
    """Raise Invalid for a rung with a name or an amount that can not be."""
    check_name(rung.name)
    for field in ("minimum", "maximum"):
        if not 0 <= getattr(rung, field) <= LARGEST:
            raise Invalid(f"The {field} of a tier is an amount from 0 to {LARGEST:,}.", "Correct it.", field)


def check_ladder(rungs: Sequence[Tier]) -> None:
    """Raise Invalid for a ladder on which somebody who earned more may owe less."""
    for lower, upper in pairwise(sorted(rungs, key=lambda rung: (rung.minimum, rung.maximum))):
        if lower.minimum == upper.minimum:
            raise Invalid(f"{lower.name} and {upper.name} would begin at the same amount.", "Part them.", "minimum")
        if lower.maximum > upper.maximum:
            raise Invalid(
                f"{upper.name} takes more than {lower.name}, and would allow less.", "Let the ladder rise.", "maximum"
            )


def check_name(name: str) -> None:
    if not TIER_NAME.fullmatch(name):
        raise Invalid(
            f"“{name}” is no name of a tier.", "Write it in capital letters, digits and _, for example GOLD.", "tier"
        )


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("Credit is changed for a reason.", "Say why.", "reason")


def check_currency(currency: str) -> None:
    try:
        exponent(currency)
    except UnknownCurrency as unknown:
        raise Invalid(unknown.message, unknown.remedy, "currency") from None


def require(by: Viewer) -> None:
    """Raise Refused for who may change credit nowhere."""
    if CREDIT_MANAGE not in by.permissions:
        raise not_allowed(CREDIT_MANAGE, to="change what customers may owe")


async def ladder_of(connection: Connection, currency: str) -> list[Tier]:
    """The rungs of a currency, the lowest first."""
    return [Tier(*row) for row in await connection.fetch(LADDER, currency)]
