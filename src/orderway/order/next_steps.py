"""The next step of each order of a list: the first event by which the viewer may lead it on from where it stands.

It is read for a whole page at once, so it is judged by what an instance itself knows, and by whether there is an offer
to choose; whether the rest of the world lets it happen is asked where it is done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from orderway.flags.flags import Place
from orderway.flags.slices import slices_of
from orderway.order.leading import BESIDE, OFFERS, can_be_tried, leads_on
from orderway.order.lists import Row, Standing
from orderway.order.sight import Sight
from orderway.people.permissions import SCOPE_DELIVERY, SCOPES
from orderway.people.scope import granted, reached_by
from orderway.people.viewer import Viewer
from orderway.statechart.explain import Blank, choice
from orderway.workflow.kinds import Connection, Workflow

MACHINES = ("fulfillment", "sale", "quotation")


@dataclass(frozen=True, slots=True)
class Step:
    """An event that the viewer may send to an instance as it stood at `seen`."""

    machine: str
    instance: UUID
    seen: int
    event: str
    label: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """What lies ahead of an order: the viewer's next step, if there is one, and the day that was promised for it."""

    step: Step | None
    promised_at: datetime | None


class Waiting(msgspec.Struct, frozen=True):
    """An instance as it stands, with what it knows; so many `offers` of riders wait to be chosen."""

    machine: str
    id: UUID
    version: int
    step: int
    state: str
    context: msgspec.Raw
    history: msgspec.Raw
    offers: int


WAITING = msgspec.json.Decoder(list[Waiting])


def stands_in(row: Row, workflow: Workflow) -> tuple[str, Standing]:
    """Where the order of a row that tells it stands.

    It is its latest machine, or the one before while that alone is still open.
    """
    seen = [(name, life) for name in MACHINES if (life := getattr(row, name))]
    is_open = [(name, life) for name, life in seen if not workflow.kind(name).charts[life.version].is_final(life.state)]
    return (is_open or seen)[0]


def waiting(machine: str, state: str = "") -> str:
    """The instances of a machine of the order `o` as JSON: where it stands itself, or those in a state."""
    which = f"i.state = '{state}'" if state else f"a.machine = '{machine}' AND i.id = a.id"
    offers = f"(SELECT count(*) {OFFERS})" if machine == "fulfillment" else "0"
    return f"""(SELECT json_agg(json_build_object('machine', '{machine}', 'id', i.id, 'version', i.version,
        'step', i.step, 'state', i.state, 'context', i.context, 'history', i.history,
        'offers', {offers}) ORDER BY i.id)
        FROM {machine} i WHERE i.store_id = o.store_id AND i.order_id = o.id AND {which})"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks at an order: what they may do on it, and whether they are its buyer."""

    may: frozenset[str]
    is_buyer: bool


async def next_steps(
    connection: Connection, workflow: Workflow, *, viewer: Viewer, rows: Sequence[Row]
) -> dict[UUID, Ahead]:
    """Return what lies ahead of each order of a list. One statement."""
    standing = [(row, *stands_in(row, workflow)) for row in rows]
    sight = Sight(
        viewer, [row.store_id for row in rows], [row.id for row in rows],
        [machine for _, machine, _ in standing], [life.id for _, _, life in standing],
    )  # fmt: skip
    scopes = sorted(viewer.permissions & SCOPES - {SCOPE_DELIVERY})
    reached = ", ".join(_reaches(sight, scope) for scope in scopes)
    beside = [waiting(each.machine, each.state) for each in BESIDE]
    machines = ", ".join(
        [*map(waiting, MACHINES), *(f"CASE WHEN a.machine = 'sale' THEN {each} END" for each in beside)]
    )
    found = await connection.fetch(
        f"""
        SELECT o.id, ARRAY[{reached}]::boolean[] AS reached, ARRAY[{machines}]::text[] AS waiting,
            d.promised_at AS promised
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) a (store_id, order_id, machine, id)
        JOIN sale_order o ON o.store_id = a.store_id AND o.id = a.order_id
        LEFT JOIN delivery_address d ON d.store_id = o.store_id AND d.id = o.address_id
        """,  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
        *sight.values,
    )
    buyers = {row.id for row in rows if row.customer and row.customer.id == viewer.customer_id}
    stores, roles = {row.id: row.store_id for row in rows}, viewer.actor().roles
    ahead = {}
    for each in found:
        step = _first(workflow, each, _eyes(viewer, each, scopes, buyers=buyers))
        place = Place(stores[each["id"]], each["id"], roles)
        ahead[each["id"]] = Ahead(step if step and _is_here(workflow, step, place) else None, each["promised"])
    return ahead


def _is_here(workflow: Workflow, step: Step, place: Place) -> bool:
    """Whether the flags leave the step to Orderway; where they do not, the page of the order says more."""
    return all(workflow.flags.is_on(each, place) for each in slices_of(step.machine, step.event))


def _eyes(viewer: Viewer, row: asyncpg.Record, scopes: Sequence[str], *, buyers: Collection[UUID]) -> Eyes:
    reached = [scope for scope, reaches in zip(scopes, row["reached"], strict=True) if reaches]
    return Eyes(granted(viewer, reached), row["id"] in buyers)


def _reaches(sight: Sight, scope: str) -> str:
    condition = reached_by(sight.viewer, [scope], first=len(sight.values) + 1)
    sight.values.extend(condition.values)
    return condition.sql


def _first(workflow: Workflow, row: asyncpg.Record, eyes: Eyes) -> Step | None:
    for text in filter(None, row["waiting"]):
        for each in WAITING.decode(text):
            for step in _steps(workflow, each, eyes):
                return step
    return None


def _steps(workflow: Workflow, waits: Waiting, eyes: Eyes) -> Iterator[Step]:
    """The events by which whoever looks leads an instance on, as far as it knows by itself."""
    kind = workflow.kind(waits.machine)
    chart = kind.charts[waits.version]
    events: Mapping[str, Any] = chart.events
    tried = [name for name in leads_on(chart, waits.state) if can_be_tried(name, offers=waits.offers)]
    theirs = [name for name in tried if events[name].words.permission in eyes.may]
    mine = [name for name in theirs if eyes.is_buyer or not events[name].words.own]
    if not mine:
        return
    context, history = bytes(waits.context).decode(), bytes(waits.history).decode()
    snapshot = kind.codecs[waits.version].snapshot(waits.state, context, history)
    for name in mine:
        if choice(chart, snapshot, name, Blank("")).is_enabled:
            words = events[name].words
            label = words.own if eyes.is_buyer and words.own else words.label
            yield Step(waits.machine, waits.id, waits.step, name, label)
