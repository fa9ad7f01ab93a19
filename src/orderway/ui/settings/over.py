"""The way over from a former system, as its flags stand: read on the page of the settings, and changed elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from orderway.flags.flags import Flags, Origin
from orderway.flags.flags import Told as Standing
from orderway.ui.language import mark, t, tr
from orderway.ui.words import Shown, Told, ago

ORIGINS: Mapping[Origin, str] = {
    "default": mark("Follows what it needs"),
    "environment": mark("The environment"),
    "file": mark("The file of flags"),
    "flagd": mark("flagd"),
}
ON, OFF = Shown(mark("On"), "good"), Shown(mark("Off"), "ended")


@dataclass(frozen=True, slots=True)
class Line:
    """A slice in a store, in words; `store` is empty where no store is known."""

    label: str
    help: str
    store: str
    state: Shown
    origin: str
    since: Told | None


@dataclass(frozen=True, slots=True)
class Over:
    """How the slices stand, and why flags of before still hold."""

    where: str
    problem: str
    lines: tuple[Line, ...]


async def over(flags: Flags, *, now: datetime) -> Over | None:
    """The section; None where there is no former system."""
    if not flags.are_set:
        return None
    told = await asyncio.to_thread(flags.tell)
    return Over(flags.where, flags.problem, tuple(_line(each, now) for each in told))


def _line(each: Standing, now: datetime) -> Line:
    return Line(
        label=tr(each.slice.label),
        help=tr(each.slice.help if each.share else each.slice.off),
        store=each.store.name,
        state=_state(each),
        origin=tr(ORIGINS[each.origin]),
        since=ago(each.since, now) if each.since else None,
    )


def _state(each: Standing) -> Shown:
    if 0 < each.share < 1:
        return Shown(t("On for about {percent} % of the orders", percent=each.percent), "waiting")
    return ON if each.share else OFF
