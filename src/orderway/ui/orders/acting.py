"""Sending one event to many orders: what each of them takes, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from orderway.errors import OrderwayError
from orderway.order.available import Available, load_available
from orderway.order.leading import leads_on
from orderway.order.reach import reach
from orderway.order.reads import load_order
from orderway.order.shape import Life, Order
from orderway.statechart import Chart
from orderway.ui.forms import READ, Field, Known, fields_of, read_event
from orderway.ui.language import tr, you
from orderway.ui.order.reasons import said
from orderway.ui.order.undoing import takes_back
from orderway.ui.site import Visit
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Workflow

ALIKE = frozenset({"text", "hidden", "datetime-local"})
"""Kinds of fields that can be filled in once for many orders: a word, such as a number to track, is of one of them."""


@dataclass(frozen=True, slots=True)
class Taker:
    """One order that an event may be sent to: now, or not yet for these reasons. `value` says where it stands."""

    number: str
    customer: str
    value: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """An event that some of the orders take."""

    machine: str
    event: str
    label: str
    fields: tuple[Field, ...]
    can: tuple[Taker, ...]
    cannot: tuple[Taker, ...]
    grave: bool
    leads: bool
    """Whether it is what the first of them waits for."""

    @property
    def id(self) -> str:
        return f"{self.machine}.{self.event}"


async def deeds_of(visit: Visit, orders: Sequence[UUID]) -> list[Deed]:
    """What the viewer can do with the orders; those that they do not see are left out."""
    found: dict[tuple[str, str], list[tuple[Order, Life[Any], Available]]] = {}
    for id in orders:
        try:
            async with visit.site.pool.acquire() as connection:
                order = await load_order(connection, visit.viewer, id)
            available = await load_available(visit.site.runner, visit.viewer, order)
        except NotFound:
            continue
        lives = {life.id: life for life in order.lives}
        for each in available:
            if each.is_theirs:
                found.setdefault((each.machine, each.choice.event), []).append((order, lives[each.id], each))
    made = [deed for takers in found.values() if (deed := _deed(visit.site.workflow, takers))]
    return sorted(made, key=lambda deed: (deed.grave, not deed.leads, -len(deed.can), deed.label))


def _deed(workflow: Workflow, takers: Sequence[tuple[Order, Life[Any], Available]]) -> Deed | None:
    """One event; None where what is said with it differs from order to order."""
    order, life, first = takers[0]
    chart = workflow.kind(life.machine).charts[life.version]
    event: Any = chart.events[first.choice.event]
    known = fields_of(event, Known(currency=order.currency, context=life.context))
    # What is secret is of one order alone; it is left out where it may be.
    fields = [field for field in known or () if field.required or field.name not in event.words.secret]
    if known is None or not all(_is_alike(field) for field in fields):
        return None
    told = [(each.choice.is_enabled, _taker(order, life, each)) for order, life, each in takers]
    return Deed(
        machine=life.machine,
        event=first.choice.event.lower(),
        label=tr(first.choice.label),
        fields=tuple(field for field in fields if field.kind != "hidden"),
        can=tuple(taker for is_enabled, taker in told if is_enabled),
        cannot=tuple(taker for is_enabled, taker in told if not is_enabled),
        grave=_is_grave(chart, first.choice.to),
        leads=first.choice.event in leads_on(chart, life.state),
    )


def _is_alike(field: Field) -> bool:
    return field.kind in ALIKE or (not field.kind and bool(field.choices))


def _is_grave(chart: Chart, to: Sequence[str]) -> bool:
    return bool(to) and all(chart.node(state).tone in {"bad", "ended"} for state in to)


def _taker(order: Order, life: Life[Any], each: Available) -> Taker:
    return Taker(
        number=order.number,
        customer=order.customer.name if order.customer else "",
        value=f"{order.id}/{life.id}/{each.step}",
        reasons=tuple(map(said, each.choice.reasons)),
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one order: what was done, or what stood against it.

    What takes it back is `undo`, which is sent to `value`; both are empty where nothing does.
    """

    url: str
    number: str
    says: str
    done: bool
    undo: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """The same event to many: what was filled in for all of them, and the key of the form."""

    machine: str
    event: str
    said: Mapping[str, str]
    key: str


async def send_each(visit: Visit, sending: Sending, values: Sequence[str]) -> list[Sent]:
    """Send it to each of them in turn, each in its own transaction: what one refuses stops no other."""
    return [await _send(visit, sending, value) for value in values]


async def _send(visit: Visit, sending: Sending, value: str) -> Sent:
    number, url = "", "/orders"
    try:
        order_id, instance, seen = read_value(value)
        async with visit.site.pool.acquire() as connection:
            order = await load_order(connection, visit.viewer, order_id)
        number, url = order.number, f"/orders/{order.id}"
        done = await _sent(visit, sending, order, instance=instance, seen=seen)
        return replace(done, url=url, number=number)
    except OrderwayError as error:
        return Sent(url, number, str(error), done=False)


async def _sent(visit: Visit, sending: Sending, order: Order, *, instance: UUID, seen: int) -> Sent:
    """Send it to one of them: what was done, and what takes it back. Raises what the door raises, and NotFound."""
    site = visit.site
    life = next((life for life in order.lives if (life.machine, life.id) == (sending.machine, instance)), None)
    kind = site.workflow.kinds.get(sending.machine)
    event = kind.charts[life.version].events.get(sending.event.upper()) if kind and life else None
    if kind is None or life is None or event is None:
        raise NotFound("There is nothing at this address.")
    read = {name: str(getattr(life.context, name, "")) for name in READ}
    made = read_event(event, {**sending.said, **read}, currency=order.currency)
    async with site.pool.acquire() as connection:
        reached = await reach(connection, visit.viewer, kind=kind, id=instance)
    request_id = getattr(visit.request.state, "request_id", None)
    key = f"{sending.key[:36]}:{made.name}:{instance}" if sending.key else None
    moved = await reached.send(site.runner, made, seen=seen, key=key, request_id=request_id)
    says, undo = you(made.words.phrase(moved.from_state, moved.to_state)), takes_back(kind, moved)
    return Sent("", "", says, done=True, undo=undo, value=f"{order.id}/{instance}/{moved.step}" if undo else "")


def read_value(value: str) -> tuple[UUID, UUID, int]:
    """Which order, which instance of it, and the step that was seen. Raises NotFound."""
    try:
        order, instance, seen = value.split("/")
        return UUID(order), UUID(instance), int(seen[:9])
    except ValueError:
        raise NotFound("There is no such order.") from None


def picked(posted: Mapping[str, str]) -> Iterator[UUID]:
    """The orders that were ticked in the list."""
    for name in posted:
        if name.startswith("o."):
            try:
                yield UUID(name[2:])
            except ValueError:
                continue
