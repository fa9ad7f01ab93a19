"""Telling who changed what was laid since: they there, people here, or both; what only they changed is followed.

What was laid of a row stays beside its `legacy_id`, as the values it was laid with or that were followed last. A value
that is another there by now, and here still is what was laid, is followed. One that somebody changed here stays as it
is; where it changed there as well, that is a finding with all three, until both are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import msgspec

from orderway.errors import OrderwayError
from orderway.legacy.predecessor.facts import Oddity
from orderway.legacy.predecessor.moves import CURRENCY
from orderway.money import Money
from orderway.workflow.kinds import Connection, encode

Value = str | int | float | list[str] | None
Values = Mapping[str, Value]
"""What can change of a row, as it is kept here."""

WORDS: Final = {
    "access": "whether they are let in",
    "biller": "the biller",
    "email": "the e-mail address",
    "free": "what is free beside the orders that came over",
    "limit": "the credit limit",
    "name": "the name",
    "phone": "the telephone number",
    "point": "the reorder point",
    "price": "the price",
    "radius": "the radius",
    "roles": "the roles",
    "store": "the store",
    "stores": "the stores",
    "tier": "the tier",
}
THINGS: Final = {
    "Customer": "a consumer",
    "Product": "a product",
    "ProductVariant": "a variant",
    "ResellerProfile": "a reseller",
    "RiderCoverageArea": "an area of a rider",
    "Stock": "a shelf",
    "Store": "a store",
    "User": "a person",
}
MONEY: Final = frozenset({"limit", "price"})
DECODER: Final = msgspec.json.Decoder(dict[str, Value])

LAID: Final = "SELECT theirs, ours, laid FROM legacy_id WHERE kind = $1 AND laid IS NOT NULL ORDER BY theirs"
FOLLOWED: Final = "UPDATE legacy_id SET laid = laid || $3 WHERE kind = $1 AND theirs = $2"


@dataclass(frozen=True, slots=True)
class Laid:
    """A row of theirs that is followed: which of ours stands for it, and what it said when it was laid or followed."""

    table: str
    theirs: str
    ours: UUID
    values: Values


@dataclass(frozen=True, slots=True)
class Apart:
    """By who changed them: values that are new there alone, that are the same on both sides, and that differ."""

    new: dict[str, Value]
    same: dict[str, Value]
    contested: dict[str, Value]


def told_apart(laid: Values, here: Values, there: Values) -> Apart:
    """Look who changed what of a row since; what was not laid is not looked at."""
    changed = {name: value for name, value in there.items() if name in laid and value != laid[name]}
    new = {name: value for name, value in changed.items() if here.get(name) == laid[name]}
    same = {name: value for name, value in changed.items() if here.get(name) == value}
    return Apart(new, same, {name: value for name, value in changed.items() if name not in new.keys() | same.keys()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """What a run followed, counted in words, and what it has to say. In the caller's transaction."""

    connection: Connection
    findings: list[Oddity] = field(default_factory=list)
    followed: Counter[str] = field(default_factory=Counter)

    def note(self, table: str, id_: str, sentence: str) -> None:
        self.findings.append(Oddity(where=f'"{table}" {id_}', sentence=sentence))

    async def laid(self, table: str) -> list[Laid]:
        """The rows of a table that earlier runs laid, by their ids."""
        rows = await self.connection.fetch(LAID, table)
        return [Laid(table, row["theirs"], row["ours"], DECODER.decode(row["laid"])) for row in rows]

    async def still(self, table: str, there: Collection[str]) -> list[Laid]:
        """Those of them that are `there` by now; the others are named."""
        every = await self.laid(table)
        for each in every:
            if each.theirs not in there:
                self.note(table, each.theirs, "It is not there any more: what stands for it here stays.")
        return [each for each in every if each.theirs in there]

    async def follow(
        self,
        laid: Laid,
        make: Callable[[Values], Awaitable[object]],
        *,
        here: Values,
        there: Values,
        ours: Collection[str] = (),
    ) -> None:
        """Let `make` do here what they alone changed there: all of it, or nothing where it is refused.

        Of `ours` nothing is followed: Orderway is the master of it.
        """
        apart = told_apart(laid.values, here, there)
        for name, value in apart.contested.items():
            said = f"{shown(name, laid.values[name])} as an import left it; there it is {shown(name, value)}"
            self._say(laid, name, f"was {said} by now, and here {shown(name, here.get(name))}: it stays so here.")
        for name in [each for each in apart.new if each in ours]:
            said = f"{shown(name, apart.new.pop(name))} there by now, and {shown(name, here.get(name))} here"
            self._say(laid, name, f"is {said}: stores are switched on here, so it stays.")
        kept = apart.same
        if apart.new and await self._made(laid, make, apart.new):
            self.followed.update(f"{THINGS[laid.table]}: {WORDS[plain(name)]}" for name in apart.new)
            kept = kept | apart.new
        if kept:
            await self.connection.execute(FOLLOWED, laid.table, laid.theirs, encode(kept))

    async def _made(self, laid: Laid, make: Callable[[Values], Awaitable[object]], new: Values) -> bool:
        try:
            async with self.connection.transaction():
                await make(new)
        except OrderwayError as no:
            changed = " and ".join(f"{called(name)} to {shown(name, value)}" for name, value in new.items())
            self.note(laid.table, laid.theirs, f"They changed {changed}, which was not followed: {no.message}")
            return False
        return True

    def _say(self, laid: Laid, name: str, sentence: str) -> None:
        words = called(name)
        self.note(laid.table, laid.theirs, f"{words[0].upper()}{words[1:]} {sentence}")


def plain(name: str) -> str:
    """A name without what it is for: the price for a tier is a price."""
    return name.partition(":")[0]


def called(name: str) -> str:
    """A value in words: “the price for GOLD”."""
    tier = name.partition(":")[2]
    return f"{WORDS[plain(name)]} for {tier}" if tier else WORDS[name]


def shown(name: str, value: Value) -> str:
    """A value in a sentence: texts in quotation marks, by which findings of one kind are known."""
    if value is None or value == []:
        return "none"
    if isinstance(value, int) and plain(name) in MONEY:
        return str(Money(value, CURRENCY))
    if isinstance(value, int | float):
        return f"{value:,}"
    return f"“{value if isinstance(value, str) else ', '.join(value)}”"
