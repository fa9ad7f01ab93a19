"""The sink of notifications: whoever an event concerns is told of it here, and a worker that keeps telling."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass

import structlog

from orderway.listening import meanwhile, patience
from orderway.notifications.telling import tell
from orderway.outbound.delivery import Stretch, deliver
from orderway.outbound.happenings import read_happenings
from orderway.outbound.letters import letter
from orderway.outbound.recipients import recipients
from orderway.settings import Settings
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import Runner

PAUSE = 1.0
"""Seconds between two looks at what happened: about as long as people wait for the bell."""

log = structlog.get_logger(__name__)


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


def notifying(runner: Runner) -> AbstractAsyncContextManager[None]:
    """As long as it lasts, people are told of what concerns them."""
    return meanwhile(notify_until_cancelled(runner))


async def notify_until_cancelled(runner: Runner, *, pause: float = PAUSE) -> None:
    """The same, until cancelled; a database that is away is waited for."""
    sink = Notifications(runner.workflow.settings)
    while True:
        with patience("notifications"):
            done = await deliver(runner, sink)
            if done.delivered or done.failed:
                log.info("People were told.", **asdict(done))
        await asyncio.sleep(pause)
