"""What a process answers that serves no pages: whether it is well, and its figures."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from orderway.health import health_routes
from orderway.listening import meanwhile
from orderway.metrics import Metrics, metrics_route
from orderway.workflow.runner import Runner


def make_inspection(runner: Runner, token: str) -> ASGIApp:
    """/healthz, /readyz, and /metrics for who has the token."""
    return Starlette(routes=[*health_routes(runner.pool, runner.workflow.flags), metrics_route(Metrics(runner), token)])


@asynccontextmanager
async def answering(runner: Runner, taken: socket.socket | None, *, token: str) -> AsyncIterator[None]:
    """As long as it lasts, whoever asks on the socket is answered; without one nobody is."""
    if taken is None:
        yield
        return
    config = uvicorn.Config(
        make_inspection(runner, token), lifespan="off", log_config=None, access_log=False, server_header=False,
        ws="none", proxy_headers=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = Inspected(config)
    async with meanwhile(server.serve([taken])):
        yield
        server.should_exit = True


class Inspected(uvicorn.Server):
    """uvicorn, but signals are for the process whose part it is."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
