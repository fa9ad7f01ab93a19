"""Sending spans to a collector over HTTP, from a thread of its own: a collector that is away holds nothing up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Tracer

from orderway import __version__


@contextmanager
def exporting(endpoint: str, *, service: str, grace: float) -> Iterator[Tracer]:
    """Give what makes spans of a service; at the end the last ones have `grace` seconds to leave."""
    resource = Resource.create({"service.name": service, "service.version": __version__})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, timeout=grace)))
    try:
        yield provider.get_tracer("orderway", __version__)
    finally:
        provider.force_flush(int(grace * 1000))
        provider.shutdown()
