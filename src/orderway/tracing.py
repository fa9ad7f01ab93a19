"""Traces of what is done, in the form of OpenTelemetry: off, and at no cost, unless the environment names a collector.

OTEL_EXPORTER_OTLP_ENDPOINT names it ("http://collector:4318"); the other variables of OpenTelemetry hold too. A trace
goes on behind the outbox: what is told carries the `traceparent` of the move that told it (W3C Trace Context).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Literal
from urllib.parse import urlsplit

from opentelemetry.context import Context
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    TraceFlags,
    Tracer,
    get_current_span,
    set_span_in_context,
)

from orderway.errors import OrderwayError

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
"""W3C Trace Context, level 1: version, trace, span, flags."""

GRACE = 5
"""Seconds that spans are given to leave when a process ends."""

Kind = Literal["SERVER", "INTERNAL", "CLIENT"]

_tracer: Tracer | None = None


class TracingInvalid(OrderwayError):
    """The environment names a collector that can not be one."""


def is_on(environ: Mapping[str, str]) -> bool:
    """Whether the environment asks for traces. Raises TracingInvalid."""
    endpoint = environ.get(ENDPOINT, "")
    if not endpoint or environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    try:
        parts = urlsplit(endpoint)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise TracingInvalid(
            f"{ENDPOINT} names no collector that can be reached by HTTP.",
            "Write it as http://host:4318, or leave it out.",
        )
    return True


def collector_in(environ: Mapping[str, str]) -> str:
    """The address that traces are sent to, where they are."""
    return f"{environ[ENDPOINT].rstrip('/')}/v1/traces"


@contextmanager
def traced(environ: Mapping[str, str], *, service: str) -> Iterator[None]:
    """As long as it lasts spans are made and sent, where the environment asks for it; at the end the last ones leave.

    `service` is the process: "orderway-server". Raises TracingInvalid.
    """
    global _tracer  # noqa: PLW0603  (a process has one, as OpenTelemetry has)
    if not is_on(environ):
        yield
        return
    from orderway.exporting import exporting  # noqa: PLC0415  (it takes a while to load, and most go without)

    with exporting(collector_in(environ), service=environ.get("OTEL_SERVICE_NAME") or service, grace=GRACE) as _tracer:
        try:
            yield
        finally:
            _tracer = None


def span(
    name: str, *, kind: Kind = "INTERNAL", parent: str | None = None, **said: object
) -> AbstractContextManager[Span | None]:
    """A span around what is done, within the one that is open, or behind `parent`; None where traces are off.

    An error that leaves it marks it as failed.
    """
    if _tracer is None:
        return nullcontext()
    return _tracer.start_as_current_span(
        name, context=_behind(parent), kind=SpanKind[kind], attributes=_attributes(said)
    )


def note(name: str, **said: object) -> None:
    """Note within the open span that something happened."""
    if _tracer is not None:
        get_current_span().add_event(name, _attributes(said))


def traceparent() -> str | None:
    """The open span, as it travels; None where there is none."""
    if _tracer is None:
        return None
    found = get_current_span().get_span_context()
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{found.trace_flags:02x}" if found.is_valid else None


def _behind(parent: str | None) -> Context | None:
    """The place that a traceparent names, as one to go on from; None where it names none."""
    if not parent or not TRACEPARENT.fullmatch(parent):
        return None
    _, trace, of_span, flags = parent.split("-")
    found = SpanContext(int(trace, 16), int(of_span, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
    return set_span_in_context(NonRecordingSpan(found))


def _attributes(said: Mapping[str, object]) -> dict[str, str | int]:
    return {
        f"orderway.{key}": value if isinstance(value, int) else str(value)
        for key, value in said.items()
        if value is not None
    }
