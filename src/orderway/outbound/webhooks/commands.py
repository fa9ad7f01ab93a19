"""What can be done about webhooks: a command for each, as programs send it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWebhook:
    """A webhook to be made: told of the events of these types and stores, or of all where none are named."""

    name: str
    url: str
    types: tuple[str, ...] | None = None
    stores: tuple[UUID, ...] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForWebhook:
    """Something about a webhook, and why: for those who read the history. `seen` is the step that was looked at."""

    webhook: UUID
    reason: str
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWebhook(ForWebhook):
    """What a webhook is from now on, all of it: without types or stores it is told of all."""

    name: str
    url: str
    types: tuple[str, ...] | None = None
    stores: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableWebhook(ForWebhook):
    """A webhook that goes on: first with what happened while it was off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableWebhook(ForWebhook):
    """A webhook to which nothing is sent until it is switched on again. What happens meanwhile is kept for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateWebhookSecret(ForWebhook):
    """A webhook that gets a new secret. The former one signs along for so many hours, 0 to 168."""

    hours: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteWebhook(ForWebhook):
    """A webhook that is to be forgotten, with its deliveries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWebhookTest:
    """A webhook that is to be sent an event that says nothing."""

    webhook: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeliverWebhook:
    """Events that are to be sent once more: those of these deliveries, 1 to 100."""

    webhook: UUID
    deliveries: tuple[UUID, ...]


Secretive = CreateWebhook | RotateWebhookSecret
Changing = ChangeWebhook | EnableWebhook | DisableWebhook | DeleteWebhook
Sending = SendWebhookTest | RedeliverWebhook
Command = Secretive | Changing | Sending
