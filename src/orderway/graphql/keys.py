"""Keys of machines in the API: those there are, and the mutations that make and revoke one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import Conflict, Invalid, NotFound, Refused
from orderway.graphql.asking import Asking, Info
from orderway.graphql.changing import changing, done_once, secretly
from orderway.graphql.paging import After, First, Page, connection_of, id_of, read_id
from orderway.people.signing.keys import Key, NewKey, count_keys, list_keys, load_key, make_key, revoke_key
from orderway.workflow.transaction import Transaction


@strawberry.type(name="ApiKey", description="A machine's way in, as the person whose it is.")
class ApiKey:
    id: UUID
    person: UUID
    owner: str = strawberry.field(description="What the person is called.")
    name: str = strawberry.field(description="What uses it.")
    permissions: list[str] = strawberry.field(
        description="What it may do, as long as its person may; seeing what they see is always among it."
    )
    stores: list[UUID] | None = strawberry.field(description="Null where it reaches all that its person does.")
    created_at: datetime
    created_by: str
    expires_at: datetime
    last_used_at: datetime | None = strawberry.field(description="To ten minutes; null where it was never used.")
    revoked_at: datetime | None
    revoked_by: str | None


@strawberry.type(name="ApiKeyCreated", description="Keep its secret: it is shown this once.")
class ApiKeyCreated:
    key: Key = strawberry.field(graphql_type=ApiKey)
    secret: str = strawberry.field(description="Send it as Authorization: Bearer.")


@strawberry.type(name="ApiKeyRevoked", description="It lets nobody in any more.")
class ApiKeyRevoked:
    key: Key = strawberry.field(graphql_type=ApiKey)


CreateApiKeyAnswer = Annotated[
    ApiKeyCreated | Refused | Conflict | NotFound | Invalid,
    strawberry.union("CreateApiKeyAnswer", description="What making a key comes to."),
]
RevokeApiKeyAnswer = Annotated[
    ApiKeyRevoked | Refused | Conflict | NotFound | Invalid,
    strawberry.union("RevokeApiKeyAnswer", description="What revoking a key comes to."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedKey:
    """The key to be revoked."""

    id: UUID


async def api_keys(
    info: Info,
    *,
    person: Annotated[UUID | None, strawberry.argument(description="Those of one person alone.")] = None,
    first: First = 20,
    after: After = None,
) -> Page[Key]:
    """The viewer's own, and those of the people whom they manage; the newest first."""
    viewer, place = info.context.signed_in, read_id(after, "keys")
    async with info.context.connection() as connection:
        found, more = await list_keys(connection, viewer, person=person, after=place, limit=first)
    count = partial(count_keys, viewer=viewer, person=person)
    return Page(nodes=found, has_more=more, cursor=id_of, count=count, after=after)


async def create(asking: Asking, new: NewKey) -> ApiKeyCreated:
    async with asking.connection() as connection:
        made = await make_key(connection, asking.signed_in, new, at=asking.desk.runner.clock())
    return ApiKeyCreated(key=made.key, secret=made.text)


async def revoke(asking: Asking, wanted: RevokedKey, key: str | None) -> ApiKeyRevoked:
    async def work(tx: Transaction) -> None:
        await revoke_key(tx.connection, asking.signed_in, wanted.id, at=tx.now)

    await done_once(asking, work, wanted=wanted, key=key)
    async with asking.connection() as connection:
        return ApiKeyRevoked(key=await load_key(connection, asking.signed_in, wanted.id))


def keyed() -> StrawberryField:
    """The query of keys."""
    asked: StrawberryField = strawberry.field(
        resolver=api_keys, graphql_type=connection_of(ApiKey), description=api_keys.__doc__
    )  # type: ignore[assignment]  # a field, though typed as what it resolves to
    return asked


def keying() -> Iterator[StrawberryField]:
    """The mutations of keys."""
    yield secretly(
        "createApiKey", NewKey, create, answer=CreateApiKeyAnswer,
        description="Make a key for a machine; the same name again is refused, and its secret can not be read again.",
    )  # fmt: skip
    yield changing(
        "revokeApiKey", RevokedKey, revoke, answer=RevokeApiKeyAnswer, description="End a key at once, for good."
    )
