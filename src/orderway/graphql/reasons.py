"""Why something can not be done, in the API: the guard's sentence, its numbers, the way out and who can help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import strawberry

from orderway.graphql.asking import Info
from orderway.graphql.names import camel, words
from orderway.money import Money
from orderway.statechart import Amount
from orderway.statechart import Reason as Why
from orderway.statechart.numbers import plain


def shown(value: Any) -> str:
    """A number of a reason as a person reads it: amounts with their currency, the rest plainly."""
    return Money(value.minor, value.currency).format() if isinstance(value, Amount) else plain(value)


class Asks(Protocol):
    """What names a permission that it takes."""

    permission: str | None


async def who_can_help(root: strawberry.Parent[Asks], info: Info) -> str | None:
    return await info.context.who_can_help(root.permission or "")


@strawberry.type(name="ReasonNumber", description="One of the numbers behind a reason.")
class ReasonNumber:
    name: str
    value: str = strawberry.field(description="As a person reads it: amounts with their currency, times in UTC.")


@strawberry.type(name="Reason", description="One thing that stands against an event.")
class Reason:
    guard: str = strawberry.field(description="The name of the rule; it stays when the sentence is reworded.")
    sentence: str = strawberry.field(description="What must hold.")
    detail: str | None = strawberry.field(description="The numbers behind it, as a sentence.")
    numbers: list[ReasonNumber] = strawberry.field(description="The same, one by one.")
    remedy: str | None = strawberry.field(description="The way out.")
    permission: str | None = strawberry.field(description="What it takes to open it.")
    mode: str = strawberry.field(description="any: one of the parts would be enough; all: each must hold; else leaf.")
    who_can_help: str | None = strawberry.field(
        resolver=who_can_help, description='Who can open it: "a manager or an admin".'
    )
    parts: list[Reason]


def reasons_of(whys: Iterable[Why]) -> list[Reason]:
    return [
        Reason(
            guard=why.guard,
            sentence=why.sentence,
            detail=why.told(shown) or None,
            numbers=[ReasonNumber(name=camel(words(name)), value=shown(value)) for name, value in why.numbers.items()],
            remedy=why.remedy or None,
            permission=why.help or None,
            mode=why.mode,
            parts=reasons_of(why.parts),
        )
        for why in whys
    ]
