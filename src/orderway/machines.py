"""The six machines of an order, by name and by version."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from orderway.fulfillment.interests.machine import RIDER_INTEREST
from orderway.fulfillment.machine import FULFILLMENT
from orderway.quotation.machine import QUOTATION
from orderway.sale.machine import SALE
from orderway.sale.overrides.machine import OVERRIDE_REQUEST
from orderway.sale.payments.machine import PAYMENT
from orderway.statechart import Chart, Migration

CHARTS: Mapping[str, Chart] = MappingProxyType({
    chart.name: chart for chart in (QUOTATION, SALE, FULFILLMENT, RIDER_INTEREST, OVERRIDE_REQUEST, PAYMENT)
})  # fmt: skip
"""The newest version of each machine; its `former` are those before it."""

VERSIONS: Mapping[tuple[str, int], Chart] = MappingProxyType({
    (chart.name, chart.version): chart for newest in CHARTS.values() for chart in newest.versions()
})  # fmt: skip
"""Every version of every machine that a row may run under."""

MIGRATIONS: Sequence[Migration] = ()
"""The way from each version of a machine to the next. None is ever taken out: the log is replayed by them."""

ARRIVING: frozenset[str] = frozenset()
"""Machines whose newest version this release knows and opens nothing under: servers run beside it that do not know it.

The release after takes the name out.
"""


def migrations_of(machine: str) -> Mapping[int, Migration]:
    """The migrations of a machine, each by the version that it leads from."""
    return {each.old.version: each for each in MIGRATIONS if each.new.name == machine}


def opening(machine: str) -> int:
    """The version that new instances run under."""
    return CHARTS[machine].version - (machine in ARRIVING)


def states_of(machine: str) -> frozenset[str]:
    """The states in which an instance of the machine can rest, of whatever version."""
    return frozenset(state for (name, _), chart in VERSIONS.items() if name == machine for state in chart.leaves)
