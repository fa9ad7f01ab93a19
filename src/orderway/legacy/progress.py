"""What a person sees while an import runs, and how they stop it: a bar with its rate, and Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Rate(ProgressColumn):
    """Orders a second over the last moments."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f} orders/s" if task.speed else "", style="progress.data.speed")


@contextmanager
def bar(total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal's standard error, gone when done; call what it gives for each order that is done with."""
    console = Console(stderr=True)
    columns = (TextColumn("Bringing orders over"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, refresh_per_second=4, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


@contextmanager
def stopping() -> Iterator[asyncio.Event]:
    """An event that Ctrl-C sets, or SIGTERM: what is under way may end. A second one ends the process as usual."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def hear() -> None:
        stop.set()
        leave()

    def leave() -> None:
        for each in SIGNALS:
            loop.remove_signal_handler(each)

    for each in SIGNALS:
        loop.add_signal_handler(each, hear)
    try:
        yield stop
    finally:
        leave()
