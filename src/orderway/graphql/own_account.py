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
from orderway.graphql.changing import changing, once, secretly
from orderway.graphql.expose import KEY, key_of
from orderway.graphql.forms import enum_type
from orderway.graphql.paging import After, First, Page, connection_of, id_of, read_id
from orderway.people.signing import own
from orderway.people.signing.own import NewPassword, OwnAccount, OwnSession
from orderway.workflow.transaction import Transaction

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
class NewLanguage:
    """The language that one is to be spoken to in (ISO 639); without one it is the browser's. `seen` as with a name."""

    language: str | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSession:
    """The session to be ended."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSessions:
    """All of one's own sessions but this one."""

    session: UUID | None


@strawberry.input(name="EndMyOtherSessionsInput")
class EndMyOtherSessionsInput:
    idempotency_key: str | None = strawberry.field(default=strawberry.UNSET, description=KEY.description)


async def my_sessions(info: Info, *, first: First = 20, after: After = None) -> Page[OwnSession]:
    """Where the viewer is signed in, the newest first."""
    asking, place = info.context, read_id(after, "sessions")
    viewer, now = asking.signed_in, asking.desk.runner.clock()
    async with asking.connection() as connection:
        found, more = await own.list_sessions(connection, viewer, at=now, after=place, limit=first)
    return Page(
        nodes=found, has_more=more, cursor=id_of, count=partial(own.count_sessions, viewer=viewer, at=now), after=after
    )


async def rename(asking: Asking, wanted: NewName, key: str | None) -> AccountChanged:
    async def work(tx: Transaction) -> OwnAccount:
        return await own.change_own_name(tx.connection, asking.signed_in, wanted.name, seen=wanted.seen, at=tx.now)

    return changed(await once(asking, work, OwnAccount, wanted=wanted, key=key))


async def choose_language(asking: Asking, wanted: NewLanguage, key: str | None) -> AccountChanged:
    async def work(tx: Transaction) -> OwnAccount:
        viewer, seen = asking.signed_in, wanted.seen
        return await own.change_own_language(tx.connection, viewer, wanted.language, seen=seen, at=tx.now)

    return changed(await once(asking, work, OwnAccount, wanted=wanted, key=key))


async def change_password(asking: Asking, wanted: NewPassword) -> AccountChanged:
    require_once(asking)
    return changed(await own.change_own_password(asking.desk.sessions, asking.signed_in, wanted, caller=asking.caller))


async def end_one(asking: Asking, wanted: OneSession, key: str | None) -> AccountChanged:
    async def work(tx: Transaction) -> OwnAccount:
        return await own.end_session(tx.connection, asking.signed_in, wanted.id, at=tx.now)

    return changed(await once(asking, work, OwnAccount, wanted=wanted, key=key))


async def end_others(info: Info, input: EndMyOtherSessionsInput | None = None) -> AccountAnswer:  # noqa: A002  (the API's word for it)
    asking = info.context
    viewer = asking.signed_in

    async def work(tx: Transaction) -> OwnAccount:
        return await own.end_other_sessions(tx.connection, viewer, at=tx.now)

    try:
        key = key_of(input) if input else None
        return changed(await once(asking, work, OwnAccount, wanted=OtherSessions(session=viewer.session), key=key))
    except NOES as no:
        return denied(asking.desk.runner.workflow, no)


def changed(account: OwnAccount) -> AccountChanged:
    return AccountChanged(name=account.name, step=account.step, ended_sessions=account.ended_sessions)


def accounting() -> Iterator[StrawberryField]:
    """The mutations of one's own account."""
    yield changing("changeMyName", NewName, rename, answer=AccountAnswer, description="Change what one is called.")
    yield changing(
        "changeMyLanguage", NewLanguage, choose_language, answer=AccountAnswer,
        description="Choose the language that one is spoken to in; without one it is the browser's.",
    )  # fmt: skip
    yield secretly(
        "changeMyPassword", NewPassword, change_password, answer=AccountAnswer,
        description="Replace one's own password; one's other sessions end.",
    )  # fmt: skip
    yield changing(
        "endMySession", OneSession, end_one, answer=AccountAnswer,
        description="End one of one's own sessions at once, with every token of it.",
    )  # fmt: skip
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
