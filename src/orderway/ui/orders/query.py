"""What the address of the list asks for: filters, sort and columns. A view is no more than this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from orderway.cursors import read_cursor
from orderway.money import Money, NotAnAmount, UnknownCurrency, exponent
from orderway.order.leading import FOR_MONEY, MAIN
from orderway.order.shape import Phase
from orderway.order.worklist import OrderFilters
from orderway.people.permissions import MONEY_SEE
from orderway.people.viewer import Viewer
from orderway.ui.language import mark, t, tr
from orderway.ui.words import duration
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Workflow

PHASES: Mapping[str, Phase] = {"quotation": "QUOTATION", "sale": "SALE", "fulfillment": "FULFILLMENT"}
SHOWS: Mapping[str, str] = {
    "needs-me": mark("Needs me"), "payment": mark("Waiting for payment"), "late": mark("Late"),
    "rider": mark("No rider"),
}  # fmt: skip
"""Views that are there from the beginning, by how the address says them."""

SORTS: Mapping[str, str] = {
    "newest": mark("Newest first"), "oldest": mark("Oldest first"), "longest": mark("Longest in their state first"),
}  # fmt: skip
STUCK: Mapping[str, timedelta] = {
    "1h": timedelta(hours=1), "4h": timedelta(hours=4), "1d": timedelta(days=1), "2d": timedelta(days=2),
    "7d": timedelta(days=7), "30d": timedelta(days=30),
}  # fmt: skip
COLUMNS: Mapping[str, str] = {
    "total": mark("Total"), "customer": mark("Customer"), "state": mark("State, time in it"), "next": mark("Next step"),
    "store": mark("Store"), "biller": mark("Biller"), "placed": mark("Placed"), "promised": mark("Promised for"),
}  # fmt: skip
"""Columns that can be chosen, in their order; that of the number is always there."""

USUAL = ("total", "customer", "state", "next")
IDS = ("store", "customer", "biller", "rider")
DAYS = ("since", "until")
AMOUNTS = ("least", "most")
LISTS = ("state", "column")
KNOWN = ("show", "search", "phase", *LISTS, *IDS, *DAYS, *AMOUNTS, "currency", "stuck", "sort", "after")
NAMES: Mapping[str, str] = {
    "show": mark("view"), "phase": mark("phase"), "state": mark("state"), "column": mark("column"),
    "store": mark("store"), "customer": mark("customer"), "biller": mark("biller"), "rider": mark("rider"),
    "since": mark("day"), "until": mark("day"), "least": mark("amount"), "most": mark("amount"),
    "currency": mark("currency"), "stuck": mark("span of time"), "sort": mark("order of sorting"),
    "after": mark("place in the list"),
}  # fmt: skip
"""What a filter holds, in the sentence that says that there is no such thing."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What the address asks for, as it was said and is understood; `notices` tell what of it is ignored."""

    pairs: Pairs = ()
    notices: tuple[str, ...] = ()

    def one(self, name: str) -> str:
        return next((value for each, value in self.pairs if each == name), "")

    def all(self, name: str) -> list[str]:
        return [value for each, value in self.pairs if each == name]

    @property
    def columns(self) -> list[str]:
        """The columns in their order."""
        return [name for name in COLUMNS if name in (self.all("column") or USUAL)]

    @property
    def sort(self) -> str:
        """How the list is sorted: views of what waits begin with what has waited longest."""
        return self.one("sort") or ("longest" if self.one("show") else "newest")

    def text(self, *, without: Iterable[str] = (), **changed: str | None) -> str:
        """The query with some of it changed, or left out; it begins at its first page where anything else changes."""
        gone = {"after", *without, *changed}
        kept = [pair for pair in self.pairs if pair[0] not in gone]
        return urlencode([*kept, *((name, value) for name, value in changed.items() if value)])

    def url(self, *, without: Iterable[str] = (), **changed: str | None) -> str:
        """The address of the list, changed so."""
        asked = self.text(without=without, **changed)
        return f"/orders?{asked}" if asked else "/orders"

    def less(self, name: str, value: str) -> str:
        """The address without one value of a filter."""
        asked = urlencode([pair for pair in self.pairs if pair != (name, value) and pair[0] != "after"])
        return f"/orders?{asked}" if asked else "/orders"

    def kept(self, *left_out: str) -> Pairs:
        """What a form that asks for the others carries along."""
        return tuple(pair for pair in self.pairs if pair[0] not in {"after", *left_out})

    @property
    def is_narrowed(self) -> bool:
        """Whether some orders are left out."""
        return any(name not in {"sort", "column", "after"} for name, _ in self.pairs)

    def filters(self, now: datetime, viewer: Viewer) -> OrderFilters:
        """The same for the read of the list.

        Who sees no money has nothing to look at before there are goods to bring.
        """
        show, stuck = self.one("show"), self.one("stuck")
        states = {machine: tuple(self._states(machine)) for machine in MAIN}
        currency = self.one("currency")
        ids = {f"{name}_id": UUID(self.one(name)) for name in IDS if self.one(name)}
        return OrderFilters(
            phase=PHASES.get(self.one("phase")) if MONEY_SEE in viewer.permissions else "FULFILLMENT",
            quotation_states=states["quotation"],
            sale_states=states["sale"],
            fulfillment_states=states["fulfillment"],
            store_id=ids.get("store_id"), customer_id=ids.get("customer_id"), biller_id=ids.get("biller_id"),
            rider_id=ids.get("rider_id"),
            since=_midnight(self.one("since")),
            until=_midnight(self.one("until"), days=1),
            search=self.one("search"),
            sort="oldest" if self.sort == "oldest" else "newest",
            longest_first=self.sort == "longest",
            needs_me=show == "needs-me",
            late_at=now if show == "late" else None,
            stood_since=now - STUCK[stuck] if stuck else None,
            currency=currency,
            least=_minor(self.one("least"), currency),
            most=_minor(self.one("most"), currency),
        )  # fmt: skip

    def _states(self, machine: str) -> Iterator[str]:
        for each in self.all("state"):
            of, _, state = each.partition(":")
            if of == machine:
                yield state
        if self.one("show") == "payment" and machine == "sale":
            yield from FOR_MONEY
        if self.one("show") == "rider" and machine == "fulfillment":
            yield "AWAITING_RIDER_SELECTION"


def read_query(text: str, workflow: Workflow) -> Query:
    """Read what stands behind the question mark of an address; what is unknown in it is ignored with a notice."""
    asked = parse_qsl(text[:4000], max_num_fields=100) if text.count("&") < 100 else []
    pairs, notices = list[tuple[str, str]](), list[str]()
    for name, value in dict.fromkeys((name, " ".join(value.split())[:100]) for name, value in asked):
        if name not in KNOWN:
            notices.append(t("There is no filter “{name}”, so it is ignored.", name=name[:40]))
        elif value and name != "search" and not _fits(name, value, workflow, dict(asked).get("currency", "")):
            what = tr(NAMES[name])
            notices.append(t("There is no {what} “{value}”, so it is ignored.", what=what, value=value[:40]))
        elif value and (name in LISTS or name not in dict(pairs)):
            pairs.append((name, value))
    return Query(tuple(pairs), tuple(dict.fromkeys(notices)))


def _fits(name: str, value: str, workflow: Workflow, currency: str) -> bool:
    """Whether there is what the address asks for; an amount is one of its currency."""
    try:
        if name in AMOUNTS:
            return Money.parse(value, currency).minor >= 0
        return _reads(name, value, workflow)
    except (ValueError, OverflowError, Invalid, NotAnAmount, UnknownCurrency):
        return False


def _reads(name: str, value: str, workflow: Workflow) -> bool:
    if name == "state":
        machine, _, state = value.partition(":")
        return machine in MAIN and state in workflow.kind(machine).newest.every_leaf
    if name in IDS:
        return bool(UUID(value))
    if name in DAYS:
        return _midnight(value, days=1) is not None
    if name == "currency":
        return exponent(value) >= 0
    if name == "after":
        return bool(read_cursor(value))
    return value in {"show": SHOWS, "phase": PHASES, "column": COLUMNS, "stuck": STUCK, "sort": SORTS}[name]


def _midnight(text: str, *, days: int = 0) -> datetime | None:
    """The beginning of a day in UTC, so many days later. Raises ValueError and OverflowError."""
    if not text:
        return None
    day = date.fromisoformat(text)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=days)


def _minor(text: str, currency: str) -> int | None:
    return Money.parse(text, currency).minor if text and currency else None


def stuck_for(value: str) -> str:
    """A span of the filter in words: "2 d"."""
    return duration(STUCK[value])
