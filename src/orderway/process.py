"""How a command that stays runs: its event loop, its log, and the signals that ask it to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine
from types import FrameType
from typing import TypeVar

import structlog
import uvloop

Result = TypeVar("Result")
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run(work: Coroutine[None, None, Result]) -> Result:
    """Run the work on a quick event loop, with the log on standard error; SIGTERM ends it as Ctrl-C does."""
    log_to_stderr()
    signal.signal(signal.SIGTERM, _interrupt)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def log_to_stderr() -> None:
    """One line of JSON for each entry, for machines; in colours where a person reads along."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    # The usual tracebacks of a terminal show what every variable held: bodies, tokens and secrets among it.
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, last]
        if not sys.stderr.isatty()
        else [*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
