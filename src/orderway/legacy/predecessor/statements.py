"""A statement that reads what hangs on orders from one table, in the order of the orders' own time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from orderway.legacy.predecessor.catalog import Catalog
from orderway.legacy.predecessor.columns import Read, odd

AT: Final = "o.at"
"""The order's own time: what stands for a time that is missing."""


MARKS: Final = 4
"""The columns before the fields: `owner`, which is the order, `of`, when it was `touched`, and what is `odd`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """How the rows of a table are read that hang on orders.

    `way` leads from the order `o` to the row `r`, `of` is the id of what the row hangs on. `fields` are ours and their
    columns, `more` are ours and SQL, `exact` those that are read as they were kept, `checked` columns that are looked
    at only. `touched` are columns that tell when a row changed, and the order with it; `renewed` such that tell of the
    row alone.
    """

    table: str
    makes: type
    way: str
    of: str
    fields: Mapping[str, str]
    exact: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
    checked: tuple[str, ...] = ()
    sort: str
    touched: tuple[str, ...] = ()
    renewed: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Its fields, in their order."""
        return (*self.fields, *self.exact, *self.more)

    def sql(self, catalog: Catalog) -> str:
        """It in the words of this database, for the orders of `chosen`: its marks, then its fields in their order."""
        reads = {ours: Read(catalog, self.table, theirs) for ours, theirs in self.fields.items()}
        checked = [Read(catalog, self.table, name) for name in self.checked]
        columns = [
            *(f'{read.filled(time=AT)} AS "{ours}"' for ours, read in reads.items()),
            *(f'{Read(catalog, self.table, name).exact()} AS "{ours}"' for ours, name in self.exact.items()),
            *(f'{sql} AS "{ours}"' for ours, sql in self.more.items()),
        ]
        marks = f"{self._latest(catalog, self.touched)} AS touched, {odd([*reads.values(), *checked])} AS odd"
        return (
            f"WITH o AS ({chosen(catalog)}) SELECT o.id AS owner, {self.of}::text AS of, {marks}, {', '.join(columns)} "  # noqa: S608
            f'FROM o {self.way} ORDER BY o.at, o.id, r."{self.sort}", r."id"'
        )

    def changed(self, catalog: Catalog) -> str:
        """The ids of the orders of which a row of this table changed since $1."""
        at = self._latest(catalog, (*self.touched, *self.renewed))
        orders = '(SELECT "id"::text AS id, "deliveryAddressId" AS place FROM "SaleOrder") o'
        return f"SELECT o.id FROM {orders} {self.way} WHERE {at} >= $1"  # noqa: S608

    def _latest(self, catalog: Catalog, columns: tuple[str, ...]) -> str:
        times = ", ".join(Read(catalog, self.table, each).value() for each in columns)
        return f"greatest({times})" if times else "NULL::timestamptz"


def chosen(catalog: Catalog) -> str:
    """The orders: those of the ids $3, or all, that come after the time $1 and the id $2."""
    created, updated = (Read(catalog, "SaleOrder", name).value() for name in ("createdAt", "updatedAt"))
    return (
        'SELECT * FROM (SELECT r."id"::text AS id, r."deliveryAddressId" AS place, '  # noqa: S608
        f"coalesce({created}, {updated}, 'epoch') AS at FROM \"SaleOrder\" r "
        'WHERE $3::text[] IS NULL OR r."id"::text = ANY ($3::text[])) every '
        "WHERE $1::timestamptz IS NULL OR (at, id) > ($1::timestamptz, $2::text)"
    )
