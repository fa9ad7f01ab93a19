"""What this process counts and times while it works: written wherever it happens, read at /metrics.

Nothing is told by an id, of which there is no end: a webhook is one of its kind, and an order is a machine's.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LONG = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
STAYS = (MINUTE, 10 * MINUTE, HOUR, 4 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY, 30 * DAY)

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

TRANSITIONS = Counter("orderway_transitions", "Moves that were committed.", ("machine", "event"), registry=REGISTRY)
REFUSALS = Counter(
    "orderway_refusals", "Events that were refused, by each guard that said no.", ("machine", "guard"),
    registry=REGISTRY,
)  # fmt: skip
DWELL = Histogram(
    "orderway_dwell_seconds", "Seconds that an instance stood in a state when it left it.", ("machine", "state"),
    buckets=STAYS, registry=REGISTRY,
)  # fmt: skip
LOCKING = Histogram(
    "orderway_lock_seconds", "Seconds until an order was locked and read.", buckets=QUICK, registry=REGISTRY
)
RETRIES = Counter(
    "orderway_retries", "Transactions that collided with another and were begun anew.", ("cause",), registry=REGISTRY
)
WAITING = Histogram(
    "orderway_database_wait_seconds", "Seconds until there was a connection to the database.",
    buckets=QUICK, registry=REGISTRY,
)  # fmt: skip

FLAGS_STALE = Gauge(
    "orderway_flags_stale", "1 while flags of before hold, since those of now can not be used.", registry=REGISTRY
)

DELIVERIES = Counter(
    "orderway_deliveries",
    "Tries to bring an event to a kind of sink: delivered, not taken, given up, away, or broke by a fault of ours.",
    ("kind", "outcome"),
    registry=REGISTRY,
)
BRINGING = Histogram(
    "orderway_delivery_seconds", "Seconds that it took to bring an event.", ("kind",), buckets=QUICK, registry=REGISTRY
)
DELAY = Histogram(
    "orderway_delivery_delay_seconds", "Seconds from what happened to its arrival.", ("kind",),
    buckets=LONG, registry=REGISTRY,
)  # fmt: skip
WEBHOOK_ANSWERS = Counter(
    "orderway_webhook_answers", "Answers to webhooks, by the first digit of their status; 'none' where there was none.",
    ("status",), registry=REGISTRY,
)  # fmt: skip

TIMERS = Counter(
    "orderway_timers", "Timers that were due: sent, refused, failed, or held by another worker.",
    ("machine", "outcome"), registry=REGISTRY,
)  # fmt: skip
SCHEDULE_RUNS = Counter(
    "orderway_schedule_runs", "Runs of what is done by the clock that this worker ended.", ("schedule", "outcome"),
    registry=REGISTRY,
)  # fmt: skip
SCHEDULE = Histogram(
    "orderway_schedule_seconds", "Seconds that a run took.", ("schedule",), buckets=LONG, registry=REGISTRY
)
