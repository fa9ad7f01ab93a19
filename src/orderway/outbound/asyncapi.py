"""What is told to the world, described: an AsyncAPI document of every type of event, out of the machines.

Source: the AsyncAPI specification 3.0.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orderway.errors import OrderwayError
from orderway.outbound.broker.stream import PREFIX
from orderway.outbound.cloudevents import CONTENT_TYPE, DIGITS, schema_of
from orderway.outbound.payloads import payload, types_of, versions_of
from orderway.outbound.schemas import Schema, breaks, name_of, ref, schemas
from orderway.workflow.kinds import Kind
from orderway.workflow.versions import unmoved

ABOUT = """Everything that happens to an order is told: each event once committed, at least once to whoever listens, and
in its order for each order. `sequence` rises by one for each order, so that a gap is seen; whoever may not do something
twice remembers the `id`. A field may be added to the data of a type; where one is taken away or changes, the version in
`dataschema` rises."""

UUID = {"type": "string", "format": "uuid"}
ENVELOPE: Schema = {
    "description": "A CloudEvent 1.0 in JSON.",
    "type": "object",
    "required": [
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "sequence",
        "partitionkey", "data",
    ],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {**UUID, "description": "It is the same each time that the event is brought."},
        "source": {"type": "string", "format": "uri-reference", "description": "The store: /stores/ and its id."},
        "type": {"type": "string"},
        "subject": {**UUID, "description": "The order."},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"type": "string", "format": "uri", "description": "The type, and the version of its data."},
        "sequence": {
            "type": "string",
            "pattern": f"^[0-9]{{{DIGITS}}}$",
            "description": "The event's number among all of its order, from 1 on without a gap.",
        },
        "partitionkey": {**UUID, "description": "The order: its events belong to one partition."},
        "traceparent": {"type": "string", "description": "The trace in which it happened, where there was one (W3C)."},
        "data": {"type": "object"},
    },
}  # fmt: skip


class SchemaBroken(OrderwayError):
    """The data of an event is no longer what its version says."""


def printed(kinds: Mapping[str, Kind], kept: Path | None = None) -> str:
    """The document as a file holds it. Raises SchemaBroken where who reads the one that is kept could not read it."""
    made = document(kinds)
    if kept and kept.is_file():
        require_readable(json.loads(kept.read_text(encoding="utf-8")), made)
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def document(kinds: Mapping[str, Kind]) -> Schema:
    """The document of all events of these machines."""
    types = types_of(kinds)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Orderway", "version": "1", "description": " ".join(ABOUT.split())},
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "broker": {
                "host": "{host}",
                "protocol": "nats",
                "description": "NATS JetStream: one stream of all events.",
                "variables": {
                    "host": {"default": "localhost:4222", "description": "The servers of ORDERWAY_NATS_URL."}
                },
            }
        },
        "channels": {type: channel(type, summary=said(type, kind)) for type, kind in types.items()},
        "operations": {type: {"action": "send", "channel": ref("channels", type)} for type in types},
        "components": {
            "messages": {
                name_of(type, version): message(type, version) for type in types for version in versions(type)
            },
            "schemas": {"cloudevent": ENVELOPE, **schemas(kinds)},
        },
    }


def versions(type: str) -> range:
    return range(1, len(versions_of(type)) + 1)


def channel(type: str, *, summary: str) -> Schema:
    names = [name_of(type, version) for version in versions(type)]
    messages = {name: ref("components", "messages", name) for name in names}
    return {"address": PREFIX + type, "summary": summary, "messages": messages}


def message(type: str, version: int) -> Schema:
    """A message: the envelope, whose type, schema and data are known."""
    known = {
        "type": {"const": type},
        "dataschema": {"const": schema_of(type, version)},
        "data": ref("components", "schemas", name_of(type, version)),
    }
    payload = {"allOf": [ref("components", "schemas", "cloudevent"), {"type": "object", "properties": known}]}
    return {"name": type, "contentType": CONTENT_TYPE, "payload": payload}


def said(type: str, kind: Kind | None) -> str:
    """What happened, in words: "Captured a payment"."""
    if kind is None:
        text = " ".join((payload(type).__doc__ or "").split("\n\n")[0].split())
    else:
        name = type.rpartition(".")[2].upper()
        events: Mapping[str, Any] = {each: of for chart in kind.charts.values() for each, of in chart.events.items()}
        event = events.get(name)
        text = event.words.log if event else unmoved(kind.newest, name)
    return text[:1].upper() + text[1:].rstrip(".") + "."


def require_readable(old: Schema, new: Schema) -> None:
    """Raise SchemaBroken where who reads the old document could not read what the new one describes."""
    found = list(broken(old, new))
    if found:
        raise SchemaBroken(
            "Who reads events would not know them again: " + " ".join(found),
            "Leave what there is as it is and add to it with a default; or put the old shape into EARLIER of"
            " orderway.outbound.payloads, where its version goes on to be described.",
        )


def broken(old: Schema, new: Schema) -> Iterator[str]:
    now = new["components"]["schemas"]
    for name, shape in old["components"]["schemas"].items():
        if name not in now:
            yield f"{name} is gone."
        else:
            yield from (f"{name}: {sentence}" for sentence in breaks(shape, now[name]))
