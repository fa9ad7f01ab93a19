"""Whose work an order is while a former system still does a part of it: asked at the one door.

What its flag switches on is Orderway's. Of an order with which Orderway has begun, what it began stays its own although
the flag is switched off again: the former system does not know how the order went on. What follows by itself from an
event that was let in follows, and whoever brings over what the former system did is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orderway.flags.flags import Place
from orderway.flags.slices import BEGINS, Slice, slices_of
from orderway.statechart import Reason, Refusal
from orderway.statechart.explain import text
from orderway.workflow.errors import Refused, forbidden
from orderway.workflow.kinds import Instance
from orderway.workflow.versions import MIGRATED, MIGRATION_UNDONE

if TYPE_CHECKING:
    from orderway.workflow.transaction import Transaction

FORMER = ("import:", "source:", "shadow")
"""What the actors begin with who bring over what another system did."""

SWITCHES = "settings.manage"
"""The permission of who can help: they know who switches the flags."""


@dataclass(slots=True)
class Gate:
    """What a transaction knows of it: how deep it is in what follows from an event, and which slices were begun."""

    depth: int = 0
    begun: dict[str, bool] = field(default_factory=dict)

    @contextmanager
    def following(self) -> Iterator[None]:
        """As long as it lasts, everything follows from what was let in; what breaks off undoes the whole."""
        self.depth += 1
        yield
        self.depth -= 1


# What followed by itself from what people did elsewhere in the order is no beginning, but the birth of an instance is.
BEGUN = f"""
SELECT EXISTS (
    SELECT FROM transition_log
    WHERE store_id = $1 AND order_id = $2 AND machine = ANY ($3::text[])
    AND NOT ({" OR ".join(f"actor LIKE '{each}%'" for each in FORMER)})
    AND event NOT IN ('{MIGRATED}', '{MIGRATION_UNDONE}')
    AND (step = 0 OR NOT (actor = 'system' AND on_behalf_of IS NOT NULL))
)
"""  # noqa: S608  (texts of this module)


BY_PEOPLE = f"""actor <> 'system' AND NOT ({" OR ".join(f"actor LIKE '{each}%'" for each in FORMER)})
    AND event NOT IN ('{MIGRATED}', '{MIGRATION_UNDONE}')"""
"""Whether a row of the log is of somebody who moved the order here, beside those who tell what another system did."""

GONE_ON = f"SELECT EXISTS (SELECT FROM transition_log WHERE store_id = $1 AND order_id = $2 AND {BY_PEOPLE})"  # noqa: S608  (texts of this module)


async def refused_before(tx: Transaction, instance: Instance, event: Any) -> Refusal | None:
    """Why an event is refused before a machine is asked: whoever acts may not send it, or it is not theirs here."""
    chart = tx.workflow.kind(instance.ref.machine).charts[instance.version]
    if not tx.actor.may(event.words.permission):
        return forbidden(chart, instance.state, event)
    why = await withheld(tx, instance.ref.machine, event.name)
    return Refusal(chart.name, instance.state, event.name, (why,), chart.takes(instance.state)) if why else None


async def withheld(tx: Transaction, machine: str, event: str) -> Reason | None:
    """Why an event of a machine ("" for its birth) is not for whoever acts here; None where it is.

    An order that begins is one that the former system does not know: it may where the slice is on for some.
    """
    if not tx.workflow.flags.are_set or tx.gate.depth or is_brought_over(tx):
        return None
    begins = machine == BEGINS and not event
    place = Place(tx.store_id, None if begins else tx.order_id, tx.actor.roles)
    for slice_ in slices_of(machine, event):
        if not await _is_ours(tx, slice_, place):
            return reason(slice_, tx.workflow.flags.store(tx.store_id).name)
    return None


def reason(slice_: Slice, store: str) -> Reason:
    """The refusal of what a store still has done by the former system."""
    return Reason(
        guard="former_system",
        sentence=slice_.elsewhere.format(store=store or "this store"),
        remedy="Go on with it there.",
        help=SWITCHES,
    )


async def require_birth(tx: Transaction, machine: str) -> None:
    """Raises Refused where an instance of a machine is not for whoever acts here to bring about."""
    why = await withheld(tx, machine, "")
    if why:
        raise Refused(Refusal(machine, "", "", (why,), ()), text(why))


def is_brought_over(tx: Transaction) -> bool:
    """Whether whoever acts tells what another system did."""
    return tx.actor.author.startswith(FORMER)


async def is_ours(tx: Transaction, slice_: Slice) -> bool:
    """Whether a slice of the locked order's work is Orderway's."""
    return not tx.workflow.flags.are_set or await _is_ours(tx, slice_, Place(tx.store_id, tx.order_id, tx.actor.roles))


async def _is_ours(tx: Transaction, slice_: Slice, place: Place) -> bool:
    flags = tx.workflow.flags
    if flags.is_on(slice_, place):
        return True
    if flags.is_on_for_anybody(slice_, place):
        return not place.roles  # a timer or a provider acts for all of them
    if slice_.lasts and await has_begun(tx, slice_):
        return True
    if not slice_.needs or not flags.says(slice_, place):
        return False
    return all([await _is_ours(tx, each, place) for each in slice_.needs])


async def has_gone_on(tx: Transaction) -> bool:
    """Whether anybody has moved the locked order here, beside those who tell what another system did."""
    gone_on: bool = await tx.connection.fetchval(GONE_ON, tx.store_id, tx.order_id)
    return gone_on


async def has_begun(tx: Transaction, slice_: Slice) -> bool:
    """Whether Orderway has begun to do it for the locked order. One statement, where something is off."""
    if slice_.name not in tx.gate.begun:
        machines = list(slice_.machines)
        begun: bool = await tx.connection.fetchval(BEGUN, tx.store_id, tx.order_id, machines)
        tx.gate.begun[slice_.name] = begun
    return tx.gate.begun[slice_.name]
