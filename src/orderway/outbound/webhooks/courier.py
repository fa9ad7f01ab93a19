"""The courier of one webhook: it posts each event that was asked for, signed, and writes down what came back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from orderway.outbound.carrying import Away, NotTaken, carry
from orderway.outbound.cloudevents import CONTENT_TYPE, cloud_event
from orderway.outbound.delivery import Delivered
from orderway.outbound.event import Event
from orderway.outbound.webhooks import sentences
from orderway.outbound.webhooks.attempts import Kind, Outcome, record
from orderway.outbound.webhooks.posting import NotAnswered, Poster
from orderway.outbound.webhooks.signing import Seal, SealBroken, sign
from orderway.outbound.webhooks.stopping import End, stop
from orderway.outbound.webhooks.subscriptions import GROUP, SINK
from orderway.outbox_settings import WEBHOOK_DISABLE_HOURS, WEBHOOK_LOG_DAYS
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import Runner

AT_ONCE = 8
"""Orders of which a webhook is sent something at the same time."""

GONE = 410
"""The status by which a receiver says that it wants no more, ever (Standard Webhooks)."""

FIND = """
SELECT id, name, url, types, stores, secret, former_secret, former_until, disabled_at, failing_since
FROM webhook WHERE id = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """A webhook as it is to be sent to: its secrets are sealed."""

    id: UUID
    name: str
    url: str
    types: Sequence[str] | None
    stores: Sequence[UUID] | None
    secret: bytes
    former_secret: bytes | None
    former_until: datetime | None
    disabled_at: datetime | None
    failing_since: datetime | None

    def wants(self, type: str, store: UUID) -> bool:
        """Whether it asked for events of a type, of a store."""
        if self.stores is not None and store not in self.stores:
            return False
        return self.types is None or any(
            type.startswith(each.removesuffix("*")) if each.endswith(GROUP) else type == each for each in self.types
        )

    def secrets(self, seal: Seal, now: datetime) -> list[str]:
        """What signs a message now, the newest first. Raises SealBroken.

        A former one that can not be opened any more may be why there is a new one: it signs nothing.
        """
        signing = [seal.open(self.secret, webhook=self.id)]
        if self.former_secret is not None and self.former_until is not None and now < self.former_until:
            with suppress(SealBroken):
                signing.append(seal.open(self.former_secret, webhook=self.id))
        return signing


async def find_receiver(connection: Connection, id: UUID) -> Receiver | None:
    row = await connection.fetchrow(FIND, id)
    return None if row is None else Receiver(**row)


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be posted: a receiver that gets it twice knows it by its id. `event` is None for a test."""

    kind: Kind
    id: UUID
    type: str
    body: bytes
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Sends messages to webhooks, and writes each attempt down."""

    runner: Runner
    poster: Poster
    seal: Seal

    async def send(self, receiver: Receiver, message: Message) -> Outcome:
        """Send a message once, whatever comes of it."""
        sent_at = self.runner.clock()
        outcome = await self._attempt(receiver, message, sent_at)
        kept = timedelta(days=self.runner.workflow.settings[WEBHOOK_LOG_DAYS])
        async with self.runner.pool.acquire() as connection:
            await record(connection, receiver.id, outcome, event=message.event, kept=kept)
        return outcome

    async def _attempt(self, receiver: Receiver, message: Message, at: datetime) -> Outcome:
        status, why, text, began = None, None, "", time.monotonic()
        try:
            signed = sign(receiver.secrets(self.seal, at), id=message.id, at=at, body=message.body)
            headers = {"Content-Type": CONTENT_TYPE, **BESIDE, **signed}
            answer = await self.poster.post(receiver.url, headers=headers, body=message.body)
            status, text = answer.status, answer.text
            why = judged(status)
        except (NotAnswered, SealBroken) as no:
            why = str(no)
        return Outcome(
            kind=message.kind, message_id=message.id, type=message.type, at=at, status=status, why=why, answer=text,
            milliseconds=int((time.monotonic() - began) * 1000),
        )  # fmt: skip


BESIDE = {"User-Agent": "Orderway", "Accept": "*/*", "Accept-Encoding": "identity"}
"""Headers of every message."""


def judged(status: int) -> str | None:
    """Why an answer is none that takes a message; None where it does."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return sentences.LED_ELSEWHERE.format(status=status)
    return sentences.ANSWERED.format(status=status)


class Posting(Protocol):
    """Who sends a message, and says what came of it."""

    async def send(self, receiver: Receiver, message: Message) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class WebhookCourier:
    """Brings events to one webhook. One that it did not ask for has arrived."""

    runner: Runner
    post: Posting
    webhook: UUID
    at_once: int = AT_ONCE

    @property
    def name(self) -> str:
        return f"{SINK}{self.webhook}"

    async def bring(self, event: Event, /) -> None:
        """Post it. Raises NotTaken, and Away where the webhook was switched off or deleted meanwhile."""
        async with self.runner.pool.acquire() as connection:
            receiver = await find_receiver(connection, self.webhook)
        if receiver is None or receiver.disabled_at is not None:
            raise Away(sentences.PAUSED)
        if not receiver.wants(event.type, event.store_id):
            return
        outcome = await self.post.send(receiver, Message("event", event.id, event.type, cloud_event(event), event))
        if outcome.why is not None:
            await self._see(receiver, outcome)
            raise NotTaken(outcome.why)

    async def _see(self, receiver: Receiver, outcome: Outcome) -> None:
        """Switch it off where nothing arrived for too long, or where it wants no more."""
        since, hours = receiver.failing_since, self.runner.workflow.settings[WEBHOOK_DISABLE_HOURS]
        too_long = since is not None and hours > 0 and outcome.at - since >= timedelta(hours=hours)
        if outcome.status == GONE or too_long:
            async with self.runner.pool.acquire() as connection:
                what: End = "GONE" if outcome.status == GONE else "FAILED"
                await stop(connection, receiver.id, what=what, why=outcome.why or "", now=outcome.at)
            self.runner.announce()


async def deliver_to(runner: Runner, post: Posting, sink: str) -> Delivered:
    """Bring what a webhook has yet to hear of; nothing where it is switched off."""
    courier = WebhookCourier(runner, post, UUID(sink.removeprefix(SINK)))
    async with runner.pool.acquire() as connection:
        receiver = await find_receiver(connection, courier.webhook)
    if receiver is None or receiver.disabled_at is not None:
        return Delivered()
    return await carry(runner, courier)
