"""How far a sink has come with an order: taking it up under a lease, settling, waiting longer each time, giving up.

What a sink did not take `OUTBOX_TRIES` times is dead: nothing of that order goes to the sink until a person tries it
again or sets the event aside, and every other order goes on.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from orderway.ids import new_id
from orderway.outbound.event import EVENT, Event
from orderway.outbox_settings import OUTBOX_LONGEST_WAIT_MINUTES, OUTBOX_TRIES
from orderway.settings import Settings
from orderway.workflow.kinds import Connection

AT_ONCE = 100
"""Events of an order that are delivered before it is settled."""

LEASE = timedelta(minutes=1)
"""How long a worker has what it took up; where it died, another takes it then."""

FIRST_WAIT = timedelta(seconds=10)
"""How long an order waits whose delivery failed once: then twice as long each time, up to the setting's longest."""

LONGEST = 500
"""Characters that are kept of why a delivery failed."""

# Nobody waits until the disk has what is noted here: after a crash of PostgreSQL some events are brought once more, and
# whoever gets them knows them. What people do would otherwise wait for the disk behind it.
SOON = "soon AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true) AS commit)"

# A lease is a time to come at which the order is due again: who takes it up then finds another token than their own.
# The rows that are locked are found by their place, whatever the planner believes of the table.
CLAIM = f"""
WITH {SOON}, due AS (
    SELECT ctid FROM outbound_progress
    WHERE sink = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE outbound_progress p SET due_at = $4, claim = $5 FROM due, soon
    WHERE soon.commit = 'off' AND p.ctid = due.ctid
    RETURNING p.store_id, p.order_id, p.done, p.known, p.tries
)
SELECT c.done, c.tries, {EVENT} FROM claimed c CROSS JOIN LATERAL (
    SELECT * FROM outbox b WHERE b.store_id = c.store_id AND b.order_id = c.order_id
        AND b.number > c.done AND b.number <= least(c.known, c.done + {AT_ONCE})
    ORDER BY b.number
) b ORDER BY b.order_id, b.number
"""  # noqa: S608  (texts of the house)

# What came to light meanwhile is due at once, by whichever clock is behind: one that ran ahead holds up nothing. What
# another has taken up since, its lease over, is that one's to settle. Of what was not tried, the tries before still
# count. Orders are locked in the order in which they are noted, so that neither waits for the other in a circle.
SETTLE = f"""
WITH {SOON}, back AS (
    UPDATE outbound_sink SET away_since = NULL, away_why = NULL WHERE sink = $1 AND away_since IS NOT NULL AND $11
    RETURNING 1
), b AS MATERIALIZED (
    SELECT b.* FROM soon, unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::integer[], $7::integer[], $8::text[],
        $9::timestamptz[], $10::timestamptz[]) AS b (store_id, order_id, claim, done, tries, why, due_at, dead_at)
    JOIN outbound_progress p
        ON p.sink = $1 AND p.claim = b.claim AND p.store_id = b.store_id AND p.order_id = b.order_id
    WHERE soon.commit = 'off' ORDER BY b.store_id, b.order_id FOR NO KEY UPDATE OF p
), settled AS (
    UPDATE outbound_progress p SET done = b.done, dead_at = b.dead_at, claim = NULL,
        tries = CASE WHEN b.why IS NULL AND b.done = p.done THEN p.tries ELSE b.tries END,
        why = CASE WHEN b.why IS NULL AND b.done = p.done THEN p.why ELSE b.why END,
        due_at = CASE WHEN b.dead_at IS NULL AND b.done < p.known THEN coalesce(b.due_at, least($2, now())) END
    FROM b WHERE p.sink = $1 AND p.claim = b.claim AND p.store_id = b.store_id AND p.order_id = b.order_id
)
SELECT EXISTS (SELECT FROM back)
"""  # noqa: S608  (a text of this module)

AWAY = """
UPDATE outbound_sink SET away_since = coalesce(away_since, $3), away_why = $2
WHERE sink = $1 AND away_why IS DISTINCT FROM $2 RETURNING 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Events of one order that a worker has taken up, in their order; `tries` is how often the first one failed.

    Whoever settles it knows it by `claim`.
    """

    claim: UUID
    done: int
    tries: int
    events: Sequence[Event]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a parcel: delivered up to the number `done`, and where that is not all of it, why not.

    `arrived` is how many events of it that were.
    """

    store_id: UUID
    order_id: UUID
    claim: UUID
    done: int
    arrived: int = 0
    tries: int = 0
    why: str | None = None
    due_at: datetime | None = None
    dead_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a delivery is tried, and how long it waits at most in between."""

    tries: int
    longest: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Patience:
        """As the settings say now."""
        return cls(settings[OUTBOX_TRIES], timedelta(minutes=settings[OUTBOX_LONGEST_WAIT_MINUTES]))

    def wait(self, tries: int) -> timedelta | None:
        """How long to wait after so many tries that failed; None where that was the last.

        A part of it is chance, so that those that failed together do not all come again together.
        """
        if tries >= self.tries:
            return None
        longest: timedelta = min(FIRST_WAIT * 2 ** min(tries - 1, 20), self.longest)
        return longest * random.uniform(0.75, 1)  # noqa: S311  (a pause, not a secret)


def delivered(parcel: Parcel, count: int) -> Outcome:
    """The first `count` events of a parcel were delivered, and the others were not begun."""
    first = parcel.events[0]
    return Outcome(
        store_id=first.store_id,
        order_id=first.order_id,
        claim=parcel.claim,
        done=parcel.done + count,
        arrived=count,
    )


def refused(parcel: Parcel, count: int, error: BaseException, *, patience: Patience, now: datetime) -> Outcome:
    """The first `count` events of a parcel were delivered, and the next one failed."""
    first, tries = parcel.events[0], 1 if count else parcel.tries + 1
    wait = patience.wait(tries)
    return Outcome(
        store_id=first.store_id,
        order_id=first.order_id,
        claim=parcel.claim,
        done=parcel.done + count,
        arrived=count,
        tries=tries,
        why=reason(error),
        due_at=None if wait is None else now + wait,
        dead_at=now if wait is None else None,
    )


def reason(error: BaseException) -> str:
    """The first line of what an error says, as it is kept."""
    return (str(error).split("\n")[0].replace("\0", "") or type(error).__name__)[:LONGEST]


async def claim(connection: Connection, sink: str, *, now: datetime, limit: int) -> list[Parcel]:
    """Take up what waited longest, at most so many orders, for the length of a lease. One statement."""
    token = new_id()
    rows = await connection.fetch(CLAIM, sink, now, limit, now + LEASE, token)
    parcels: dict[UUID, Parcel] = {}
    for done, tries, *event in rows:
        read = Event(*event)
        parcel = parcels.setdefault(read.order_id, Parcel(claim=token, done=done, tries=tries, events=[]))
        parcel.events.append(read)  # type: ignore[attr-defined]  # its own list, until it is given away
    return list(parcels.values())


async def settle(connection: Connection, sink: str, outcomes: Sequence[Outcome], *, now: datetime) -> bool:
    """Note what became of what was taken up, as far as nobody else has taken it up since. One statement.

    Whether the place had been away, and is not any more.
    """
    names = ("store_id", "order_id", "claim", "done", "tries", "why", "due_at", "dead_at")
    values = [[getattr(each, name) for each in outcomes] for name in names]
    is_back: bool = await connection.fetchval(SETTLE, sink, now, *values, any(each.arrived for each in outcomes))
    return is_back


async def note_away(connection: Connection, sink: str, why: str, *, now: datetime) -> bool:
    """Note that the whole place of a sink takes nothing; whether that is news."""
    return await connection.fetchval(AWAY, sink, why[:LONGEST], now) is not None
