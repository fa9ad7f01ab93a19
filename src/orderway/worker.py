"""`orderway worker`: sends what is due, serves who waits for goods and tells people what happened, until it stops."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

import structlog
import typer

from orderway.app import make_workflow
from orderway.configuration.live import live_settings
from orderway.database import connect_pool, lost, shown
from orderway.embedded import open_database
from orderway.fulfillment.interests.lapsing import expire_stale
from orderway.fulfillment.waking import serving
from orderway.insight.gathering import gather_all
from orderway.migrations import require_current
from orderway.outbound.sinks import delivering
from orderway.people.signing.tidying import tidy_sign_ins
from orderway.process import SIGNALS, run
from orderway.providers.settle import settle_due
from orderway.receipts.desk import open_storage
from orderway.receipts.keeping import sweep_abandoned
from orderway.rest import rest
from orderway.schedule import Schedule
from orderway.schedule_settings import (
    RIDER_INTEREST_EXPIRY_BATCH_SIZE,
    RIDER_INTEREST_EXPIRY_CRON,
    SALE_EXPIRY_BATCH_SIZE,
    SALE_EXPIRY_CRON,
)
from orderway.setting import Setting
from orderway.settings import Settings
from orderway.streams.announcer import Announcer
from orderway.workflow.runner import Runner
from orderway.workflow.timers import sweep

PAUSE = 10.0
"""Seconds between two looks at what is due."""

SCHEDULES: Mapping[str, Setting[Schedule]] = {"sale": SALE_EXPIRY_CRON, "rider_interest": RIDER_INTEREST_EXPIRY_CRON}
BATCHES: Mapping[str, Setting[int]] = {
    "sale": SALE_EXPIRY_BATCH_SIZE,
    "rider_interest": RIDER_INTEREST_EXPIRY_BATCH_SIZE,
}

log = structlog.get_logger(__name__)


def command() -> None:
    """Sweep until SIGINT or SIGTERM. Raises what the database raises."""
    with open_database() as url:
        run(_work(url))
    typer.echo("Stopped.", err=True)


async def _work(url: str) -> None:
    await require_current(url)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in SIGNALS:
        loop.add_signal_handler(each, stop.set)
    async with live_settings(url) as settings, await connect_pool(url, size=8) as pool:
        typer.echo(f"Orderway looks after the timers of {shown(url)}", err=True)
        runner = Runner(pool, make_workflow(settings), announce=Announcer(pool))
        async with serving(runner, url), delivering(runner, url):
            await sweep_until(stop, runner, Rounds(settings))
    for each in SIGNALS:
        loop.remove_signal_handler(each)
        signal.signal(each, signal.SIG_IGN)  # what stops already is not to be stopped half-way


@dataclass(slots=True)
class Rounds:
    """Which machines are to be swept when: two of them at the times of their settings, the others at every look."""

    settings: Settings
    swept_at: dict[str, datetime] = field(default_factory=dict)

    def due(self, machine: str, now: datetime) -> bool:
        """Whether it is time for the machine; at the first look it is for all."""
        last, schedule = self.swept_at.get(machine), SCHEDULES.get(machine)
        return last is None or schedule is None or self.settings[schedule].after(last) <= now

    def batch(self, machine: str) -> int:
        return self.settings[BATCHES[machine]] if machine in BATCHES else 50


async def sweep_until(stop: asyncio.Event, runner: Runner, rounds: Rounds, *, pause: float = PAUSE) -> None:
    """Sweep, rest, and sweep again until `stop` is set; a database that is away is waited for."""
    while not stop.is_set():
        try:
            await sweep_once(runner, rounds)
        except Exception as error:
            known = lost(error)
            if known is None:
                raise
            log.warning("Timers wait for the database.", reason=known.message)
        await rest(stop, pause)


async def sweep_once(runner: Runner, rounds: Rounds) -> None:
    """Sweep each machine whose time it is, apply reports that wait, and tidy up."""
    now = runner.clock()
    if rounds.due("rider_interest", now) and (stale := await expire_stale(runner)):
        log.info("Offers without a time of their own lapsed.", lapsed=stale)
    for machine in [name for name in runner.workflow.kinds if rounds.due(name, now)]:
        swept = await sweep(runner, machines=[machine], batch=rounds.batch(machine))
        rounds.swept_at[machine] = now
        if swept.sent or swept.failed:
            log.info("Timers were swept.", machine=machine, **asdict(swept))
    if counted := await gather_all(runner.pool, now=now):
        log.info("The log was counted.", moves=counted)
    reports = await settle_due(runner, os.environ)
    if reports.settled or reports.waiting:
        log.info("Reports of payments were taken up.", **asdict(reports))
    if abandoned := await sweep_abandoned(runner, open_storage()):
        log.info("Receipts that nobody finished were deleted.", deleted=abandoned)
    if tidied := await tidy_sign_ins(runner):
        log.info("What signing in left behind was deleted.", **asdict(tidied))
