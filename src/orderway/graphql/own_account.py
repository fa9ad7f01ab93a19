"""One's own account in the API: where one is signed in, one's name and one's password."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.account import require_once
from orderway.graphql.answers import NOES, Conflict, Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.changing import changing
from orderway.graphql.forms import enum_type
from orderway.graphql.paging import After, First, Page, connection_of, id_of, read_id
from orderway.people.signing import own
from orderway.people.signing.own import NewPassword, OwnAccount, OwnSession

SessionKind = enum_type("SessionKind", {"BROWSER": "The pages, in a browser", "PROGRAM": "A program, by the API"})


@strawberry.type(name="OwnSession", description="Where the viewer is signed in.")
class OwnSessionType:
    id: UUID
    kind: SessionKind  # type: ignore[valid-type]  # made just above
    place: str = strawberry.field(description="From where: an address, or a network of IPv6; empty where unknown.")
    agent: str = strawberry.field(description="What the browser or program called itself.")
    created_at: datetime
    expires_at: datetime
    is_current: bool = strawberry.field(description="It is the one that asks.")


@strawberry.type(name="AccountChanged", description="It is so now.")
class AccountChanged:
    name: str
    step: int = strawberry.field(description="How often the account was changed. Send it as `seen` with a change.")
    ended_sessions: int = strawberry.field(description="How many sessions it ended.")


AccountAnswer = Annotated[
    AccountChanged | Refused | Conflict | NotFound | Invalid,
    strawberry.union("AccountAnswer", description="What a change of one's own account comes to."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewName:
    """What one is to be called; `seen` is the step that was looked at: if the account changed since, one is told."""

    name: str
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSession:
    """The session to be ended."""

    id: UUID


async def my_sessions(info: Info, *, first: First = 20, after: After = None) -> Page[OwnSession]:
    """Where the viewer is signed in, the newest first."""
    asking, place = info.context, read_id(after, "sessions")
    viewer, now = asking.signed_in, asking.desk.runner.clock()
    async with asking.connection() as connection:
        found, more = await own.list_sessions(connection, viewer, at=now, after=place, limit=first)
    return Page(
        nodes=found, has_more=more, cursor=id_of, count=partial(own.count_sessions, viewer=viewer, at=now), after=after
    )


async def rename(asking: Asking, wanted: NewName) -> AccountChanged:
    async with asking.connection() as connection:
        return changed(
            await own.change_own_name(
                connection, asking.signed_in, wanted.name, seen=wanted.seen, at=asking.desk.runner.clock()
            )
        )


async def change_password(asking: Asking, wanted: NewPassword) -> AccountChanged:
    require_once(asking)
    return changed(await own.change_own_password(asking.desk.sessions, asking.signed_in, wanted, caller=asking.caller))


async def end_one(asking: Asking, wanted: OneSession) -> AccountChanged:
    async with asking.connection() as connection:
        return changed(await own.end_session(connection, asking.signed_in, wanted.id, at=asking.desk.runner.clock()))


async def end_others(info: Info) -> AccountAnswer:
    asking = info.context
    try:
        async with asking.connection() as connection:
            return changed(await own.end_other_sessions(connection, asking.signed_in, at=asking.desk.runner.clock()))
    except NOES as no:
        return denied(asking.desk.runner.workflow, no)


def changed(account: OwnAccount) -> AccountChanged:
    return AccountChanged(name=account.name, step=account.step, ended_sessions=account.ended_sessions)


def accounting() -> Iterator[StrawberryField]:
    """The mutations of one's own account."""
    for name, wanted, do, description in (
        ("changeMyName", NewName, rename, "Change what one is called."),
        ("changeMyPassword", NewPassword, change_password, "Replace one's own password; one's other sessions end."),
        ("endMySession", OneSession, end_one, "End one of one's own sessions at once, with every token of it."),
    ):
        yield changing(name, wanted, do, answer=AccountAnswer, description=description)
    others: StrawberryField = strawberry.mutation(
        resolver=end_others,
        name="endMyOtherSessions",
        description="End all of one's own sessions but the one that asks.",
    )  # type: ignore[assignment]  # a field, though typed as what it resolves to
    yield others


def own_account() -> StrawberryField:
    """The query of where one is signed in."""
    asked: StrawberryField = strawberry.field(
        resolver=my_sessions, graphql_type=connection_of(OwnSessionType), description=my_sessions.__doc__
    )  # type: ignore[assignment]  # the same
    return asked
