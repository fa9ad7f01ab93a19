"""Puts an order of the predecessor together from the rows that hang on it, and says what is odd about them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, TypeVar

import asyncpg

from orderway.legacy.predecessor.facts import (
    Fulfilled,
    Item,
    Logged,
    Oddity,
    Order,
    Paid,
    PaidOut,
    Place,
    Quoted,
    Returned,
    SaleType,
    Sold,
    Volunteered,
)
from orderway.legacy.predecessor.statements import MARKS
from orderway.legacy.predecessor.strands import ORDER, STATEMENTS
from orderway.legacy.predecessor.wordings import (
    FIRST_OF_ID,
    FROM_LINES,
    FROM_NOWHERE,
    FROM_QUOTATION,
    FROM_SALE,
    LATEST_OF_ROWS,
    NO_JSON,
    ONE_OF_ID,
    OTHER_SALE,
)
from orderway.money import Money

T = TypeVar("T")

CURRENCY: Final = "NGN"
"""What the predecessor's money is, which has no column for it, unless a column says otherwise."""


FOREIGN: Final = f'"currency" is not {CURRENCY}'
"""What is said of a row of another currency."""

Values = dict[str, Any]
"""The fields of a row, as they are read."""

NAMES: Final[Mapping[str, tuple[str, ...]]] = {name: each.names() for name, each in STATEMENTS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of all orders: `shared` are references that payments of several orders bear, `twice` ids that
    several orders have, `loose` the fields of each strand that should be JSON and may be anything.
    """

    shared: frozenset[str]
    twice: Collection[str]
    loose: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Assembly:
    """An order in the making: its own row, and by their strand those that hang on it."""

    known: Known
    row: asyncpg.Record
    strands: Mapping[str, Sequence[asyncpg.Record]]
    oddities: list[Oddity] = field(default_factory=list)

    def order(self) -> Order:
        """Put it together."""
        id_: str = self.row["owner"]
        if id_ in self.known.twice:
            self.note(ORDER, id_, FIRST_OF_ID)
        values = self.values(ORDER, self.row)
        del values["at"]
        sale, quotation, payments = self.sale(), self.quotation(), self.payments("payments")
        values |= {
            "total": self.total(values["total"], sale or quotation),
            "type": self.sort(),
            "currency": self.row["currency"] or CURRENCY,
            "stood": self.stood(),
            "place": self.one("place", Place),
            "quotation": quotation,
            "sale": sale,
            "payments": payments,
            "payments_of_sale": self.payments("payments_of_sale"),
            "shared_references": self.shared(payments),
            "log": self.all("log", Logged),
            "fulfillment": self.fulfillment(),
            "returns": self.returns(sale),
        }
        return Order(**values, oddities=tuple(self.oddities))

    def sort(self) -> SaleType:
        """Whom it is for: where its own row does not say it, by the sale that it has."""
        said = self.row["type"]
        if said == "RESELLER" or (said != "CONSUMER" and self.strands.get("reseller_sale")):
            return "RESELLER"
        return "CONSUMER"

    def total(self, said: int | None, kept: Sold | Quoted | None) -> int:
        """What it comes to, by its sale, its quotation or its lines where it does not say: no silence is a payment."""
        if said is not None and said >= 0:
            return said
        lines = sum(max(0, item.quantity) * max(0, item.unit_price) for item in kept.items) if kept else 0
        found = max(kept.total, 0) or lines if kept else 0
        by = FROM_LINES if kept and found != kept.total else FROM_SALE if isinstance(kept, Sold) else FROM_QUOTATION
        self.note(ORDER, self.row["owner"], (by if found else FROM_NOWHERE).format(amount=Money(found, CURRENCY)))
        return found

    def quotation(self) -> Quoted | None:
        if row := self.last("quotation"):
            items = self.all("quotation_items", Item, of=row["id"])
            return Quoted(**self.values("quotation", row), items=items)
        return None

    def sale(self) -> Sold | None:
        of, other = ("reseller", "consumer") if self.sort() == "RESELLER" else ("consumer", "reseller")
        if self.strands.get(f"{other}_sale"):
            said = OTHER_SALE.format(of=of, other=other)
            self.note(f"{other}_sale", self.strands[f"{other}_sale"][-1]["id"], said)
            of = of if self.strands.get(f"{of}_sale") else other
        if row := self.last(f"{of}_sale"):
            items = self.all(f"{of}_items", Item, of=row["id"])
            return Sold(**self.values(f"{of}_sale", row), items=items)
        return None

    def payments(self, which: str) -> tuple[Paid, ...]:
        """What came in another currency than the order's pays nothing of it; that it came is kept, and said."""
        strands, own = (f"consumer_{which}", f"reseller_{which}"), f"{FOREIGN}, but {self.row['currency']}."
        foreign = {
            row["id"]
            for strand in strands
            for row in self.strands.get(strand, ())
            if FOREIGN in row["odd"] and own not in row["odd"]
        }
        found = [
            replace(paid, amount=0) if paid.id in foreign else paid
            for strand in strands
            for paid in self.all(strand, Paid)
        ]
        return tuple(sorted(found, key=lambda paid: (paid.received_at, paid.id)))

    def shared(self, payments: Sequence[Paid]) -> tuple[str, ...]:
        return tuple(sorted({paid.reference for paid in payments if paid.reference} & self.known.shared))

    def fulfillment(self) -> Fulfilled | None:
        if (row := self.last("fulfillment")) is None:
            return None
        of = row["id"]
        return Fulfilled(
            **self.values("fulfillment", row),
            place=next(iter(self.all("fulfillment_place", Place, of=of)), None),
            interests=self.all("interests", Volunteered, of=of),
            payouts=self.all("payouts", PaidOut, of=of),
            log=self.all("fulfillment_log", Logged, of=of),
        )

    def returns(self, sale: Sold | None) -> tuple[Returned, ...]:
        prices = {item.variant: item.unit_price for item in sale.items} if sale else {}
        found = []
        for of in ("consumer", "reseller"):
            for row in self.unique(f"{of}_returns"):
                came = self.unique(f"{of}_returned", of=row["id"])
                items = [self.values(f"{of}_returned", each) for each in came]
                conditions = tuple(each.pop("condition") for each in items)
                back = tuple(Item(**each, unit_price=prices.get(each["variant"], 0)) for each in items)
                found.append(Returned(**self.values(f"{of}_returns", row), items=back, conditions=conditions))
        return tuple(found)

    def one(self, strand: str, kind: type[T]) -> T | None:
        row = self.last(strand)
        return None if row is None else kind(**self.values(strand, row))

    def all(self, strand: str, kind: type[T], *, of: str | None = None) -> tuple[T, ...]:
        return tuple(kind(**self.values(strand, row)) for row in self.unique(strand, of=of))

    def last(self, strand: str) -> asyncpg.Record | None:
        """The row of which there should be one: the one that changed last."""
        rows = self.unique(strand)
        if len(rows) > 1:
            self.note(strand, rows[-1]["id"], LATEST_OF_ROWS.format(count=len(rows)))
        return rows[-1] if rows else None

    def unique(self, strand: str, *, of: str | None = None) -> Sequence[asyncpg.Record]:
        """The rows of a strand, or those that hang on one row of it, each id once."""
        rows = self.strands.get(strand, ())
        if len(rows) < 2:
            return rows
        found = {row["id"]: row for row in rows}
        if len(found) < len(rows) and self.row["owner"] not in self.known.twice:
            ids = [row["id"] for row in rows]
            for id_ in sorted({each for each in ids if ids.count(each) > 1}):
                self.note(strand, id_, ONE_OF_ID)
        return [row for row in found.values() if of in {None, row["of"]}]

    def values(self, strand: str, row: asyncpg.Record) -> Values:
        """The fields of a row; what is odd about it is noted."""
        values = dict(zip(NAMES[strand], row[MARKS:], strict=True))
        for sentence in row["odd"].splitlines():
            self.note(strand, row["id"], sentence)
        for name in self.known.loose.get(strand, ()):
            self.parse(strand, row["id"], name, text=values[name])
        return values

    def parse(self, strand: str, id_: str, name: str, *, text: str | None) -> None:
        try:
            json.loads(text or "null")
        except (ValueError, RecursionError):
            self.note(strand, id_, NO_JSON.format(name=STATEMENTS[strand].fields[name]))

    def note(self, strand: str, id_: str, sentence: str) -> None:
        self.oddities.append(Oddity(where=f'"{STATEMENTS[strand].table}" {id_}', sentence=sentence))

    def stood(self) -> datetime:
        """When any of its rows changed last."""
        own: datetime = self.row["touched"] or self.row["at"]
        return max((row["touched"] or own for rows in self.strands.values() for row in rows), default=own)
