"""Whom an order waits for, and since when: the one thing that somebody has to do before it goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from orderway.order.available import Available
from orderway.order.leading import leads_on
from orderway.order.shape import Life
from orderway.people.permissions import OVERRIDE_DECIDE
from orderway.statechart import SYSTEM, Snapshot
from orderway.statechart.step import takes
from orderway.ui.language import t
from orderway.ui.order.deeds import Deed, Eyes
from orderway.ui.order.telling import Telling
from orderway.ui.words import Told, age

WAITING = "waiting"
"""The tone of a state that somebody or something is waited for in."""

DECIDED = frozenset({"ADMIN_OVERRIDE_DENIED", "CREDIT_OVERRIDE_DENIED"})
"""What a sale takes while an override is looked at: of that a buyer is told no more than that it is."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The sentence "Waiting for …", and since when."""

    says: str
    since: Told


def waits(telling: Telling, available: Sequence[Available], eyes: Eyes, *, shown: Sequence[Deed]) -> Waits | None:
    """Whom it waits for; None while it goes on by itself, and at its end. `shown` are the viewer's own actions."""
    enabled = {(each.id, each.choice.event) for each in available if each.choice.is_enabled}
    for life in _open(telling):
        names = _choosers(telling, life)
        if names:
            who = _chooser(life, names, telling=telling, eyes=eyes, shown=shown)
        else:
            who = _who(telling, life, enabled, eyes)
        if who:
            return Waits(t("Waiting for {who}", who=who), age(life.moved_at, telling.now))
    return None


def _open(telling: Telling) -> Iterator[Life[Any]]:
    """What stands waiting: first what a decision or a payment holds up, then the order itself."""
    order = telling.order
    lives: tuple[Life[Any], ...] = (*order.overrides, *order.payments, telling.current())
    for life in lives:
        stands = telling.state(life).tone == WAITING or _choosers(telling, life)
        if stands and not telling.is_over(life):
            yield life


def _choosers(telling: Telling, life: Life[Any]) -> Sequence[str]:
    """The events by which somebody says how a sale is paid, where it waits for that."""
    return leads_on(telling.chart(life), life.state) if life.machine == "sale" else ()


def _chooser(life: Life[Any], names: Sequence[str], *, telling: Telling, eyes: Eyes, shown: Sequence[Deed]) -> str:
    """Who says how a sale is paid: the seller's people by its events; the buyer where they can pay at once."""
    can = [each for each in shown if each.instance == life.id and each.leads and not each.against]
    if any(each.name in names or not telling.order.sees_notes for each in can):
        return t("you")
    event: Any = telling.chart(life).events[names[0]]
    return eyes.helpers.get(event.words.permission, "")


def _who(telling: Telling, life: Life[Any], enabled: set[tuple[Any, str]], eyes: Eyes) -> str:
    """Who has to do what leads on, as the viewer is told of them; empty for what nobody knows."""
    chart = telling.chart(life)
    named = takes(chart, Snapshot(life.state, life.context))
    if DECIDED & set(named):
        return eyes.helpers.get(OVERRIDE_DECIDE, "")
    if life.machine == "sale":
        return _buyer(telling)
    if "RESERVE_OK" in named:
        return t("goods")
    for name in named:
        event: Any = chart.events[name]
        if event.words.permission != SYSTEM:
            if event.words.own:
                return _buyer(telling)
            return t("you") if (life.id, name) in enabled else eyes.helpers.get(event.words.permission, "")
    return ""


def _buyer(telling: Telling) -> str:
    return t("the buyer") if telling.order.sees_notes else t("you")
