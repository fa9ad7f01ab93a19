"""`orderway serve`: the API and the pages over HTTP, until it is asked to stop."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import typer
import uvicorn
from starlette.types import ASGIApp

from orderway.app import make_workflow
from orderway.configuration.live import live_settings
from orderway.connection import LARGEST_MESSAGE, Connection, Frames
from orderway.database import connect_pool, shown
from orderway.deployment import Deployment, read_deployment
from orderway.embedded import open_database
from orderway.errors import OrderwayError
from orderway.flags.live import live_flags
from orderway.http import make_http
from orderway.migrations import require_current
from orderway.oidc.gate import Gate, read_gate
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.process import SIGNALS, run
from orderway.replica import replica
from orderway.secret import Secret, read_secret
from orderway.streams.announcer import Announcer
from orderway.streams.streams import make_streams
from orderway.ui.order.charts import warm
from orderway.workflow.kinds import Workflow
from orderway.workflow.runner import Runner, utc_now

GRACE = 5
"""Seconds that requests under way are given to end when the server stops."""


class PortUnusable(OrderwayError):
    """The address can not be listened on."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 is any that is free."""

    host: str = "127.0.0.1"
    port: int = 8000


Beside = Callable[[str, Workflow], AbstractAsyncContextManager[None]]
"""What a server does besides answering, by the address of its database."""


def nothing(_url: str, _workflow: Workflow) -> AbstractAsyncContextManager[None]:
    """Answering is all."""
    return nullcontext()


def command(address: Address, *, beside: Beside = nothing) -> None:
    """Serve until SIGINT or SIGTERM, and do meanwhile what is to be done besides.

    Raises SecretUnusable, DeploymentInvalid, FlagsInvalid, OidcInvalid, PortUnusable, and what the database raises.
    """
    secret, deployment = read_secret(os.environ), read_deployment(os.environ)
    gate = read_gate(os.environ, secret, clock=utc_now)
    with listen(address) as taken, open_database() as url:
        run(
            _serve(url, taken, secret=secret, deployment=deployment, gate=gate, beside=beside),
            service="orderway-server",
        )
    typer.echo("Stopped.", err=True)


async def _serve(
    url: str, taken: socket.socket, *, secret: Secret, deployment: Deployment, gate: Gate | None, beside: Beside
) -> None:
    await require_current(url)
    async with (
        live_settings(url) as settings,
        live_flags(url, os.environ) as flags,
        await connect_pool(url) as pool,
        replica(os.environ) as copy,
    ):
        runner = Runner(pool, make_workflow(settings, flags), announce=Announcer(pool), replica=copy)
        async with beside(url, runner.workflow):
            await answer(
                runner,
                taken,
                url=url,
                secret=secret,
                deployment=deployment,
                gate=gate,
                on_ready=lambda: typer.echo(f"Orderway serves {shown(url)} on {url_of(taken)}", err=True),
            )


def listen(address: Address) -> socket.socket:
    """Take hold of the address, so that nobody else does while the database starts. Raises PortUnusable."""
    host, port = address.host, address.port
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server((str(place[0]), port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise _unusable(address, error) from error


def _unusable(address: Address, error: Exception) -> PortUnusable:
    host, port = address.host, address.port
    if isinstance(error, socket.gaierror) or getattr(error, "errno", None) == errno.EADDRNOTAVAIL:
        return PortUnusable(f"{host} is no address of this machine.", "Give one by --host, like 127.0.0.1.")
    reasons = {
        errno.EADDRINUSE: f"Port {port} of {host} is in use by another program.",
        errno.EACCES: f"This user may not listen on port {port}.",
    }
    said = reasons.get(getattr(error, "errno", 0), f"Port {port} of {host} can not be listened on: {error}.")
    return PortUnusable(said, "Stop that program, or choose another port by --port.")


def url_of(taken: socket.socket) -> str:
    """The address as a browser takes it."""
    host, port = taken.getsockname()[:2]
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read here, not bound
    host = anywhere.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def answer(
    runner: Runner,
    taken: socket.socket,
    *,
    url: str,
    secret: Secret,
    deployment: Deployment,
    gate: Gate | None = None,
    on_ready: Callable[[], None],
) -> None:
    """Answer requests until SIGINT or SIGTERM; those under way are finished first, a second signal ends them.

    `url` is the database's, where one connection more listens for news.
    """
    warm()
    settings = runner.workflow.settings
    sessions = Sessions(runner.pool, passwords=Passwords(), clock=runner.clock, settings=settings)
    streams = make_streams(runner)
    app = make_http(runner, sessions, secret=secret, deployment=deployment, streams=streams, gate=gate)
    tune()
    async with streams.feed.following(url):
        await Server(configured(app), on_ready, on_stop=streams.end).serve([taken])


def configured(app: ASGIApp) -> uvicorn.Config:
    """How the application is served: by connections that wait for none for long, and compress nothing."""
    return uvicorn.Config(
        app, http=Connection, lifespan="off", log_config=None, access_log=False, server_header=False, ws=Frames,
        ws_max_size=LARGEST_MESSAGE, ws_per_message_deflate=False, proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )  # fmt: skip


class Server(uvicorn.Server):
    """uvicorn, but signals end it without ending the process: whoever started it has things to put away."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], *, on_stop: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._on_stop = on_stop

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for each in SIGNALS:
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in SIGNALS:
                loop.remove_signal_handler(each)
                signal.signal(each, signal.SIG_IGN)  # what stops already is not to be stopped half-way

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._on_stop()
        await super().shutdown(sockets)


def tune() -> None:
    """Collect garbage less often: what was made at the start stays for good, and a request leaves few cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
