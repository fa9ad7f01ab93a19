"""Documents that ask for everything: each query with all its fields, some levels deep, in as many as are taken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
)
from tests.graphql.walk.inputs import schema

ROOM = {True: 120, False: 700}
"""Tokens of one document of a list, and of one thing: what it comes to has a limit as well."""

TOKEN = re.compile(r"\w+|[^\w\s]")
LOOKED_AT = {"transitionLog", "availableEvents", "copiedFrom", "copies", "addresses"}
"""Fields of which one request asks only so often: asked of what the query names, and of what hangs on it."""

DEEP, SHALLOW = 3, 2


def documents(query: str, arguments: str = "", depth: int | None = None) -> Iterator[str]:
    """The query with everything beneath it, so many levels deep; all documents have the same name for it, `found`."""
    assert schema().query_type
    field = schema().query_type.fields[query]  # type: ignore[union-attr]  # asserted just now
    many = is_list_of_many(field)
    for part in parts(field, depth or (SHALLOW if many else DEEP), ROOM[many]):
        yield f"{{ found: {query}{arguments} {part} }}"


def is_list_of_many(field: GraphQLField) -> bool:
    return "first" in field.args or is_list(field)


def is_list(field: GraphQLField) -> bool:
    kind = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    return isinstance(kind, GraphQLList)


def parts(field: GraphQLField, depth: int, room: int) -> Iterator[str]:
    """What is asked of a field, in pieces that are small enough."""
    kind = get_named_type(field.type)
    if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        yield ""
        return
    if kind.name.endswith("Connection"):
        for part in parts(kind.fields["nodes"], depth, room):
            yield f"{{ __typename totalCount pageInfo {{ hasNextPage startCursor endCursor }} nodes {part} }}"
        return
    piece = "__typename"
    for name, each in kind.fields.items():
        more = asked(name, each, depth, many=depth == SHALLOW)
        if piece and len(TOKEN.findall(piece)) + len(TOKEN.findall(more)) > room:
            yield f"{{ {piece} }}"
            piece = "__typename"
        piece += f" {more}"
    yield f"{{ {piece} }}"


def asked(name: str, field: GraphQLField, depth: int, *, many: bool) -> str:
    """A field with what is beneath it; nothing where that is too deep, or asked too often."""
    kind = get_named_type(field.type)
    if many and name in LOOKED_AT:
        return ""
    arguments = "(first: 5)" if "first" in field.args else ""
    depth -= kind.name == "SaleOrder"
    if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
        return f"{name}{arguments}"
    inner = below(kind, depth - 1, many=many or is_list(field)) if depth > 0 else ""
    return f"{name}{arguments} {{ {inner} }}" if inner else ""


def below(kind: GraphQLNamedType, depth: int, *, many: bool) -> str:
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    if kind.name.endswith("Connection"):
        nodes = get_named_type(kind.fields["nodes"].type)
        return f"totalCount nodes {{ {below(nodes, depth, many=True)} }}"
    fields = (asked(name, each, depth, many=many) for name, each in kind.fields.items())
    return " ".join(("__typename", *(each for each in fields if each)))
