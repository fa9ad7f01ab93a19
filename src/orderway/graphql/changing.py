"""Mutations that change what is no machine: one input made of a record, and its own answer or one of the four noes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import NOES, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.expose import INPUTS
from orderway.graphql.forms import payload_of


def changing(
    name: str, wanted: type, do: Callable[[Asking, Any], Awaitable[Any]], *, answer: Any, description: str
) -> StrawberryField:
    """A mutation that does what a record of type `wanted` asks; where it can not be done, nothing was written."""
    form = INPUTS.of(wanted, machine=name, name=f"{name[0].upper()}{name[1:]}Input")

    async def resolve(info: Info, input: Any) -> Any:  # noqa: A002  (the API's word for it)
        try:
            return await do(info.context, payload_of(wanted, input))
        except NOES as no:
            return denied(info.context.desk.runner.workflow, no)

    resolve.__name__ = name
    resolve.__annotations__ = {"info": Info, "input": form, "return": answer}
    field: StrawberryField = strawberry.mutation(resolver=resolve, name=name, description=description)
    return field
