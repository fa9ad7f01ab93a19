"""What people, timers, deliveries and workers left in the tables of this version, as far as somebody is to act."""

import os
from datetime import UTC, datetime
from typing import Any

import asyncpg

from orderway.app import make_workflow
from orderway.configuration.live import saved
from orderway.database import connect
from orderway.doctor.finding import Finding
from orderway.doctor.versions import versions
from orderway.flags.definitions import FlagsInvalid
from orderway.flags.live import opened, origin_of
from orderway.people.turn import SUPERADMINS
from orderway.setting import SettingInvalid
from orderway.settings import Settings
from orderway.standing import MAILS, SINKS, count_workers
from orderway.workflow.kinds import Connection, Workflow
from orderway.workflow.timers import FailedTimer, list_failed

LATE = 300.0
"""Seconds that what is due may wait for its first try."""

LAST_SEEN = "SELECT host, seen_at FROM worker ORDER BY seen_at DESC LIMIT 1"


async def insides(url: str) -> list[Finding]:
    """Look at each; the tables are those of this version."""
    connection = await connect(url)
    try:
        return [
            *await saved_settings(connection),
            await superadmin(connection),
            *await timers(connection),
            *await versions(connection, make_workflow(Settings({}))),
            await workers(connection),
            *await deliveries(connection),
            *await flags(url),
        ]
    finally:
        await connection.close()


async def saved_settings(connection: Connection) -> list[Finding]:
    """Name each setting in the database that can not be used; nothing to say where the environment is wrong."""
    try:
        problems = Settings(os.environ, await saved(connection)).problems
    except SettingInvalid:
        return []
    again = "Set it anew, or take it out: orderway settings reset {name} --reason …"
    wrong = [Finding(problem, again.format(name=name)) for name, problem in problems.items()]
    return wrong or [Finding("Every setting in the database can be used.")]


async def timers(connection: Connection) -> list[Finding]:
    """Name each timer that fails: its order waits for a person."""
    workflow = make_workflow(Settings({}))
    failed = [_failing(each, workflow) for each in await list_failed(connection, workflow)]
    return failed or [Finding("No timer fails.")]


def _failing(timer: FailedTimer, workflow: Workflow) -> Finding:
    event: Any = workflow.kind(timer.machine).newest.every_event[timer.event]
    what = event.words.label
    often = "once" if timer.tries == 1 else f"{timer.tries} times, at last"
    return Finding(
        f"Order {timer.number}: a timer was to {what[0].lower()}{what[1:]}, and failed {often} on "
        f"{timer.failed_at:%Y-%m-%d at %H:%M} UTC ({timer.why}).",
        f"Mend the order. It is tried again on {timer.due_at:%Y-%m-%d at %H:%M} UTC; the worker's log has more.",
    )


async def superadmin(connection: Connection) -> Finding:
    """Whether anybody could let in whoever else is needed."""
    if await connection.fetchval(SUPERADMINS):
        return Finding("Somebody who may do everything can sign in.")
    return Finding("Nobody who may do everything can sign in.", "Add somebody: orderway people add-superadmin EMAIL …")


async def workers(connection: Connection) -> Finding:
    """How many are there; without any no timer fires and nothing is delivered."""
    there = await count_workers(connection)
    if there:
        return Finding(f"Workers that said within a minute that they are there: {there}.")
    last = await connection.fetchrow(LAST_SEEN)
    since = f"the last was on {last['host']}, on {last['seen_at']:%Y-%m-%d at %H:%M} UTC" if last else "none ever was"
    return Finding(
        f"No worker is there: {since}. No timer fires, and nothing is delivered.",
        "Start one: orderway worker, or orderway serve --worker.",
    )


async def deliveries(connection: Connection) -> list[Finding]:
    """Name each sink to which something is not delivered, and what becomes of it."""
    now = datetime.now(UTC)
    rows = [*await connection.fetch(SINKS, now), *await connection.fetch(MAILS, now)]
    found = [finding for row in rows for finding in _of_sink(row)]
    return found or [Finding("What happened is delivered everywhere, or on its way.")]


async def flags(url: str) -> list[Finding]:
    """How many slices the flags leave to a former system, with the stores and roles that there are."""
    try:
        if origin_of(os.environ) == "default":
            return []
        async with opened(url, os.environ) as follower:
            off = {each.slice.label for each in follower.flags.tell() if each.share < 1}
    except FlagsInvalid as no:
        return [Finding.of(no)]
    told = (
        f"Somewhere a former system still does: {', '.join(sorted(off))}." if off else "Every slice is on everywhere."
    )
    return [Finding(f"{told} See orderway flags.")]


def _of_sink(row: asyncpg.Record) -> list[Finding]:
    sink, what = row["sink"], "e-mail" if row["sink"] == "mail" else "order"
    found = []
    if row["dead"]:
        found.append(Finding(
            f"A person is waited for: {sink} did not take {row['dead']:,} {what}{_s(row['dead'])}, however often.",
            "See why on the page Outbox, mend that, and try again there (runbooks/delivery-dead.md).",
        ))  # fmt: skip
    if row["away"]:
        found.append(Finding(
            f"{sink} has taken nothing for {row['away'] / 60:.0f} minutes; everything for it waits.",
            "See that it is reached from the machine of a worker; it is tried again by itself.",
        ))  # fmt: skip
    elif row["failing"]:
        found.append(Finding(
            f"Once more it is tried: {sink} did not take {row['failing']:,} {what}{_s(row['failing'])} yet.",
            "See why on the page Outbox. They are tried again by themselves.",
        ))  # fmt: skip
    elif row["late"] > LATE:
        found.append(Finding(
            f"What is due to {sink} has waited for {row['late'] / 60:.0f} minutes.",
            "Start one more worker, or see what keeps those back (runbooks/delivery-late.md).",
        ))  # fmt: skip
    return found


def _s(number: int) -> str:
    return "" if number == 1 else "s"
