"""What can happen next, as buttons and forms: the machine's own answers, with who can help where it says no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from orderway.order.available import Available
from orderway.order.shape import Fulfillment, Interest, Life, Person
from orderway.sale.payments.context import PAID_BY
from orderway.statechart import SYSTEM, Amount, Chart, Reason, Snapshot
from orderway.statechart.explain import lower, text
from orderway.statechart.numbers import plain
from orderway.statechart.step import takes
from orderway.ui.forms import Choice, Field, Offered, fields_of, payload_of
from orderway.ui.order.telling import Telling
from orderway.ui.words import ago, duration, money

NONE: Mapping[str, str] = {"interest": "No rider's offer is open.", "rider": "There is no rider to name."}
"""What is said where a field has nothing to choose from."""

Choices = Mapping[UUID, Offered]
"""What there is to choose from, for each fulfillment."""

GRAVE = frozenset({"bad", "ended"})
"""Tones of the states to which an action leads that is marked as grave."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the viewer may do: now, after filling in its fields, or not yet, for these reasons."""

    event: str
    instance: UUID
    label: str
    about: str
    url: str
    seen: int
    look: str
    fields: tuple[Field, ...] = ()
    reasons: tuple[str, ...] = ()
    problem: str = ""
    settled: bool = False
    """It is about a payment that nobody waits for any longer."""

    @property
    def asked(self) -> list[Field]:
        """The fields that are filled in."""
        return [field for field in self.fields if field.kind != "hidden"]

    @property
    def carried(self) -> list[Field]:
        """The fields that say what the viewer read; they are sent along."""
        return [field for field in self.fields if field.kind == "hidden"]

    @property
    def open(self) -> bool:
        return bool(self.problem)


@dataclass(frozen=True, slots=True)
class Other:
    """Something that others may do, or that happens by itself."""

    label: str
    says: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What was posted and not done: it is shown again, with what stood against it."""

    event: str
    instance: UUID
    posted: Mapping[str, str]
    problem: str


def deeds(
    telling: Telling, available: Sequence[Available], *, helpers: Mapping[str, str], offered: Choices,
    tried: Tried | None = None,
) -> list[Deed]:  # fmt: skip
    """The viewer's own actions, first those of the machine that the order stands at; the first that can be done leads.

    An event whose payload needs more than a plain form is left to `others`.
    """
    lives = {life.id: life for life in telling.order.lives}
    made = []
    for each in available:
        life = lives.get(each.id)
        found = _deed(telling, each, life=life, helpers=helpers, offered=offered) if life else None
        if found:
            made.append(_again(found, tried))
    made.sort(key=lambda deed: (bool(deed.reasons), deed.look == "grave", deed.instance != telling.current().id))
    if made and _leads(made[0], telling):
        made[0] = replace(made[0], look="main")
    return made


def _leads(deed: Deed, telling: Telling) -> bool:
    """Whether it is what the order waits for: it can be done, and its machine is the order's own or waits as well."""
    life = next(life for life in telling.order.lives if life.id == deed.instance)
    waits = life is telling.current() or telling.state(life).tone == "waiting"
    return not deed.reasons and not deed.look and waits


def _deed(
    telling: Telling, each: Available, *, life: Life[Any], helpers: Mapping[str, str], offered: Choices
) -> Deed | None:
    chart, choice = telling.chart(life), each.choice
    fields = fields_of(chart.events[choice.event], context=life.context, currency=telling.order.currency,
                       offered=offered.get(life.id, {}))  # fmt: skip
    if fields is None:
        return None
    leads = {chart.node(state).tone for state in choice.to}
    return Deed(
        event=choice.event,
        instance=life.id,
        label=choice.label,
        about=_about(telling, life),
        url=f"/orders/{telling.order.id}/{life.machine}/{life.id}/{choice.event.lower()}",
        seen=each.step,
        look="grave" if leads and leads <= GRAVE else "",
        fields=fields,
        reasons=tuple(_why(reason, helpers) for reason in choice.reasons),
        settled=life.machine == "payment" and telling.state(life).tone != "waiting",
    )


def _again(deed: Deed, tried: Tried | None) -> Deed:
    if tried is None or (tried.event, tried.instance) != (deed.event, deed.instance):
        return deed
    fields = tuple(
        replace(field, value=tried.posted.get(field.name, field.value)) if field in deed.asked else field
        for field in deed.fields
    )
    return replace(deed, fields=fields, problem=tried.problem)


def _why(reason: Reason, helpers: Mapping[str, str]) -> str:
    """The reason in words, and who can help."""
    who = helpers.get(reason.help, "")
    return text(reason, in_words) + (f" {who[:1].upper()}{who[1:]} can help." if who else "")


def in_words(value: object) -> str:
    """A number inside a reason: money as everywhere on the pages."""
    return money(value.minor, value.currency) if isinstance(value, Amount) else plain(value)


def _about(telling: Telling, life: Life[Any]) -> str:
    """Which of several it is: a payment by its way and amount, an offer by its rider, a fulfillment by its number."""
    if life.machine == "payment":
        return f"{PAID_BY[life.context.method]}, {money(life.context.amount, telling.order.currency)}"
    return life.rider.name if isinstance(life, Interest) else telling.part(life)


def others(
    telling: Telling, available: Sequence[Available], *, shown: Sequence[Deed], helpers: Mapping[str, str],
    offered: Choices,
) -> list[Other]:  # fmt: skip
    """What the viewer does not do here: events of others, of the clock, and those that need more than a form."""
    mine = {(each.id, each.choice.event) for each in available}
    here = {(deed.instance, deed.event) for deed in shown}
    found = []
    for life in telling.order.lives:
        chart = telling.chart(life)
        for name in () if _is_moot(telling, life) else takes(chart, Snapshot(life.state, life.context)):
            other = _other(chart, name, life=life, now=telling.now, helpers=helpers)
            if (life.id, name) in mine:
                other = replace(other, says=_why_not_here(chart.events[name], offered.get(life.id, {})))
            if other.says and (life.id, name) not in here:
                found.append(other)
    return _together(found)


def _is_moot(telling: Telling, life: Life[Any]) -> bool:
    """Whether it is an offer to deliver what seeks no rider: nobody takes it up again."""
    if not isinstance(life, Interest):
        return False
    sought = {
        each.id for each in telling.order.fulfillments if "RIDER_SELECTED" in telling.chart(each).takes(each.state)
    }
    return life.context.fulfillment not in sought


def _why_not_here(event: type, offered: Offered) -> str:
    """Why the viewer has no button for it: there is nothing to choose, or it takes more than a form."""
    empty = [NONE[part.name] for part in payload_of(event) if offered.get(part.name) == []]
    return next(iter(empty), "There is no form for this here; a program does it through the API.")


def _together(found: Sequence[Other]) -> list[Other]:
    """Those of the same people in one line: "Assign the rider, name a rider"."""
    labels: dict[str, list[str]] = {}
    for other in dict.fromkeys(found):
        labels.setdefault(other.says, []).append(other.label)
    return [Other(", ".join([first, *map(lower, rest)]), says) for says, (first, *rest) in labels.items()]


def _other(chart: Chart, name: str, *, life: Life[Any], now: datetime, helpers: Mapping[str, str]) -> Other:
    words = chart.events[name].words  # type: ignore[attr-defined]  # set by the event decorator
    if words.permission != SYSTEM:
        who = helpers.get(words.permission, "nobody yet")
        return Other(words.label, f"{who[:1].upper()}{who[1:]} may do this.")
    if life.due_at is None or life.due_event != name:
        return Other(words.label, "")
    left = life.due_at - now
    return Other(
        words.label, f"By itself in {duration(left)}." if left.total_seconds() > 0 else "By itself, any moment."
    )


def choices(telling: Telling, riders: Sequence[Person]) -> Choices:
    """What fields that hold an id are chosen from: the open offers for each fulfillment, and riders who made none."""
    return {part.id: _choices(telling, riders, part) for part in telling.order.fulfillments}


def _choices(telling: Telling, riders: Sequence[Person], part: Fulfillment) -> Offered:
    open_offers = [
        each for each in telling.order.interests if each.state == "ACTIVE" and each.context.fulfillment == part.id
    ]
    offers = [
        Choice(str(each.id), f"{each.rider.name}, {money(each.context.proposed_cost, telling.order.currency)}, "
                             f"until {ago(each.context.expires_at, telling.now).text}")
        for each in open_offers if each.context.expires_at
    ]  # fmt: skip
    offering = {each.rider.id for each in open_offers}
    named = [Choice(str(rider.id), rider.name) for rider in riders if rider.id not in offering]
    return {"interest": offers, "rider": named}
