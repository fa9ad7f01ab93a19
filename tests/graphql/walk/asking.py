"""Sending a mutation of the walk, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLUnionType
from tests.graphql.office import Api
from tests.graphql.walk.inputs import filled, form, schema

NOES = "... on Problem { sentence } ... on Refused { reasons { guard permission } }"


@dataclass(frozen=True)
class Came:
    """What a mutation came to: the type of its answer, the guards that said no, and all that was answered."""

    to: str
    guards: frozenset[str]
    permission: str
    text: str

    @property
    def is_forbidden(self) -> bool:
        return "permission" in self.guards

    @property
    def is_hidden(self) -> bool:
        return self.to == "NotFound"


async def send(api: Api, who: str, mutation: str, ids: Mapping[str, str], **more: Any) -> Came:
    """Send it as somebody, about the things with these ids."""
    response = await api.post(
        who, document(mutation), **({"input": filled(mutation, ids) | more} if form(mutation) else {})
    )
    body = response.json()
    assert "errors" not in body, (mutation, body["errors"])
    answer = body["data"]["answer"]
    found: dict[str, Any] = answer if isinstance(answer, dict) else {"__typename": "Done"}
    reasons = found.get("reasons", ())
    return Came(
        to=found["__typename"],
        guards=frozenset(each["guard"] for each in reasons),
        permission=next((each["permission"] for each in reasons if each["guard"] == "permission"), ""),
        text=response.text,
    )


def document(mutation: str) -> str:
    """The mutation with the sentence of every no."""
    answer = schema().mutation_type.fields[mutation].type.of_type  # type: ignore[union-attr]  # it is not null
    fields = ""
    if isinstance(answer, GraphQLUnionType):
        noes = {each.name for each in answer.types}
        fields = f"{{ __typename {NOES if 'Refused' in noes else ''} }}"
    taken = form(mutation)
    if taken is None:
        return f"mutation {{ answer: {mutation} {fields} }}"
    return f"mutation($input: {taken.name}!) {{ answer: {mutation}(input: $input) {fields} }}"
