"""How far each sink has come, in figures that are the tables' own: of the stores whose outbox the viewer sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderway.order.told import SEES
from orderway.outbound.panel.whys import why_for
from orderway.people.scope import stores_of
from orderway.people.viewer import Viewer
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkStanding:
    """A sink, as "notifications" or "webhook:<id>", and what it has yet to be given.

    `lag` is how many events that are, `unread` those of them of which no worker has taken note yet; the oldest happened
    at `oldest_at`. Of the other ones `waiting` orders were not tried yet, `failing` are tried again by themselves, and
    `dead` wait for a person; `attempts` is how often the events failed at which those stand. `gaps` are events that
    were set aside: the sink is never given them. Since `away_since` the whole place takes nothing,
    and since `paused_at` nothing is delivered there, because a person or the system switched it off.
    """

    sink: str
    lag: int
    unread: int
    oldest_at: datetime | None
    waiting: int
    failing: int
    dead: int
    attempts: int
    gaps: int
    away_since: datetime | None
    away_why: str | None
    paused_at: datetime | None


OF_STORES = "($1::uuid[] IS NULL OR {}.store_id = ANY ($1))"

# What is not delivered either is due some time or waits for a person: two small indexes, however much is done. In
# another cluster than the sink's count is of, all that it does not know of is still to be read.
STANDINGS = f"""
SELECT s.sink, coalesce(n.lag, 0) + u.lag AS lag, u.lag AS unread, least(n.oldest_at, u.oldest_at) AS oldest_at,
    coalesce(n.waiting, 0) AS waiting, coalesce(n.failing, 0) AS failing, coalesce(n.dead, 0) AS dead,
    coalesce(n.attempts, 0) AS attempts, coalesce(g.gaps, 0) AS gaps, s.away_since, s.away_why, s.paused_at
FROM outbound_sink s
CROSS JOIN pg_control_system() c
LEFT JOIN (
    SELECT p.sink, sum(p.known - p.done) AS lag, min(b.at) AS oldest_at, count(*) FILTER (WHERE p.tries = 0) AS waiting,
        count(*) FILTER (WHERE p.tries > 0 AND p.dead_at IS NULL) AS failing, count(p.dead_at) AS dead,
        sum(p.tries) AS attempts
    FROM outbound_progress p
    JOIN outbox b ON b.store_id = p.store_id AND b.order_id = p.order_id AND b.number = p.done + 1
    WHERE (p.due_at IS NOT NULL OR p.tries > 0) AND {OF_STORES.format("p")}
    GROUP BY p.sink
) n ON n.sink = s.sink
CROSS JOIN LATERAL (
    SELECT count(*) AS lag, min(b.at) AS oldest_at
    FROM outbox b
    LEFT JOIN outbound_progress p ON p.store_id = b.store_id AND p.order_id = b.order_id AND p.sink = s.sink
    WHERE b.xid > CASE WHEN s.cluster = c.system_identifier THEN s.xid ELSE '0' END
        AND b.number > coalesce(p.known, 0) AND {OF_STORES.format("b")}
        AND (p.known IS NOT NULL OR s.cluster = c.system_identifier OR b.at >= s.begun_at)
) u
LEFT JOIN (
    SELECT sink, count(*) AS gaps FROM outbound_change h WHERE h.what = 'SET_ASIDE' AND {OF_STORES.format("h")}
    GROUP BY sink
) g ON g.sink = s.sink
ORDER BY s.sink
"""  # noqa: S608  (texts of this module)


async def list_sinks(connection: Connection, viewer: Viewer) -> list[SinkStanding]:
    """Return every sink by its name; none to who sees the outbox of no store. One statement."""
    stores = seen(viewer)
    rows = [] if stores == [] else await connection.fetch(STANDINGS, stores)
    return [SinkStanding(**{**row, "away_why": why_for(viewer, row["away_why"])}) for row in rows]


def seen(viewer: Viewer) -> list[object] | None:
    """The stores whose outbox the viewer sees; None is all of them."""
    stores = stores_of(viewer, SEES)
    return None if stores is None else list(stores)
