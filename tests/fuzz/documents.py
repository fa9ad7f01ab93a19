"""Documents that the schema allows and nobody would write: made by hypothesis-graphql, for one field at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import graphql
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries

from orderway.graphql.schema import printed

Strategies = dict[str, st.SearchStrategy[graphql.ValueNode]]
WAYS: dict[str, Callable[..., st.SearchStrategy[str]]] = {"Query": queries, "Mutation": mutations}
EDGES = (0, 1, -1, 100, 101, 2**31 - 1, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 10**30)


def scalars(ids: Sequence[str]) -> Strategies:
    """Values of our own scalars: ids of what is there and of what is not, numbers around every edge, odd moments."""
    moments = st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
    whole = st.one_of(st.sampled_from(EDGES), st.integers(-(2**70), 2**70), st.integers(0, 5000))
    return {
        "UUID": st.one_of(st.sampled_from(ids), st.uuids().map(str), st.just("none")).map(nodes.String),
        "DateTime": st.one_of(moments, st.sampled_from(("0001-01-01", "9999-12-31T23:59:59-12:00", "soon"))).map(
            nodes.String
        ),
        "Int64": whole.map(nodes.Int),
        "JSON": st.text(max_size=20).map(nodes.String),
    }


@cache
def the_schema() -> graphql.GraphQLSchema:
    """The schema, read once: hypothesis-graphql works out once for each what can be asked in it."""
    return graphql.build_schema(printed())


def fields() -> Iterator[tuple[str, str]]:
    """Every field that can be asked for or done, with the type that it is of."""
    for name in WAYS:
        for field in the_schema().type_map[name].fields:  # type: ignore[attr-defined]  # both are object types
            yield name, field


def documents(of: str, field: str, *, ids: Sequence[str], count: int, variety: int = 0) -> list[str]:
    """At most `count` documents with this one field; another `variety` makes others, the same one the same."""
    made: list[str] = []

    @seed(f"{field} {variety}")
    @settings(
        max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )  # fmt: skip
    @given(WAYS[of](the_schema(), fields=[field], custom_scalars=scalars(ids)))
    def make(document: str) -> None:
        made.append(document)

    made_by: Any = make
    made_by()
    return made
