"""What clients send: payloads made of an event's own fields, sensible ones and, now and then, wild ones."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from random import Random
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

Pools = Mapping[str, Sequence[Any]]
"""What a field of this name may well hold, as JSON."""

ODD_NUMBERS = [-1, 0, 1, 2**31, 2**53 + 1, 2**62, 2**63 - 1, 2**63, 2**64, 10**30, 0.5]
ODD_TIMES = [
    "2026-03-09T12:00:00",
    "2026-03-09T12:00:00+05:30",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "9999-12-31T23:59:59Z",
    "tomorrow",
]
ODD_TEXTS = ["", " ", "a\0b", "\0", "\ud800", "'; DROP TABLE sale; --", "\u202e\U0001f9fe", "x" * 10_000]
ODD: list[object] = [
    *ODD_NUMBERS,
    *ODD_TIMES,
    *ODD_TEXTS,
    None,
    True,
    [],
    {},
    [None],
    "0198a000-0000-7000-8000-0000000000ff",
]


def payload(event: type[Any], pools: Pools, chance: Random) -> dict[str, Any]:
    """A payload of the right form, whose values often fit."""
    hints = get_type_hints(event)
    return {each.name: value(each.name, hints[each.name], pools=pools, chance=chance) for each in fields(event)}


def wild(event: type[Any], pools: Pools, chance: Random) -> object:
    """A payload in which something is wrong: a field is missing, unknown or odd, or all of it is something else."""
    made = payload(event, pools, chance)
    if not made or chance.random() < 0.1:
        return chance.choice([*ODD, {"unknown": 1}])
    name = chance.choice(sorted(made))
    if chance.random() < 0.2:
        del made[name]
    elif isinstance(made[name], list) and chance.random() < 0.7:
        part = made[name][0]
        made[name] = [{**part, chance.choice(sorted(part)): chance.choice(ODD)}] if isinstance(part, dict) else ODD
    else:
        made[name] = chance.choice(ODD)
    return made


def as_sent(made: object) -> str:
    """The JSON text that goes over the wire."""
    return json.dumps(made)


def value(name: str, hint: Any, *, pools: Pools, chance: Random) -> Any:
    """A value for one field, out of the pool of its name or else of its type."""
    inner = [each for each in get_args(hint) if each is not NoneType]
    if get_origin(hint) in (UnionType, Union):
        return None if chance.random() < 0.5 else value(name, inner[0], pools=pools, chance=chance)
    if get_origin(hint) is Literal:
        return chance.choice(inner)
    if get_origin(hint) is tuple:
        return [value(name, inner[0], pools=pools, chance=chance) for _ in range(chance.choice([1, 1, 2, 3]))]
    if is_dataclass(hint):
        return payload(hint, pools, chance)  # type: ignore[arg-type]  # a class, not an instance
    return chance.choice(pools.get(name) or BY_TYPE[hint])


BY_TYPE: Mapping[Any, Sequence[Any]] = {
    str: ["Because.", "It rains; “really”."],
    int: [1, 2, 500, 1000, 2000, 5000],
    datetime: [datetime(2026, 3, day, 15, 30, tzinfo=UTC).isoformat() for day in (1, 3, 9, 20)],
    UUID: ["0198a000-0000-7000-8000-0000000000ff"],
    bool: [True, False],
}
