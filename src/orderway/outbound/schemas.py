"""The shape of every event's data as JSON Schema, and whether who reads one shape can read another."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from orderway.outbound.payloads import BESIDE, types_of, versions_of
from orderway.workflow.kinds import Kind

Schema: TypeAlias = Mapping[str, Any]
"""A JSON Schema, or a part of one."""


def schemas(kinds: Mapping[str, Kind]) -> Mapping[str, Schema]:
    """The schema of the data of every version of every type, and those of moves that they share, by its name."""
    made: dict[str, Schema] = {}
    for type, kind in types_of(kinds).items():
        for version, shape in enumerate(versions_of(type), start=1):
            if kind is None or type in BESIDE:
                made[name_of(type, version)] = schema(shape)
            else:
                shared = name_of(f"move.{kind.name}", version)
                made[shared] = move(shape, kind)
                made[name_of(type, version)] = event(shared, type.rpartition(".")[2].upper())
    return made


def name_of(type: str, version: int) -> str:
    """What a version of a type is called."""
    return f"{type}.{version}"


def ref(*names: str) -> Schema:
    """A reference to a part of the document."""
    return {"$ref": "#/" + "/".join(names)}


def schema(shape: type) -> Schema:
    """The schema of a class, with nothing that stands elsewhere."""
    whole = msgspec.json.schema(shape)
    parts = whole.pop("$defs", {})
    made: Schema = plain(whole, parts)
    return made


def move(shape: type, kind: Kind) -> Schema:
    """The schema of the moves of a machine: which one it is is known, and so are the states that it may lead to."""
    made = {**schema(shape)}
    fields: Mapping[str, Schema] = made["properties"]
    states = sorted({state for chart in kind.charts.values() for state in chart.leaves})
    known: Mapping[str, Schema] = {"machine": {"const": kind.name}, "to_state": {"examples": states}}
    made["properties"] = {field: {**part, **known.get(field, {})} for field, part in fields.items()}
    return made


def event(shared: str, name: str) -> Schema:
    """The schema of one of these moves."""
    return {"allOf": [ref("components", "schemas", shared), {"properties": {"event": {"const": name}}}]}


def plain(part: Any, parts: Schema) -> Any:
    """A part of a schema with what it refers to in its place, and descriptions in one line."""
    match part:
        case {"$ref": str(name)}:
            return plain(parts[name.rpartition("/")[2]], parts)
        case dict():
            return {name: plain(each, parts) for name, each in part.items() if name != "title"}
        case list():
            return [plain(each, parts) for each in part]
        case str():
            return " ".join(inspect.cleandoc(part).split())
    return part


def breaks(old: Schema, new: Schema, *, at: str = "") -> Iterator[str]:
    """What who reads the old shape would stumble over in the new one, in sentences; nothing where a field is added."""
    was, now = old.get("properties"), new.get("properties")
    if was is None or now is None:
        if "items" in old and "items" in new:
            yield from breaks(old["items"], new["items"], at=at)
        elif meaning(old) != meaning(new):
            yield f"{at or 'It'} is something else."
        return
    for name, part in was.items():
        place = f"{at}.{name}".lstrip(".")
        if name not in now:
            yield f"{place} is gone."
        else:
            yield from breaks(part, now[name], at=place)
    for name in sorted({*old.get("required", ())} - {*new.get("required", ())}):
        if name in now:
            yield f"{f'{at}.{name}'.lstrip('.')} may be missing."
    for name in sorted({*new.get("required", ())} - {*old.get("required", ())}):
        yield f"{f'{at}.{name}'.lstrip('.')} has no default, and is in no row of before."


def meaning(part: Any) -> Any:
    """A part of a schema without what is only said of it."""
    match part:
        case dict():
            told = ("description", "examples", "default")
            return {name: meaning(each) for name, each in part.items() if name not in told}
        case list():
            return [meaning(each) for each in part]
    return part
