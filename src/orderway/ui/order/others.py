"""What the viewer does not do themselves: events of others, and what happens by itself, each with who or when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from orderway.order.available import Available
from orderway.order.shape import Life
from orderway.statechart import SYSTEM, Chart, Snapshot
from orderway.statechart.explain import lower
from orderway.statechart.step import takes
from orderway.ui.forms import Offered, payload_of
from orderway.ui.language import mark, t, tr
from orderway.ui.order.deeds import Deed, Eyes
from orderway.ui.order.telling import Telling
from orderway.ui.words import duration

NONE: Mapping[str, str] = {
    "interest": mark("No rider's offer is open."),
    "rider": mark("There is no rider to name."),
    "lines": mark("There are no goods to choose from."),
}
"""What is said where a field has nothing to choose from."""


@dataclass(frozen=True, slots=True)
class Other:
    """Something that others may do, or that happens by itself."""

    label: str
    says: str


def others(telling: Telling, available: Sequence[Available], eyes: Eyes, *, shown: Sequence[Deed]) -> list[Other]:
    """What the viewer does not do here: events of others, of the clock, and those that nobody could fill in now."""
    mine = {(each.id, each.choice.event) for each in available}
    here = {(deed.instance, deed.name) for deed in shown}
    found = []
    for life in telling.order.lives:
        chart = telling.chart(life)
        for name in () if telling.is_moot(life) else takes(chart, Snapshot(life.state, life.context)):
            other = _other(chart, name, life=life, now=telling.now, helpers=eyes.helpers)
            if (life.id, name) in mine:
                other = replace(other, says=_why_not_here(chart.events[name], eyes.offered.get(life.id, {})))
            if other.says and (life.id, name) not in here:
                found.append(other)
    return _together(found)


def _why_not_here(event: type, offered: Offered) -> str:
    """Why the viewer has no button for it: there is nothing to choose."""
    return next(
        (tr(NONE[part.name]) for part in payload_of(event) if part.name in NONE and not offered.get(part.name)), ""
    )


def _together(found: Sequence[Other]) -> list[Other]:
    """Those of the same people in one line: "Assign the rider, name a rider"."""
    labels: dict[str, list[str]] = {}
    for other in dict.fromkeys(found):
        labels.setdefault(other.says, []).append(tr(other.label))
    return [Other(", ".join([first, *map(lower, rest)]), says) for says, (first, *rest) in labels.items()]


def _other(chart: Chart, name: str, *, life: Life[Any], now: datetime, helpers: Mapping[str, str]) -> Other:
    words = chart.events[name].words  # type: ignore[attr-defined]  # set by the event decorator
    if words.permission != SYSTEM:
        who = helpers.get(words.permission, t("nobody yet"))
        return Other(words.label, t("{who} may do this.", who=tr(f"{who[:1].upper()}{who[1:]}")))
    if life.due_at is None or life.due_event != name:
        return Other(words.label, "")
    left = life.due_at - now
    says = t("By itself in {time}.", time=duration(left)) if left.total_seconds() > 0 else t("By itself, any moment.")
    return Other(words.label, says)
