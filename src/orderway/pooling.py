"""A pool of connections that times how long one is waited for; and the figures of all pools of this process."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import Any
from weakref import WeakSet

import asyncpg
from asyncpg.pool import PoolAcquireContext, PoolConnectionProxy
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from orderway.measures import REGISTRY, WAITING

POOLS: WeakSet[Pool] = WeakSet()


class Taking(PoolAcquireContext):
    """A connection for the length of a block."""

    async def __aenter__(self) -> PoolConnectionProxy:
        began = perf_counter()
        try:
            return await super().__aenter__()
        finally:
            WAITING.observe(perf_counter() - began)


class Pool(asyncpg.Pool):
    """asyncpg's own, and its figures."""

    def __init__(self, *address: object, **how: Any) -> None:
        super().__init__(*address, **how)
        POOLS.add(self)

    def acquire(self, *, timeout: float | None = None) -> Taking:
        """As asyncpg's."""
        return Taking(self, timeout)


class Connections(Collector):
    """How many connections to the database there are, read when it is asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The two figures."""
        for name, help, count in (
            ("orderway_database_connections", "Connections to the database.", Pool.get_size),
            ("orderway_database_connections_idle", "Those that wait for work.", Pool.get_idle_size),
        ):
            yield GaugeMetricFamily(name, help, value=sum(map(count, POOLS)))


REGISTRY.register(Connections())
