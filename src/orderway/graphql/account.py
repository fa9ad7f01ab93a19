"""Signing in and out of the API: an address and a password for a bearer token."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import Problem
from orderway.graphql.asking import Info
from orderway.people.sessions import SignInRefused
from orderway.workflow.errors import Invalid


@strawberry.type(name="SignedIn", description="Keep the token: it can not be read again.")
class SignedIn:
    token: str = strawberry.field(description="Send it as Authorization: Bearer.")
    expires_at: datetime


@strawberry.type(name="SignInRefused", description="The address and the password do not belong together.")
class SignInAnswerRefused(Problem):
    """Its sentence."""


SignInAnswer = Annotated[SignedIn | SignInAnswerRefused, strawberry.union("SignInAnswer")]


async def sign_in(info: Info, email: str, password: str) -> SignInAnswer:
    asking = info.context
    asking.signings += 1
    if asking.signings > 1:
        raise Invalid("One request signs in once.", "Send each signIn by itself.", "signIn")
    try:
        signed = await asking.desk.sessions.sign_in(email, password)
    except SignInRefused as refused:
        return SignInAnswerRefused(sentence=str(refused))
    return SignedIn(token=signed.token, expires_at=signed.expires_at)


async def sign_out(info: Info) -> bool:
    if not info.context.token:
        return False
    await info.context.desk.sessions.sign_out(info.context.token)
    return True


def signing() -> list[StrawberryField]:
    """The mutations of signing in and out."""
    enter: StrawberryField = strawberry.mutation(
        resolver=sign_in, description="Exchange an address and a password for a bearer token."
    )  # type: ignore[assignment]  # a field, though typed as what it resolves to
    leave: StrawberryField = strawberry.mutation(
        resolver=sign_out, description="End the session of the token; true where one was sent."
    )  # type: ignore[assignment]  # the same
    return [enter, leave]
