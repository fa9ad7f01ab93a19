"""What an operation may come to, how long it may take, how often one may ask, and what is told of the schema."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from graphql import build_client_schema, get_introspection_query, is_abstract_type
from tests.graphql.office import Api, Office
from tests.graphql.orders import draft, written
from tests.graphql.test_own_account import as_token, key

from orderway.deployment import Deployment
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


async def test_a_key_has_a_count_of_its_own(api: Api, office: Office):
    made = await key(api, "admin")
    tuned(office, API_REQUESTS_PER_PERSON=1, API_REQUESTS_PER_MACHINE=2)
    for status in (200, 200, 429):
        assert (await as_token(api, made["secret"], "{ viewer { name } }")).status_code == status
    await api.ask("admin", "{ viewer { name } }")


@pytest.mark.parametrize("kind", ["Refused", "Conflict", "NotFound", "Invalid", "SignInRefused"])
def test_every_answer_that_wrote_nothing_is_a_problem(kind: str):
    schema = the_schema()._schema
    found: Any = schema.get_type(kind)
    assert [each.name for each in found.interfaces] == ["Problem"]


def test_one_fragment_fits_every_answer():
    """In each union of answers everything but what was done is a Problem."""
    schema = the_schema()._schema
    problem: Any = schema.get_type("Problem")
    noes = {each.name for each in schema.get_possible_types(problem)}
    answers: Any = {each.type.of_type for each in schema.mutation_type.fields.values()}  # type: ignore[union-attr]
    assert len([each for each in answers if is_abstract_type(each)]) > 20
    for answer in answers:
        kinds = {each.name for each in schema.get_possible_types(answer)} if is_abstract_type(answer) else set()
        assert len(kinds - noes) <= 1, f"{answer} has {kinds - noes} to be told apart by hand"


async def test_a_fault_is_shown_to_whoever_develops_and_to_nobody_else(office: Office, monkeypatch: pytest.MonkeyPatch):
    async def broken(*_: object, **__: object) -> Any:
        raise ZeroDivisionError("the ledger of Kano")

    monkeypatch.setattr("orderway.graphql.queries.list_orders", broken)
    for environment, shown in (("development", True), ("production", False)):
        async with office.open(Deployment(environment=environment)) as client:  # type: ignore[arg-type]  # one of two
            errors = await Api(office, client).errors("admin", "{ orders { nodes { id } } }")
            assert errors[0]["extensions"]["code"] == "FAULT"
            assert ("ZeroDivisionError: the ledger of Kano" in errors[0]["message"]) is shown
            assert errors[0]["message"].startswith("Something went wrong on our side.")


@pytest.mark.parametrize(
    "document",
    [
        "{" + "stores { id } " * 330 + "}",
        "{" + "... { stores { id } } " * 280 + "}",
        "{ __typename } fragment Unused on Query {" + "orders { nodes { id } } " * 280 + "}",
        "{" + " ".join(f"...F{n}" for n in range(150)) + "}"
        + " ".join(f"fragment F{n} on Query {{ stores {{ id }} }}" for n in range(150)),
    ],
)  # fmt: skip
async def test_what_is_named_again_and_again_at_one_place_is_not_compared_for_seconds(api: Api, document: str):
    """Each of them is compared with each other: some two thousand tokens would take a processor for two seconds."""
    assert await said(api, "", document) == (
        200,
        "This operation repeats its fields or fragments too often. Ask for each once.",
    )


def test_fragments_of_many_parts_of_a_program_may_name_the_same_fields():
    spread = " ".join(f"...F{n}" for n in range(30))
    parts = "__typename id number lines { id sku } sale { id state } payments { id }"
    fragments = " ".join(f"fragment F{n} on SaleOrder {{ {parts} }}" for n in range(30))
    text = f"{{ orders(first: 5) {{ nodes {{ {spread} }} }} }} {fragments}"
    assert documents.prepare(the_schema()._schema, text, documents.CLOSED_RULES).errors == []


async def test_tools_read_the_whole_schema_and_nobody_makes_it_multiply(api: Api):
    told = await api.ask("biller", get_introspection_query(input_value_deprecation=True))
    assert build_client_schema(told).query_type
    multiplied = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    [error] = await api.errors("biller", multiplied)
    assert error["message"] == "This asks too deeply what the schema is made of. Ask for a type by name."


async def test_whoever_is_not_signed_in_is_given_a_tenth(api: Api):
    """What the machines are made of is told to everybody, and took a fifth of a second thirty times over."""
    made_of = "machines { name states { name label tone lane row } events { name label log permission mutation } }"
    many = "{" + " ".join(f"a{number}: {made_of}" for number in range(30)) + "}"
    assert (await api.ask("", f"{{ {made_of} }}"))["machines"][0]["name"] == "quotation"
    assert await said(api, "", many) == (
        200,
        "This operation comes to 31,200 fields; 5,000 are allowed. Ask for smaller pages, or for less of each thing.",
    )
    assert len(await api.ask("customer", many)) == 30
