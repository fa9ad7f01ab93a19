"""One order of the list in words: where it stands, since when, and the button of its next step."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from orderway.order.lists import Row
from orderway.order.next_steps import Ahead, Step, stands_in
from orderway.ui.language import tr
from orderway.ui.words import Shown, Told, age, day, money, shown
from orderway.workflow.kinds import Workflow


@dataclass(frozen=True, slots=True)
class Next:
    """The next step: a button that is sent to `send` with the step that was seen, or a link to where more is said."""

    label: str
    url: str = ""
    send: str = ""
    seen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One row. `pick` says which order is picked, and where it stood."""

    url: str
    pick: str
    number: str
    customer: str
    total: str
    state: Shown
    since: Told
    late: bool
    store: str
    biller: str
    placed: Told
    promised: Told | None
    next: Next | None


def shelf(row: Row, ahead: Ahead, workflow: Workflow, *, now: datetime) -> Shelf:
    """The row in words."""
    machine, standing = stands_in(row, workflow)
    chart = workflow.kind(machine).charts[standing.version]
    promised, is_over = ahead.promised_at, chart.is_final(standing.state)
    state = shown(chart, standing.state)
    return Shelf(
        url=f"/orders/{row.id}",
        pick=str(row.id),
        number=row.number,
        customer=row.customer.name if row.customer else tr("Told to its rider"),
        total=money(row.total, row.currency) if row.total is not None else "",
        state=Shown(tr(state.label), state.tone),
        since=age(standing.moved_at, now),
        late=promised is not None and promised < now and not is_over,
        store=row.store.name,
        biller=row.biller.name if row.biller else "",
        placed=day(row.placed_at, now),
        promised=day(promised, now) if promised else None,
        next=_next(row, ahead.step, workflow) if ahead.step else None,
    )


def _next(row: Row, step: Step, workflow: Workflow) -> Next:
    """A button where nothing has to be said with it; else a link to where it is said."""
    event: Any = workflow.kind(step.machine).newest.every_event[step.event]
    if fields(event):
        return Next(tr(step.label), url=f"/orders/{row.id}#next")
    send = f"/orders/{row.id}/{step.machine}/{step.instance}/{step.event.lower()}"
    return Next(tr(step.label), send=send, seen=step.seen)
