"""Watching what is delivered: counted and timed by the kind of sink, and a span of the trace in which it happened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from time import perf_counter

from structlog.contextvars import bind_contextvars

from orderway.measures import BRINGING, DELAY, DELIVERIES
from orderway.outbound.event import Event
from orderway.tracing import span


async def bring_watched(
    bring: Callable[[Event], Awaitable[None]], event: Event, *, sink: str, clock: Callable[[], datetime]
) -> None:
    """Bring an event to a sink; whatever the task logs from here on names it. Raises what `bring` raises."""
    bind_contextvars(sink=sink, order_id=str(event.order_id), event_id=str(event.id))
    kind, began = kind_of(sink), perf_counter()
    try:
        with span(
            f"deliver {kind}", kind="CLIENT", parent=event.traceparent,
            sink=sink, type=event.type, order_id=event.order_id, number=event.number, event_id=event.id,
        ):  # fmt: skip
            await bring(event)
    finally:
        BRINGING.labels(kind).observe(perf_counter() - began)
    DELIVERIES.labels(kind, "delivered").inc()
    DELAY.labels(kind).observe(max((clock() - event.at).total_seconds(), 0.0))


def kind_of(sink: str) -> str:
    """What a sink is counted by: "webhook" of "webhook:<id>"."""
    return sink.partition(":")[0]
