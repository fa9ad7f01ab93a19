"""What of an order is asked for, so that no more of it is read: told from the fields of the selection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, GraphQLResolveInfo, SelectionSetNode

from orderway.graphql.asking import Info
from orderway.order.reads import WHOLE, Part

NEEDS: Mapping[str, frozenset[Part]] = {
    **dict.fromkeys(
        (
            "__typename", "id", "number", "phase", "placedAt", "currency", "fulfillmentType", "delivery", "source",
            "sourceRef", "store", "customer", "biller", "addresses",
        ),
        frozenset[Part](),
    ),
    "lines": frozenset({"lines"}),
    "quotation": frozenset({"terms"}),
    "sale": frozenset({"terms"}),
    "fulfillment": frozenset({"fulfillments"}),
    "fulfillments": frozenset({"fulfillments"}),
    "rider": frozenset({"fulfillments"}),
    "payments": frozenset({"payments"}),
    "overrides": frozenset({"more"}),
    "interests": frozenset({"more"}),
    "returns": frozenset({"more"}),
}  # fmt: skip
"""What each field of an order is made of. One that does not stand here takes the whole order."""

PAGE = (("nodes",), ("edges", "node"))
"""Where the things of a page are asked for."""


def parts_of(info: Info, paths: Iterable[tuple[str, ...]] = ((),)) -> frozenset[Part]:
    """The parts of an order that are asked for, at the end of any of the paths below this field."""
    raw = info._raw_info  # noqa: SLF001  (Strawberry's own form of it is made anew for each field, which takes longer)
    names = {name for path in paths for name in asked(raw, raw.field_nodes, path)}
    return frozenset[Part]().union(*(NEEDS.get(name, WHOLE) for name in names))


def asked(info: GraphQLResolveInfo[Any], nodes: Iterable[FieldNode], path: tuple[str, ...]) -> Iterator[str]:
    """The names of the fields that are asked for at the end of a path."""
    for node in nodes:
        fields = list(spread(info.fragments, node.selection_set))
        if path:
            yield from asked(info, [each for each in fields if each.name.value == path[0]], path[1:])
        else:
            yield from (each.name.value for each in fields)


def spread(fragments: Mapping[str, FragmentDefinitionNode], selections: SelectionSetNode | None) -> Iterator[FieldNode]:
    """The fields of a selection, those of its fragments among them."""
    for each in selections.selections if selections else ():
        if isinstance(each, FieldNode):
            yield each
        elif isinstance(each, FragmentSpreadNode):
            yield from spread(fragments, fragments[each.name.value].selection_set)
        else:
            yield from spread(fragments, each.selection_set)  # type: ignore[attr-defined]  # an inline fragment
