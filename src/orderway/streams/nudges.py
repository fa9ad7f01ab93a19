"""Nudges: who looks at a page is told that something moved, never what; the page asks for itself, as its viewer may.

All browsers of a process are looked after by one task, which asks the database once for all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from orderway.notifications.reads import last_number
from orderway.order.sight import EVERY_STORE
from orderway.people.permissions import SCOPE_ALL, SCOPE_BILLED, SCOPE_STORE, STAFF_SCOPES
from orderway.people.scope import visible
from orderway.people.sessions import Sessions
from orderway.people.viewer import Viewer
from orderway.streams.feed import Feed, Moved, Waiter
from orderway.streams.follow import may_concern
from orderway.streams.seats import Seats
from orderway.workflow.kinds import Connection

PULSE = 15.0
"""Seconds after which it is looked whether those who listen still may, and each gets a sign of life."""

GAP = 0.2
"""Seconds between two looks: what moves meanwhile is told together."""

LINGER = 60.0
"""Seconds that moves are listened for though nobody does: who turns a page is back at once."""

MANY = 100
"""Orders of one telling; of more it is only told that there are."""

OVERLAP = timedelta(seconds=3)
"""What moved so shortly before a page was made may not be on it: it was written and not committed yet."""

OLDEST = timedelta(minutes=10)
"""How far back it is looked what moved; whoever was away for longer is told that anything may have."""

ALL = 0
"""The version that no page has."""

ORDERS, NOTIFICATIONS = "orders", "notifications"

SINCE = f"""
    SELECT b.order_id, max(b.number) FROM outbox b JOIN sale_order o ON o.store_id = b.store_id AND o.id = b.order_id
    WHERE b.store_id = {EVERY_STORE} AND b.at >= $1 AND ($2 OR b.type <> 'order.comment.noted') AND {{visible}}
    GROUP BY b.order_id LIMIT {MANY + 1}
"""  # noqa: S608  (texts of the code alone)
SEEN = f"""
    SELECT o.id FROM sale_order o WHERE o.store_id = {EVERY_STORE} AND o.id = ANY ($1::uuid[]) AND {{visible}}
"""  # noqa: S608  (the same)
TOLD_SINCE = "SELECT EXISTS (SELECT FROM notification WHERE person_id = $1 AND number = $2 AND at >= $3)"

log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class Ear(Waiter):
    """One browser that listens: `nudges` is what it was not told yet, by topic the newest version."""

    viewer: Viewer = field(kw_only=True)
    token: str = field(kw_only=True, repr=False)
    nudges: dict[str, int] = field(default_factory=dict)
    heard: int = 0
    ended: bool = False

    def nudge(self, topic: str, version: int) -> None:
        self.nudges[topic] = version
        self.news.set()

    def end(self) -> None:
        """Let it see that nothing more will come."""
        self.ended = True
        self.news.set()

    def taken(self) -> dict[str, int]:
        """What is new since it was asked last."""
        told, self.nudges = self.nudges, {}
        if self.told != self.heard:
            self.heard = self.told
            told[NOTIFICATIONS] = self.told
        return told


@dataclass(eq=False, slots=True)
class Watch(Waiter):
    """Collects what moved for all ears: `blind` where more did than it was told of."""

    moved: dict[UUID, Moved] = field(default_factory=dict)
    blind: bool = False

    def hear(self, moved: Sequence[Moved] | None) -> None:
        self.blind = self.blind or moved is None
        self.moved |= {each.order: each.and_before(self.moved.get(each.order)) for each in moved or ()}
        if moved is None or moved:
            self.news.set()


class Nudges:
    """Those of a process who listen. Nothing is kept for them but what they were not told yet."""

    def __init__(self, feed: Feed, sessions: Sessions, seats: Seats) -> None:
        self._feed, self._sessions, self._seats = feed, sessions, seats
        self._ears: set[Ear] = set()
        self._watch = Watch(lambda _: True)
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listening(self, viewer: Viewer, token: str, *, since: datetime) -> AsyncIterator[Ear]:
        """Listen as long as it lasts, to what happened since a page was made too. Raises NoSeat."""
        with self._seats.take(viewer.person_id):
            async with self._sessions.pool.acquire() as connection:
                last = await last_number(connection, viewer.person_id)
            ear = Ear(person=viewer.person_id, told=last, heard=last, viewer=viewer, token=token)
            with self._feed.joined(ear):
                self._ears.add(ear)
                self._look_after()
                try:
                    oldest = self._sessions.clock() - OLDEST
                    for topic in (ORDERS, NOTIFICATIONS) if since <= oldest else ():
                        ear.nudge(topic, ALL)
                    await self._catch_up(ear, max(since - OVERLAP, oldest))
                    if self._feed.ended:
                        ear.end()
                    yield ear
                finally:
                    self._ears.discard(ear)

    def check(self) -> None:
        """See soon whether those who listen still may: a session has ended."""
        self._watch.news.set()

    def _look_after(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        alone = loop.time()
        with self._feed.joined(self._watch):
            while not self._feed.ended and (self._ears or loop.time() - alone < LINGER):
                await self._watch.wait(PULSE)
                alone = loop.time() if self._ears else alone
                await self._told()
                await asyncio.sleep(GAP)
        for ear in self._ears:
            ear.end()

    async def _told(self) -> None:
        """Tell each what concerns it; a database that is away ends all, and they come again."""
        moved, blind = list(self._watch.moved.values()), self._watch.blind
        self._watch.moved, self._watch.blind = {}, False
        try:
            await self._tell(moved)
            for ear in list(self._ears) if blind else ():
                await self._catch_up(ear, self._sessions.clock() - timedelta(seconds=PULSE))
        except Exception:
            log.exception("Those who listen could not be told; they are let go, and come again.")
            for ear in self._ears:
                ear.end()

    async def _tell(self, moved: Collection[Moved]) -> None:
        ears = list(self._ears)
        viewers = await self._sessions.viewers_of({ear.token for ear in ears})
        fresh = [(ear, viewers[ear.token]) for ear in ears if ear.token in viewers]
        for ear in ears:
            if ear.token not in viewers or self._feed.ended:
                ear.end()
            elif not moved:
                ear.news.set()
        seen: dict[UUID, dict[str, int]] = {}
        for ear, viewer in fresh if moved else ():
            ear.viewer = viewer
            if viewer.person_id not in seen:
                seen[viewer.person_id] = topics(await self._seen(viewer, moved))
            for topic, version in seen[viewer.person_id].items():
                ear.nudge(topic, version)

    async def _seen(self, viewer: Viewer, moved: Iterable[Moved]) -> dict[UUID, int]:
        """Of what moved what the viewer sees: by what is known of it, and where that does not do by asking."""
        concerned = {each.order: each for each in filter(may_concern(viewer), moved)}
        open_ = [each.order for each in concerned.values() if not surely(viewer, each)]
        if open_:
            condition = visible(viewer, first=2)
            rows = await self._sessions.pool.fetch(SEEN.format(visible=condition.sql), open_, *condition.values)
            for order in set(open_) - {row["id"] for row in rows}:
                del concerned[order]
        return {order: each.number for order, each in concerned.items()}

    async def _catch_up(self, ear: Ear, since: datetime) -> None:
        """Tell of what happened since then."""
        condition = visible(ear.viewer, first=3)
        is_staff = not ear.viewer.permissions.isdisjoint(STAFF_SCOPES)
        async with self._sessions.pool.acquire() as connection:
            rows = await connection.fetch(SINCE.format(visible=condition.sql), since, is_staff, *condition.values)
            told = await _was_told(connection, ear, since)
        for topic, version in topics({row[0]: row[1] for row in rows}).items():
            ear.nudge(topic, version)
        if told:
            ear.nudge(NOTIFICATIONS, ear.told)


async def _was_told(connection: Connection, ear: Ear, since: datetime) -> bool:
    told: bool = await connection.fetchval(TOLD_SINCE, ear.person, ear.told, since)
    return told


def topics(orders: dict[UUID, int]) -> dict[str, int]:
    """What is told of orders and the numbers of their newest events."""
    return {f"order:{order}": number for order, number in orders.items()} if len(orders) <= MANY else {ORDERS: 0}


def surely(viewer: Viewer, moved: Moved) -> bool:
    """Whether a scope that is all a matter of whose the order is reaches it."""
    held = viewer.permissions
    return (
        SCOPE_ALL in held
        or (SCOPE_STORE in held and moved.store in viewer.stores)
        or (SCOPE_BILLED in held and moved.biller == viewer.person_id)
    )
