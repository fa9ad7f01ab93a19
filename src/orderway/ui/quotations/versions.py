"""Two versions of a quotation side by side: what came, what went, and what costs something else now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from orderway.order.reads import load_order
from orderway.order.versions import MOST, Version, load_versions
from orderway.quotation.context import PricedLine
from orderway.ui.language import t, tr
from orderway.ui.quotations.desk import Sum
from orderway.ui.site import Visit
from orderway.ui.words import Shown, Told, ago, money
from orderway.workflow.errors import NotFound


@dataclass(frozen=True, slots=True)
class Named:
    """A version to choose."""

    number: int
    says: str
    at: Told
    reason: str


@dataclass(frozen=True, slots=True)
class Side:
    """A line in one version; empty where it is not in it."""

    pieces: str = ""
    each: str = ""
    total: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A line in both versions, and in one word what became of it."""

    description: str
    before: Side
    after: Side
    what: Shown | None


async def versions(visit: Visit) -> Response:
    """The page: `from` and `to` say which two; without them the last two."""
    site, viewer, asked = visit.site, visit.viewer, visit.request.query_params
    async with site.pool.acquire() as connection:
        order = await load_order(connection, viewer, _id(visit))
        found, _ = await load_versions(connection, viewer, order, limit=MOST)
    if not found or not order.sees_money:
        raise NotFound(t("There is nothing at this address."))
    after = _chosen(found, asked.get("to", ""), default=found[0])
    older = next((each for each in found if each.version < after.version), after)
    before = _chosen(found, asked.get("from", ""), default=older)
    return visit.page(
        "quotations/versions.html",
        order=order,
        versions=[
            Named(each.version, t("Version {n}, by {who}", n=each.version, who=each.who), ago(each.at, site.now()),
                  tr(each.reason or ""))
            for each in found
        ],
        before=before.version,
        after=after.version,
        lines=compared(before, after, order.currency),
        sums=_sums(before, after, order.currency),
    )  # fmt: skip


def _chosen(found: Sequence[Version], text: str, *, default: Version) -> Version:
    return next((each for each in found if str(each.version) == text), default)


def compared(before: Version, after: Version, currency: str) -> list[Compared]:
    """Every line of the two: those of the later in their order, then those that went."""
    old, new = _by_goods(before.lines), _by_goods(after.lines)
    keys = [*new, *(key for key in old if key not in new)]
    return [_compared(old.get(key), new.get(key), currency) for key in keys]


Key = tuple[UUID, int]


def _by_goods(lines: Sequence[PricedLine]) -> Mapping[Key, PricedLine]:
    """The lines by their variant; a second line of the same one is told apart by its count."""
    found: dict[Key, PricedLine] = {}
    for line in lines:
        count = sum(1 for variant, _ in found if variant == line.variant)
        found[line.variant, count] = line
    return found


def _compared(old: PricedLine | None, new: PricedLine | None, currency: str) -> Compared:
    line = new or old
    if line is None:
        raise NotFound(t("There is nothing at this address."))
    what = None
    if old is None:
        what = Shown(t("New"), "good")
    elif new is None:
        what = Shown(t("Removed"), "ended")
    elif old != new:
        what = Shown(t("Changed"), "waiting")
    return Compared(line.description, _side(old, currency), _side(new, currency), what)


def _side(line: PricedLine | None, currency: str) -> Side:
    if line is None:
        return Side()
    return Side(f"{line.quantity:,}", money(line.unit_price, currency), money(line.total, currency))


def _sums(before: Version, after: Version, currency: str) -> Sequence[Sum]:
    difference = after.total - before.total
    sign = "+" if difference > 0 else ""
    return (
        Sum(t("Total of version {n}", n=before.version), money(before.total, currency)),
        Sum(t("Total of version {n}", n=after.version), money(after.total, currency)),
        Sum(t("Difference"), f"{sign}{money(difference, currency)}"),
    )


def _id(visit: Visit) -> UUID:
    try:
        return UUID(visit.request.path_params["order"])
    except ValueError:
        raise NotFound(t("There is no such order.")) from None
