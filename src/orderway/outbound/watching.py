"""Watching what is delivered: counted and timed by the kind of sink, and a span of the trace in which it happened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import cache
from time import perf_counter

from structlog.contextvars import bind_contextvars

from orderway.measures import BRINGING, DELAY, DELIVERIES
from orderway.outbound.event import Event
from orderway.tracing import span

deliveries, bringing, delay = cache(DELIVERIES.labels), cache(BRINGING.labels), cache(DELAY.labels)
"""To find a figure by its labels takes longer than to count."""


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
        bringing(kind).observe(perf_counter() - began)
    deliveries(kind, "delivered").inc()
    delay(kind).observe(max((clock() - event.at).total_seconds(), 0.0))


def kind_of(sink: str) -> str:
    """What a sink is counted by: "webhook" of "webhook:<id>"."""
    return sink.partition(":")[0]
