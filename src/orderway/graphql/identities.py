"""How somebody is recognised by providers of identities, in the API: forgotten by who manages them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Asking
from orderway.graphql.changing import changing
from orderway.graphql.people_changes import UserAnswer, UserChanged
from orderway.people.directory import load_user
from orderway.people.signing.identities import forget_identities


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """Whose names at providers are to be forgotten, and why."""

    user: UUID
    reason: str


async def forget(asking: Asking, wanted: Forgotten) -> UserChanged:
    viewer = asking.signed_in
    async with asking.connection() as connection:
        await forget_identities(connection, viewer, wanted.user, reason=wanted.reason, at=asking.desk.runner.clock())
        return UserChanged(user=await load_user(connection, viewer, wanted.user))


def forgetting() -> StrawberryField:
    """The mutation that has them forgotten."""
    return changing(
        "forgetUserIdentities", Forgotten, forget, answer=UserAnswer,
        description="Forget whom providers of identities know somebody as: they are recognised by their address anew.",
    )  # fmt: skip
