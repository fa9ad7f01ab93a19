"""How a command that stays runs: its event loop, its log, and the signals that ask it to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Coroutine, Mapping
from contextlib import closing
from types import FrameType
from typing import TypeVar

import structlog
import uvloop

from orderway.errors import OrderwayError
from orderway.tracing import traced, traceparent

Result = TypeVar("Result")
SIGNALS = (signal.SIGINT, signal.SIGTERM)
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class LogInvalid(OrderwayError):
    """The environment asks for a log that there is not."""


def run(work: Coroutine[None, None, Result], *, service: str = "orderway") -> Result:
    """Run the work on a quick event loop, with the log on standard error; SIGTERM ends it as Ctrl-C does.

    `service` is what the process is called in traces. Raises LogInvalid and TracingInvalid.
    """
    with closing(work), traced(os.environ, service=service):
        log_to_stderr(level_of(os.environ))
        signal.signal(signal.SIGTERM, _interrupt)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def level_of(environ: Mapping[str, str]) -> int:
    """How much is logged, by ORDERWAY_LOG: with "debug" each move of an order is a line. Raises LogInvalid."""
    word = environ.get("ORDERWAY_LOG") or "info"
    if word not in LEVELS:
        raise LogInvalid(f"ORDERWAY_LOG is '{word}'.", f"Write {', '.join(LEVELS)}, or leave it out.")
    return LEVELS[word]


def in_trace(_logger: object, _name: str, said: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Let a line name the trace that it is of, where there is one."""
    if found := traceparent():
        said["trace_id"] = found.split("-")[1]
    return said


def log_beside() -> None:
    """Let what a command logs stand beside what it answers: on standard error, as it is when it is logged."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def log_to_stderr(level: int = logging.INFO) -> None:
    """One line of JSON for each entry, for machines; in colours where a person reads along."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        in_trace,
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
        wrapper_class=structlog.make_filtering_bound_logger(level),
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
