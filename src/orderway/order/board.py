"""The fulfillment board: what stands in each open state, those that stand longest first, as its viewer sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from orderway.machines import CHARTS
from orderway.order.leading import OFFERS, can_be_tried, leads_on, open_states
from orderway.order.sight import Sight
from orderway.people.permissions import SCOPES
from orderway.people.scope import granted, reached_by
from orderway.people.viewer import Viewer
from orderway.statechart.explain import Blank, choice
from orderway.workflow.kinds import Connection, Workflow

MACHINE = "fulfillment"
CARDS = 8
"""Cards of a column; what stands there besides is for the list."""


@dataclass(frozen=True, slots=True)
class Step:
    """An event by which the viewer may lead it on, as far as it is known without asking the rest of the world."""

    event: str
    label: str


class Standing(msgspec.Struct, frozen=True):
    """One fulfillment on the board.

    `part` is its number where the order has several, else 0. Of its `lines` so many are `held`. `bids` are open
    offers of riders, `best` the cheapest of them in minor units. The customer is there for those who see whom it goes
    to.
    """

    order_id: UUID
    number: str
    currency: str
    customer: str | None
    id: UUID
    part: int
    version: int
    step: int
    state: str
    moved_at: datetime
    promised_at: datetime | None
    rider: str | None
    lines: int
    held: int
    bids: int
    best: int | None
    context: msgspec.Raw
    history: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on the board, and what the viewer can do with it."""

    standing: Standing
    steps: tuple[Step, ...]


DECODER = msgspec.json.Decoder(Standing)
PARTS = "EXISTS (SELECT FROM fulfillment e WHERE e.store_id = i.store_id AND e.order_id = i.order_id AND e.id <> i.id)"
BEST = "min((b.context ->> 'proposed_cost')::bigint)"
LINES = """FROM reservation r WHERE r.store_id = i.store_id AND r.order_id = i.order_id AND r.part = i.part"""


def shape(sight: Sight) -> str:
    """A fulfillment `i` of the order `o` as JSON."""
    return f"""json_build_object('order_id', o.id, 'number', o.number, 'currency', o.currency,
        'customer', CASE WHEN {sight.address()} THEN (SELECT c.name FROM customer c WHERE c.id = o.customer_id) END,
        'id', i.id, 'part', CASE WHEN {PARTS} THEN i.part ELSE 0 END, 'version', i.version, 'step', i.step,
        'state', i.state, 'moved_at', i.moved_at,
        'promised_at', (SELECT d.promised_at FROM delivery_address d
            WHERE d.store_id = o.store_id AND d.id = o.address_id),
        'rider', (SELECT p.name FROM person p WHERE p.id = i.rider_id), 'lines', (SELECT count(*) {LINES}),
        'held', (SELECT count(*) {LINES} AND r.status = 'HELD'),
        'bids', (SELECT count(*) {OFFERS}), 'best', (SELECT {BEST} {OFFERS}),
        'context', i.context, 'history', i.history)"""  # noqa: S608  (texts of this module)


async def load_board(
    connection: Connection, workflow: Workflow, viewer: Viewer, *, store_id: UUID | None = None
) -> dict[str, list[Card]]:
    """Return the first cards of each open state, in the order of the machine. One statement."""
    sight = Sight(viewer)
    scopes = sorted(viewer.permissions & SCOPES)
    reached = ", ".join(_reaches(sight, scope) for scope in scopes)
    seen = [sight.order(), *([f"i.store_id = {sight.value(store_id)}::uuid"] if store_id else [])]
    shown = f"{shape(sight)}::text AS card, ARRAY[{reached}]::boolean[] AS reached"
    rows = await connection.fetch(
        " UNION ALL ".join(_column(state, shown, " AND ".join(seen)) for state in open_states(MACHINE)), *sight.values
    )
    columns = defaultdict[str, list[Card]](list)
    for row in rows:
        card = _card(workflow, viewer, row, scopes)
        columns[card.standing.state].append(card)
    return {state: columns[state] for state in open_states(MACHINE)}


def _column(state: str, shown: str, seen: str) -> str:
    """The first of one state, out of the index of what stands open; what is shown is read of no other."""
    first = f"""SELECT i.* FROM fulfillment i CROSS JOIN LATERAL (SELECT o.* FROM sale_order o
            WHERE o.store_id = i.store_id AND o.id = i.order_id AND {seen} OFFSET 0) o
        WHERE i.state = '{state}' ORDER BY i.moved_at, i.order_id LIMIT {CARDS}"""  # noqa: S608  (names of states)
    order = "sale_order o ON o.store_id = i.store_id AND o.id = i.order_id"
    return f"(SELECT {shown} FROM ({first}) i JOIN {order} ORDER BY i.moved_at, i.order_id)"  # noqa: S608


def _reaches(sight: Sight, scope: str) -> str:
    condition = reached_by(sight.viewer, [scope], first=len(sight.values) + 1)
    sight.values.extend(condition.values)
    return condition.sql


def _card(workflow: Workflow, viewer: Viewer, row: asyncpg.Record, scopes: Sequence[str]) -> Card:
    may = granted(viewer, [scope for scope, reaches in zip(scopes, row["reached"], strict=True) if reaches])
    standing = DECODER.decode(row["card"])
    return Card(standing, tuple(_steps(workflow, standing, may)))


def _steps(workflow: Workflow, standing: Standing, may: frozenset[str]) -> Iterator[Step]:
    """The events by which whoever may do this leads it on, as far as it knows by itself."""
    kind = workflow.kind(MACHINE)
    chart = kind.charts[standing.version]
    events: Mapping[str, Any] = chart.events
    led = leads_on(chart, standing.state)
    tried = [name for name in led if can_be_tried(name, offers=standing.bids, held=standing.held)]
    names = [name for name in tried if events[name].words.permission in may]
    if not names:
        return
    context, history = bytes(standing.context).decode(), bytes(standing.history).decode()
    snapshot = kind.codecs[standing.version].snapshot(standing.state, context, history)
    for name in names:
        if choice(chart, snapshot, name, Blank("")).is_enabled:
            yield Step(name, events[name].words.label)


COLUMNS = {state: CHARTS[MACHINE].node(state) for state in open_states(MACHINE)}
"""The columns of the board from left to right: the open states, in the order of the machine."""
