"""A rider day drawn from a seed: shifts, deliveries over the hours in which people buy, and all that happens to each.

The hours are those of the purchases of the Olist sample. Whoever is on shift at the delivery's store may offer; the
cheapest offer that stands is chosen. Most deliveries go straight to the door; of some an offer is withdrawn, the
receiver mistypes the PIN, nobody is at home, or the buyer changes their mind.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal

DAY = datetime(2026, 3, 2, tzinfo=UTC)
STORES = 40
RIDERS = 1900
VARIANTS = 50
"""Kinds of goods that each store has on its shelf; the first are bought most."""

HOURS = (
    451, 194, 92, 46, 34, 31, 94, 216, 522, 798, 1062, 1147, 1057, 1108, 1087, 1125, 1157, 1038, 970, 1041, 1114, 1093,
    1003, 696,
)  # fmt: skip
"""Purchases of the Olist sample in each hour of the day."""

SHIFTS_BEGIN = (0, 0, 0, 0, 0, 1, 5, 8, 9, 7, 6, 5, 6, 7, 8, 7, 6, 5, 3, 1, 0, 0, 0, 0)
"""Of each hour, the weight with which a shift begins in it."""

Deed = Literal["pick", "offer", "withdraw", "choose", "name", "ship", "mistype", "fail", "deliver", "cancel"]
Way = Literal["straight", "withdrawn", "mistyped", "not at home", "cancelled"]
WAYS: dict[Way, int] = {"straight": 86, "withdrawn": 5, "mistyped": 4, "not at home": 3, "cancelled": 2}


@dataclass(frozen=True, slots=True)
class Shift:
    """A rider at work for a store, from and until a minute of the day."""

    rider: int
    store: int
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens to a delivery: `after` are the moments, by their place in the day, that come before it.

    `at` is in minutes of the day; `cost` what an offer asks, in minor units.
    """

    at: float
    delivery: int
    deed: Deed
    rider: int = -1
    cost: int = 0
    after: tuple[int, ...] = ()

    @property
    def time(self) -> datetime:
        return DAY + timedelta(minutes=self.at)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was bought in which store: pieces of some of its variants."""

    store: int
    goods: tuple[tuple[int, int], ...]


@dataclass
class Day:
    """The day as it is planned. `order` are the places of the moments in the order of their time."""

    shifts: list[Shift]
    deliveries: list[Delivery] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    rests: Counter[str] = field(default_factory=Counter)
    """How many fulfillments and offers rest in which state when the day is over."""

    @property
    def order(self) -> list[int]:
        return sorted(range(len(self.moments)), key=lambda place: (self.moments[place].at, place))


def plan(deliveries: int, shifts: int, *, seed: int) -> Day:
    """The same day for the same numbers and the same seed."""
    chance = Random(seed)  # noqa: S311  (a day, not a secret)
    day = Day([a_shift(number, chance) for number in range(shifts)])
    at_store: dict[int, list[Shift]] = {store: [] for store in range(STORES)}
    for shift in day.shifts:
        at_store[shift.store].append(shift)
    for number in range(deliveries):
        bought = chance.choices(range(24), HOURS)[0] * 60 + chance.uniform(0, 60)
        store = chance.randrange(STORES)
        day.deliveries.append(Delivery(store, some_goods(chance)))
        Telling(day, chance, number, at_store[store]).tell(bought)
    return day


def a_shift(number: int, chance: Random) -> Shift:
    """Each store has somebody from the first hours on; a rider who works twice does so for the same store."""
    rider = number % RIDERS
    begins = 360.0 if number < STORES else chance.choices(range(24), SHIFTS_BEGIN)[0] * 60 + chance.uniform(0, 60)
    return Shift(rider, rider % STORES, begins, begins + chance.uniform(240, 540))


def some_goods(chance: Random) -> tuple[tuple[int, int], ...]:
    """One to three kinds of goods, more often the first ones."""
    kinds = {min(int(chance.paretovariate(0.7)) - 1, VARIANTS - 1) for _ in range(chance.choice((1, 1, 1, 2, 3)))}
    return tuple((kind, chance.choice((1, 1, 1, 2))) for kind in sorted(kinds))


@dataclass
class Telling:
    """One delivery being planned, moment by moment."""

    day: Day
    chance: Random
    delivery: int
    at_store: list[Shift]
    at: float = 0.0

    def tell(self, bought: float) -> None:
        """From picking to wherever it ends."""
        way = self.chance.choices(list(WAYS), list(WAYS.values()))[0]
        self.at = self.when_somebody_works(bought + self.chance.uniform(15, 60))
        picked = self.add("pick", after=())
        offers = self.offers(picked)
        chosen = min(offers, key=lambda place: self.day.moments[place].cost)
        if way == "withdrawn" and len(offers) > 1:
            withdrawn = self.add("withdraw", rider=self.day.moments[chosen].rider, after=(chosen,))
            standing = [place for place in offers if place != chosen]
            chosen = min(standing, key=lambda place: self.day.moments[place].cost)
            self.day.rests["WITHDRAWN"] += 1
            self.go_on(way, chosen, before=(*offers, withdrawn), standing=len(standing))
        else:
            self.go_on(way, chosen, before=tuple(offers), standing=len(offers))

    def go_on(self, way: Way, chosen: int, *, before: tuple[int, ...], standing: int) -> None:
        rider = self.day.moments[chosen].rider
        if way == "cancelled":
            self.add("cancel", after=before)
            self.rest("CANCELLED", REJECTED=standing)
            return
        last = self.add("choose", rider=rider, after=before)
        last = self.add("ship", rider=rider, after=(last,))
        if way == "not at home":
            last = self.add("fail", rider=rider, after=(last,))
            last = self.add("name", rider=rider, after=(last,))
            last = self.add("ship", rider=rider, after=(last,))
        if way == "mistyped":
            last = self.add("mistype", rider=rider, after=(last,))
        self.add("deliver", rider=rider, after=(last,))
        released = int(way == "not at home")
        self.rest("DELIVERED", REJECTED=standing - 1, WITHDRAWN=released, ASSIGNED=1 - released)

    def rest(self, state: str, **offers: int) -> None:
        self.day.rests.update({state: 1, **offers})

    def when_somebody_works(self, at: float) -> float:
        """At once, or when the next shift begins; what comes after the last shift waits for nobody."""
        if any(shift.begins <= at < shift.ends for shift in self.at_store):
            return at
        return min((shift.begins for shift in self.at_store if shift.begins > at), default=at)

    def offers(self, picked: int) -> list[int]:
        """One to three of those on shift offer, within minutes of one another."""
        working = [shift.rider for shift in self.at_store if shift.begins <= self.at < shift.ends]
        if not working:
            working = [max(self.at_store, key=lambda shift: shift.ends).rider]
        riders = self.chance.sample(sorted(set(working)), min(len(set(working)), self.chance.choice((1, 2, 3, 3))))
        return [
            self.add("offer", rider=rider, cost=self.chance.randrange(500, 2500) * 100, after=(picked,))
            for rider in riders
        ]

    def add(self, deed: Deed, *, after: tuple[int, ...], rider: int = -1, cost: int = 0) -> int:
        """The next moment, some minutes after the one before; gives its place."""
        self.at += self.chance.uniform(1, 8)
        self.day.moments.append(Moment(self.at, self.delivery, deed, rider, cost, after))
        return len(self.day.moments) - 1
