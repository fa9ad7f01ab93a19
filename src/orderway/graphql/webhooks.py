"""Webhooks in the API: those there are, what was sent to them, and the mutations that make, change and try one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import Conflict, Invalid, NotFound, Refused
from orderway.graphql.asking import Asking, Info
from orderway.graphql.changing import changing, done_once, once, secretly
from orderway.graphql.expose import said
from orderway.graphql.forms import enum_type
from orderway.graphql.paging import After, First, Page, connection_of, place_of
from orderway.outbound.webhooks import asking as errands
from orderway.outbound.webhooks import attempts, changes, commands, subscriptions
from orderway.outbound.webhooks.attempts import AttemptFilters, count_attempts, list_attempts
from orderway.outbound.webhooks.subscriptions import PHRASES, list_changes, list_webhooks, load_webhook
from orderway.workflow.transaction import Transaction

KINDS: Mapping[str, str] = MappingProxyType({
    "event": "As it happened.",
    "again": "Once more, as a person asked for it.",
    "test": "To see whether it arrives.",
})  # fmt: skip

WebhookChangeKind = enum_type("WebhookChangeKind", PHRASES, description="What changed, and who did it did what.")


@strawberry.type(name="WebhookChange", description="Who changed what of a webhook.")
class WebhookChange:
    step: int
    what: WebhookChangeKind  # type: ignore[valid-type]  # made just above
    phrase: str = strawberry.field(description="It continues the name of who did it: gave it a new secret.")
    who: str
    at: datetime
    reason: str


async def its_changes(root: strawberry.Parent[subscriptions.Webhook], info: Info) -> list[subscriptions.WebhookChange]:
    async with info.context.connection() as connection:
        return await list_changes(connection, info.context.signed_in, root.id)


@strawberry.type(name="Webhook", description="Where events are posted, signed by Standard Webhooks.")
class Webhook:
    id: UUID
    name: str = strawberry.field(description="What it is for.")
    url: str
    types: list[str] | None = strawberry.field(
        description="Types of events that it is told of, as order.sale.cleared, or order.sale.* for a group; "
        "null for all."
    )
    stores: list[UUID] | None = strawberry.field(description="Whose events it is told of; null for all stores.")
    created_at: datetime
    created_by: str
    disabled_at: datetime | None = strawberry.field(
        description="Since when nothing is sent; what happens meanwhile is kept for it."
    )
    failing_since: datetime | None = strawberry.field(description="When the first attempt failed since a success.")
    former_until: datetime | None = strawberry.field(description="Until when the former secret signs along.")
    arrived_at: datetime | None = strawberry.field(description="When something arrived last.")
    given_up: int = strawberry.field(description="Orders that wait for a person, as their events did not arrive.")
    step: int = strawberry.field(description="How often it was changed. Send it as `seen` with the next change.")
    changes: list[WebhookChange] = strawberry.field(  # type: ignore[assignment]  # a field, though typed as what it gives
        resolver=its_changes, graphql_type=list[WebhookChange], description="The latest 20 changes, newest first."
    )


@strawberry.type(name="WebhookDelivery", description="One attempt to bring something to a webhook.")
class WebhookDelivery:
    id: UUID
    kind: str = strawberry.field(description=" ".join(f"{name}: {text}" for name, text in KINDS.items()))
    message_id: UUID = strawberry.field(description="What its receiver knows it by, however often it comes.")
    type: str
    order_id: UUID | None = strawberry.field(description="Null for a test.")
    order_number: str | None
    number: int | None = strawberry.field(description="The number of the event among those of its order.")
    at: datetime
    milliseconds: int
    status: int | None = strawberry.field(description="What it answered; null where nothing came back.")
    why: str | None = strawberry.field(description="Why it did not arrive; null where it did.")
    answer: str = strawberry.field(description="The beginning of what came back.")


@strawberry.input(name="WebhookDeliveryFilter", description="Which attempts to list: those that fulfill all of it.")
class WebhookDeliveryFilter:
    order: UUID | None = strawberry.UNSET
    failed: bool | None = strawberry.field(default=strawberry.UNSET, description="Those that failed, or that arrived.")


@strawberry.type(name="WebhookMade", description="Keep its secret: it is shown this once.")
class WebhookMade:
    webhook: subscriptions.Webhook = strawberry.field(graphql_type=Webhook)
    secret: str = strawberry.field(description="Receivers verify by it: whsec_ and Base64.")


@strawberry.type(name="WebhookChanged", description="It is so now.")
class WebhookChanged:
    webhook: subscriptions.Webhook | None = strawberry.field(
        graphql_type=Webhook | None, description="Null where it is no more."
    )


@strawberry.type(name="WebhookAsked", description="A worker sends it within seconds; the deliveries say what came.")
class WebhookAsked:
    messages: int


MadeAnswer = Annotated[
    WebhookMade | Refused | Conflict | NotFound | Invalid,
    strawberry.union("WebhookMadeAnswer", description="What making a webhook, or a new secret of one, comes to."),
]
ChangedAnswer = Annotated[
    WebhookChanged | Refused | Conflict | NotFound | Invalid,
    strawberry.union("WebhookChangedAnswer", description="What changing a webhook comes to."),
]
AskedAnswer = Annotated[
    WebhookAsked | Refused | Conflict | NotFound | Invalid,
    strawberry.union("WebhookAskedAnswer", description="What asking for something to be sent comes to."),
]


async def webhooks(info: Info) -> list[subscriptions.Webhook]:
    async with info.context.connection() as connection:
        return await list_webhooks(connection, info.context.signed_in)


async def webhook(info: Info, *, id: UUID) -> subscriptions.Webhook:
    async with info.context.connection() as connection:
        return await load_webhook(connection, info.context.signed_in, id)


async def webhook_deliveries(
    info: Info,
    *,
    webhook: UUID,
    first: First = 20,
    after: After = None,
    filter: WebhookDeliveryFilter | None = None,  # noqa: A002  (the API's word for it)
) -> Page[attempts.Attempt]:
    viewer, given = info.context.signed_in, filter or WebhookDeliveryFilter()
    filters = AttemptFilters(order_id=said(given.order), failed=said(given.failed))
    async with info.context.connection() as connection:
        found, more = await list_attempts(connection, viewer, webhook, filters=filters, after=after or "", limit=first)
    count = partial(count_attempts, viewer=viewer, webhook=webhook, filters=filters)
    return Page(nodes=found, has_more=more, cursor=place_of, count=count, after=after)


async def make(asking: Asking, wanted: commands.Secretive) -> WebhookMade:
    async def work(tx: Transaction) -> changes.Made:
        return await changes.make(tx, wanted, by=asking.signed_in, doors=asking.desk.webhooks)

    made = await asking.desk.runner.run(work, actor=asking.signed_in.actor(), request_id=asking.request_id)
    async with asking.connection() as connection:
        return WebhookMade(webhook=await load_webhook(connection, asking.signed_in, made.webhook), secret=made.secret)


async def change(asking: Asking, wanted: commands.Changing, key: str | None) -> WebhookChanged:
    async def work(tx: Transaction) -> None:
        await changes.change(tx, wanted, by=asking.signed_in, doors=asking.desk.webhooks)

    await done_once(asking, work, wanted=wanted, key=key)
    async with asking.connection() as connection:
        found = await list_webhooks(connection, asking.signed_in)
    return WebhookChanged(webhook=next((each for each in found if each.id == wanted.webhook), None))


async def ask(asking: Asking, wanted: commands.Sending, key: str | None) -> WebhookAsked:
    async def work(tx: Transaction) -> errands.Asked:
        return await errands.ask(tx, wanted, by=asking.signed_in)

    return WebhookAsked(messages=(await once(asking, work, errands.Asked, wanted=wanted, key=key)).messages)


def hooked() -> Iterator[StrawberryField]:
    """The queries of webhooks."""
    described: tuple[tuple[Any, Any, str, str], ...] = (
        (webhooks, list[Webhook], "webhooks", "All webhooks by name, for those who look after them."),
        (webhook, Webhook, "webhook", "One webhook."),
        (
            webhook_deliveries, connection_of(WebhookDelivery), "webhookDeliveries",
            "Every attempt to bring something to a webhook, newest first, for the days that the setting says.",
        ),
    )  # fmt: skip
    for resolver, kind, name, description in described:
        yield strawberry.field(resolver=resolver, graphql_type=kind, name=name, description=description)


SECRETIVE: Mapping[str, tuple[type, str]] = MappingProxyType({
    "createWebhook": (
        commands.CreateWebhook,
        "Make a webhook; the same name again is refused, and its secret can not be read again.",
    ),
    "rotateWebhookSecret": (commands.RotateWebhookSecret, "Give it a new secret; the former one signs along a while."),
})  # fmt: skip
CHANGING: Mapping[str, tuple[type, str]] = MappingProxyType({
    "changeWebhook": (commands.ChangeWebhook, "Say anew what a webhook is called, where it is and what it is told of."),
    "enableWebhook": (commands.EnableWebhook, "Go on sending, first what happened while it was off."),
    "disableWebhook": (commands.DisableWebhook, "Send nothing until it is switched on again; what happens is kept."),
    "deleteWebhook": (commands.DeleteWebhook, "Forget a webhook, with what was sent to it."),
})  # fmt: skip
SENDING: Mapping[str, tuple[type, str]] = MappingProxyType({
    "sendWebhookTest": (commands.SendWebhookTest, "Send an event that says nothing, to see whether it arrives."),
    "redeliverWebhook": (commands.RedeliverWebhook, "Send events of these deliveries once more, under their ids."),
})  # fmt: skip


def hooking() -> Iterator[StrawberryField]:
    """The mutations of webhooks."""
    for name, (command, description) in SECRETIVE.items():
        yield secretly(name, command, make, answer=MadeAnswer, description=description)
    for name, (command, description) in SENDING.items():
        yield changing(name, command, ask, answer=AskedAnswer, description=description)
    for name, (command, description) in CHANGING.items():
        yield changing(name, command, change, answer=ChangedAnswer, description=description)
