"""An order as it was at a moment: where everything of it stood, how it had come there, and what could be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import Response

from orderway.order.past import Answer, Past, load_past
from orderway.order.timeline import Timeline, load_timeline
from orderway.statechart.draw.svg import View, svg
from orderway.ui.language import mark, speaker
from orderway.ui.order.page import id_of
from orderway.ui.order.reasons import said
from orderway.ui.order.telling import MACHINES
from orderway.ui.problems import told
from orderway.ui.site import Visit
from orderway.ui.words import Shown, Told, ago, money
from orderway.workflow.errors import NotFound
from orderway.workflow.history import Wanted
from orderway.workflow.kinds import Workflow

SAYS = {"YES": mark("Could be done"), "NO": mark("Could not be done"), "UNKNOWN": mark("Not known any more")}
MOMENT = timedelta(microseconds=1)
STEPS = 100
"""So many moments are led to; older ones are asked for by their time."""


@dataclass(frozen=True, slots=True)
class Could:
    """What would have been answered to an event."""

    label: str
    says: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stood:
    """Something of the order as it stood."""

    label: str
    state: Shown
    since: Told
    answers: tuple[Could, ...]


@dataclass(frozen=True, slots=True)
class Line:
    description: str
    quantity: str
    total: str


async def history(visit: Visit) -> Response:
    """The order as it was `at` a moment, or as it was before its last change."""
    site, order_id = visit.site, id_of(visit.request.path_params["order"])
    asked = read_moment(visit.request.query_params.get("at", ""))
    now = site.now()
    at = min(asked or now, now)
    try:
        async with site.pool.acquire() as connection:
            past = await load_past(connection, site.workflow, visit.viewer, order_id=order_id, at=at)
            timeline = await load_timeline(connection, site.workflow, past.order, limit=STEPS)
            wanted = Wanted(until=at + MOMENT)
            (drawn,) = [life for life in past.lives if life.machine == machine_of(past)][:1]
            way = await load_timeline(
                connection, site.workflow, past.order, instances=[drawn.id], wanted=wanted, limit=500
            )
    except NotFound as error:
        return told(error)
    before, after = neighbours(timeline, at)
    chart = site.workflow.kind(drawn.machine).charts[drawn.version]
    went = [each.what for each in way.entries[::-1] if each.what.from_state]
    moves = [(each.from_state or "", each.event, each.to_state) for each in went]
    view = View(at=drawn.state, moves=moves, say=speaker())
    order = past.order
    return visit.page(
        "order/history.html",
        id=order.id,
        number=order.number,
        at=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
        moment=ago(at, now),
        state=Shown(drawn.label, drawn.tone),
        earlier=url_of(order.id, before) if before else "",
        later=url_of(order.id, after) if after else "",
        # The picture is made of the machine's own words, each escaped where it is drawn.
        svg=Markup(svg(chart, view)),  # noqa: S704
        lives=list(lives(past, site.workflow)),
        lines=list(lines(past)),
    )


def lines(past: Past) -> Iterator[Line]:
    """The goods as the quotation had them; none for who sees no prices."""
    for each in past.lines or ():
        yield Line(each.description, f"{each.quantity:,}", money(each.total, past.order.currency))


def machine_of(past: Past) -> str:
    """The machine of the order's phase then; a rider sees but one."""
    there = [life.machine for life in past.lives]
    return past.phase.lower() if past.phase.lower() in there else there[-1]


def lives(past: Past, workflow: Workflow) -> Iterator[Stood]:
    """Everything of the order that was there, its own machines first."""
    for life in sorted(past.lives, key=lambda life: MACHINES.index(life.machine) if life.machine in MACHINES else 9):
        answers = tuple(_could(each) for each in life.answers)
        label = workflow.kind(life.machine).newest.label
        yield Stood(label, Shown(life.label, life.tone), ago(life.since, past.at), answers)


def _could(answer: Answer) -> Could:
    return Could(answer.label, SAYS[answer.says], tuple(map(said, answer.reasons)))


def neighbours(moments: Timeline, at: datetime) -> tuple[datetime | None, datetime | None]:
    """When it changed last before a moment, and when first after it."""
    times = sorted({entry.what.at for entry in moments.entries})
    before = [each for each in times if each < at]
    after = [each for each in times if each > at]
    return before[-1] if before else None, after[0] if after else None


def url_of(order: object, at: datetime) -> str:
    return f"/orders/{order}/history?{urlencode({'at': at.astimezone(UTC).isoformat()})}"


def read_moment(text: str) -> datetime | None:
    """A moment out of an address; None for none, or for what is no moment."""
    try:
        moment = datetime.fromisoformat(text[:40])
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
