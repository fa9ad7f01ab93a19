"""The machines as the door knows them: chart, table, facts and codecs of each; and who performs which effect."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import Table

from orderway.flags.flags import ALL_ON, Flags
from orderway.settings import Settings
from orderway.statechart import Chart, Migration, Snapshot, Step
from orderway.workflow.errors import Invalid, UnknownVersion

if TYPE_CHECKING:
    from orderway.workflow.transaction import Transaction

ENCODER = msgspec.json.Encoder()
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def encode(value: Any) -> str:
    """The JSON text that is stored and hashed: of a dataclass its fields in their order, without spaces.

    Raises Invalid for a text with the character NUL: PostgreSQL would keep it as JSON, and never read it again.
    """
    text = ENCODER.encode(value).decode()
    if "\\u0000" in text and NUL.search(text):
        raise Invalid("A text holds the character NUL, which no text can hold.", "Leave it out.")
    return text


Context = TypeVar("Context")
Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
"""A connection of one's own, or one of the pool's."""


@dataclass(frozen=True)
class Born(Generic[Context]):
    """The payload of a birth, as the log keeps it."""

    context: Context


@dataclass(frozen=True, slots=True)
class Ref:
    """Which instance: the machine, the store of its order, and its id."""

    machine: str
    store_id: UUID
    id: UUID


@dataclass(slots=True)
class Instance:
    """An instance as it stands in the transaction that holds its lock."""

    ref: Ref
    order_id: UUID
    version: int
    snapshot: Snapshot
    step: int
    hash: bytes
    since: datetime | None = None
    """When it moved last; None before its birth."""

    @property
    def id(self) -> UUID:
        return self.ref.id

    @property
    def state(self) -> str:
        return self.snapshot.state

    @property
    def context(self) -> Any:
        return self.snapshot.context


Facts = Callable[["Transaction", Instance, Any], Awaitable[Any]]
"""Reads, under lock, what a decision may look at besides the context."""

Performer = Callable[["Transaction", Instance, Any], Awaitable[None]]
"""Does what an effect says, in the transaction of the move that told it."""


NameOf = Callable[[Connection, str], Awaitable[str]]
"""What people call an actor of the log."""


def nobody(_context: Any) -> UUID | None:
    """The rider of what is no rider's."""
    return None


def rider_of(context: Any) -> UUID | None:
    """The rider that a context names."""
    rider: UUID | None = context.rider
    return rider


Of = TypeVar("Of")


class Known(dict[int, Of]):
    """What there is of each version of a machine; raises UnknownVersion for one that this release does not know."""

    label = ""

    def __missing__(self, version: int) -> Of:
        raise UnknownVersion(self.label, version)


def known(label: str, of: Mapping[int, Of]) -> Known[Of]:
    """What there is of each version, of a machine that people call so."""
    found = Known(of)
    found.label = label
    return found


@dataclass(eq=False)
class Kind:
    """One machine: its charts by version, its table, its facts, and the way from each version to the next.

    `rider` tells from a context which rider a move concerns. New instances run under the version that `opens`: the
    newest, where nothing is said.
    """

    charts: Mapping[int, Chart]
    table: Table
    facts: Facts
    topic: str = ""
    rider: Callable[[Any], UUID | None] = nobody
    migrations: Mapping[int, Migration] = field(default_factory=dict)
    opens: int = 0

    def __post_init__(self) -> None:
        self.topic = self.topic or self.name
        self.charts = known(self.newest.label, self.charts)
        self.opens = self.opens or self.newest.version

    def way(self, *, since: int, to: int) -> list[Migration]:
        """The migrations from one version to a later one; raises Invalid where one is missing."""
        for version in range(since, to):
            if version not in self.migrations:
                raise Invalid(
                    f"Nobody has written how to bring {self.name} from version {version} to {version + 1}.",
                    "Write it beside the machine, and name it in machines.py.",
                )
        return [self.migrations[version] for version in range(since, to)]

    @cached_property
    def newest(self) -> Chart:
        return self.charts[max(self.charts)]

    @property
    def name(self) -> str:
        return self.newest.name

    @cached_property
    def codecs(self) -> dict[int, Codec]:
        return known(self.newest.label, {version: Codec(chart) for version, chart in self.charts.items()})


class Codec:
    """Between the typed values of one chart and the JSON text of its rows."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.context: msgspec.json.Decoder[Any] = msgspec.json.Decoder(chart.context)
        self.facts: msgspec.json.Decoder[Any] = msgspec.json.Decoder(chart.facts)
        self.events: dict[str, msgspec.json.Decoder[Any]] = {
            name: msgspec.json.Decoder(event) for name, event in chart.events.items()
        }
        self.moments: dict[str, tuple[str, ...]] = {
            name: tuple(each.name for each in fields(event) if "datetime" in str(each.type))
            for name, event in chart.events.items()
        }
        self.history = msgspec.json.Decoder(dict[str, str])
        self.births = msgspec.json.Decoder(Born[chart.context])  # type: ignore[name-defined]

    def snapshot(self, state: str, context: str, history: str) -> Snapshot:
        """The snapshot that a row holds."""
        return Snapshot(state, self.context.decode(context), self.history.decode(history) if history != "{}" else {})

    def birth(self, payload: str) -> Any:
        """The context that an instance was born with, out of the payload of its birth."""
        return self.births.decode(payload).context

    def event(self, name: str, payload: str) -> Any:
        """The event of that name; raises Invalid where the name or the payload is not the chart's."""
        decoder = self.events.get(name)
        if decoder is None:
            raise Invalid(f"{self.chart.label} knows no event {name}.", f"It knows {', '.join(self.chart.events)}.")
        try:
            event = decoder.decode(payload)
        except (msgspec.ValidationError, msgspec.DecodeError) as wrong:
            raise Invalid(f"{name} can not be read: {wrong}.", "Send the fields that the event asks for.") from None
        for each in self.moments[name]:
            moment: datetime | None = getattr(event, each)
            if moment is not None and moment.tzinfo is None:
                raise Invalid(f"{name}: {moment} has no zone.", "Write it like 2026-03-01T09:30:00Z.", each)
        return event


def redacted(event: Any) -> Any:
    """The event with its secret fields blanked, as it is decided and logged."""
    secret = event.words.secret
    return replace(event, **dict.fromkeys(secret)) if secret else event


@dataclass(eq=False)
class Workflow:
    """Everything the runner needs to know of the domain: its machines and who performs their effects."""

    kinds: Mapping[str, Kind]
    performers: Mapping[type, Performer]
    name_of: NameOf
    settings: Settings = field(default_factory=lambda: Settings({}))
    flags: Flags = ALL_ON

    def kind(self, machine: str) -> Kind:
        """The machine of that name; raises Invalid, naming those there are."""
        try:
            return self.kinds[machine]
        except KeyError:
            raise Invalid(f"There is no machine {machine!r}.", f"There are {', '.join(self.kinds)}.") from None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with what it was made on: the event as it is logged, and the facts."""

    step: Step
    event: Any
    facts: Any


@dataclass(frozen=True, slots=True)
class Moved:
    """What a send came to: the step that the instance now stands at, and the way it went."""

    ref: Ref
    order_id: UUID
    step: int
    event: str
    from_state: str | None
    to_state: str
    at: datetime
