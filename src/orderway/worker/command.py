"""`orderway worker`: works until SIGINT or SIGTERM; any number of workers may run."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import nullcontext

import typer

from orderway.answering import answering
from orderway.app import make_workflow
from orderway.configuration.live import live_settings
from orderway.database import connect_pool, shown
from orderway.deployment import read_deployment
from orderway.embedded import open_database
from orderway.flags.live import live_flags
from orderway.migrations import require_current
from orderway.process import SIGNALS, run
from orderway.serve import Address, listen, url_of
from orderway.worker.working import working
from orderway.workflow.runner import Runner


def command(inspected_at: Address | None = None) -> None:
    """Work until SIGINT or SIGTERM, and tell who asks at this address how it goes.

    Raises DeploymentInvalid, FlagsInvalid, PortUnusable, and what the database raises.
    """
    token = read_deployment(os.environ).metrics_token
    with listen(inspected_at) if inspected_at else nullcontext() as taken, open_database() as url:
        run(_work(url, taken, token=token), service="orderway-worker")
    typer.echo("Stopped.", err=True)


async def _work(url: str, taken: socket.socket | None, *, token: str) -> None:
    await require_current(url)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in SIGNALS:
        loop.add_signal_handler(each, stop.set)
    async with (
        live_settings(url) as settings,
        live_flags(url, os.environ) as flags,
        await connect_pool(url, size=2) as pool,
    ):
        workflow = make_workflow(settings, flags)
        async with working(url, workflow), answering(Runner(pool, workflow), taken, token=token):
            at = f", and says on {url_of(taken)} how it goes" if taken else ""
            typer.echo(f"Orderway looks after the timers of {shown(url)}{at}", err=True)
            await stop.wait()
    for each in SIGNALS:
        loop.remove_signal_handler(each)
        signal.signal(each, signal.SIG_IGN)  # what stops already is not to be stopped half-way
