"""What a chart prints of itself stays short: its states know each other, and would print each other without end."""

import pytest

from orderway.machines import CHARTS


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_and_its_parts_print_in_a_line(name: str) -> None:
    chart = CHARTS[name]
    assert repr(chart) == f"<chart {name} version {chart.version}>"
    assert repr(chart.root) == f"<state {name}>"
    assert all(len(repr(part)) < 200 for part in (*chart.nodes.values(), *chart.transitions()))
