"""Reading what was counted: how long things stand, how far orders come, how many a day, and how often it goes aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from orderway.insight.buckets import share
from orderway.insight.windows import Window, within
from orderway.people.viewer import Viewer
from orderway.workflow.kinds import Connection

HALF, NEARLY_ALL = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Dwell:
    """How long things stood in a state that they left in the window: so many spells, half of them up to `half`.

    Nine of ten lasted up to `most`. Both are right to a tenth.
    """

    state: str
    spells: int
    half: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class Stage:
    """A milestone on the way of an order: the state that it comes to there."""

    label: str
    machine: str
    state: str


STAGES = (
    Stage("Quotation drafted", "quotation", "DRAFT"),
    Stage("Sent to the buyer", "quotation", "IN_REVIEW"),
    Stage("Agreed", "quotation", "MUTUALLY_APPROVED"),
    Stage("Sale cleared", "sale", "CLEARED_FOR_FULFILLMENT"),
    Stage("Completed", "sale", "COMPLETED"),
)
"""Every order comes by these, in this order, unless it ends before."""

PLACED, COMPLETED = STAGES[0], STAGES[-1]


@dataclass(frozen=True, slots=True)
class Reached:
    """How many of the orders that were placed in the window have come to a stage."""

    stage: Stage
    orders: int


@dataclass(frozen=True, slots=True)
class Day:
    """How many orders were placed on a day, and how many were completed, whenever placed."""

    day: date
    placed: int
    completed: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """So many of so many."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted in a window. `read_at` is when the log was last counted, None before it ever was.

    `asked` are requests for overrides to sales that began, `granted` those of the requests that were approved; `chosen`
    are offers of riders that were chosen, to those that were made.
    """

    read_at: datetime | None
    reached: tuple[Reached, ...]
    days: tuple[Day, ...]
    asked: Ratio
    granted: Ratio
    chosen: Ratio


OF = "($1::uuid[] IS NULL OR store_id = ANY ($1::uuid[])) AND day BETWEEN $2 AND $3"
STATES = f"""
SELECT machine, state, day, sum(entered)::int AS entered, sum(reached)::int AS reached
FROM insight_state WHERE {OF} GROUP BY machine, state, day
"""  # noqa: S608  (texts of this module)
SPELLS = f"""
SELECT state, bucket, sum(spells)::int AS spells FROM insight_dwell WHERE {OF} AND machine = $4 GROUP BY state, bucket
"""  # noqa: S608  (as above)

Key = tuple[str, str]


async def load_figures(connection: Connection, viewer: Viewer, window: Window) -> Figures:
    """Return the figures of the window. Two statements. Raises NotFound for who sees none."""
    rows = await connection.fetch(STATES, within(viewer, window), window.first, window.last)
    read_at = await connection.fetchval("SELECT read_at FROM insight_place")
    entered, reached = defaultdict[Key, int](int), defaultdict[Key, int](int)
    for row in rows:
        entered[row["machine"], row["state"]] += row["entered"]
        reached[row["machine"], row["state"]] += row["reached"]
    placed = {row["day"]: row["reached"] for row in rows if (row["machine"], row["state"]) == key(PLACED)}
    completed = {row["day"]: row["entered"] for row in rows if (row["machine"], row["state"]) == key(COMPLETED)}
    asked = entered["override_request", "PENDING"]
    return Figures(
        read_at=read_at,
        reached=tuple(Reached(stage, reached[key(stage)]) for stage in STAGES),
        days=tuple(Day(day, placed.get(day, 0), completed.get(day, 0)) for day in window.days()),
        asked=Ratio(asked, entered["quotation", "MUTUALLY_APPROVED"]),
        granted=Ratio(entered["override_request", "APPROVED"], asked),
        chosen=Ratio(entered["rider_interest", "ASSIGNED"], entered["rider_interest", "ACTIVE"]),
    )


def key(stage: Stage) -> Key:
    return stage.machine, stage.state


async def load_dwell(connection: Connection, viewer: Viewer, machine: str, *, window: Window) -> dict[str, Dwell]:
    """Return how long things of a machine stood in each state that they left in the window, by the state.

    One statement. Raises NotFound for who sees no figures.
    """
    return await dwell_of(connection, within(viewer, window), machine, window=window)


async def dwell_of(
    connection: Connection, stores: Sequence[UUID] | None, machine: str, *, window: Window
) -> dict[str, Dwell]:
    """The same of these stores."""
    rows = await connection.fetch(SPELLS, stores, window.first, window.last, machine)
    found = defaultdict[str, dict[int, int]](dict)
    for row in rows:
        found[row["state"]][row["bucket"]] = row["spells"]
    return {state: _dwell(state, spells) for state, spells in found.items()}


def _dwell(state: str, spells: Mapping[int, int]) -> Dwell:
    return Dwell(state, sum(spells.values()), share(spells, HALF), share(spells, NEARLY_ALL))
