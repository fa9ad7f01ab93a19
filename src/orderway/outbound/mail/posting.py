"""Sending what is to be sent: e-mails are taken up under a lease, handed in beside each other, and settled.

One that is not taken waits, longer each time, and is given up at last; one that is refused for good is given up at
once. None holds up another. A worker that dies in between has sent some that are not noted as sent: they are sent again
under the same name, by which whoever gets them knows them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from orderway.outbound.carrying import Away, NotTaken
from orderway.outbound.delivery import Delivered
from orderway.outbound.mail.judging import judged
from orderway.outbound.mail.letters import Mail, compose
from orderway.outbound.mail.office import Office
from orderway.outbound.mail.rounds import Fate, claim, settle
from orderway.outbound.mail.server import Refused, connected, hand_in
from orderway.outbound.progress import LEASE, Patience, reason
from orderway.workflow.runner import Runner

NAME = "mail"

LANES = 4
"""Connections to the server at the same time."""
AT_ONCE = 40
"""E-mails that are taken up together."""
BEGINS = LEASE / 4
"""How long after they were taken up an e-mail is begun at most.

The rest is for a slow server: what is not settled within the lease is another's, who sends it again.
"""
PAUSE = timedelta(seconds=30)
"""How long what was taken up waits where the server takes nothing at all. No try of it counts."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Postman:
    """The way of this worker's e-mails to their server; `away` is why it took nothing the last time, else ""."""

    office: Office
    away: str = ""
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(self, runner: Runner) -> Delivered:
        """Send whatever is due, until nothing is left that this worker can take up, or the server is away.

        Who is cancelled lets arrive what is on its way. Raises what the database raises where it goes away.
        """
        total = Delivered()
        self.enough.clear()
        while not self.enough.is_set():
            async with runner.pool.acquire() as connection:
                mails, token = await claim(connection, now=runner.clock(), limit=AT_ONCE)
                mails = await judged(connection, runner.workflow.settings, mails)
            if not mails:
                break
            sending = asyncio.create_task(self.send_and_note(runner, token, mails))
            try:
                fates = await asyncio.shield(sending)
            except asyncio.CancelledError:
                self.enough.set()
                await sending
                raise
            total.delivered += sum(each.stage == "sent" for each in fates)
            total.failed += sum(each.stage in ("put off", "given up") for each in fates)
        total.is_away = bool(self.away) and self.enough.is_set()
        return total

    async def send_and_note(self, runner: Runner, token: UUID, mails: Sequence[Mail]) -> list[Fate]:
        """Send them and note what became of each, in one: what was sent and is not noted would be sent again."""
        fates = await self.send(runner, mails)
        async with runner.pool.acquire() as connection:
            await settle(connection, token, fates, now=runner.clock())
        return fates

    async def send(self, runner: Runner, mails: Sequence[Mail]) -> list[Fate]:
        """Send them beside each other; gives what became of each."""
        until = runner.clock() + BEGINS
        waiting = list(reversed(mails))
        lanes = [self.lane(runner, waiting, until=until) for _ in range(min(LANES, len(mails)))]
        fates = [fate for lane in await asyncio.gather(*lanes) for fate in lane]
        return [*fates, *(Fate(each.store_id, each.id, "left", due_at=runner.clock() + self.pause) for each in waiting)]

    @property
    def pause(self) -> timedelta:
        """How long what was not begun waits."""
        return PAUSE if self.away else timedelta()

    async def lane(self, runner: Runner, waiting: list[Mail], *, until: datetime) -> list[Fate]:
        """Send one after the other over a connection, and over another where the server hung up, until none waits."""
        fates: list[Fate] = []
        while waiting and not self.enough.is_set() and runner.clock() < until:
            mail = waiting.pop()
            if mail.why_not:
                fates.append(Fate(mail.store_id, mail.id, "left out", why=mail.why_not))
                continue
            try:
                async with connected(self.office) as server:
                    while True:
                        await hand_in(server, compose(mail, self.office))
                        self.tell("")
                        fates.append(Fate(mail.store_id, mail.id, "sent"))
                        if not waiting or waiting[-1].why_not or self.enough.is_set() or runner.clock() > until:
                            break
                        mail = waiting.pop()
            except Away as away:
                waiting.append(mail)
                self.tell(str(away))
                self.enough.set()
            except Exception as error:  # noqa: BLE001  (whatever it is, the e-mail has not arrived)
                fates.append(self.failed(runner, mail, error))
        return fates

    def failed(self, runner: Runner, mail: Mail, error: Exception) -> Fate:
        """What becomes of an e-mail that was not taken, of which the operator reads one line."""
        tries, now = mail.tries + 1, runner.clock()
        wait = None if isinstance(error, Refused) else Patience.of(runner.workflow.settings).wait(tries)
        said = {"mail": str(mail.id), "order": str(mail.order_id), "tries": tries, "why": reason(error)}
        if not isinstance(error, NotTaken | Refused):
            log.error("Sending an e-mail broke.", **said, exc_info=error)
        if wait is None:
            log.error("An e-mail was given up.", **said)
            return Fate(mail.store_id, mail.id, "given up", tries=tries, why=reason(error))
        log.warning("An e-mail was not taken; it waits.", **said)
        return Fate(mail.store_id, mail.id, "put off", tries=tries, why=reason(error), due_at=now + wait)

    def tell(self, away: str) -> None:
        """Say it once where the server takes nothing, and once where it does again."""
        if away and away != self.away:
            log.warning("No e-mail can be sent; all of them wait.", why=away)
        if self.away and not away:
            log.info("E-mails are sent again.")
        self.away = away
