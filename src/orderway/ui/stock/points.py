"""Who set the reorder point of a shelf, and to how many, the latest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from orderway.people.names import names_of
from orderway.stock.reads import ReorderPointChange, Shelf, list_reorder_point_changes
from orderway.ui.language import number, t
from orderway.ui.site import Visit
from orderway.ui.stock.heads import address, id_or_none
from orderway.ui.words import Told, ago
from orderway.workflow.kinds import Connection

SIZE = 10
ASKED = "points"
"""What of the address says behind which change the list begins."""


@dataclass(frozen=True, slots=True)
class Line:
    """One change as a sentence that continues the name of `who`."""

    who: str
    did: str
    at: Told


@dataclass(frozen=True, slots=True)
class Points:
    """The changes of a reorder point, with the ways to the newest and to older ones, where there are any."""

    lines: tuple[Line, ...]
    first_url: str
    more_url: str


async def points_of(connection: Connection, visit: Visit, here: Shelf, *, url: str) -> Points:
    """The changes of the shelf at `url`, as far as the address asks for."""
    after = id_or_none(visit.request.query_params.get(ASKED, ""))
    found = await list_reorder_point_changes(
        connection, here.store.id, variant=here.variant.id, after=after, limit=SIZE + 1
    )
    names = await names_of(connection, {each.who for each in found})
    now, shown = visit.site.now(), found[:SIZE]
    older = address(url, **{ASKED: str(shown[-1].id)}) if len(found) > SIZE else ""
    return Points(tuple(_line(each, names[each.who], now) for each in shown), url if after else "", older)


def _line(change: ReorderPointChange, who: str, now: datetime) -> Line:
    return Line(who, " ".join(_says(change)), ago(change.at, now))


def _says(change: ReorderPointChange) -> Iterator[str]:
    if change.became is None:
        yield t("took the reorder point away")
    else:
        yield t("set the reorder point to {n}", n=change.became)
    if change.was is not None:
        yield f"({t('it was {value}', value=number(change.was))})"
