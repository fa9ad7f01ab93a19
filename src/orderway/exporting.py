"""Sending spans to a collector over HTTP, from a thread of its own: a collector that is away holds nothing up."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import Tracer

from orderway import __version__


def is_taken(endpoint: str, *, patience: float) -> bool:
    """Whether a collector takes what is sent, as far as it takes a message without a span."""
    logger = logging.getLogger("opentelemetry.exporter")
    before, exporter = logger.level, OTLPSpanExporter(endpoint=endpoint, timeout=patience)
    logger.setLevel(logging.CRITICAL)  # who asks says it themselves
    try:
        return exporter.export([]) is SpanExportResult.SUCCESS
    finally:
        logger.setLevel(before)


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
