"""The quick way answers as the long one does, to the letter: values, nulls, errors and where they stand."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from enum import Enum
from inspect import isawaitable
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, Executor, GraphQLSchema, execute, parse

from orderway.graphql.lean import Lean


class Size(Enum):
    SMALL = "S"
    LARGE = "L"


SizeOfApi = strawberry.enum(Size)


@strawberry.interface
class Named:
    name: str

    @classmethod
    def resolve_type(cls, value: Any, *_: object) -> str:
        return "Cat" if value.name == "Mia" else "Dog"


@strawberry.type
class Cat(Named):
    lives: int

    @classmethod
    def is_type_of(cls, value: Any, *_: object) -> bool:
        return bool(value.name == "Mia")


@strawberry.type
class Dog(Named):
    size: Size = strawberry.field(graphql_type=SizeOfApi)

    @classmethod
    def is_type_of(cls, value: Any, *_: object) -> bool:
        return bool(value.name != "Mia")


async def slow(root: strawberry.Parent[Any]) -> str:
    await asyncio.sleep(0)
    return f"{root.name}, later"


@strawberry.type
class House:
    name: str
    number: int
    note: str | None
    pets: list[Named]
    tags: list[str | None] | None
    next: House | None
    later: str = strawberry.field(resolver=slow)


@dataclass
class Record:
    """What a house is read off; it knows nothing of the API."""

    name: Any = "Hill"
    number: Any = 7
    note: Any = None
    pets: Any = ()
    tags: Any = None
    next: Any = None


@dataclass
class Pet:
    name: str
    lives: Any = 9
    size: Any = Size.LARGE


class Haunted(Record):
    """A house of which something can not be read."""

    @property
    def tags(self) -> Any:
        raise RuntimeError("Nobody may look.")

    @tags.setter
    def tags(self, _value: Any) -> None: ...


HOUSES: dict[str, Any] = {
    "plain": [Record(tags=["a", None]), Record("Lake", 8, "wet", next=Record("Shed", 1))],
    "with pets": [Record(pets=[Pet("Mia"), Pet("Rex", size=Size.SMALL)])],
    "null where none may be": [Record(), Record(name=None), Record(next=Record(name=None))],
    "no number": [Record(number="seven")],
    "an error as a value": [Record(note=ValueError("Not today."))],
    "an error while reading": [Haunted(), Record()],
    "no list": [Record(pets=7), Record(tags="ab")],
    "a set for a list": [Record(tags={"a"})],
    "no enum": [Record(pets=[Pet("Rex", size="huge")])],
    "none at all": [],
    "null in the list": [None, Record()],
}

QUERIES = [
    "{ houses { name number note tags } }",
    "{ houses { __typename label: name n: number next { name next { name } } } }",
    "{ houses { pets { __typename name ... on Cat { lives } ... on Dog { size } } } }",
    "{ houses { ...F next { ...F } } } fragment F on House { name pets { ... on Dog { name size } } }",
    "{ houses { later name next { later name } } }",
    "query($no: Boolean = false) { houses { name @include(if: $no) number @skip(if: $no) tags } }",
    "{ houses { name name } houses { number } }",
]


def schema_of(houses: Any) -> GraphQLSchema:
    async def read() -> Any:
        return houses

    field = strawberry.field(resolver=read, name="houses", graphql_type=list[House | None])
    Query = strawberry.type(type("Query", (), {"houses": field}))  # noqa: N806 - a type

    return strawberry.Schema(query=Query, types=[Cat, Dog])._schema


async def told(schema: GraphQLSchema, query: str, way: type[Executor[Any]]) -> tuple[str, list[Any]]:
    found = execute(schema, parse(query), executor_class=way)
    result: ExecutionResult = await found if isawaitable(found) else found
    errors = [(each.message, each.path, each.locations) for each in result.errors or ()]
    return json.dumps(result.data), sorted(errors, key=str)


@pytest.mark.parametrize("houses", HOUSES.values(), ids=list(HOUSES))
@pytest.mark.parametrize("query", QUERIES)
async def test_both_ways_answer_the_same(query: str, houses: Any):
    schema = schema_of(houses)
    assert await told(schema, query, Lean) == await told(schema, query, Executor)


async def test_a_page_of_records_goes_the_quick_way():
    """Else the other tests would compare one way with itself."""
    schema = schema_of(HOUSES["with pets"])
    made: list[Lean] = []

    class Noted(Lean):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            made.append(self)

    data, errors = await told(schema, QUERIES[2], Noted)
    assert json.loads(data) == {
        "houses": [{"pets": [{"__typename": "Cat", "name": "Mia", "lives": 9},
                             {"__typename": "Dog", "name": "Rex", "size": "SMALL"}]}]
    }  # fmt: skip
    assert errors == []
    assert {kind.name for (kind, _), plan in made[0].plans.items() if plan} == {"House", "Cat", "Dog"}
