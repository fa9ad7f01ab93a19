"""The sink of notifications: whoever an event concerns is told of it here."""

from __future__ import annotations

from dataclasses import dataclass

from orderway.notifications.telling import tell
from orderway.outbound.delivery import Stretch
from orderway.outbound.happenings import read_happenings
from orderway.outbound.letters import letter
from orderway.outbound.recipients import recipients
from orderway.settings import Settings
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True)
class Notifications:
    """What is told within Orderway itself: it is written in the transaction that notes it as told."""

    settings: Settings
    name: str = "notifications"

    async def take(self, connection: Connection, stretch: Stretch, /) -> None:
        """Tell everyone whom these events concern."""
        happenings = await read_happenings(
            connection, stretch.store_id, stretch.order_id, after=stretch.after, until=stretch.until
        )
        concerned = await recipients(connection, self.settings, happenings)
        letters = [letter(each, whom) for each in happenings for whom in concerned.get(each.id, ())]
        await tell(connection, letters)
