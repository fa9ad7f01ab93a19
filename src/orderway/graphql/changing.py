"""Mutations that change what is no machine: one input made of a record, and its own answer or one of the four noes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import NOES, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.expose import INPUTS, KEY, key_of
from orderway.graphql.forms import Slot, payload_of
from orderway.workflow.transaction import Transaction

Result = TypeVar("Result")
Work = Callable[[Transaction], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class Done:
    """What an idempotency key keeps where the request itself says all that it was about."""

    done: str


def changing(
    name: str, wanted: type, do: Callable[[Asking, Any, str | None], Awaitable[Any]], *, answer: Any, description: str
) -> StrawberryField:
    """A mutation with an idempotency key that does what a record of type `wanted` asks."""

    async def keyed(asking: Asking, given: Any) -> Any:
        return await do(asking, payload_of(wanted, given), key_of(given))

    return _mutation(name, wanted, keyed, extras=(KEY,), answer=answer, description=description)


def secretly(
    name: str, wanted: type, do: Callable[[Asking, Any], Awaitable[Any]], *, answer: Any, description: str
) -> StrawberryField:
    """The same without a key: what is asked or answered is a secret, which is kept nowhere to be given again."""

    async def keyless(asking: Asking, given: Any) -> Any:
        return await do(asking, payload_of(wanted, given))

    return _mutation(name, wanted, keyless, extras=(), answer=answer, description=description)


def _mutation(
    name: str,
    wanted: type,
    do: Callable[[Asking, Any], Awaitable[Any]],
    *,
    extras: Sequence[Slot],
    answer: Any,
    description: str,
) -> StrawberryField:
    """A mutation that does something with its input; where it can not be done, nothing was written."""
    form = INPUTS.of(wanted, machine=name, name=f"{name[0].upper()}{name[1:]}Input", extras=extras)

    async def resolve(info: Info, input: Any) -> Any:  # noqa: A002  (the API's word for it)
        try:
            return await do(info.context, input)
        except NOES as no:
            return denied(info.context.desk.runner.workflow, no)

    resolve.__name__ = name
    resolve.__annotations__ = {"info": Info, "input": form, "return": answer}
    field: StrawberryField = strawberry.mutation(resolver=resolve, name=name, description=description)
    return field


async def once(asking: Asking, work: Work[Result], answer: type[Result], *, wanted: object, key: str | None) -> Result:
    """Do the work as the viewer, in one transaction; the same key gives the same answer, and nothing is done twice."""
    return await asking.desk.runner.once(
        work, answer, key=key, request=(type(wanted).__name__, wanted), actor=asking.signed_in.actor(),
        request_id=asking.request_id,
    )  # fmt: skip


async def done_once(asking: Asking, work: Work[object], *, wanted: object, key: str | None) -> None:
    """Do the work as `once` does, of which nothing is to be kept but that it was done."""
    name = type(wanted).__name__

    async def doing(tx: Transaction) -> Done:
        await work(tx)
        return Done(name)

    await once(asking, doing, Done, wanted=wanted, key=key)
