"""The credit account: what a customer may owe, read under lock, and the ledger of what they do owe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderway.sale.context import CreditFacts
from orderway.sale.effects import OweOnCredit, RecordEarned
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction

NO_TIER = "NONE"
"""The tier of who earns credit in a currency that has no ladder."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A rung of the ladder: from `minimum` of earned credit on, at most `maximum` may be owed (minor units)."""

    name: str
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Account:
    """What the credit policy of a customer says: `given_tier` is set by hand, for those of policy FIXED."""

    policy: str
    given_tier: str | None
    custom_limit: int | None


def tier_of(earned: int, ladder: Sequence[Tier]) -> Tier:
    """The highest rung that the earned credit reaches."""
    reached = [tier for tier in ladder if tier.minimum <= earned]
    return max(reached, key=lambda tier: tier.minimum, default=Tier(NO_TIER, 0, 0))


def standing(account: Account, earned: int, ladder: Sequence[Tier]) -> tuple[str, int]:
    """The tier and the limit of a customer, in minor units (domain, section 3).

    FIXED: the limit is the custom one. EARNED: no more than was earned, capped by the custom limit or else the tier's.
    """
    if account.policy == "FIXED":
        return account.given_tier or NO_TIER, account.custom_limit or 0
    tier = tier_of(earned, ladder)
    cap = tier.maximum if account.custom_limit is None else account.custom_limit
    return tier.name, min(cap, earned)


# The account that the order's customer has in its currency, as it is opened where there is none yet.
BUYER = """
WITH buyer AS (
    SELECT o.customer_id, o.currency, CASE c.kind WHEN 'RESELLER' THEN 'FIXED' ELSE 'EARNED' END AS policy,
        CASE c.kind WHEN 'RESELLER' THEN 'BRONZE' END AS tier
    FROM sale_order o JOIN customer c ON c.id = o.customer_id WHERE o.store_id = $1 AND o.id = $2
)
"""
STANDING = """
SELECT p.policy, p.tier, p.custom_limit, p.exposure, coalesce(a.earned, 0) AS earned, t.names, t.minima, t.maxima
FROM account p LEFT JOIN customer_sales_agg a USING (customer_id, currency)
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(name), '{}') AS names, array_agg(minimum) AS minima, array_agg(maximum) AS maxima
    FROM credit_tier WHERE currency = p.currency
) t
"""
ACCOUNT = "customer_id, currency, policy, tier, custom_limit, exposure"

# One statement locks the account, or opens it on first need. Two at once: one opens it, the other finds nothing yet.
# Before the row there is a turn to wait for: those who wait for a row that keeps changing overtake one another, and the
# last of a crowd waited ten times as long as most.
LOCK = f"""{BUYER}, turn AS MATERIALIZED (
    SELECT customer_id, currency, pg_advisory_xact_lock(hashtextextended(customer_id || currency, 0)) AS come FROM buyer
), held AS (
    SELECT p.* FROM credit_profile p JOIN turn USING (customer_id, currency) FOR UPDATE OF p
), opened AS (
    INSERT INTO credit_profile (customer_id, currency, policy, tier)
    SELECT customer_id, currency, policy, tier FROM buyer WHERE NOT EXISTS (SELECT FROM held)
    ON CONFLICT DO NOTHING RETURNING *
), account AS (
    SELECT {ACCOUNT} FROM held UNION ALL SELECT {ACCOUNT} FROM opened
)
{STANDING}"""  # noqa: S608  (texts of this module alone)

# Who only looks reads the same, without its lock.
LOOK = f"""{BUYER}, account AS (
    SELECT b.customer_id, b.currency, coalesce(p.policy, b.policy) AS policy,
        CASE WHEN p.policy IS NULL THEN b.tier ELSE p.tier END AS tier, p.custom_limit,
        coalesce(p.exposure, 0) AS exposure
    FROM buyer b LEFT JOIN credit_profile p USING (customer_id, currency)
)
{STANDING}"""  # noqa: S608  (as above)


async def lock_credit(tx: Transaction, exposed: int) -> CreditFacts:
    """Lock the account that the order's customer has in its currency, and read it; who only looks locks nothing.

    `exposed` is what the order itself owes on it: the facts tell what all others do.
    """
    statement = LOOK if tx.intent == "look" else LOCK
    row = await tx.connection.fetchrow(statement, tx.store_id, tx.order_id)
    while row is None:
        row = await tx.connection.fetchrow(statement, tx.store_id, tx.order_id)
    ladder = [Tier(*rung) for rung in zip(row["names"], row["minima"] or (), row["maxima"] or (), strict=True)]
    account = Account(row["policy"], row["tier"], row["custom_limit"])
    tier, limit = standing(account, row["earned"], ladder)
    return CreditFacts(tier=tier, limit=limit, exposure=row["exposure"] - exposed, earned=row["earned"])


# The level is what the order owes now; the ledger takes the difference to what it says, and PostgreSQL moves the
# customer's exposure with each entry.
OWE = """
INSERT INTO credit_entry (store_id, order_id, customer_id, currency, amount, why, at, actor)
SELECT $1, $2, customer_id, currency, amount, $4, $5, $6
FROM (
    SELECT o.customer_id, o.currency, $3::bigint - coalesce((
        SELECT sum(amount) FROM credit_entry e WHERE e.store_id = $1 AND e.order_id = $2
    ), 0)::bigint AS amount
    FROM sale_order o WHERE o.store_id = $1 AND o.id = $2
) change
WHERE amount <> 0
"""

EARN = """
INSERT INTO customer_sales_agg (customer_id, currency, sales, cumulative)
SELECT customer_id, currency, 1, $3 FROM sale_order WHERE store_id = $1 AND id = $2
ON CONFLICT (customer_id, currency) DO UPDATE
SET sales = customer_sales_agg.sales + 1, cumulative = customer_sales_agg.cumulative + EXCLUDED.cumulative
"""


async def owe_on_credit(tx: Transaction, _sale: Instance, effect: OweOnCredit) -> None:
    """Bring the order's ledger to the level, and the customer's exposure with it."""
    await tx.connection.execute(OWE, tx.store_id, tx.order_id, effect.amount, effect.why, tx.now, tx.actor.author)


async def record_earned(tx: Transaction, _sale: Instance, effect: RecordEarned) -> None:
    """Count a completed sale towards the customer's credit."""
    await tx.connection.execute(EARN, tx.store_id, tx.order_id, effect.amount)
