"""The picture of a machine with an order on it: where it is, where it went, what is next; and the same as a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from markupsafe import Markup

from orderway.languages import languages
from orderway.machines import CHARTS
from orderway.order.available import Available
from orderway.order.shape import Life
from orderway.order.tallies import count_states
from orderway.order.timeline import Entry, load_timeline
from orderway.people.permissions import STAFF_SCOPES
from orderway.people.viewer import Viewer
from orderway.statechart.draw.svg import View, geometry, svg
from orderway.statechart.explain import lower
from orderway.ui.language import speaker, speaking, t, tr
from orderway.ui.order.telling import MACHINES, Telling
from orderway.ui.words import Shown, duration, shown
from orderway.workflow.history import Happening
from orderway.workflow.kinds import Connection
from orderway.workflow.versions import BETWEEN_VERSIONS

EARLIER = 4
"""How many earlier states the list names."""
WHOLE = 500
"""How many steps of the machine are drawn; an order rarely takes thirty."""
MANY = 100
"""So many in a state are counted; of more it is said that there are more."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the list: `way` is was, now or next."""

    way: str
    state: Shown
    says: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture, and the list for narrow screens."""

    life: UUID
    svg: Markup
    trail: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn: a machine of the order, how it went there, and how many stand in each of its states."""

    life: Life[Any]
    went: Sequence[Entry]
    counts: Mapping[str, int | str]


async def read(
    connection: Connection, viewer: Viewer, telling: Telling, *, asked: str = "", whole: Sequence[Entry] | None = None
) -> Drawn:
    """Read of the machine that is asked for, or of the one at which the order stands. Two statements at most.

    `whole` is all that happened to the order, where that is known. Who works for the seller also sees how many stand
    in each state.
    """
    life = next((each for each in telling.main() if place_of(each) == asked), telling.current())
    if whole is None:
        order, workflow = telling.order, telling.workflow
        whole = (await load_timeline(connection, workflow, order, instances=[life.id], limit=WHOLE)).entries
    went = [each for each in reversed(whole) if each.what.instance_id == life.id]
    return Drawn(life, went, await _counts(connection, viewer, telling, life))


def draw(telling: Telling, drawn: Drawn, available: Sequence[Available]) -> Drawing:
    """Draw it with what is next; each count leads to the list of what stands there."""
    life, went = drawn.life, drawn.went
    open_now = [each.choice for each in available if each.id == life.id and each.choice.is_enabled]
    view = View(
        counts=drawn.counts,
        links={state: f"/orders?{urlencode({'state': f'{life.machine}:{state}'})}" for state in drawn.counts},
        at=life.state,
        moves=[(each.what.from_state, each.what.event, each.what.to_state) for each in went if each.what.from_state],
        next={choice.event for choice in open_now},
        say=speaker(),
    )
    ahead = [(choice.label, to) for choice in open_now for to in choice.to if to != life.state]
    so_far = t("now, for {span}", span=duration(telling.now - _entered(went, life)))
    trail = (*_before(went), Mark("now", telling.state(life), so_far), *_next(telling, life, ahead))
    # The picture is made of the machine's own words, each escaped where it is drawn.
    return Drawing(life.id, Markup(svg(telling.chart(life), view)), trail)  # noqa: S704


async def _counts(connection: Connection, viewer: Viewer, telling: Telling, life: Life[Any]) -> Mapping[str, int | str]:
    """How many the viewer sees in each state; a buyer or a rider is not told."""
    if viewer.permissions.isdisjoint(STAFF_SCOPES):
        return {}
    kind = telling.workflow.kind(life.machine)
    found = await count_states(connection, viewer, kind=kind, most=MANY)
    return {state: f"{MANY}+" if each.is_more else each.count for state, each in found.items() if each.count}


def place_of(life: Life[Any]) -> str:
    """How the address of the page names it: a machine, or one part of several by its number."""
    part = life.context.part if life.machine == "fulfillment" else 1
    return life.machine if part == 1 else f"{life.machine}-{part}"


def warm() -> None:
    """Work out the pictures' geometry, which takes a while, before anyone waits for a page."""
    for spoken in languages():
        with speaking(spoken):
            for name in MACHINES:
                geometry(CHARTS[name], speaker())


def _entered(went: Sequence[Entry], life: Life[Any]) -> datetime:
    """Since when it rests in its state."""
    return next((what.at for what in reversed(_changes(went))), life.moved_at)


def _changes(went: Sequence[Entry]) -> list[Happening]:
    """The moves into another state; what was brought to another version stands where it stood."""
    told = (entry.what for entry in went if entry.what.event not in BETWEEN_VERSIONS)
    return [what for what in told if what.from_state != what.to_state]


def _before(went: Sequence[Entry]) -> Iterator[Mark]:
    """The states that it came through, each with how long it stood there."""
    for what, after in list(pairwise(_changes(went)))[-EARLIER:]:
        yield Mark("was", Shown(what.to_label, what.tone), t("before, for {span}", span=duration(after.at - what.at)))


def _next(telling: Telling, life: Life[Any], ahead: Sequence[tuple[str, str]]) -> Iterator[Mark]:
    for label, to in ahead:
        yield Mark("next", shown(telling.chart(life), to), t("if you {do}", do=lower(tr(label))))
