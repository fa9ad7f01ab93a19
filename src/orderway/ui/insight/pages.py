"""The page of figures, and each of them as a file of comma-separated values."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from orderway.insight.reads import Figures, load_dwell, load_figures
from orderway.insight.stuck import load_stuck
from orderway.insight.windows import SEES, Window, last_days
from orderway.order.leading import MAIN
from orderway.people.scope import stores_of
from orderway.ui.choosing import Stores, choose_store
from orderway.ui.insight.telling import Rate, funnel, per_day, rate, spans, standing
from orderway.ui.language import mark, t, tr
from orderway.ui.shell import OPERATIONS
from orderway.ui.site import Page, Visit
from orderway.ui.tabs import Tab
from orderway.ui.words import ago
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

PERIODS = (7, 30, 90, 365)
USUAL = 30

ASKED = mark("{part} requests for {whole} agreed orders")
GRANTED = mark("{part} of {whole} requests")
CHOSEN = mark("{part} of {whole} offers of riders")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: so many days, one machine, and perhaps one store."""

    days: int
    machine: str
    stores: Stores
    window: Window

    def url(self, path: str = "/analytics", **changed: str) -> str:
        """The same of another, or at another address."""
        asked = {"days": str(self.days), "machine": self.machine, "store": str(self.stores.id or ""), **changed}
        return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"


async def analytics(visit: Visit) -> Response:
    """Every figure of the stores that the viewer sees operations of."""
    site, viewer, now = visit.site, visit.viewer, visit.site.now()
    async with site.runner.reading() as connection:
        asked = await _asked(connection, visit)
        figures = await load_figures(connection, viewer, asked.window)
        dwell = await load_dwell(connection, viewer, asked.machine, window=asked.window)
        stuck = await load_stuck(connection, site.workflow, viewer, now=now)
    chart = site.workflow.kind(asked.machine).newest
    return visit.page(
        "insight/analytics.html",
        asked=asked,
        periods=[(str(days), t("Last {n} day", "Last {n} days", n=days), days == asked.days) for days in PERIODS],
        machines=[
            Tab(tr(site.workflow.kind(name).newest.label), f"{asked.url(machine=name)}#dwell", name == asked.machine)
            for name in MAIN
        ],
        read_at=ago(figures.read_at, now) if figures.read_at else None,
        dwell=list(spans(chart, dwell, asked.window)),
        funnel=list(funnel(figures.reached, asked.window)),
        days=per_day(figures.days, asked.window, now=now),
        rates=_rates(figures),
        stuck=standing(stuck, site.workflow, now=now),
        files={name: asked.url(f"/analytics/{name}.csv") for name in FILES},
    )


def _rates(figures: Figures) -> list[Rate]:
    return [
        rate(t("Overrides asked for"), figures.asked, ASKED),
        rate(t("Overrides approved"), figures.granted, GRANTED),
        rate(t("Offers chosen"), figures.chosen, CHOSEN),
    ]


async def analytics_file(visit: Visit) -> Response:
    """One figure as a file; times in it are in seconds, days as dates."""
    name = visit.request.path_params["figure"]
    if name not in FILES:
        raise NotFound("There is nothing at this address.")
    async with visit.site.runner.reading() as connection:
        asked = await _asked(connection, visit)
        rows = await _rows(connection, visit, asked, name)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(FILES[name])
    writer.writerows(rows)
    sent = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=sent)


FILES: Mapping[str, tuple[str, ...]] = {
    "dwell": ("machine", "state", "label", "spells", "half_within_seconds", "nine_of_ten_within_seconds"),
    "funnel": ("stage", "orders"),
    "days": ("day", "placed", "completed"),
}
"""The figures that there are as files, with their columns."""


async def _rows(connection: Connection, visit: Visit, asked: Asked, name: str) -> list[tuple[object, ...]]:
    if name == "dwell":
        chart = visit.site.workflow.kind(asked.machine).newest
        dwell = await load_dwell(connection, visit.viewer, asked.machine, window=asked.window)
        return [
            (asked.machine, each.state, chart.node(each.state).label, each.spells, round(each.half.total_seconds()),
             round(each.most.total_seconds()))
            for each in dwell.values()
        ]  # fmt: skip
    figures = await load_figures(connection, visit.viewer, asked.window)
    if name == "funnel":
        return [(each.stage.label, each.orders) for each in figures.reached]
    return [(each.day.isoformat(), each.placed, each.completed) for each in figures.days]


async def _asked(connection: Connection, visit: Visit) -> Asked:
    """Read the address; what is no period or machine is the usual one. Raises NotFound for who sees no figures."""
    if not OPERATIONS(visit.viewer):
        raise NotFound("There is nothing at this address.")
    query, now = visit.request.query_params, visit.site.now()
    stores = await choose_store(connection, visit, among=stores_of(visit.viewer, SEES))
    days = next((days for days in PERIODS if str(days) == query.get("days")), USUAL)
    machine = next((name for name in MAIN if name == query.get("machine")), "fulfillment")
    return Asked(days, machine, stores, last_days(days, now=now, store_id=stores.id))


PAGES = (
    Page("/analytics", analytics, shows=("insight",)),
    Page("/analytics/{figure}.csv", analytics_file, shows=("insight",)),
)
