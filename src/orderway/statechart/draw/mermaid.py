"""The picture as Mermaid text, which Markdown readers draw by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from orderway.statechart.chart import Chart
from orderway.statechart.draw.wires import Wire, wires
from orderway.statechart.nodes import Kind, Node


def mermaid(chart: Chart) -> str:
    """A `stateDiagram-v2`: compound states as frames, each arrow with the labels of its events."""
    compounds = {name for name, node in chart.states.items() if node.kind is Kind.COMPOUND}
    lines = ["stateDiagram-v2", *states(chart.root, "    ")]
    lines += [f"    {wire.source} --> {wire.target}{words(chart, wire)}" for wire in wires(chart, compounds)]
    lines += [f"    {name} --> [*]" for name in chart.leaves if chart.is_final(name)]
    return "\n".join(lines) + "\n"


def states(node: Node, indent: str) -> Iterator[str]:
    """The states below one, and where it begins."""
    for child in node.children:
        if child.kind is Kind.HISTORY:
            continue
        yield f'{indent}state "{child.label}" as {child.name}'
        if child.kind is Kind.COMPOUND:
            yield f"{indent}state {child.name} {{"
            yield from states(child, indent + "    ")
            yield f"{indent}}}"
    if node.initial:
        yield f"{indent}[*] --> {node.initial.name}"


def words(chart: Chart, wire: Wire) -> str:
    labels = wire.labels(chart).values()
    return f": {', '.join(labels)}".replace(";", ",") if labels else ""
