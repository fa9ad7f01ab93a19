"""What is done at set times: the job of each schedule, and what it came to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import astuple
from datetime import timedelta

from orderway.archive.leaving import archive_old
from orderway.archive.shelf import open_shelf
from orderway.changeover.summaries import tell_yesterday
from orderway.coordinator import begin_left
from orderway.fulfillment.interests.lapsing import expire_stale
from orderway.insight.gathering import gather_all
from orderway.people.signing.tidying import tidy_sign_ins
from orderway.providers.settle import settle_due
from orderway.receipts.desk import open_storage
from orderway.receipts.keeping import sweep_abandoned
from orderway.schedule_settings import ORDER_ARCHIVE_DAYS, RIDER_INTEREST_EXPIRY_BATCH_SIZE, SALE_EXPIRY_BATCH_SIZE
from orderway.schedules.known import SCHEDULES, TIMERS_FAILED
from orderway.schedules.taking import Tally
from orderway.schedules.tidying import tidy_runs
from orderway.worker.keeping import Job
from orderway.workflow.runner import Runner
from orderway.workflow.timers import Swept, sweep


async def expire_sales(runner: Runner) -> Tally:
    """Before that, what a former system left cleared and fulfills no longer is begun."""
    batch = runner.workflow.settings[SALE_EXPIRY_BATCH_SIZE]
    left = await begin_left(runner)
    return tally_of(left, await sweep(runner, machines=["sale"], batch=batch))


async def expire_interests(runner: Runner) -> Tally:
    """Those without a time of their own are looked for first."""
    batch = runner.workflow.settings[RIDER_INTEREST_EXPIRY_BATCH_SIZE]
    stale = await expire_stale(runner)
    return tally_of(stale, await sweep(runner, machines=["rider_interest"], batch=batch))


async def count_log(runner: Runner) -> Tally:
    return Tally(await gather_all(runner.pool, now=runner.clock()))


async def take_up_reports(runner: Runner) -> Tally:
    reports = await settle_due(runner, os.environ)
    return Tally(reports.settled, reports.waiting, SCHEDULES["reports"].failing)


async def delete_receipts(runner: Runner) -> Tally:
    abandoned = await sweep_abandoned(runner, open_storage())
    return Tally(abandoned.deleted, abandoned.left, SCHEDULES["receipts"].failing)


async def tidy(runner: Runner) -> Tally:
    return Tally(sum(astuple(await tidy_sign_ins(runner))) + await tidy_runs(runner))


async def archive_orders(runner: Runner) -> Tally:
    """Nothing where no time is set."""
    days, now = runner.workflow.settings[ORDER_ARCHIVE_DAYS], runner.clock()
    if not days:
        return Tally()
    async with runner.pool.acquire() as connection:
        left = await archive_old(connection, open_shelf(), before=now - timedelta(days=days), now=now)
    return Tally(left.archived)


async def sum_up_shadow(runner: Runner) -> Tally:
    async with runner.pool.acquire() as connection:
        return Tally(await tell_yesterday(connection, now=runner.clock()))


def tally_of(*sweeps: Swept) -> Tally:
    return Tally(sum(each.sent for each in sweeps), sum(each.failed for each in sweeps), TIMERS_FAILED)


JOBS: Mapping[str, Job] = {
    "sales": expire_sales,
    "interests": expire_interests,
    "insight": count_log,
    "reports": take_up_reports,
    "receipts": delete_receipts,
    "tidying": tidy,
    "archive": archive_orders,
    "shadow": sum_up_shadow,
}
"""By the names of the schedules."""
