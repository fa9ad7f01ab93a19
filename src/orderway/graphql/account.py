"""Signing in and out of the API: an address and a password for tokens, and one of them for the next two."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import Problem
from orderway.graphql.asking import Asking, Info
from orderway.people.sessions import RefreshRefused, SignInRefused, Tokens
from orderway.people.signing.throttle import SignInPaused
from orderway.workflow.errors import Invalid


@strawberry.type(name="SignedIn", description="Keep the tokens: they can not be read again.")
class SignedIn:
    access_token: str = strawberry.field(description="Send it as Authorization: Bearer.")
    access_expires_at: datetime
    refresh_token: str = strawberry.field(
        description="Send it to refreshToken for the next two, once: a second time ends the session."
    )
    refresh_expires_at: datetime


@strawberry.type(name="SignInRefused", description="Nobody was signed in.")
class SignInAnswerRefused(Problem):
    retry_after: int | None = strawberry.field(
        default=None, description="Seconds to wait, where too many attempts have failed."
    )


SignInAnswer = Annotated[
    SignedIn | SignInAnswerRefused, strawberry.union("SignInAnswer", description="What signing in comes to.")
]


@strawberry.input(name="SignInInput")
class SignInInput:
    email: str
    password: str


@strawberry.input(name="RefreshTokenInput")
class RefreshTokenInput:
    refresh_token: str


def require_once(asking: Asking) -> None:
    """Count what verifies a password. Raises Invalid where one request does so again: each takes its time."""
    asking.signings += 1
    if asking.signings > 1:
        raise Invalid("One request signs in once.", "Send each signIn by itself.", "signIn")


async def sign_in(info: Info, input: SignInInput) -> SignInAnswer:  # noqa: A002  (the API's word for it)
    asking = info.context
    require_once(asking)
    try:
        sessions = asking.desk.sessions
        return signed_in(await sessions.sign_in_program(input.email, input.password, caller=asking.caller))
    except SignInPaused as paused:
        return SignInAnswerRefused(sentence=str(paused), retry_after=paused.seconds)
    except SignInRefused as refused:
        return SignInAnswerRefused(sentence=str(refused))


async def refresh_token(info: Info, input: RefreshTokenInput) -> SignInAnswer:  # noqa: A002  (the same)
    try:
        return signed_in(await info.context.desk.sessions.refresh(input.refresh_token))
    except RefreshRefused as refused:
        return SignInAnswerRefused(sentence=str(refused))


def signed_in(tokens: Tokens) -> SignedIn:
    return SignedIn(
        access_token=tokens.access_token,
        access_expires_at=tokens.access_expires_at,
        refresh_token=tokens.refresh_token,
        refresh_expires_at=tokens.refresh_expires_at,
    )


async def sign_out(info: Info) -> bool:
    if not info.context.token:
        return False
    await info.context.desk.sessions.sign_out(info.context.token)
    return True


def signing() -> list[StrawberryField]:
    """The mutations of signing in and out."""
    enter: StrawberryField = strawberry.mutation(
        resolver=sign_in, description="Exchange an address and a password for tokens."
    )  # type: ignore[assignment]  # a field, though typed as what it resolves to
    renew: StrawberryField = strawberry.mutation(
        resolver=refresh_token, description="Exchange a refresh token for the next two tokens of the session, once."
    )  # type: ignore[assignment]  # the same
    leave: StrawberryField = strawberry.mutation(
        resolver=sign_out, description="End the session of the token, with every token of it; true where one was sent."
    )  # type: ignore[assignment]  # the same
    return [enter, renew, leave]
