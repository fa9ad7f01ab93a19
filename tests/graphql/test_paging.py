"""Every list of the API is a connection: read page by page it gives what it gives at once, and counts itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_required_argument
from tests.graphql.office import BUYER, KANO, LAGOS, SHIRT, SHOES, Api, jsonable
from tests.graphql.orders import draft, released

from orderway.graphql.schema import the_schema

SCHEMA = the_schema()._schema
QUERY = SCHEMA.query_type or GraphQLObjectType("Query", {})
TYPES: dict[str, Any] = {**SCHEMA.type_map}


def connections(kind: GraphQLObjectType) -> Iterator[tuple[str, GraphQLField]]:
    """The fields of a type that are connections."""
    for name, field in kind.fields.items():
        if get_named_type(field.type).name.endswith("Connection"):
            yield name, field


def types() -> list[GraphQLObjectType]:
    return [each for each in SCHEMA.type_map.values() if isinstance(each, GraphQLObjectType)]


LISTS = {f"{kind.name}.{name}": field for kind in types() for name, field in connections(kind)}
ASKED = sorted(name for name, _ in connections(QUERY))


def test_there_are_lists():
    assert {"Query.orders", "Query.sales", "Query.stock", "CustomerCreditProfile.entries"} <= set(LISTS)


@pytest.mark.parametrize("where", sorted(LISTS))
def test_a_list_takes_how_many_and_from_where(where: str):
    arguments = LISTS[where].args
    assert str(arguments["first"].type) == "Int!"
    assert not is_required_argument(arguments["first"])
    assert str(arguments["after"].type) == "String"


@pytest.mark.parametrize("where", sorted(LISTS))
def test_a_connection_is_one_of_relay(where: str):
    connection = TYPES[get_named_type(LISTS[where].type).name]
    of = connection.name.removesuffix("Connection")
    fields = {name: str(field.type) for name, field in connection.fields.items()}
    assert fields == {
        "edges": f"[{of}Edge!]!", "nodes": f"[{of}!]!", "pageInfo": "PageInfo!", "totalCount": "Int!",
    }  # fmt: skip
    edge = {name: str(field.type) for name, field in TYPES[f"{of}Edge"].fields.items()}
    assert edge == {"cursor": "String!", "node": f"{of}!"}


@pytest.mark.parametrize("kind", [each.name for each in types() if each is not SCHEMA.subscription_type])
def test_no_list_is_read_in_another_way(kind: str):
    for name, field in TYPES[kind].fields.items():
        if {"first", "after", "before"} & set(field.args):
            assert f"{kind}.{name}" in LISTS, f"{kind}.{name} is read by pages, and is no connection"


@pytest.fixture
async def busy(api: Api) -> Api:
    """A company in which most lists hold something."""
    for _ in range(3):
        await draft(api)
    await released(api)
    await released(api)
    for variant in (SHIRT, SHOES):
        goods = [{"variant": str(variant), "quantity": 5}]
        await send(api, "manager", "receiveStock", store=LAGOS, goods=goods)
        await send(api, "manager", "setReorderPoint", store=LAGOS, variant=variant, pieces=50)
        await send(api, "manager", "requestStockTransfer", fromStore=LAGOS, toStore=KANO, goods=goods)
    for store in (LAGOS, KANO):
        await send(api, "admin", "upsertRiderCoverage", rider=api.office.ids["rider"], store=store)
    return api


async def send(api: Api, who: str, mutation: str, **given: Any) -> None:
    """Send a mutation that must be answered by what was done."""
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation($input: {kind}!) {{ answer: {mutation}(input: $input) {{ __typename }} }}"
    answer = (await api.ask(who, query, input=jsonable(given)))["answer"]["__typename"]
    assert answer not in {"Refused", "Conflict", "NotFound", "Invalid"}, mutation


GIVEN = {
    "store": f'"{LAGOS}"', "customer": f'"{BUYER}"', "sink": '"notifications"',
    "webhook": '"0198a000-0000-7000-8000-00000000ffff"',
}  # fmt: skip
PAGE = """
    edges { cursor node { __typename } } nodes { __typename } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
"""


@pytest.mark.parametrize("who", ["admin", "manager", "rider", "customer"])
async def test_pages_of_one_give_what_one_page_of_all_gives(who: str, busy: Api):
    """Each list of the queries, for who sees it all, who sees some of it, and who is nobody's staff."""
    filled = set()
    fulfillment = await busy.office.pool.fetchval("SELECT id FROM fulfillment ORDER BY id LIMIT 1")
    for name in ASKED:
        field = QUERY.fields[name]
        given = {**GIVEN, "fulfillment": f'"{fulfillment}"'}
        required = [each for each, argument in field.args.items() if is_required_argument(argument)]
        asked = "".join(f"{each}: {given[each]} " for each in required)
        whole = await page(busy, who, f"{name}({asked}first: 100)")
        if whole is None:
            continue
        cursors = [edge["cursor"] for edge in whole["edges"]]
        assert len(set(cursors)) == len(cursors) == whole["totalCount"], name
        assert (whole["pageInfo"]["startCursor"], whole["pageInfo"]["endCursor"]) == (
            (cursors[0], cursors[-1]) if cursors else (None, None)
        ), name
        seen, after = list[str](), ""
        while len(seen) <= len(cursors):
            one = await page(busy, who, f"{name}({asked}first: 1{after})")
            seen += [edge["cursor"] for edge in one["edges"]]
            assert one["pageInfo"]["hasPreviousPage"] is bool(after), name
            if not one["pageInfo"]["hasNextPage"]:
                break
            after = f', after: "{one["pageInfo"]["endCursor"]}"'
        assert seen == cursors, name
        filled |= {name} if len(cursors) > 1 else set()
    if who == "admin":
        assert {
            "orders",
            "sales",
            "quotations",
            "fulfillments",
            "payments",
            "overrideRequests",
            "stock",
            "products",
        } <= filled


async def page(api: Api, who: str, asked: str) -> Any:
    """A page of a list; None for who may not ask for it."""
    body = (await api.post(who, f"{{ page: {asked} {{ {PAGE} }} }}")).json()
    if "errors" in body:
        assert {error["extensions"]["code"] for error in body["errors"]} <= {"NOT_FOUND", "REFUSED"}, (asked, body)
        return None
    return body["data"]["page"]


@pytest.mark.parametrize("name", ASKED)
async def test_a_cursor_that_is_none_is_told_so(name: str, api: Api):
    field = QUERY.fields[name]
    given = {**GIVEN, "fulfillment": f'"{LAGOS}"'}
    required = [each for each, argument in field.args.items() if is_required_argument(argument)]
    asked = "".join(f"{each}: {given[each]} " for each in required)
    [error] = await api.errors("admin", f'{{ {name}({asked}after: "nowhere") {{ totalCount }} }}')
    assert error["extensions"]["code"] in {"INVALID", "NOT_FOUND"}, error


async def test_a_list_is_read_from_its_older_end(api: Api):
    for _ in range(3):
        await draft(api)
        api.office.now += timedelta(minutes=1)
    query = """query($sort: OrderSort, $lives: ListSort) {
        orders(sort: $sort) { nodes { number } } quotations(sort: $lives) { nodes { order { number } } } }"""
    for sort, numbers in (("NEWEST", ["3", "2", "1"]), ("OLDEST", ["1", "2", "3"])):
        found = await api.ask("admin", query, sort=sort, lives=sort)
        assert [each["number"][-1] for each in found["orders"]["nodes"]] == numbers
        assert [each["order"]["number"][-1] for each in found["quotations"]["nodes"]] == numbers
