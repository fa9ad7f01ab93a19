"""Which orders of the predecessor changed since it was looked at last, told by the transactions that wrote its rows.

Most of its tables have no time of a change, payments and logs among them, and a time is that of a statement and not of
its commit. PostgreSQL keeps with each row which transaction wrote it, so whatever was written by one that had not ended
at the last look is found at the next: late commits too. What was deleted leaves no row; a sweep finds that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from orderway.legacy.predecessor.catalog import LegacyInvalid
from orderway.legacy.predecessor.source import Source
from orderway.legacy.predecessor.statements import Statement
from orderway.legacy.predecessor.strands import STATEMENTS

REACH: Final = 2**31
"""PostgreSQL compares so many transactions; a place that lies further back tells nothing any more."""

HORIZON: Final = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon"
WRITTEN: Final = "age(r.xmin) BETWEEN 0 AND age($1::xid)"
"""Whether a row was written by the transaction $1 or one that began after it."""

LESS_THAN_TABLES: Final = """
SELECT name FROM unnest($1::text[]) AS g (name) JOIN pg_class c ON c.oid = to_regclass(quote_ident(name))
WHERE c.relkind NOT IN ('r', 'p') ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """The orders of which a row was written since a place, and the place from which to look on."""

    ids: Sequence[str]
    horizon: int


async def check(source: Source) -> None:
    """See that its tables can be followed. Raises LegacyInvalid."""
    names = sorted({each.table for each in STATEMENTS.values()})
    if views := [row["name"] for row in await source.fetch(LESS_THAN_TABLES, names)]:
        raise LegacyInvalid(
            f"Changes can not be followed in what is no table there: {', '.join(views)}.",
            "Name the database that the former system itself writes to, or a standby of it.",
        )


async def horizon_of(source: Source) -> int:
    """The oldest transaction that has not ended at the moment that the source shows."""
    ((horizon,),) = await source.fetch(HORIZON)
    found: int = horizon
    return found


async def changes(source: Source, since: int) -> Changes | None:
    """What changed since a place; None where that tells nothing here, and all has to be read."""
    horizon = await horizon_of(source)
    if not 0 <= horizon - since < REACH:
        return None
    place = since % 2**32
    tables = sorted({each.table for each in STATEMENTS.values()})
    touched = {row["name"] for row in await source.fetch(" UNION ALL ".join(map(_touched, tables)), place)}
    found: set[str] = set()
    for statement in STATEMENTS.values():
        if statement.table in touched:
            found.update(row["id"] for row in await source.fetch(_owners(statement), place))
    return Changes(sorted(found), horizon)


def _touched(table: str) -> str:
    """Whether any row of the table was written: most have none, and are not looked at any further."""
    return f"SELECT '{table}' AS name WHERE EXISTS (SELECT FROM \"{table}\" r WHERE {WRITTEN})"  # noqa: S608


def _owners(statement: Statement) -> str:
    """The orders on which the written rows of a table hang, by one of the ways there."""
    table = f'"{statement.table}" r'
    way = statement.way.replace(table, "written r")
    orders = '(SELECT "id"::text AS id, "deliveryAddressId" AS place FROM "SaleOrder") o'
    return (
        f"WITH written AS MATERIALIZED (SELECT r.* FROM {table} WHERE {WRITTEN}) "  # noqa: S608
        f"SELECT DISTINCT o.id FROM {orders} {way}"
    )
