"""What the page of the list says of its query: its filters as chips, how many there are, and what would be here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orderway.order.leading import MAIN
from orderway.order.lists import Page
from orderway.ui.language import mark, number, t, tr
from orderway.ui.orders.query import AMOUNTS, SORTS, Query, stuck_for
from orderway.ui.tabs import Tab
from orderway.workflow.kinds import Workflow

MOST = 500
"""So many orders of the list are counted; of more it is said that they are more."""

BESIDE = 100
"""The same of a view that is not looked at."""

SAID: Mapping[str, str] = {
    "state": "{what}", "search": mark("Search: {what}"), "phase": mark("Phase: {what}"), "store": mark("Store: {what}"),
    "customer": mark("Customer: {what}"), "biller": mark("Biller: {what}"), "rider": mark("Rider: {what}"),
    "stuck": mark("In its state for over {what}"), "since": mark("Placed from {what}"),
    "until": mark("Placed until {what}"), "least": mark("At least {what}"), "most": mark("At most {what}"),
}  # fmt: skip
"""Filters in words."""


@dataclass(frozen=True, slots=True)
class Group:
    """The states of one machine to choose from."""

    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where no row does."""

    heading: str
    sentence: str
    url: str = ""
    label: str = ""


def some(count: int, *, most: int) -> str:
    """How many there are, of which no more than one above `most` was counted."""
    return f"{number(most)}+" if count > most else number(count)


def groups(workflow: Workflow, query: Query) -> Iterator[Group]:
    """The states to filter by: of the phase that is open, or of all three."""
    for machine in [query.one("phase")] if query.one("phase") else MAIN:
        chart = workflow.kind(machine).newest
        options = ((f"{machine}:{name}", tr(chart.node(name).label)) for name in chart.every_leaf)
        yield Group(tr(chart.label), tuple(sorted(options, key=lambda option: option[1])))


def removable(query: Query, workflow: Workflow, names: Mapping[str, str]) -> Iterator[Tab]:
    """The filters that are on, each with the address without it."""
    for name, value in query.pairs:
        if label := _said(name, value, query, workflow=workflow, names=names):
            yield Tab(label, query.less(name, value))


def _said(name: str, value: str, query: Query, *, workflow: Workflow, names: Mapping[str, str]) -> str:
    """A filter in words; empty for what is none, or is said elsewhere."""
    if name not in SAID:
        return ""
    what = names.get(value, value)
    if name == "state":
        machine, _, state = value.partition(":")
        chart = workflow.kind(machine).newest
        what = f"{tr(chart.label)}: {tr(chart.node(state).label)}"
    elif name == "phase":
        what = tr(workflow.kind(value).newest.label)
    elif name == "stuck":
        what = stuck_for(value)
    elif name in AMOUNTS:
        what = f"{query.one('currency')} {value}"
    return t(SAID[name], what=what)


def summary(page: Page, query: Query, counted: int) -> str:
    """How many there are, and how they are sorted."""
    if not page.rows:
        return t("No orders")
    is_part = query.one("after") or page.has_more
    part = t("{shown} of {all}", shown=number(len(page.rows)), all=some(counted, most=MOST)) if is_part else ""
    return f"{part or t('{n} order', '{n} orders', n=counted)} · {tr(SORTS[query.sort]).lower()}"


def empty(query: Query, left: str = "") -> Empty:
    """What would be here, and how one gets it; `left` says what was archived of what was looked for."""
    everything = ("/orders", t("Show all orders"))
    if left and query.is_narrowed:
        return Empty(t("This order was archived"), left, *everything)
    if set(dict(query.kept("column", "sort"))) == {"show"}:
        sentences = {
            "needs-me": t("An order appears here when the next step with it is yours."),
            "payment": t("An order appears here from when its buyer is to pay until the money is confirmed."),
            "late": t("An order appears here when the day that was promised for it is over and it is not there yet."),
            "rider": t("An order appears here when its goods are picked and nobody brings them yet."),
        }
        return Empty(t("Nothing waits here"), sentences[query.one("show")], *everything)
    if query.is_narrowed:
        return Empty(t("No order matches"), t("Nothing that you may see fits all of the filters."), *everything)
    if left:
        return Empty(t("No orders"), left)
    return Empty(t("No orders yet"), t("An order appears here as soon as its quotation is drafted."))
