"""The pages of the machines, for who sees operations."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from orderway.machine_runs import sees_machine_runs
from orderway.order.tallies import count_states, weigh_states
from orderway.people.roles import who_holds
from orderway.statechart import Chart
from orderway.statechart.draw.svg import View, svg
from orderway.ui.choosing import choose_store
from orderway.ui.language import speaker, tr
from orderway.ui.shell import OPERATIONS
from orderway.ui.site import Page, Visit
from orderway.ui.tabs import Tab
from orderway.ui.workflows.rules import rules
from orderway.ui.workflows.standing import is_capped, list_url, states, told, under_way, versions
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Kind


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of the overview."""

    label: str
    url: str
    begins: str
    ends: tuple[str, ...]
    count: str


async def workflows(visit: Visit) -> Response:
    """Every machine, with how much of it is under way."""
    if not OPERATIONS(visit.viewer):
        raise NotFound("There is nothing at this address.")
    machines = []
    async with visit.site.pool.acquire() as connection:
        for kind in visit.site.workflow.kinds.values():
            counts = await count_states(connection, visit.viewer, kind=kind)
            machines.append(_machine(kind.newest, told(under_way(kind.newest, counts))))
    return visit.page("workflows/workflows.html", machines=machines)


def _machine(chart: Chart, count: str) -> Machine:
    ends = tuple(node.label for node in chart.states.values() if node.ends_all)
    return Machine(chart.label, _url(chart.name), chart.root.landing().label, ends, count)


def _url(machine: str) -> str:
    return f"/workflows/{machine.replace('_', '-')}"


async def workflow(visit: Visit) -> Response:
    """One machine: its chart with what stands in each state, and the same as a table."""
    kind = _kind(visit)
    async with visit.site.pool.acquire() as connection:
        stores = await choose_store(connection, visit)
        counts = await count_states(connection, visit.viewer, kind=kind, store_id=stores.id)
        weights = await weigh_states(connection, visit.viewer, kind=kind, store_id=stores.id)
    chart = kind.newest
    links = {name: list_url(chart.name, name, store_id=stores.id) for name in chart.leaves if counts[name].count}
    drawn = View(
        counts={name: told(tally) for name, tally in counts.items() if tally.count},
        links=links if any(links.values()) else {},
        say=speaker(),
    )
    rows = list(states(chart, counts, weights, now=visit.site.now(), store_id=stores.id))
    return visit.page(
        "workflows/workflow.html",
        chart=chart.label,
        tabs=_tabs(visit, chart.name),
        rules_url=f"{_url(chart.name)}/rules",
        stores=stores,
        # The picture is made of the machine's own words, each escaped where it is drawn.
        svg=Markup(svg(chart, drawn)),  # noqa: S704
        states=rows,
        worth=any(row.worth for row in rows),
        more=is_capped(counts),
        versions=list(versions(kind.charts, weights.values())),
        runs_url=f"/audit/versions?machine={chart.name}" if sees_machine_runs(visit.viewer) else "",
    )


async def workflow_rules(visit: Visit) -> Response:
    """The rules of one machine in words."""
    kind = _kind(visit)
    async with visit.site.pool.acquire() as connection:
        holders = await who_holds(connection)
    return visit.page(
        "workflows/rules.html",
        chart=kind.newest.label,
        tabs=_tabs(visit, kind.name, page="/rules"),
        chart_url=_url(kind.name),
        rules=list(rules(kind.newest, holders)),
    )


def _kind(visit: Visit) -> Kind:
    """The machine that the address names. Raises NotFound, as for who does not see operations."""
    name = visit.request.path_params["machine"].replace("-", "_")
    if not OPERATIONS(visit.viewer) or name not in visit.site.workflow.kinds:
        raise NotFound("There is nothing at this address.")
    return visit.site.workflow.kind(name)


def _tabs(visit: Visit, machine: str, page: str = "") -> list[Tab]:
    kinds = visit.site.workflow.kinds.values()
    return [Tab(tr(kind.newest.label), f"{_url(kind.name)}{page}", kind.name == machine) for kind in kinds]


PAGES = (
    Page("/workflows", workflows, shows=("machines", "standing")),
    Page("/workflows/{machine}", workflow, shows=("machine", "standing")),
    Page("/workflows/{machine}/rules", workflow_rules, shows=("machine",)),
)
