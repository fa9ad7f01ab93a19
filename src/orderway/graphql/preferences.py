"""The mutation that changes how an order is brought: its way and its address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from strawberry.types.field import StrawberryField

from orderway import preferences
from orderway.graphql.asking import Asking
from orderway.graphql.births import asker
from orderway.graphql.expose import INPUTS, KEY, doing
from orderway.graphql.forms import payload_of
from orderway.preferences import FulfillmentPreferences
from orderway.workflow.kinds import Moved


def preferring() -> Iterator[StrawberryField]:
    """The mutations of the way to the buyer."""
    name = "updateFulfillmentPreferences"
    form = INPUTS.of(FulfillmentPreferences, machine=name, name="UpdateFulfillmentPreferencesInput", extras=(KEY,))
    told = "Change the way or the address of an order: the store until it is dispatched, its buyer until it is picked."
    yield doing(name, form, update_preferences, description=told)


async def update_preferences(asking: Asking, given: Any) -> Moved:
    """Change an order that the viewer sees. Raises what `change_preferences` raises."""
    asked = payload_of(FulfillmentPreferences, given)
    return await preferences.update_preferences(asking.desk.runner, asker(asking, given), asked)
