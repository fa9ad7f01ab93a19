"""How somebody is recognised by providers of identities, in the API: forgotten by who manages them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Asking
from orderway.graphql.changing import changing, done_once
from orderway.graphql.people_changes import UserAnswer, standing
from orderway.people.changes import Changed
from orderway.people.signing.identities import forget_identities
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """Whose names at providers are to be forgotten, and why; `seen` is the step of the person that was looked at."""

    user: UUID
    reason: str
    seen: int | None = None


async def forget(asking: Asking, wanted: Forgotten, key: str | None) -> object:
    async def work(tx: Transaction) -> None:
        await forget_identities(
            tx.connection, asking.signed_in, wanted.user, reason=wanted.reason, at=tx.now, seen=wanted.seen
        )

    await done_once(asking, work, wanted=wanted, key=key)
    return await standing(asking, Changed(user=wanted.user), answer=UserAnswer)


def forgetting() -> StrawberryField:
    """The mutation that has them forgotten."""
    return changing(
        "forgetUserIdentities", Forgotten, forget, answer=UserAnswer,
        description="Forget whom providers of identities know somebody as: they are recognised by their address anew.",
    )  # fmt: skip
