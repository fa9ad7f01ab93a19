"""What must hold of people: each change is counted, nobody who is disabled is let in, and a session renews in a row."""

from __future__ import annotations

from orderway.workflow.verify import Law

STEPS = " UNION ALL ".join(
    f"""
    SELECT '{kind} ' || s.name, format('It stands at step %s, and %s are written down, the last as %s.',
        s.step, n.steps, n.last)
    FROM {kind} s, LATERAL (
        SELECT count(DISTINCT step) AS steps, coalesce(max(step), 0) AS last FROM people_change WHERE {kind}_id = s.id
    ) n WHERE (n.steps, n.last) <> (s.step, s.step)
    """  # noqa: S608  (names of ours)
    for kind in ("person", "role", "store")
)

LAWS = (
    Law(
        "changes of people", "The step of a person, a role or a store counts the changes that were written down.", STEPS
    ),
    Law(
        "access of the disabled",
        "Whoever is disabled has no session and no key that still lets them in.",
        """
        SELECT 'person ' || p.email, format('They are disabled, and have %s sessions and %s keys.', s.open, k.open)
        FROM person p, LATERAL (
            SELECT count(*) AS open FROM session
            WHERE person_id = p.id AND revoked_at IS NULL AND expires_at > p.disabled_at
        ) s, LATERAL (SELECT count(*) AS open FROM api_key WHERE person_id = p.id AND revoked_at IS NULL) k
        WHERE p.disabled_at IS NOT NULL AND s.open + k.open > 0
        """,
    ),
    Law(
        "tokens",
        "A session has the tokens of its kind, one at most for the next pair, and none outlives it.",
        """
        SELECT 'session ' || s.id, format('It is of a %s and ends at %s; of its tokens %s are for the next pair, %s '
            'are of another kind, and %s end later.', lower(s.kind), s.expires_at, t.renewing, t.strange, t.late)
        FROM session s, LATERAL (
            SELECT count(*) FILTER (WHERE purpose = 'REFRESH' AND spent_at IS NULL) AS renewing,
                count(*) FILTER (WHERE (purpose = 'PAGES') <> (s.kind = 'BROWSER')) AS strange,
                count(*) FILTER (WHERE expires_at > s.expires_at) AS late
            FROM session_token WHERE session_id = s.id
        ) t WHERE t.renewing > 1 OR t.strange + t.late > 0
        """,
    ),
    Law(
        "keys",
        "Each key of a machine was written down when it was made.",
        """
        SELECT 'person ' || p.email, format('They have the key %s, which nobody wrote down.', k.name)
        FROM api_key k JOIN person p ON p.id = k.person_id
        WHERE NOT EXISTS (SELECT FROM people_change c WHERE c.person_id = k.person_id AND c.what = 'KEY_MADE'
            AND (c.became, c.actor, c.at) = (k.name, k.created_by, k.created_at))
        """,
    ),
)
