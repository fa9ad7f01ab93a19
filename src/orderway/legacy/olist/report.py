"""The closing report: each total of the log beside the one that was computed independently."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from orderway.legacy.olist.tables import OlistError
from orderway.legacy.olist.totals import SPANS, Dwell, Sums, Totals

EXPECTED: Final = "expected.json"
_SUMS: Final = {
    "items_minor": "Items and freight, minor units",
    "payments_minor": "Payments, minor units",
    "no_items": "Orders without items",
    "no_payment": "Orders without payment",
    "multi_payment": "Orders of several payments",
    "equal": "Orders paid exactly",
    "overpaid": "Orders paid over",
    "underpaid": "Orders paid short",
    "within_5_cents": "Orders off by 5 cents or less",
    "multi_cleared_before_last": "Several payments, cleared before the last",
    "multi_never_cleared": "Several payments, never cleared",
}
_SPANS: Final = {
    "purchase_to_approved": "Purchase to approval",
    "approved_to_carrier": "Approval to carrier",
    "carrier_to_customer": "Carrier to customer",
    "purchase_to_customer": "Purchase to customer",
}
_FIGURES: Final = {
    "n": "orders",
    "negative": "orders below zero",
    "min": "shortest, seconds",
    "p50": "median, seconds",
    "p90": "90th percentile, seconds",
    "p95": "95th percentile, seconds",
    "p99": "99th percentile, seconds",
    "max": "longest, seconds",
    "sum": "sum, seconds",
}


class Counted(Protocol):
    """What can be reported: the sums of an import, and those that are expected of it."""

    @property
    def orders(self) -> int: ...
    @property
    def status(self) -> Mapping[str, int]: ...
    @property
    def per_month(self) -> Mapping[str, int]: ...
    @property
    def sums(self) -> Sums: ...
    @property
    def late(self) -> int: ...
    def dwell(self, span: str) -> Dwell: ...


class Dwells(Struct, frozen=True, kw_only=True):
    purchase_to_approved: Dwell
    approved_to_carrier: Dwell
    carrier_to_customer: Dwell
    purchase_to_customer: Dwell


class Expected(Struct, frozen=True, kw_only=True):
    """The parts of expected.json that are reconciled."""

    orders: int
    status: dict[str, int]
    per_month: dict[str, int]
    sums: Sums
    dwell_seconds: Dwells
    late: int

    def dwell(self, span: str) -> Dwell:
        found: Dwell = getattr(self.dwell_seconds, span)
        return found


class Check(Struct, frozen=True, kw_only=True, gc=False):
    """One line of the report."""

    what: str
    ours: int
    expected: int

    @property
    def agrees(self) -> bool:
        return self.ours == self.expected


def find_expected(folder: Path) -> Expected | None:
    """Return what the folder expects, or None where it holds no expected.json.

    Raises:
        OlistError: the file is not of that form.
    """
    path = folder / EXPECTED
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Expected)
    except (msgspec.DecodeError, OSError, UnicodeDecodeError) as error:
        raise OlistError(
            f"{path.name} can not be read as expected totals: {error}.",
            "Correct it, or take it out of the folder to import without a comparison.",
        ) from None


def figures(of: Counted) -> dict[str, int]:
    """Every figure of a report under its label, in the order of the report."""
    return {
        "Orders": of.orders,
        **{f"Orders {status}": of.status[status] for status in sorted(of.status)},
        **{f"Orders of {month}": of.per_month[month] for month in sorted(of.per_month)},
        **{label: getattr(of.sums, name) for name, label in _SUMS.items()},
        "Orders delivered late": of.late,
        **{
            f"{_SPANS[span]}: {label}": getattr(of.dwell(span), name)
            for span in SPANS
            for name, label in _FIGURES.items()
        },
    }


def compare(totals: Totals, expected: Expected) -> tuple[Check, ...]:
    """Lay ours beside theirs, line by line; what only one side has stands against 0, and theirs at the end."""
    ours, theirs = figures(totals), figures(expected)
    return tuple(
        Check(what=what, ours=ours.get(what, 0), expected=theirs.get(what, 0))
        for what in dict.fromkeys([*ours, *theirs])
    )
