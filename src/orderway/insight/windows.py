"""Of which days and stores figures are asked for, and who may ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from orderway.people.permissions import STAFF_SCOPES
from orderway.people.scope import scopes_of, stores_of
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound

SEES = "outbox.see"
"""Who sees operations sees the figures of the stores that they see them in."""

LONGEST = 366
"""Days that can be looked at together."""


@dataclass(frozen=True, slots=True)
class Window:
    """From the first to the last day, both of them in it, in UTC; of one store, or of all that the viewer sees."""

    first: date
    last: date
    store_id: UUID | None = None

    def __post_init__(self) -> None:
        """Raise Invalid where it ends before it begins, or is too long."""
        if not 0 <= (self.last - self.first).days < LONGEST:
            raise Invalid(
                f"Figures are of 1 to {LONGEST} days.", "Ask for a last day that is not before the first.", "last"
            )

    def days(self) -> Iterator[date]:
        """Each of its days."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


def last_days(days: int, *, now: datetime, store_id: UUID | None = None) -> Window:
    """The days that end with today."""
    return Window(now.date() - timedelta(days=days - 1), now.date(), store_id)


def may_see(viewer: Viewer) -> bool:
    """Whether there are figures for the viewer at all."""
    return not scopes_of(viewer, SEES).isdisjoint(STAFF_SCOPES)


def within(viewer: Viewer, window: Window) -> list[UUID] | None:
    """The stores to look at, None for every one. Raises NotFound for who sees no figures, or not of that store."""
    stores = stores_of(viewer, SEES)
    if not may_see(viewer) or (window.store_id and stores is not None and window.store_id not in stores):
        raise NotFound("There are no figures here.", "Ask for those of a store that you work in.")
    if window.store_id:
        return [window.store_id]
    return None if stores is None else sorted(stores)
