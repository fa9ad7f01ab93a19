"""Columns of the predecessor as SQL: what is read of each, and the words for what can not be read as it should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from orderway.legacy.predecessor.catalog import Catalog
from orderway.legacy.predecessor.tables import TABLES, Column, Kind
from orderway.legacy.predecessor.wordings import ANOTHER, EMPTY, NO_SUCH_KIND, NO_SUCH_ROW, TOO_LONG, UNREAD

LARGEST: Final = "1e13"
"""A double has 15 digits that can be relied on: up to here they reach to the minor unit."""

NOW: Final = "now() + interval '1 day'"
"""Clocks differ, and zones; what is later than this has not happened."""

SHOWN: Final = 60
"""So many characters are shown of what can not be read."""

INSTEAD: Final[Mapping[Kind, str]] = {Kind.MONEY: "0", Kind.NUMBER: "0", Kind.TRUTH: "false", Kind.TEXT: "''"}
NOTHING: Final[Mapping[Kind, str]] = {
    Kind.MONEY: "NULL::bigint",
    Kind.NUMBER: "NULL::bigint",
    Kind.DEGREES: "NULL::float8",
    Kind.TIME: "NULL::timestamptz",
    Kind.TRUTH: "NULL::boolean",
}

CASTS: Final[Mapping[Kind, str]] = {Kind.NUMBER: "bigint", Kind.TRUTH: "boolean"}


@dataclass(frozen=True, slots=True)
class Read:
    """A column of the row `r` of a table, as it stands in this database."""

    catalog: Catalog
    table: str
    name: str

    @property
    def column(self) -> Column:
        return TABLES[self.table][self.name]

    @property
    def raw(self) -> str:
        return f'r."{self.name}"'

    def value(self) -> str:
        """What is read: money in minor units, times in UTC; NULL where it can not be read."""
        kind, raw = self.column.kind, self.raw
        if not self.catalog.has(self.table, self.name):
            return NOTHING.get(kind, "NULL::text")
        match kind:
            case Kind.MONEY:
                return f"CASE WHEN abs({raw}) < {LARGEST} THEN round({raw}::numeric * 100)::bigint END"
            case Kind.TIME:
                latest = "'2200-01-01'" if self.column.ahead else NOW
                return f"CASE WHEN {raw} BETWEEN '1970-01-01' AND {latest} THEN {self._in_utc()} END"
            case Kind.DEGREES:
                return f"CASE WHEN abs({raw}) <= {self.column.most} THEN {raw}::float8 END"
            case Kind.TEXT:
                return f"left({raw}::text, {self.column.longest})"
        return f"{raw}::{CASTS.get(kind, 'text')}"

    def filled(self, *, time: str) -> str:
        """The same, with something in the place of what must be there and is not: 0, no text, or `time`."""
        if self.column.empty:
            return self.value()
        instead = time if self.column.kind is Kind.TIME else INSTEAD[self.column.kind]
        return f"coalesce({self.value()}, {instead})"

    def exact(self) -> str:
        return f"coalesce({self.raw}::text, '')"

    def wrongs(self) -> Iterator[str]:
        """SQL for each sentence that may have to be said of it; NULL where all is well."""
        if not self.catalog.has(self.table, self.name):
            return
        if not self.column.empty:
            yield self._where(f"{self.raw} IS NULL", EMPTY)
        if self.column.kind in {Kind.MONEY, Kind.TIME, Kind.DEGREES}:
            unread = f"{self.raw} IS NOT NULL AND {self.value()} IS NULL"
            yield self._where(unread, UNREAD)
        if self.column.kind is Kind.TEXT and not (self.column.known or self.column.points):
            longest = self.column.longest
            # How many bytes it has is known without reading it.
            is_long = f"octet_length({self.raw}::text) > {longest} AND length({self.raw}::text) > {longest}"
            yield self._where(is_long, TOO_LONG, longest=f"{longest:,}")
        if known := self.column.known:
            words = ", ".join(f"'{each}'" for each in known)
            unknown = f"{self.raw}::text NOT IN ({words})"
            yield self._where(unknown, ANOTHER if len(known) == 1 else NO_SUCH_KIND, known=known[0])
        if to := self.column.points:
            missing = f'NOT EXISTS (SELECT FROM "{to}" x WHERE x."id"::text = {self.raw}::text)'
            yield self._where(f"{self.raw} IS NOT NULL AND {missing}", NO_SUCH_ROW, table=to)

    def _where(self, condition: str, sentence: str, **named: str) -> str:
        """SQL for a sentence that is said where something is so."""
        said = sentence.format(name=self.name, found=f"' || left({self.raw}::text, {SHOWN}) || '", **named)
        return f"CASE WHEN {condition} THEN '{said}' END"

    def _in_utc(self) -> str:
        if self.catalog.types[self.table, self.name] == "timestamptz":
            return self.raw
        return f"({self.raw}::timestamp AT TIME ZONE 'UTC')"


def odd(columns: list[Read]) -> str:
    """SQL for all that must be said of a row, a sentence a line; empty where all is well."""
    wrongs = [each for column in columns for each in column.wrongs()]
    return f"concat_ws(E'\\n', {', '.join(wrongs)})" if wrongs else "''"
