"""Every way into the API stands in the table of capabilities, in one place."""

from collections import Counter

import pytest
from graphql import GraphQLSchema, build_schema
from tests.graphql.walk import capabilities
from tests.graphql.walk.capabilities import CAPABILITIES, FOLLOWED, OPEN, OWN, READS

from orderway.graphql.schema import printed

TABLES = {
    "Query": " ".join(READS.values()),
    "Mutation": " ".join((OPEN, OWN, capabilities.SYSTEM, *(each.mutations for each in CAPABILITIES))),
    "Subscription": " ".join(FOLLOWED.values()),
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(printed())


@pytest.mark.parametrize("root", TABLES)
def test_each_field_stands_in_the_table_once(root: str, schema: GraphQLSchema):
    counted = Counter(TABLES[root].split())
    assert [name for name, times in counted.items() if times > 1] == []
    assert set(counted) == set(schema.type_map[root].fields), "Say in capabilities.py who may."  # type: ignore[attr-defined]
