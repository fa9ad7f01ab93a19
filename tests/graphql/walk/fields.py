"""Who sees each field of each type: the rules of `fields.txt`, read.

Under a type stand the letters of the roles that see some of its fields of a thing that they see: S superadmin, A admin,
M manager, $ accountant, B biller, R the rider who brings it, r one who may offer to, D reseller, C customer. A ~ behind
them says that not each of them holds something in the company that is walked; to all others it is hidden the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphql import GraphQLInterfaceType, GraphQLObjectType
from tests.graphql.walk.capabilities import READS
from tests.graphql.walk.inputs import schema

KEPT = Path(__file__).with_name("fields.txt")
EVERYBODY = "SAM$BRrDC"
ROOTS = {"Query", "Mutation", "Subscription"}
PAGES = {"edges", "nodes", "pageInfo", "totalCount"}


@dataclass(frozen=True)
class Rule:
    """The letters of the roles that see a field; whether each of them does in the company that is walked."""

    who: str
    is_shown: bool


@cache
def rules() -> dict[str, Rule]:
    """The rule of each field, by Type.field; of the queries those of the table of capabilities."""
    found: dict[str, Rule] = {}
    kind = ""
    for line in KEPT.read_text().splitlines():
        if not line.startswith(" "):
            kind = line
            continue
        who, names = line.strip().split(": ")
        for name in names.split():
            assert f"{kind}.{name}" not in found, f"{kind}.{name} stands there twice."
            found[f"{kind}.{name}"] = Rule(who.strip("~"), not who.endswith("~"))
    for who, names in READS.items():
        letters = who.replace("R", "Rr") or EVERYBODY
        found |= {f"Query.{name}": Rule(letters, is_shown=False) for name in names.split()}
    return found


def fields() -> set[str]:
    """Every field of every type, as Type.field, but for the roots and the frames of pages."""
    return {
        f"{kind.name}.{name}"
        for kind in schema().type_map.values()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not is_frame(kind) and kind.name not in ROOTS
        for name in kind.fields
    }


def is_frame(kind: GraphQLObjectType | GraphQLInterfaceType) -> bool:
    """Whether it is what a page is made of, and tells nothing itself."""
    if kind.name.startswith("__") or kind.name == "PageInfo":
        return True
    return (kind.name.endswith("Connection") and set(kind.fields) == PAGES) or (
        kind.name.endswith("Edge") and set(kind.fields) == {"cursor", "node"}
    )
