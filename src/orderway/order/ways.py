"""In which ways a viewer reaches orders, and what is searched for among them: what a list is read by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from orderway.order.sight import Sight
from orderway.people.permissions import SCOPE_ALL, SCOPE_BILLED, SCOPE_DELIVERY, SCOPE_OWN, SCOPE_STORE
from orderway.people.viewer import Viewer

Column = Literal["customer_id", "rider_id", "biller_id", "store_id", ""]
NARROWEST: tuple[Column, ...] = ("rider_id", "customer_id", "biller_id", "store_id", "")
"""The first of these in which a list can be read is the one to read it in: no value of it has very many rows."""

Values = tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """What lies together in the indexes of a column, for each of the values; without a column everything.

    `also` are other columns and values that what is read has to have. Where a rider's are read, `with_rider` is another
    who has to bring something of the same order.
    """

    column: Column = ""
    values: Values = ()
    also: tuple[tuple[Column, Values], ...] = ()
    with_rider: UUID | None = None

    @property
    def apart(self) -> Way:
        """The same, read in no index of its own."""
        return Way(also=((self.column, self.values), *self.also)) if self.column else self

    @property
    def leads(self) -> bool:
        """Whether there can be something on it."""
        return not self.column or all([self.values, *(values for _, values in self.also)])


def ways_of(viewer: Viewer, asked: Mapping[Column, UUID]) -> list[Way]:
    """The ways in which the viewer reaches orders, narrowed by what is asked for; those that lead nowhere are none."""
    everything: dict[Column, Values] = {} if viewer.only is None else {"store_id": tuple(viewer.only)}
    reached: dict[str, dict[Column, Values]] = {
        SCOPE_ALL: everything,
        SCOPE_STORE: {"store_id": tuple(viewer.stores)},
        SCOPE_BILLED: {"biller_id": (viewer.person_id,)},
        SCOPE_OWN: {"customer_id": (viewer.customer_id,) if viewer.customer_id else ()},
        SCOPE_DELIVERY: {"rider_id": (viewer.person_id,)},
    }
    mine = {SCOPE_ALL} if SCOPE_ALL in viewer.permissions else viewer.permissions & set(reached)
    ways = dict.fromkeys(narrowed(reached[scope], asked) for scope in sorted(mine))
    return [way for way in ways if way.leads]


def narrowed(reached: Mapping[Column, Values], asked: Mapping[Column, UUID]) -> Way:
    """One way: read in the index that holds the fewest for a value, and then told apart by the other columns.

    Several riders may bring parts of one order: who is asked for does not narrow what another of them reaches.
    """
    held, with_rider = dict(reached), None
    for column, value in asked.items():
        if column == "rider_id" and column in held:
            with_rider = None if value in held[column] else value
            continue
        held[column] = (value,) if value in held.get(column, (value,)) else ()
    if not held:
        return Way()
    first, *others = sorted(held, key=NARROWEST.index)
    return Way(first, held[first], tuple((column, held[column]) for column in others), with_rider)


LONGEST_SEARCH = 100
"""Characters of a search that are looked at."""

NOBODY = "SELECT id FROM customer WHERE false"
SOMEBODY = """
    SELECT id FROM customer WHERE to_tsvector('simple'::regconfig, name) @@ to_tsquery('simple', {}::text)
"""


@dataclass(frozen=True, slots=True)
class Search:
    """Beginnings of words of customers' names, or the beginning of an order's number.

    `named` is a query of customers, `number` a condition with `{}` for an order. A name is found by who `sees` to whom
    the order `o` goes.
    """

    named: str
    number: str
    sees: str

    @property
    def found(self) -> str:
        """Whether the order `o` is found, as a condition that stands alone."""
        return f"({self.number.format('o')} OR o.customer_id IN ({self.named}) AND {self.sees})"


def search_of(sight: Sight, text: str) -> Search | None:
    """What is searched for; None for nothing."""
    searched = text.replace("\0", "").strip()[:LONGEST_SEARCH].lower()
    if not searched:
        return None
    first, last = sight.value(searched), sight.value(f"{searched}\U0010ffff")
    words = " & ".join(f"{word}:*" for word in re.findall(r"[^\W_]+", searched))
    return Search(
        named=SOMEBODY.format(sight.value(words)) if words else NOBODY,
        number=f"lower({{0}}.number) ~>=~ {first}::text AND lower({{0}}.number) ~<~ {last}::text",
        sees=sight.address(),
    )
