"""Asking whether a slice is on: of an order, or of an order that is to begin, for whoever acts.

`ALL_ON` is what a plain Orderway has, without a predecessor: it looks at nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Literal, Protocol
from uuid import UUID

from orderway.flags.definitions import FlagsInvalid
from orderway.flags.slices import SLICES, Slice

Origin = Literal["default", "environment", "file", "flagd"]

LOOKS = 5.0
"""Seconds after which what was judged is judged anew: a definition may look at the time."""

MOST = 50_000
"""Answers that are kept at most."""

SAMPLE: Sequence[UUID] = tuple(UUID(int=random.Random(seed).getrandbits(128)) for seed in range(400))  # noqa: S311
"""Orders that there are not, by which it is told for how many a slice is on: the same ones everywhere."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store as flags know it."""

    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked about: an order of a store, and the roles of who acts.

    Without an order it is one that is to begin: it may where the slice is on for some. Without roles it is nobody in
    particular: a timer, a provider. Without a store it is not known yet of which.
    """

    store_id: UUID | None = None
    order_id: UUID | None = None
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """How a slice stands in a store: for which `share` of the orders it is on, for whoever may, and what says so."""

    slice: Slice
    store: Store
    share: float
    origin: Origin
    since: datetime | None

    @property
    def percent(self) -> int:
        """The share, about: it is told from a sample. Neither all nor nothing where it is not."""
        return round(self.share * 100) if self.share in (0, 1) else min(max(round(self.share * 100), 1), 99)


class Flags:
    """Everything is on."""

    origin: Origin = "default"
    where: str = ""
    problem: str = ""
    """Why what was written last is not used, and what stood before it is."""
    are_set = False
    """Whether anything is ever off: who asks on a hot path looks at this first."""

    def says(self, _slice: Slice, _place: Place) -> bool:
        """What the slice's own flag says; one that has none is on."""
        return True

    def is_on(self, slice_: Slice, place: Place) -> bool:
        """Whether a slice is on, and all that it needs."""
        return self.says(slice_, place) and all(self.is_on(each, place) for each in slice_.needs)

    def is_on_for_anybody(self, slice_: Slice, place: Place) -> bool:
        """Whether it is on for some role, or whatever the role."""
        return self.is_on(slice_, place)

    def stores_without(self, _slice: Slice) -> list[UUID]:
        """The stores in which a slice is on for nobody, whatever the order."""
        return []

    def store(self, _id: UUID | None) -> Store:
        return Store()

    def tell(self) -> list[Told]:
        """How each slice stands in each store."""
        return [Told(each, Store(), 1.0, self.origin, None) for each in SLICES]


ALL_ON = Flags()


@dataclass(frozen=True, slots=True)
class Heeded:
    """What the definitions look at: what they do not, makes no difference and is not asked about."""

    stores: bool = True
    roles: bool = True
    orders: bool = True


Around = Mapping[str, str | list[str]]
"""What a definition can look at beside the order: "store", "store_id" and "roles"."""


class Judge(Protocol):
    """What says whether a flag is on."""

    @property
    def heeds(self) -> Heeded:
        """What it looks at."""

    def __call__(self, slice_: Slice, key: str, around: Around, /) -> bool | None:
        """What the flag of a slice says of a key and its surroundings; None where there is no such flag.

        Raises FlagsInvalid where what is said can not be judged.
        """


@dataclass
class Switched(Flags):
    """What a provider says, asked within the process and kept for a while. `learn` tells of stores and roles."""

    judge: Judge
    origin: Origin
    where: str
    since: datetime | None = None
    problem: str = ""
    stores: Mapping[UUID, Store] = field(default_factory=dict)
    roles: Sequence[str] = ()
    are_set = True
    _known: dict[tuple[str, Place], bool | None] = field(default_factory=dict)
    _at: float = 0.0

    def learn(self, stores: Mapping[UUID, Store], roles: Sequence[str]) -> None:
        self.stores, self.roles = stores, roles
        self.forget()

    def forget(self) -> None:
        """Judge anew from here on."""
        self._known.clear()

    def stores_without(self, slice_: Slice) -> list[UUID]:
        return [id for id in self.stores if not self.is_on_for_anybody(slice_, Place(id))]

    def store(self, id: UUID | None) -> Store:
        return self.stores.get(id, Store()) if id else Store()

    def says(self, slice_: Slice, place: Place) -> bool:
        return self.own(slice_, place) is not False

    def own(self, slice_: Slice, place: Place) -> bool | None:
        """What the slice's own flag says; None where it has none. What can not be judged is off."""
        if monotonic() - self._at > LOOKS or len(self._known) > MOST:
            self._known.clear()
            self._at = monotonic()
        asked = self._heeded(place)
        key = slice_.name, asked
        if key not in self._known:
            try:
                self._known[key] = self._judged(slice_, asked)
            except FlagsInvalid as no:
                self.problem = self.problem or str(no)
                self._known[key] = False
        return self._known[key]

    def _heeded(self, place: Place) -> Place:
        """What of a place makes a difference: where orders make none, one that is to begin is like any other."""
        heeds = self.judge.heeds
        return Place(
            place.store_id if heeds.stores else None,
            place.order_id if heeds.orders else SAMPLE[0],
            place.roles if heeds.roles else frozenset(),
        )

    def _judged(self, slice_: Slice, place: Place) -> bool | None:
        around = self._around(place)
        if place.order_id is not None:
            return self.judge(slice_, str(place.order_id), around)
        first = self.judge(slice_, str(SAMPLE[0]), around)
        return first if first is None else any(self.judge(slice_, str(id), around) for id in SAMPLE)

    def _around(self, place: Place) -> Around:
        """What a definition can look at beside the order."""
        id = str(place.store_id) if place.store_id else ""
        return {"store": self.store(place.store_id).code, "store_id": id, "roles": sorted(place.roles)}

    def is_on_for_anybody(self, slice_: Slice, place: Place) -> bool:
        return any(self.is_on(slice_, each) for each in self.by_role(place))

    def by_role(self, place: Place) -> Iterator[Place]:
        """The same place without a role, and for each role alone."""
        yield replace(place, roles=frozenset())
        for role in self.roles if self.judge.heeds.roles else ():
            yield replace(place, roles=frozenset({role}))

    def tell(self) -> list[Told]:
        stores: list[UUID | None] = [*self.stores] or [None]
        return [self._told(each, store_id) for each in SLICES for store_id in stores]

    def _told(self, slice_: Slice, store_id: UUID | None) -> Told:
        named = self.own(slice_, Place(store_id)) is not None
        sample = SAMPLE[:200] if self.judge.heeds.orders else SAMPLE[:1]
        on = sum(self.is_on_for_anybody(slice_, Place(store_id, id)) for id in sample)
        origin: Origin = self.origin if named else "default"
        return Told(slice_, self.store(store_id), on / len(sample), origin, self.since if named else None)

    def check(self) -> None:
        """Raises FlagsInvalid where a slice is switched on while one that it needs is off, or can not be judged."""
        for place in self._everywhere():
            for slice_ in SLICES:
                if self.judge(slice_, str(place.order_id), self._around(place)):
                    for need in slice_.needs:
                        if not self.is_on(need, place):
                            raise self._senseless(slice_, need, place)

    def _everywhere(self) -> Iterator[Place]:
        """Some orders of each store for each role, as far as the definitions tell them apart."""
        heeds = self.judge.heeds
        for store_id in list(self.stores) if heeds.stores and self.stores else [None]:
            for place in self.by_role(Place(store_id)):
                yield from (replace(place, order_id=id) for id in (SAMPLE[:100] if heeds.orders else SAMPLE[:1]))

    def _senseless(self, slice_: Slice, need: Slice, place: Place) -> FlagsInvalid:
        there = f" in {name}" if (name := self.store(place.store_id).name) else ""
        by = f" for the role {next(iter(place.roles))}" if place.roles else ""
        return FlagsInvalid(
            f"“{slice_.label}” is switched on{there}{by}, and “{need.label}”, which it needs, is not.",
            f"Switch “{need.label}” on there as well, or “{slice_.label}” off ({self.where}).",
        )
