"""Pages of docs/api that run: their operations are sent in the order in which they stand, and answer as they say.

A block of GraphQL says in its first line who asks (`# as the biller`). The block of JSON that follows under the word
Variables goes with it; the next one is the answer. A text like "<order>" stands for what is not the same each time: the
first answer with it says what it is, and from then on it is that. One that begins with "a" ("<a time>") is never kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGES = Path(__file__).parents[2] / "docs" / "api"
BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<kind>graphql|json)\n(?P<body>.*?)\n```", re.DOTALL)
ASKS = re.compile(r"# as (?:the )?(.+)")
STANDS_FOR = re.compile(r"<[^<>]+>")


@dataclass(frozen=True)
class Example:
    """One operation with what it says that it answers; `who` is empty where nobody is signed in."""

    who: str
    operation: str
    variables: Any
    answer: Any


def examples(page: str) -> Iterator[Example]:
    """The operations of a page of docs/api, which must each have an answer."""
    blocks = list(BLOCK.finditer((PAGES / page).read_text()))
    while blocks:
        asked = blocks.pop(0)
        assert asked["kind"] == "graphql", f"An answer without an operation: {asked['body']}"
        first, _, operation = asked["body"].partition("\n")
        told = ASKS.fullmatch(first)
        assert told, f"Nobody asks this: {asked['body']}"
        has_variables = blocks[0]["before"].startswith("Variables")
        variables = json.loads(blocks.pop(0)["body"]) if has_variables else {}
        who = "" if told[1] == "nobody" else told[1]
        yield Example(who, operation, variables, json.loads(blocks.pop(0)["body"]))


def filled(value: Any, known: dict[str, str]) -> Any:
    """The value with what is known in place of what stands for it."""
    match value:
        case dict():
            return {name: filled(each, known) for name, each in value.items()}
        case list():
            return [filled(each, known) for each in value]
        case str() if value in known:
            return known[value]
    return value


def learn(said: Any, found: Any, known: dict[str, str]) -> Any:
    """The found value as the page would say it, and what stands for what in it."""
    match said, found:
        case dict(), dict():
            return {name: learn(said.get(name), each, known) for name, each in found.items()}
        case list(), list() if len(said) == len(found):
            return [learn(*pair, known) for pair in zip(said, found, strict=True)]
        case str(), str() if STANDS_FOR.fullmatch(said):
            if said.startswith(("<a ", "<an ")):
                return said
            return said if known.setdefault(said, found) == found else found
    return found
