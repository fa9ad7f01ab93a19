"""The order as it was at any time: where everything of it stood, and what its guards would have answered then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal, NoReturn
from uuid import UUID

import msgspec

from orderway.delivery.address import Delivery
from orderway.delivery.keeping import READ
from orderway.order.reads import load_order
from orderway.order.shape import Order, Phase
from orderway.people.viewer import Viewer
from orderway.quotation.context import PricedLine
from orderway.sale.context import Override
from orderway.statechart import SYSTEM, Chart
from orderway.statechart.explain import blank, choice
from orderway.statechart.guards import Reason, Unfilled, judged
from orderway.statechart.step import is_meant, takes
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection, Workflow
from orderway.workflow.past import Stood, where_stood

Says = Literal["YES", "NO", "UNKNOWN"]
"""What the guards of an event said: YES also where the rest hangs on what is filled in."""

DELIVERY = msgspec.json.Decoder(Delivery)
LINES = msgspec.json.Decoder(tuple[PricedLine, ...])


@dataclass(frozen=True, slots=True)
class Answer:
    """What would have been answered to an event; `unknown` are the facts that the log does not keep of that time."""

    event: str
    label: str
    says: Says
    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastLife:
    """An instance as it stood, its secrets and what is not for the viewer left out; `facts` by their names."""

    machine: str
    version: int
    id: UUID
    step: int
    state: str
    label: str
    tone: str
    since: datetime
    context: Any
    due_at: datetime | None
    due_event: str | None
    answers: tuple[Answer, ...]
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Past:
    """The order at a moment. `lines` are None for who sees no prices, `delivery` for who is not told where it goes."""

    order: Order
    at: datetime
    phase: Phase
    lines: tuple[PricedLine, ...] | None
    delivery: Delivery | None
    lives: tuple[PastLife, ...]


async def load_past(
    connection: Connection, workflow: Workflow, viewer: Viewer, *, order_id: UUID, at: datetime
) -> Past:
    """Return the order as it was, for who sees it now, and as much of it as they see now. Five statements at most.

    Raises NotFound where there is no such order, or was none yet that the viewer could have seen.
    """
    order = await load_order(connection, viewer, order_id)
    seen = [life.id for life in order.lives]
    stood = await where_stood(connection, workflow, store_id=order.store_id, instances=seen, at=at)
    if not stood or at < await _first_seen(connection, viewer, order):
        raise NotFound("There was no such order for you yet.", "Ask for a later time.")
    machines = {each.machine for each in stood}
    phase: Phase = "FULFILLMENT" if "fulfillment" in machines else "SALE" if "sale" in machines else "QUOTATION"
    return Past(
        order=order,
        at=at,
        phase=phase,
        lines=await _lines(connection, order, {each.id: each.step for each in stood}),
        delivery=await _delivery(connection, order, at),
        lives=tuple(_as_seen(workflow, viewer, order, each, at) for each in stood),
    )


SHARED = """
SELECT coalesce(
    min(at) FILTER (WHERE step = 0 AND actor = $3), min(at) FILTER (WHERE event = 'SHARE'), min(at)
) FROM transition_log WHERE store_id = $1 AND instance_id = $2
"""


async def _first_seen(connection: Connection, viewer: Viewer, order: Order) -> datetime:
    """From when on the viewer could have looked: a buyer from the draft that they began, or that was shared."""
    if order.sees_notes or order.quotation is None:
        return order.placed_at
    first: datetime = await connection.fetchval(SHARED, order.store_id, order.quotation.id, viewer.actor().id)
    return first


PRICED = """
SELECT (facts -> 'priced')::text FROM transition_log
WHERE store_id = $1 AND instance_id = $2 AND event IN ('BORN', 'EDIT') AND step <= $3 ORDER BY step DESC LIMIT 1
"""


async def _lines(connection: Connection, order: Order, steps: Mapping[UUID, int]) -> tuple[PricedLine, ...] | None:
    """The lines with their prices as the quotation had them at its step of then."""
    if order.quotation is None:
        return None
    told = await connection.fetchval(PRICED, order.store_id, order.quotation.id, steps.get(order.quotation.id, -1))
    return LINES.decode(told) if told else ()


ADDRESS = f"""
SELECT {READ}::text FROM delivery_address d WHERE d.store_id = $1 AND d.order_id = $2 AND d.at <= $3
ORDER BY d.at DESC, d.id DESC LIMIT 1
"""  # noqa: S608  (texts of the code alone)


async def _delivery(connection: Connection, order: Order, at: datetime) -> Delivery | None:
    if order.customer is None:
        return None
    told = await connection.fetchval(ADDRESS, order.store_id, order.id, at)
    return DELIVERY.decode(told) if told else None


def _as_seen(workflow: Workflow, viewer: Viewer, order: Order, stood: Stood, at: datetime) -> PastLife:
    chart = workflow.kind(stood.machine).charts[stood.version]
    node = chart.node(stood.snapshot.state)
    due_at, due_event = chart.due(stood.snapshot) or (None, None)
    return PastLife(
        machine=stood.machine,
        version=stood.version,
        id=stood.id,
        step=stood.step,
        state=stood.snapshot.state,
        label=node.label,
        tone=node.tone,
        since=stood.since,
        context=_without_secrets(viewer, order, stood.snapshot.context),
        due_at=due_at,
        due_event=due_event,
        answers=tuple(_answers(chart, viewer, order, stood, at)),
        facts=_known(stood, at, viewer, order) if order.sees_notes else {},
    )


def _without_secrets(viewer: Viewer, order: Order, context: Any) -> Any:
    """The context without what its viewer does not read now either."""
    names = {each.name for each in fields(context)}
    hidden: dict[str, object] = dict.fromkeys(names & {"pin_hash"})
    if not order.sees_notes:
        hidden |= dict.fromkeys(names & {"review"})
        hidden |= {name: Override(getattr(context, name).status) for name in names & {"admin", "credit_override"}}
        if "pin_hash" in names and context.rider != viewer.person_id:
            hidden |= dict.fromkeys(names & {"cost", "interest"})
    return replace(context, **hidden)


def _answers(chart: Chart, viewer: Viewer, order: Order, stood: Stood, at: datetime) -> Iterator[Answer]:
    """The answer to each event that the state took of the viewer, or of anyone where they look for the seller."""
    for name in takes(chart, stood.snapshot):
        event: Any = chart.events[name]
        permission = event.words.permission
        if permission == SYSTEM or not (order.sees_notes or permission in viewer.permissions):
            continue
        facts = Remembered(_known(stood, at, viewer, order))
        told = choice(chart, stood.snapshot, name, facts)
        rows = [row for row in chart.leaf(stood.snapshot.state).on[name] if is_meant(row, stood.snapshot)]
        guards = [row.transition.guard for row in rows]
        sure = any(
            guard is None or judged(guard, stood.snapshot.context, blank(event), facts) is True for guard in guards
        )
        is_open = told.is_enabled and not sure and bool(facts.missing)
        says: Says = "UNKNOWN" if is_open else "YES" if told.is_enabled else "NO"
        yield Answer(name, told.label, says, told.reasons, tuple(sorted(facts.missing)) if is_open else ())


OF_WHO_ACTS = frozenset({"actor", "party", "may_price", "by_itself", "may_skip_pin", "on_behalf_of", "cap", "who_may"})
"""Facts that tell of who acts: those of another's decision say nothing of the viewer."""


def _known(stood: Stood, at: datetime, viewer: Viewer, order: Order) -> dict[str, object]:
    """The facts that its last decision looked at, as they were then, but with the time and the viewer who asks.

    One that stands at its default was not looked at, as far as the log tells.
    """
    asking = {
        "now": at, "actor": viewer.actor().author, "party": "seller" if order.sees_notes else "buyer",
        "by_itself": False, "on_behalf_of": None,
    }  # fmt: skip
    known: dict[str, object] = {}
    for each in fields(stood.facts):
        value = getattr(stood.facts, each.name)
        default = each.default_factory() if each.default_factory is not MISSING else each.default
        if each.name in asking:
            known[each.name] = asking[each.name]
        elif each.name not in OF_WHO_ACTS and (default is MISSING or value != default):
            known[each.name] = value
    return known


@dataclass(slots=True)
class Remembered:
    """Facts as far as they are known; `missing` are those that somebody asked for and nobody knows."""

    known: Mapping[str, object]
    missing: set[str] = field(default_factory=set)

    def __getattr__(self, name: str) -> object:
        if name in self.known:
            return self.known[name]
        return self._forget(name)

    def _forget(self, name: str) -> NoReturn:
        self.missing.add(name)
        raise Unfilled
