"""What the people of a shop are told: deliver what happened, and read what each was told."""

import asyncio
from dataclasses import dataclass

from tests.stories.shop import PEOPLE, Shop, person

from orderway.outbound.delivery import Delivered, Sink, deliver
from orderway.outbound.notifying import Notifications
from orderway.workflow.runner import Runner

UNHEARD = """
SELECT count(*) FROM sale_order o
LEFT JOIN outbound_progress p ON p.store_id = o.store_id AND p.order_id = o.id AND p.sink = $1
WHERE o.outbox_number > coalesce(p.known, 0)
"""


async def deliver_all(runner: Runner, sink: Sink | None = None) -> Delivered:
    """Deliver all that happened, to people where no sink is named.

    What another database of the same server does may hold it up for a moment.
    """
    total, sink = Delivered(), sink or Notifications(runner.workflow.settings)
    async with asyncio.timeout(30):
        while True:
            done = await deliver(runner, sink)
            total = Delivered(total.delivered + done.delivered, total.failed + done.failed)
            if not await runner.pool.fetchval(UNHEARD, sink.name):
                return total


@dataclass
class Listening:
    """A shop whose people listen."""

    shop: Shop

    async def told(self, who: str) -> list[tuple[str, str]]:
        """All that a person was told, in its order: titles and texts. Their numbers have no gap."""
        rows = await self.shop.pool.fetch(
            "SELECT number, title, text FROM notification WHERE person_id = $1 ORDER BY number", person(who)
        )
        assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
        return [(row["title"], row["text"]) for row in rows]

    async def news(self) -> dict[str, list[str]]:
        """Who was told what since the last time, by their words: the titles, without the number of the order."""
        await deliver_all(self.shop.runner)
        rows = await self.shop.pool.fetch(
            "SELECT n.person_id, replace(n.title, o.number, '#') AS title FROM notification n"
            " JOIN sale_order o ON o.id = n.order_id WHERE n.read_at IS NULL ORDER BY n.person_id, n.number"
        )
        await self.shop.pool.execute("UPDATE notification SET read_at = now() WHERE read_at IS NULL")
        words = {id: word for word, (id, _) in PEOPLE.items()}
        heard: dict[str, list[str]] = {}
        for row in rows:
            heard.setdefault(words[row["person_id"]], []).append(row["title"])
        return heard
