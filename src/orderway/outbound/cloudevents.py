"""An event as the world reads it: a CloudEvent 1.0 in JSON, the same for the broker and for webhooks.

Source: the specification of CloudEvents 1.0.2, its JSON format, and its extensions for partitioning, sequence and
distributed tracing.
"""

from __future__ import annotations

from orderway.outbound.event import Event
from orderway.outbound.payloads import version_of

CONTENT_TYPE = "application/cloudevents+json"

DIGITS = 10
"""Of the sequence: it is compared as a text, so that it is as long for the last number of an order as for the first."""


def cloud_event(event: Event) -> bytes:
    """An event in its envelope, as UTF-8.

    `source` is the store ("/stores/<id>"), `subject` and `partitionkey` the order, `sequence` the event's number there.
    """
    parent = f',"traceparent":"{event.traceparent}"' if event.traceparent else ""
    order, schema = event.order_id, schema_of(event.type, version_of(event.type, event.data))
    return (
        f'{{"specversion":"1.0","id":"{event.id}","source":"/stores/{event.store_id}","type":"{event.type}",'
        f'"subject":"{order}","time":"{event.at.isoformat().replace("+00:00", "Z")}",'
        f'"datacontenttype":"application/json","dataschema":"{schema}",'
        f'"sequence":"{event.number:0{DIGITS}}","partitionkey":"{order}"{parent},"data":{event.data}}}'
    ).encode()


def schema_of(type: str, version: int) -> str:
    """The name of the schema of some version of a type, which `docs/events` keeps."""
    return f"urn:orderway:event:{type}:{version}"
