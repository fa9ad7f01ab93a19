"""What an operation may come to, how long it may take, how often one may ask, and what is told of the schema."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.graphql.office import Api, Office
from tests.graphql.orders import draft, written

from orderway.graphql import documents
from orderway.graphql.schema import the_schema

PAGES = "query($n: Int) { orders(first: $n) { nodes { number lines { id sku } store { name } } } }"


def tuned(office: Office, **values: int | str) -> None:
    """Let settings have these values, as the database would."""
    office.settings.take({name: str(value) for name, value in values.items()})


async def said(api: Api, who: str, query: str, **variables: Any) -> tuple[int, str]:
    response = await api.post(who, query, **variables)
    [error] = response.json()["errors"]
    return response.status_code, error["message"]


async def test_pages_count_by_their_size(api: Api, office: Office):
    await draft(api)
    tuned(office, API_COST_LIMIT=1_000)
    assert len((await api.ask("manager", PAGES, n=41))["orders"]["nodes"]) == 1
    assert await said(api, "manager", PAGES, n=42) == (
        200,
        "This operation comes to 1,019 fields; 1,000 are allowed. Ask for smaller pages, or for less of each thing.",
    )


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("{ orders(first: 100) { nodes { number } } }", 111),
        ("{ orders { nodes { number } } }", 31),
        ("query($n: Int = 50) { orders(first: $n) { nodes { number } } }", 61),
        ("{ orders(first: 100) { edges { node { number } } } }", 211),
        ("{ orders(first: 100) { nodes { ...F } } } fragment F on SaleOrder { number lines { id } }", 1_211),
        ("{ orders(first: 10) { nodes { transitionLog(first: 1) { __typename } } } }", 121),
        ("{ orders(first: 10) { totalCount } }", 20),
        ("{ viewer { name } a: viewer { name } }", 22),
        ("query A { orders(first: 100) { nodes { number } } }", 111),
        ("{ orders(first: 1000000000) { nodes { number } } }", 1_011),
    ],
)
def test_what_an_operation_comes_to(query: str, fields: int):
    found = documents.prepare(the_schema()._schema, query, documents.CLOSED_RULES)
    [name] = found.operations
    assert found.costs[name].come_to({}) == fields


async def test_an_operation_that_takes_too_long_is_stopped_in_the_database_too(api: Api, office: Office):
    tuned(office, API_OPERATION_SECONDS=1)
    made = await draft(api)
    await api.token("biller")
    before = await written(api)
    locked = office.pool.acquire()
    async with locked as connection, connection.transaction():
        await connection.fetchrow("SELECT FROM sale_order WHERE id = $1 FOR UPDATE", made.order)
        share = f'mutation {{ quotationShare(input: {{id: "{made.ids["quotation"]}"}}) {{ __typename }} }}'
        status, sentence = await said(api, "biller", share)
        assert status == 504
        assert sentence == (
            "The operation took longer than 1 second and was stopped."
            " Ask for less; send what changes something again with the same idempotencyKey."
        )
        assert await waiting(office) == 0
    assert await written(api) == before


async def waiting(office: Office) -> int:
    """How many statements wait for a lock; a cancelled one is given a moment to hear of it."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(100):
        found = await office.pool.fetchval(asked)
        if not found:
            break
        await asyncio.sleep(0)
    return int(found)


async def test_a_person_asks_so_often_a_minute(api: Api, office: Office):
    await api.token("biller")
    await api.token("manager")
    tuned(office, API_REQUESTS_PER_PERSON=2)
    for _ in range(2):
        await api.ask("biller", "{ viewer { name } }")
    response = await api.post("biller", "{ viewer { name } }")
    assert (response.status_code, response.headers["retry-after"]) == (429, "30")
    assert response.json()["errors"][0]["message"] == (
        "There were too many requests within a minute. Send the next in 30 seconds."
    )
    assert response.json()["errors"][0]["extensions"]["code"] == "TOO_OFTEN"
    await api.ask("manager", "{ viewer { name } }")


async def test_what_the_schema_is_made_of_is_told_where_the_settings_say_so(api: Api, office: Office):
    query = "{ __schema { queryType { name } } }"
    await api.ask("biller", query)
    tuned(office, API_INTROSPECTION="no")
    errors = await api.errors("biller", query)
    assert "introspection has been disabled" in errors[0]["message"]
