"""A machine as it is used now: how much stands in each state, what it is worth, and how long the oldest has waited."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from orderway.order.leading import MAIN
from orderway.order.tallies import MOST, Tally, Weight
from orderway.statechart import Chart
from orderway.ui.language import number, t
from orderway.ui.words import Shown, Told, age, money, shown


@dataclass(frozen=True, slots=True)
class State:
    """A row of the table: a state with what stands there. The end of a machine has neither worth nor age."""

    name: str
    state: Shown
    count: str
    url: str
    worth: tuple[str, ...]
    oldest: Told | None


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the machine, and how much is under way by it."""

    label: str
    says: str


def told(tally: Tally) -> str:
    """A count, which may be of more: "12", "10,000+"."""
    return f"{number(tally.count)}+" if tally.is_more else number(tally.count)


def list_url(machine: str, state: str, *, store_id: UUID | None = None, **more: str) -> str:
    """The list of what stands there, narrowed by `more` where it is one of orders; nothing where there is no list."""
    store = {"store": str(store_id)} if store_id else {}
    if machine == "payment":
        return f"/payments?{urlencode({'state': state.lower(), **store})}"
    if machine not in MAIN:
        return ""
    return f"/orders?{urlencode({'state': f'{machine}:{state}', **store, **more})}"


def states(
    chart: Chart, counts: Mapping[str, Tally], weights: Mapping[str, Weight], *, now: datetime, store_id: UUID | None
) -> Iterator[State]:
    """The rows of the table, in the order of the machine."""
    for name in chart.every_leaf:
        if name not in chart.leaves and not counts[name].count:
            continue  # of a former version, and nothing stands there any more
        weight = weights.get(name)
        yield State(
            name=name,
            state=shown(chart, name),
            count=told(counts[name]),
            url=list_url(chart.name, name, store_id=store_id),
            worth=tuple(money(amount, currency) for currency, amount in sorted(weight.worth.items())) if weight else (),
            oldest=age(weight.oldest, now) if weight and weight.oldest else None,
        )


def under_way(chart: Chart, counts: Mapping[str, Tally]) -> Tally:
    """How much is under way in all."""
    open_now = [tally for name, tally in counts.items() if not chart.is_final(name)]
    return Tally(sum(each.count for each in open_now), any(each.is_more for each in open_now))


def versions(charts: Mapping[int, Chart], weights: Collection[Weight]) -> Iterator[Version]:
    """The versions that there are, the newest first; what is under way keeps to its own until it is brought over."""
    newest = max(charts)
    for version in sorted(charts, reverse=True):
        running = sum(weight.versions.get(version, 0) for weight in weights)
        more = "+" if any(weight.tally.is_more for weight in weights) else ""
        says = t("{n} is under way by it", "{n} are under way by it", n=running).replace(
            number(running), f"{number(running)}{more}", 1
        )
        label = t("Version {version}", version=str(version))
        yield Version(label, t("Newest: {says}", says=says) if version == newest else says)


def is_capped(counts: Mapping[str, Tally]) -> str:
    """What a count with a plus means, where there is one."""
    if not any(tally.is_more for tally in counts.values()):
        return ""
    return t("Of one state up to {most} are counted.", most=MOST)
