"""What a database has of the predecessor's tables: all that is missing is said at once, before anything is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from orderway.errors import OrderwayError
from orderway.legacy.predecessor.tables import CURRENCY, OPTIONAL, TABLES, Kind
from orderway.workflow.kinds import Connection


class LegacyInvalid(OrderwayError):
    """The database is not the predecessor's, or not as it must be to be read; nothing was written."""


TYPES: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.MONEY: frozenset({"float4", "float8", "numeric", "int2", "int4", "int8"}),
    Kind.DEGREES: frozenset({"float4", "float8", "numeric", "int2", "int4", "int8"}),
    Kind.NUMBER: frozenset({"int2", "int4", "int8"}),
    Kind.TIME: frozenset({"timestamp", "timestamptz", "date"}),
    Kind.TRUTH: frozenset({"bool"}),
}
"""What a column of a kind may be in PostgreSQL; text and json are read of any type."""

FOUND: Final = """
SELECT name AS table, a.attname::text AS column, t.typname::text AS type,
    has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable
FROM unnest($1::text[]) AS g (name)
JOIN pg_class c ON c.oid = to_regclass(quote_ident(name)) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """The type of each column that was found, by table and column; `absent` is what may be missing, and is.

    No database of the predecessor is known to have a column for the currency; one that has is believed.
    """

    types: Mapping[tuple[str, str], str]
    absent: tuple[str, ...]

    def has(self, table: str, column: str = "id") -> bool:
        return (table, column) in self.types

    def is_loose(self, table: str, column: str) -> bool:
        """Whether nothing makes sure that a column of JSON holds JSON."""
        return self.types[table, column] not in {"json", "jsonb"}


async def look(connection: Connection) -> Catalog:
    """See what there is. Raises LegacyInvalid, naming all that is missing, of another type, or closed to this user."""
    rows = await connection.fetch(FOUND, list(TABLES))
    types = {(row["table"], row["column"]): row["type"] for row in rows}
    closed = {(row["table"], row["column"]) for row in rows if not row["readable"]}
    if not types:
        raise LegacyInvalid(
            "This is no database of the former system: it has none of its tables.",
            "Name its own database, with ?schema=… where the tables are in another schema; nothing was written.",
        )
    if wrong := [*_missing(types), *_of_another_type(types), *_closed(closed)]:
        raise LegacyInvalid(
            f"This is no database of the former system that can be read: {'; '.join(wrong)}.",
            "Name its own database, whole and with leave to read it; nothing was written.",
        )
    return Catalog(types=types, absent=tuple(_absent(types)))


def _missing(types: Mapping[tuple[str, str], str]) -> Iterator[str]:
    tables = {table for table, _ in types}
    for table, columns in TABLES.items():
        if table not in tables:
            if table not in OPTIONAL:
                yield f'the table "{table}" is missing'
            continue
        for name, column in columns.items():
            if column.needed and (table, name) not in types:
                yield f'the column "{table}"."{name}" is missing'


def _of_another_type(types: Mapping[tuple[str, str], str]) -> Iterator[str]:
    for (table, name), type_ in types.items():
        column = TABLES[table].get(name)
        if column and type_ not in TYPES.get(column.kind, {type_}):
            yield f'"{table}"."{name}" holds {type_}, and not {column.kind}'


def _closed(closed: set[tuple[str, str]]) -> Iterator[str]:
    for table in sorted({table for table, _ in closed}):
        names = sorted(name for of, name in closed if of == table and name in TABLES[table])
        if len(names) == len(TABLES[table]):
            yield f'the table "{table}" is closed to this user'
        else:
            yield from (f'"{table}"."{name}" is closed to this user' for name in names)


def _absent(types: Mapping[tuple[str, str], str]) -> Iterator[str]:
    tables = {table for table, _ in types}
    for table, columns in TABLES.items():
        if table not in tables:
            yield f'"{table}"'
        else:
            for name, column in columns.items():
                if (table, name) not in types and column is not CURRENCY:
                    yield f'"{table}"."{name}"'
