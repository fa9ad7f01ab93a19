"""`orderway worker`: works until SIGINT or SIGTERM; any number of workers may run."""

from __future__ import annotations

import asyncio
import signal

import typer

from orderway.app import make_workflow
from orderway.configuration.live import live_settings
from orderway.database import shown
from orderway.embedded import open_database
from orderway.migrations import require_current
from orderway.process import SIGNALS, run
from orderway.worker.working import working


def command() -> None:
    """Work until SIGINT or SIGTERM. Raises what the database raises."""
    with open_database() as url:
        run(_work(url))
    typer.echo("Stopped.", err=True)


async def _work(url: str) -> None:
    await require_current(url)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in SIGNALS:
        loop.add_signal_handler(each, stop.set)
    async with live_settings(url) as settings, working(url, make_workflow(settings)):
        typer.echo(f"Orderway looks after the timers of {shown(url)}", err=True)
        await stop.wait()
    for each in SIGNALS:
        loop.remove_signal_handler(each)
        signal.signal(each, signal.SIG_IGN)  # what stops already is not to be stopped half-way
