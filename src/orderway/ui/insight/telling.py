"""The figures in words: each with its plot, where it leads to, and how it stands in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

from markupsafe import Markup

from orderway.insight.reads import Day, Dwell, Ratio, Reached
from orderway.insight.stuck import Stuck
from orderway.insight.windows import Window
from orderway.statechart import Chart
from orderway.ui.insight.plots import Lines, Point, bar, lines, rooted
from orderway.ui.language import number, t
from orderway.ui.orders.query import STUCK
from orderway.ui.words import Shown, Told, age, day, duration, shown
from orderway.ui.workflows.standing import list_url, told
from orderway.workflow.kinds import Workflow

WEEK, MANY = 7, 100
"""Days of a week, and of how many days weeks are told."""

BEYOND: Mapping[str, tuple[str, ...]] = {
    "DRAFT": (),
    "IN_REVIEW": tuple(
        f"quotation:{state}"
        for state in ("IN_REVIEW", "APPROVED_BY_BUYER", "APPROVED_BY_SELLER", "MUTUALLY_APPROVED", "REJECTED")
    ),
    "MUTUALLY_APPROVED": ("quotation:MUTUALLY_APPROVED",),
    "CLEARED_FOR_FULFILLMENT": ("sale:CLEARED_FOR_FULFILLMENT", "sale:AWAITING_SETTLEMENT", "sale:COMPLETED"),
    "COMPLETED": ("sale:COMPLETED",),
}
"""Where an order stands that came to a stage: there, or beyond it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A bar with its words: `says` at its end, `aside` in addition."""

    label: str
    url: str
    plot: Markup
    says: str
    aside: str
    cells: tuple[str, ...]


def spans(chart: Chart, dwell: Mapping[str, Dwell], window: Window) -> Iterator[Row]:
    """How long things stood in each state, in the order of the machine."""
    there = [dwell[name] for name in chart.every_leaf if name in dwell]
    largest = max((each.most.total_seconds() for each in there), default=0)
    for each in there:
        half, most = (rooted(span.total_seconds(), largest) for span in (each.half, each.most))
        yield Row(
            label=chart.node(each.state).label,
            url=list_url(chart.name, each.state, store_id=window.store_id, sort="longest"),
            plot=bar(half, most),
            says=duration(each.half),
            aside=duration(each.most) if duration(each.most) != duration(each.half) else "",
            cells=(number(each.spells), duration(each.half), duration(each.most)),
        )


def funnel(reached: Sequence[Reached], window: Window) -> Iterator[Row]:
    """How many of the orders placed came to each stage, and how many were lost on the way to it."""
    first = reached[0].orders if reached else 0
    before = [None, *(each.orders for each in reached[:-1])]
    for each, orders_before in zip(reached, before, strict=True):
        share = percent(Ratio(each.orders, first))
        lost = percent(Ratio(max(orders_before - each.orders, 0), orders_before)) if orders_before else ""
        yield Row(
            label=each.stage.label,
            url=_placed_url(window, BEYOND[each.stage.state]),
            plot=bar(each.orders / first if first else 0),
            says=f"{number(each.orders)} · {share}" if first else number(each.orders),
            aside=f"−{lost}" if lost and lost != "0 %" else "",
            cells=(number(each.orders), share, lost),
        )


def _placed_url(window: Window, states: Sequence[str]) -> str:
    """The list of orders that were placed in the window, and stand in one of the states."""
    asked = [("since", window.first.isoformat()), ("until", window.last.isoformat())]
    asked += [("state", state) for state in states]
    asked += [("store", str(window.store_id))] if window.store_id else []
    return f"/orders?{urlencode(asked)}"


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of the table, or a week."""

    day: str
    url: str
    placed: str
    completed: str


@dataclass(frozen=True, slots=True)
class Days:
    """Orders a day, or a week where `weekly`: the plot with what stands beneath it, and its table."""

    weekly: bool

    plot: Lines
    below: tuple[str, ...]
    rows: tuple[DayRow, ...]
    placed: str
    completed: str


def per_day(days: Sequence[Day], window: Window, *, now: datetime) -> Days:
    """How many orders were placed and completed on each day; of very many days in each week."""
    weekly = len(days) > MANY
    spans = [days[at : at + WEEK] for at in range(0, len(days), WEEK)] if weekly else [[each] for each in days]
    rows = [_row(span, window, now) for span in spans]
    points = [
        Point(t("{day}: {placed} placed, {completed} completed", day=row.day, placed=row.placed,
                completed=row.completed), row.url)
        for row in rows
    ]  # fmt: skip
    placed = [sum(each.placed for each in span) for span in spans]
    completed = [sum(each.completed for each in span) for span in spans]
    return Days(
        weekly,
        lines([placed, completed], points),
        tuple(rows[len(rows) * part // 4 - (part == 4)].day for part in (0, 1, 2, 3, 4)) if len(rows) > 4 else (),
        tuple(reversed(rows)),
        number(sum(placed)),
        number(sum(completed)),
    )


def _row(span: Sequence[Day], window: Window, now: datetime) -> DayRow:
    return DayRow(
        day=day(datetime.combine(span[0].day, time(), UTC), now).text,
        url=_placed_url(Window(span[0].day, span[-1].day, window.store_id), ()),
        placed=number(sum(each.placed for each in span)),
        completed=number(sum(each.completed for each in span)),
    )


def percent(ratio: Ratio) -> str:
    """A share in percent; nothing of nothing."""
    return "" if ratio.share is None else f"{ratio.share * 100:.0f} %"


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with the sentence that says of what."""

    label: str
    share: str
    says: str


def rate(label: str, ratio: Ratio, says: str) -> Rate:
    """A share in words; before there is anything it says so."""
    return Rate(label, percent(ratio) or "–", t(says, part=ratio.part, whole=ratio.whole))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where orders stand for longer than is usual."""

    state: Shown
    count: str
    url: str
    usual: str
    longest: Told


def standing(stuck: Sequence[Stuck], workflow: Workflow, *, now: datetime) -> list[Standing]:
    """What stands still, the longest first."""
    return [
        Standing(
            state=shown(workflow.kind(each.machine).newest, each.state),
            count=told(each.tally),
            url=list_url(each.machine, each.state, stuck=_filter_of(each.usual), sort="longest"),
            usual=duration(each.usual),
            longest=age(each.since, now),
        )
        for each in sorted(stuck, key=lambda each: each.since)
    ]


def _filter_of(usual: timedelta) -> str:
    """The longest span that the list can be cut by and that leaves none of these out."""
    return [name for name, span in STUCK.items() if span <= max(usual, STUCK["1h"])][-1]
