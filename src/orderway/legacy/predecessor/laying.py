"""Laying what orders stand on: rows of the predecessor are read, ours kept by their ids, what is odd is said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, TypeVar
from uuid import UUID

import asyncpg

from orderway.legacy.predecessor.columns import Read, odd
from orderway.legacy.predecessor.following import Following, Values
from orderway.legacy.predecessor.source import Source
from orderway.people.turn import Turn, turn_of
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection, Workflow, encode
from orderway.workflow.transaction import Transaction

T = TypeVar("T")

IMPORT: Final = Actor("import:legacy", permissions=None)
SOURCE: Final = "legacy"
"""What customers and products name as where they come from."""
REASON: Final = "Brought over from the former system."
CHANGED: Final = "It was changed in the former system."
CURRENCY: Final = "NGN"
EPOCH: Final = "'epoch'::timestamptz"
"""What stands for a time that is missing."""
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The same, as it is read."""

KNOWN: Final = "SELECT theirs, ours FROM legacy_id WHERE kind = $1"
KEEP: Final = """
INSERT INTO legacy_id (kind, theirs, ours, laid) SELECT $1, * FROM unnest($2::text[], $3::uuid[], $4::jsonb[])
"""

Row = asyncpg.Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Laying(Following):
    """The work under way: in one transaction, which is the turn of whoever changes people."""

    source: Source
    turn: Turn
    workflow: Workflow
    at: datetime

    @property
    def changing(self) -> Turn:
        """The turn in which what was laid before is changed."""
        return replace(self.turn, reason=CHANGED)

    @property
    def transaction(self) -> Transaction:
        """The same, for what is changed by whoever holds a permission."""
        return Transaction(self.connection, self.workflow, actor=IMPORT, now=self.at, request_id=None)

    async def rows(self, table: str, *names: str, key: str = "id") -> Sequence[Row]:
        """These columns of all rows of a table, those of each key once; what is odd about a row is a finding."""
        catalog = self.source.catalog
        if not catalog.has(table, key):
            return ()
        reads = [Read(catalog, table, name) for name in (key, *names)]
        columns = ", ".join(f'{each.filled(time=EPOCH)} AS "{each.name}"' for each in reads)
        query = f'SELECT {columns}, {odd(reads)} AS odd FROM "{table}" r ORDER BY 1'  # noqa: S608
        found: dict[str, Row] = {}
        for row in await self.source.fetch(query):
            for sentence in row["odd"].splitlines():
                self.note(table, row[key], sentence)
            if row[key] in found:
                self.note(table, row[key], "Several rows have this id: the first was taken.")
            found.setdefault(row[key], row)
        return tuple(found.values())

    async def known(self, kind: str) -> dict[str, UUID]:
        """Ours by their ids, as earlier runs and this one laid them."""
        return {row["theirs"]: row["ours"] for row in await self.connection.fetch(KNOWN, kind)}

    async def keep(self, kind: str, ours: Mapping[str, UUID], laid: Mapping[str, Values] | None = None) -> None:
        """Write down which of ours stand for theirs; those that were `laid` with values are followed from here on."""
        values = [encode(laid[theirs]) if laid and theirs in laid else None for theirs in ours]
        await self.connection.execute(KEEP, kind, list(ours), list(ours.values()), values)

    def fitting(self, check: Callable[[str], T], text: str | None, *, of: tuple[str, str]) -> T | None:
        """What a check makes of a text of a row; where it refuses, the text is left out and that is a finding."""
        if text is None or not text.strip():
            return None
        try:
            return check(text)
        except Invalid as wrong:
            self.note(*of, f"“{text[:60]}” was left out: {wrong.message}")
            return None


@asynccontextmanager
async def laying_of(
    source: Source, connection: Connection, *, at: datetime, workflow: Workflow
) -> AsyncIterator[Laying]:
    """Begin the work, all or nothing."""
    async with turn_of(connection, IMPORT, at=at, reason=REASON) as turn:
        yield Laying(source=source, turn=turn, workflow=workflow, at=at, connection=connection)


def one_line(text: str | None, longest: int) -> str:
    """A name as it may stand here: on one line, and no longer than it may be."""
    plain = "".join(each if each.isprintable() else " " for each in text or "")
    return " ".join(plain.split())[:longest].strip()
