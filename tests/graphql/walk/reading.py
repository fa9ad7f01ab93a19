"""The arguments of every query about what is walked: one way to ask for each id that it takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLNonNull, get_named_type
from tests.graphql.walk.inputs import schema

NAMES = {
    "id": "", "of": "variant", "orderId": "order", "person": "user", "actor": "user", "reference": "number",
    "search": "number",
}  # fmt: skip
"""What arguments ask for that are not named as the thing itself; an `id` is of the thing that the query is named as."""

OF_QUERY = {"reconciliationItem": "item"}
PLAIN: Mapping[str, Any] = {
    "currency": "NGN", "at": "2026-03-02T12:00:00Z", "name": "sale", "sink": "notifications",
    "events": [
        {"machine": "sale", "event": "CANCEL_REQUESTED", "payload": {"reason": "Tried."}},
        {"machine": "quotation", "event": "WITHDRAW", "payload": {"reason": "Tried."}},
        {"machine": "fulfillment", "event": "FULFILLMENT_STARTED"},
        {"machine": "override_request", "event": "APPROVE"}, {"machine": "payment", "event": "CONFIRM"},
        {"until": "2026-03-03T12:00:00Z"},
    ],
}  # fmt: skip
"""Arguments that are no ids, where they have to be sent."""


def queries() -> list[str]:
    assert schema().query_type
    return list(schema().query_type.fields)  # type: ignore[union-attr]  # asserted just now


def ways(query: str, ids: Mapping[str, str]) -> Iterator[str]:
    """The arguments of a query, as they stand in a document: with what it needs, and with each id that it takes."""
    needed: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for name, argument in schema().query_type.fields[query].args.items():  # type: ignore[union-attr]  # there is one
        thing = thing_of(query, name)
        if thing in ids:
            (needed if isinstance(argument.type, GraphQLNonNull) and name != "search" else more)[name] = ids[thing]
        elif name in PLAIN and isinstance(argument.type, GraphQLNonNull):
            needed[name] = PLAIN[name]
        elif name == "filter":
            more |= {f"filter {each}": value for each, value in filters(get_named_type(argument.type), ids)}
    if not more or needed or "first" in schema().query_type.fields[query].args:  # type: ignore[union-attr]  # as above
        yield written(needed)
    for name, value in more.items():
        outer, _, inner = name.partition(" ")
        yield written({**needed, outer: {inner: value} if inner else value})


def filters(kind: object, ids: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    assert isinstance(kind, GraphQLInputObjectType)
    for name, each in kind.fields.items():
        if thing_of("", name) in ids and str(get_named_type(each.type)) in {"UUID", "String"}:
            yield name, ids[thing_of("", name)]


def thing_of(query: str, name: str) -> str:
    return NAMES.get(name, name) or OF_QUERY.get(query, query)


def written(arguments: Mapping[str, Any]) -> str:
    """Arguments as a document has them."""
    told = ", ".join(f"{name}: {literal(value)}" for name, value in arguments.items())
    return f"({told})" if told else ""


def literal(value: Any) -> str:
    match value:
        case dict():
            return f"{{{', '.join(f'{name}: {literal(each)}' for name, each in value.items())}}}"
        case list():
            return f"[{', '.join(map(literal, value))}]"
    return json.dumps(value)
