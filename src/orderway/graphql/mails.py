"""E-mails in the API: those that are to arrive yet, why they did not, and trying them again."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import Conflict, Invalid, NotFound, Refused
from orderway.graphql.asking import Asking, Info
from orderway.graphql.changing import changing, once
from orderway.graphql.deliveries import OutboxDeliveryStatus
from orderway.graphql.paging import After, First, Page, connection_of, place_of
from orderway.outbound.panel.deeds import Retried
from orderway.outbound.panel.mails import OpenMail, RetryMails, count_mails, list_mails, retry_mails
from orderway.workflow.transaction import Transaction


@strawberry.type(name="OpenMail", description="An e-mail that is to arrive yet.")
class OpenMailType:
    id: UUID = strawberry.field(description="Its Message-ID begins with it.")
    status: OutboxDeliveryStatus  # type: ignore[valid-type]  # made there
    order_id: UUID
    order_number: str
    to: str = strawberry.field(description="Whom it is for, by name.")
    title: str
    at: datetime = strawberry.field(description="When it was written.")
    tries: int = strawberry.field(description="How often it failed.")
    why: str | None = strawberry.field(description="Why it did, the last time.")
    due_at: datetime | None = strawberry.field(description="When it is tried next; null for what was given up.")
    dead_at: datetime | None = strawberry.field(description="When it was given up.")


@strawberry.type(name="MailsRetried", description="They are tried now.")
class MailsRetried:
    retried: int = strawberry.field(description="E-mails that are tried again now.")
    left: int = strawberry.field(description="E-mails that have failed, and are not: ask again.")


RetryAnswer = Annotated[MailsRetried | Refused | Conflict | NotFound | Invalid, strawberry.union("RetryMailsAnswer")]


async def open_mails(
    info: Info,
    *,
    status: OutboxDeliveryStatus | None = None,  # type: ignore[valid-type]  # made there
    first: First = 20,
    after: After = None,
) -> Page[OpenMail]:
    """E-mails of the stores whose outbox the viewer sees that are to arrive yet, the oldest first."""
    viewer, wanted = info.context.signed_in, as_status(status)
    async with info.context.connection() as connection:
        found, more = await list_mails(connection, viewer, status=wanted, after=after or "", limit=first)
    count = partial(count_mails, viewer=viewer, status=wanted)
    return Page(nodes=found, has_more=more, cursor=place_of, count=count, after=after)


def as_status(given: Any) -> Any:
    """The word of the domain for a value of the API."""
    return given.value if given else None


async def retry_now(asking: Asking, wanted: RetryMails, key: str | None) -> MailsRetried:
    async def work(tx: Transaction) -> Retried:
        return await retry_mails(tx.connection, wanted, by=asking.signed_in, at=tx.now)

    done = await once(asking, work, Retried, wanted=wanted, key=key)
    return MailsRetried(retried=done.retried, left=done.left)


def mailed() -> StrawberryField:
    """The query of e-mails that are to arrive yet."""
    asked: StrawberryField = strawberry.field(
        resolver=open_mails, name="openMails", graphql_type=connection_of(OpenMailType), description=open_mails.__doc__
    )  # type: ignore[assignment]  # a field, though typed as what it resolves to
    return asked


def remailing() -> StrawberryField:
    """The mutation that tries them again."""
    return changing(
        "retryMails", RetryMails, retry_now, answer=RetryAnswer,
        description="Try e-mails that failed again at once: those of `mails`, or all of them.",
    )  # fmt: skip
