"""What must hold of customers: each change is counted, and what a key was answered with was written down."""

from __future__ import annotations

from orderway.workflow.verify import Law

LAWS = (
    Law(
        "changes of customers",
        "A customer's step counts the changes that were written down of them.",
        """
        SELECT 'customer ' || c.id, format('It stands at step %s, and %s are written down.', c.step, n.steps)
        FROM customer c, LATERAL (
            SELECT count(DISTINCT step) AS steps, coalesce(max(step), 0) AS last
            FROM customer_change WHERE customer_id = c.id
        ) n WHERE (n.steps, n.last) <> (c.step, c.step)
        """,
    ),
    Law(
        "applications of resellers",
        "An application is closed by its one decision, at the same moment.",
        """
        SELECT 'application ' || a.id, format('It is closed at %s, and decided at %s.', a.decided_at, d.at)
        FROM reseller_application a LEFT JOIN reseller_decision d ON d.application_id = a.id
        WHERE a.decided_at IS DISTINCT FROM d.at
        """,
    ),
    Law(
        "idempotency keys of customers",
        "What is kept for an idempotency key of customers names a customer, or an application that its actor decided.",
        """
        SELECT 'key ' || k.key, format('%s was answered with what is not there.', k.actor)
        FROM spent_key k WHERE (k.answer -> 'customer' IS NOT NULL OR k.answer -> 'application' IS NOT NULL)
            AND NOT EXISTS (SELECT FROM customer c WHERE c.id = (k.answer ->> 'customer')::uuid)
            AND NOT EXISTS (
                SELECT FROM reseller_decision d
                WHERE d.actor = k.actor AND d.application_id = (k.answer ->> 'application')::uuid)
        """,
    ),
)
