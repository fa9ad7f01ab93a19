"""A value for every field of a payload, as the API takes it: enough to be read, whatever the machine then says."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Literal, get_args, get_origin, get_type_hints
from uuid import UUID

from orderway.graphql.names import camel, words

SOME = "0198a000-0000-7000-8000-00000000eeee"


def sample(payload: type) -> dict[str, Any]:
    """The required fields of a payload, filled."""
    hints = get_type_hints(payload)
    return {
        camel(words(each.name)): value(hints[each.name])
        for each in fields(payload)
        if type(None) not in get_args(hints[each.name])
    }


def value(hint: Any) -> Any:
    plain = {str: "text", int: 1, bool: True, UUID: SOME, datetime: "2026-03-03T12:00:00Z"}
    if hint in plain:
        return plain[hint]
    if get_origin(hint) is Literal:
        return str(get_args(hint)[0]).upper()
    if get_origin(hint) is tuple:
        return [value(get_args(hint)[0])]
    assert is_dataclass(hint)
    return sample(hint)  # type: ignore[arg-type]  # a class
