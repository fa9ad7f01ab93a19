"""Following what happens: one by one, each event as its follower may see it when it is sent, and none twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from orderway.errors import OrderwayError
from orderway.notifications.reads import Notification, last_number, notifications_since
from orderway.order.filters import Filters
from orderway.people.permissions import SCOPE_ALL, SCOPE_BILLED, SCOPE_DELIVERY, SCOPE_OWN, SCOPE_STORE
from orderway.people.sessions import Sessions
from orderway.people.viewer import Viewer
from orderway.streams.changes import PAGE, Change, changes_of, changes_since
from orderway.streams.feed import Feed, Moved
from orderway.streams.place import Place, read_place
from orderway.workflow.errors import Invalid
from orderway.workflow.runner import Runner

PULSE = 15.0
"""Seconds after which a follower to whom nothing was sent is looked at all the same: whether they may still follow."""

FRESH = 1.0
"""Seconds that what was read may be sent for; then it is read anew."""

Item = TypeVar("Item")


class StreamEnded(OrderwayError):
    """Nothing more will be sent; the sentence says why, and how to go on."""


class TokenEnded(StreamEnded):
    """The token of who follows has ended, or its person may sign in no longer."""


@dataclass(frozen=True, slots=True)
class Seen(Generic[Item]):
    """One event, and the one who sees it as they are at this moment."""

    viewer: Viewer
    change: Item


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody with a token who follows. Nothing is kept for them but where they are: who reads slowly is just late."""

    feed: Feed
    runner: Runner
    sessions: Sessions
    token: str

    async def order(self, order_id: UUID, after: int | None) -> AsyncGenerator[Seen[Change]]:
        """What happens to one order, from behind this number on, or from now. Raises NotFound and StreamEnded."""
        with self.feed.waiting(concerns=lambda moved: moved.order == order_id) as waiter:
            while True:
                viewer = await self.viewer(_behind(after))
                async with self.runner.pool.acquire() as connection:
                    news = await changes_of(connection, self.runner.workflow, viewer, order_id=order_id, after=after)
                fresh = _clock()
                for change in news.changes:
                    if fresh():
                        yield Seen(viewer, change)
                        after = change.entry.what.number
                    else:
                        break
                else:
                    after = news.read_to
                    if len(news.changes) < PAGE:
                        await waiter.wait(PULSE)

    async def orders(self, filters: Filters, after: str | None) -> AsyncGenerator[Seen[Change]]:
        """What happens to all orders that the viewer sees and that pass the filters. Raises Invalid and StreamEnded."""
        place = await self.feed.here()
        if after is not None:
            place = of_here(read_place(after), place)
        with self.feed.waiting(concerns=lambda _: True) as waiter:
            while True:
                viewer = await self.viewer("after the last cursor")
                waiter.concerns = may_concern(viewer)
                async with self.runner.pool.acquire() as connection:
                    news = await changes_since(connection, self.runner.workflow, viewer, place=place, filters=filters)
                fresh = _clock()
                for change in news.changes:
                    if fresh():
                        yield Seen(viewer, change)
                        place = change.place or place
                    else:
                        break
                else:
                    place = news.read_to
                    if not news.changes:
                        await waiter.wait(PULSE)

    async def notifications(self, after: int | None) -> AsyncGenerator[Seen[Notification]]:
        """What they are told from behind this number on, or from now. Raises StreamEnded."""
        viewer = await self.viewer(_behind(after))
        if after is None:
            async with self.runner.pool.acquire() as connection:
                after = await last_number(connection, viewer.person_id)
        with self.feed.waiting(person=viewer.person_id) as waiter:
            while True:
                viewer = await self.viewer(_behind(after))
                async with self.runner.pool.acquire() as connection:
                    told = await notifications_since(connection, viewer, after, limit=PAGE)
                fresh = _clock()
                for each in told:
                    if not fresh():
                        break
                    yield Seen(viewer, each)
                    after = each.number
                if not told:
                    await waiter.wait(PULSE)

    async def viewer(self, where: str) -> Viewer:
        """Who follows, as they are now. Raises StreamEnded, which says where to go on."""
        if self.feed.ended:
            raise StreamEnded("This server stops.", f"Connect again, and go on {where}.")
        viewer = await self.sessions.viewer_of(self.token)
        if viewer is None:
            raise TokenEnded("This token has ended.", f"Sign in again, and go on {where}.")
        return viewer


def _behind(after: int | None) -> str:
    """Where to go on, in words."""
    return f"after number {after}" if after else "after the last number that you have"


def may_concern(viewer: Viewer) -> Callable[[Moved], bool]:
    """Whether the viewer may see that an order moved: more than they do see, so that few are woken for nothing."""
    held = viewer.permissions
    if SCOPE_ALL in held:
        return lambda _: True
    stores = viewer.stores if SCOPE_STORE in held else frozenset()
    person = viewer.person_id if SCOPE_BILLED in held else None
    buyer = viewer.customer_id if SCOPE_OWN in held else None
    brings = SCOPE_DELIVERY in held
    return lambda moved: (
        moved.store in stores
        or (person is not None and moved.biller == person)
        or (buyer is not None and moved.buyer == buyer and not moved.noted)
        or (brings and moved.brought)
    )


def of_here(place: Place, here: Place) -> Place:
    """The place, in the database that it is of, and where that has come to it. Raises Invalid."""
    if place.database != here.database:
        raise Invalid(
            "This cursor is of another database than the one that answers.",
            "Read the list of orders, and follow from now on.",
            "after",
        )
    if (place.until or place.seen).xmax > here.seen.xmax:
        raise Invalid(
            "This cursor is of a time that the database has not come to: it was set back to an earlier one.",
            "Read the list of orders, and follow from now on.",
            "after",
        )
    return place


def _clock() -> Callable[[], bool]:
    """Whether what is read now may still be sent."""
    loop = asyncio.get_running_loop()
    until = loop.time() + FRESH
    return lambda: loop.time() < until
