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
CALLED = """
    SELECT id FROM customer WHERE reverse(phone) ~>=~ {0}::text AND reverse(phone) ~<~ ({0} || chr(1114111))
"""
DIGITS = 6
"""So many digits of the end of a phone number find whose it is."""

PAID = """
    SELECT p.store_id, p.order_id FROM payment_reference r
    JOIN payment p ON p.store_id = r.store_id AND p.id = r.payment_id WHERE lower(r.reference) = {}::text
"""


@dataclass(frozen=True, slots=True)
class Search:
    """Beginnings of words of customers' names, the end of their phone number, the beginning of an order's number, or
    the whole reference of a payment.

    `named` is a query of customers, `number` a condition with `{}` for an order, `paid` a query of orders by their
    store. A customer is found by who `sees` to whom the order `o` goes, a payment by who sees its `money`.
    """

    named: str
    number: str
    sees: str
    paid: str
    money: str

    @property
    def found(self) -> str:
        """Whether the order `o` is found, as a condition that stands alone."""
        by_name = f"o.customer_id IN ({self.named}) AND {self.sees}"
        return f"({self.number.format('o')} OR {by_name} OR (o.store_id, o.id) IN ({self.paid}) AND {self.money})"


def search_of(sight: Sight, text: str) -> Search | None:
    """What is searched for; None for nothing."""
    searched = text.replace("\0", "").strip()[:LONGEST_SEARCH].lower()
    if not searched:
        return None
    first, last = sight.value(searched), sight.value(f"{searched}\U0010ffff")
    words = " & ".join(f"{word}:*" for word in re.findall(r"[^\W_]+", searched))
    named = [SOMEBODY.format(sight.value(words))] if words else []
    if digits := digits_of(searched):
        named.append(CALLED.format(sight.value(digits[::-1])))
    return Search(
        named=" UNION ".join(named) or NOBODY,
        paid=PAID.format(sight.value(searched)),
        money=sight.money(),
        number=f"lower({{0}}.number) ~>=~ {first}::text AND lower({{0}}.number) ~<~ {last}::text",
        sees=sight.address(),
    )


def digits_of(searched: str) -> str:
    """The digits that a phone number ends with, as people write it who are in the same country; empty for no number."""
    digits = re.sub(r"[\s().\-/]+", "", searched).removeprefix("+").lstrip("0")
    return digits if len(digits) >= DIGITS and digits.isascii() and digits.isdigit() else ""
