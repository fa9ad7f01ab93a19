"""What somebody reads when they ask for everything: every field with what it held, and all the texts as they came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import get_named_type
from tests.graphql.walk.company import Walk
from tests.graphql.walk.inputs import schema
from tests.graphql.walk.reading import queries, ways
from tests.graphql.walk.selecting import documents

NOTHING: tuple[object, ...] = (None, "", [], {})
FRAME = ("Connection", "Edge", "PageInfo")


@dataclass
class Sight:
    """Fields that were asked for, as Type.field: those that held something at least once; and the answers as texts."""

    asked: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)

    def take(self, document: str, text: str, found: Any, root: str) -> None:
        self.texts[document] = text
        self.note(f"Query.{root}", found)
        for kind, value in objects(found, str(get_named_type(schema().query_type.fields[root].type))):  # type: ignore[union-attr]  # there is one
            for name, each in value.items():
                if name != "__typename" and not kind.endswith(FRAME):
                    self.note(f"{kind}.{name}", each)

    def note(self, name: str, value: Any) -> None:
        self.asked.add(name)
        if not is_nothing(value):
            self.held.add(name)


def is_nothing(value: Any) -> bool:
    """Whether nothing is told by it; a page without anything on it and without a count tells nothing."""
    if isinstance(value, dict) and "nodes" in value:
        return not value["nodes"] and not value.get("totalCount")
    return value in NOTHING


def objects(value: Any, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of an answer with its type."""
    if isinstance(value, list):
        for each in value:
            yield from objects(each, kind)
    elif isinstance(value, dict) and kind in schema().type_map and hasattr(schema().type_map[kind], "fields"):
        kind = value.get("__typename", kind)
        yield kind, value
        fields = schema().type_map[kind].fields  # type: ignore[attr-defined]  # asked just now
        for name, each in value.items():
            if name in fields:
                yield from objects(each, str(get_named_type(fields[name].type)))


async def look(walk: Walk, who: str, *things: dict[str, str]) -> Sight:
    """Ask for everything about the things with these ids, as somebody."""
    sight = Sight()
    for ids in things:
        for query in queries():
            for number, way in enumerate(ways(query, {**walk.others, **ids})):
                for document in documents(query, way, 1 if number else None):
                    if document not in sight.texts:
                        response = await walk.api.post(who, document)
                        sight.take(document, response.text, (response.json().get("data") or {}).get("found"), query)
    return sight
