"""What of an order is known when it is gone: its part of each sum that outlives it, and by what it is found.

A law that holds a sum against the rows of orders adds what these kept (`orderway verify`), so it says no less than
before. Who shows a sum that is made of rows adds it as well: a rider's earnings, and the figures when they are counted
anew.
"""

from __future__ import annotations

from orderway.insight.gathering import ENTERED, LEFT, OF_ONE, REACHED
from orderway.workflow.verify import DIGEST

MINE = "store_id = $1 AND order_id = $2"

# The register of references and the reports of providers stay, and are held against these.
PAYMENTS = f"""
SELECT id, provider, reference, amount, currency, context ->> 'confirmed_at' IS NOT NULL AS is_confirmed,
    refunded - coalesce((context ->> 'credited')::bigint, 0) + reversed AS gone
FROM payment WHERE {MINE}
"""  # noqa: S608  (texts of this module)
STOCK = f"SELECT variant_id AS variant, sum(quantity) AS pieces FROM movement WHERE {MINE} GROUP BY 1"  # noqa: S608
ACCOUNT = f"SELECT coalesce(sum(amount), 0) FROM account_credit_entry WHERE {MINE}"  # noqa: S608
RIDERS = f"SELECT rider_id AS rider, kind, sum(amount) AS amount FROM rider_ledger WHERE {MINE} GROUP BY 1, 2"  # noqa: S608
PAYOUTS = f"SELECT id, rider_id AS rider FROM rider_ledger WHERE {MINE} AND kind <> 'EARNED'"  # noqa: S608
NOTIFIED = f"SELECT person_id AS person, number FROM notification WHERE {MINE}"  # noqa: S608

# A completed sale is counted to what its buyer has bought.
WORTH = f"""
SELECT greatest(0, (context ->> 'grand_total')::bigint - (context ->> 'returned_total')::bigint
    - (context ->> 'allowance')::bigint) - (context ->> 'written_off')::bigint
FROM sale WHERE {MINE} AND state = 'COMPLETED'
"""  # noqa: S608

# As the law of money by currency tells what came in, and where it is.
CAME = f"""
SELECT coalesce(sum(amount), 0) FROM payment
WHERE {MINE} AND context ->> 'confirmed_at' IS NOT NULL AND provider NOT IN ('orderway', 'account')
"""  # noqa: S608
FOUND = f"""
SELECT coalesce(sum(amount), 0) FROM (
    SELECT amount - refunded - coalesce((context ->> 'credited')::bigint, 0) AS amount FROM payment
    WHERE {MINE} AND context ->> 'confirmed_at' IS NOT NULL
    UNION ALL SELECT -amount FROM payable WHERE {MINE} AND kind = 'PAID_OUT'
) each
"""  # noqa: S608

# Each move by what an idempotency key would have answered with.
MOVES = f"SELECT {DIGEST} AS digest FROM transition_log l WHERE {MINE}"  # noqa: S608

# A draft is for its buyer's eyes when it was shared, or when they began it themselves.
SHOWN = f"""
EXISTS (SELECT FROM transition_log l WHERE {MINE} AND l.machine = 'quotation' AND (l.event = 'SHARE' OR l.step = 0
    AND l.actor = (SELECT 'person:' || c.person_id FROM sale_order o JOIN customer c ON c.id = o.customer_id
        WHERE o.store_id = $1 AND o.id = $2)))
"""  # noqa: S608

# By these its addresses lead to what is said of it.
PARTS = " UNION ALL ".join(
    f"SELECT jsonb_build_object('{name}', id) AS part FROM {table} WHERE {MINE}"  # noqa: S608  (as above)
    for name, table in {
        "sale": "sale", "fulfillment": "fulfillment", "payment": "payment", "receipt": "payment_receipt"
    }.items()
)  # fmt: skip
# A rider saw what was theirs to deliver at last; a buyer looks for what they bought on credit.
BROUGHT = f"SELECT DISTINCT rider_id AS rider FROM fulfillment WHERE {MINE} AND rider_id IS NOT NULL"  # noqa: S608
ON_CREDIT = f"EXISTS (SELECT FROM credit_entry WHERE {MINE})"


def rows(query: str) -> str:
    """The rows of a query as a list."""
    return f"(SELECT coalesce(jsonb_agg(r), '[]') FROM ({query}) r)"  # noqa: S608


def column(query: str, name: str) -> str:
    """One column of a query as a list."""
    return f"(SELECT coalesce(jsonb_agg(r.{name}), '[]') FROM ({query}) r)"  # noqa: S608


CARRIED = f"""
WITH moved AS MATERIALIZED ({OF_ONE})
SELECT jsonb_build_object('payments', {rows(PAYMENTS)}, 'stock', {rows(STOCK)}, 'account', ({ACCOUNT}),
    'riders', {rows(RIDERS)}, 'payouts', {rows(PAYOUTS)}, 'notified', {rows(NOTIFIED)},
    'worth', ({WORTH}), 'came', ({CAME}), 'found', ({FOUND}), 'moves', {column(MOVES, "digest")},
    'shown', {SHOWN}, 'on_credit', {ON_CREDIT}, 'parts', {column(PARTS, "part")}, 'brought', {column(BROUGHT, "rider")},
    'entered', {rows(f"{ENTERED} UNION ALL {REACHED}")}, 'dwelt', {rows(LEFT)})::text
"""
