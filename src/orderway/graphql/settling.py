"""Doing something with an item of the reconciliation inbox: a mutation for each action, and one form of answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import NOES, Conflict, Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.changing import done_once
from orderway.graphql.expose import INPUTS, KEY, key_of
from orderway.graphql.forms import payload_of
from orderway.graphql.reconciliation import MUTATIONS, ReconciliationItem, reconciliation_item
from orderway.sale.reconciliation.deeds import Wish, fulfill
from orderway.sale.reconciliation.rules import ACTIONS, Action
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Settle:
    """What is to be done, and why: the reason stays with the item and stands in the log."""

    item: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Attach:
    """The order that is to have the money, and why: the reason stays with the item and stands in the log."""

    item: UUID
    order: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Return:
    """Why the money goes back, and what the bank or the provider calls the transfer."""

    item: UUID
    reason: str
    sent_reference: str | None = None


PAYLOADS: dict[Action, type] = {"attach": Attach, "return": Return}


@strawberry.type(name="Settled", description="It is done, and committed.")
class Settled:
    item: ReconciliationItem


SettlingAnswer = Annotated[
    Settled | Refused | Conflict | NotFound | Invalid,
    strawberry.union("SettlingAnswer", description="What doing something with an item of the inbox comes to."),
]


def settling() -> Iterator[StrawberryField]:
    """The mutations of the inbox."""
    for action, name in MUTATIONS.items():
        yield mutation(action, name)


def mutation(action: Action, name: str) -> StrawberryField:
    payload = PAYLOADS.get(action, Settle)
    form = INPUTS.of(payload, machine="reconciliation", name=f"{name[0].upper()}{name[1:]}Input", extras=(KEY,))

    async def resolve(info: Info, input: Any) -> SettlingAnswer:  # noqa: A002  (the API's word for it)
        try:
            await settled(info.context, action, payload_of(payload, input), key=key_of(input))
            return Settled(item=await reconciliation_item(info, input.item))
        except NOES as no:
            return denied(info.context.desk.runner.workflow, no)

    resolve.__name__ = name
    resolve.__annotations__ = {"info": Info, "input": form, "return": SettlingAnswer}
    field: StrawberryField = strawberry.mutation(resolver=resolve, name=name, description=f"{ACTIONS[action]}.")
    return field


async def settled(asking: Asking, action: Action, given: Any, *, key: str | None) -> None:
    """Do it as the viewer, in one transaction, once for a key. Raises what `fulfill` raises."""
    viewer = asking.signed_in
    wish = Wish(
        item=given.item,
        action=action,
        reason=given.reason,
        order=getattr(given, "order", None),
        sent=getattr(given, "sent_reference", None),
    )

    async def work(tx: Transaction) -> None:
        await fulfill(tx, viewer, wish)

    await done_once(asking, work, wanted=wish, key=key)
