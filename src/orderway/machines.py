"""The six machines of an order, by name and by version."""

from collections.abc import Mapping
from types import MappingProxyType

from orderway.fulfillment.interests.machine import RIDER_INTEREST
from orderway.fulfillment.machine import FULFILLMENT
from orderway.quotation.machine import QUOTATION
from orderway.sale.machine import SALE
from orderway.sale.overrides.machine import OVERRIDE_REQUEST
from orderway.sale.payments.machine import PAYMENT
from orderway.statechart import Chart

VERSIONS: Mapping[tuple[str, int], Chart] = MappingProxyType({
    (chart.name, chart.version): chart
    for chart in (QUOTATION, SALE, FULFILLMENT, RIDER_INTEREST, OVERRIDE_REQUEST, PAYMENT)
})  # fmt: skip
"""Every version of every machine that a row may run under."""

CHARTS: Mapping[str, Chart] = MappingProxyType({
    name: chart for (name, _), chart in sorted(VERSIONS.items(), key=lambda each: each[0][1])
})  # fmt: skip
"""The newest version of each machine: what new instances run under."""


def states_of(machine: str) -> frozenset[str]:
    """The states in which an instance of the machine can rest, of whatever version."""
    return frozenset(state for (name, _), chart in VERSIONS.items() if name == machine for state in chart.leaves)
