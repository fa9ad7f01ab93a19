"""The mutation that names who bills an order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from strawberry.types.field import StrawberryField

from orderway import billers
from orderway.billers import NameBiller
from orderway.graphql.asking import Asking
from orderway.graphql.births import asker
from orderway.graphql.expose import INPUTS, KEY, doing
from orderway.graphql.forms import payload_of
from orderway.workflow.kinds import Moved


def billing() -> Iterator[StrawberryField]:
    """The mutations of who is answerable for an order."""
    name = "nameBiller"
    form = INPUTS.of(NameBiller, machine=name, name="NameBillerInput", extras=(KEY,))
    told = "Say who bills an order that is under way: one of those whom `billers` lists of its store."
    yield doing(name, form, name_biller, description=told)


async def name_biller(asking: Asking, given: Any) -> Moved:
    """Name who bills an order that the viewer sees. Raises what `change_biller` raises."""
    return await billers.name_biller(asking.desk.runner, asker(asking, given), payload_of(NameBiller, given))
