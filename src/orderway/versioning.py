"""The versions of a machine: what changed between two, what is under way, bringing it over, and taking that back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from orderway.app import make_workflow
from orderway.database import connect_pool
from orderway.database_cli import operator, printable
from orderway.errors import OrderwayError
from orderway.legacy.progress import stopping
from orderway.machines import CHARTS, MIGRATIONS, VERSIONS
from orderway.migrations import require_current
from orderway.state_names import LeftBehind, left_behind, passages
from orderway.statechart import Chart, ChartError, Migration
from orderway.statechart.check import Finding
from orderway.statechart.difference import Lead, differences, leads, sketch
from orderway.statechart.migration import migration_holds
from orderway.statechart.xstate import export
from orderway.workflow.actor import Actor
from orderway.workflow.batches import Outcome, Pace, Remained, Work, go_through
from orderway.workflow.kinds import Kind
from orderway.workflow.migrating import Aim, Migrating, Standing, survey
from orderway.workflow.migration_runs import Run, Wish, begin, counted, end, find_run, foresee, list_runs
from orderway.workflow.runner import utc_now
from orderway.workflow.unmigrating import LISTED, Unmigrating


class NoSuchVersion(OrderwayError):
    """A version of a machine, or a file with one, that is not there."""


def compare(old: str, new: str, *, in_json: Callable[[str], None] | None) -> None:
    """Print what changed, where states lead, and what names those of before alone; `in_json` takes it as JSON."""
    was, now = chart_of(old), chart_of(new)
    if ".json" in old + new:  # what a file knows nothing of is not compared
        was, now = (sketch(json.loads(export(each))) if each in VERSIONS.values() else each for each in (was, now))
    changes = differences(was, now)
    way = next((each for each in MIGRATIONS if (each.old, each.new) == (was, now)), None)
    if in_json is not None:
        told = {
            "changes": [asdict(each) for each in changes],
            "states": [asdict(each) for each in _leads(way)],
            "left_behind": [asdict(each) for each in _left_behind(way)],
        }
        in_json(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for change in changes:
        typer.echo(str(change))
    if not changes:
        typer.echo("Nothing changed.")
    for lead in _leads(way):
        typer.echo(f"{lead.state} → {', '.join(lead.to)}" if lead.to else f"{lead.state} stays: {lead.why}")
    for place in _left_behind(way):
        typer.echo(str(place))
    if way is None and was.name == now.name and was.version != now.version:
        typer.echo(f"Nobody has written how to bring {was.name} from version {was.version} to {now.version}.")


def _leads(way: Migration | None) -> list[Lead]:
    return list(leads(way)) if way else []


def _left_behind(way: Migration | None) -> list[LeftBehind]:
    return list(left_behind(way, passages())) if way else []


def chart_of(named: str) -> Chart:
    """The chart that "sale@2" or a file with a configuration of XState names. Raises NoSuchVersion."""
    if named.endswith(".json"):
        try:
            return sketch(json.loads(Path(named).read_text(encoding="utf-8")))
        except OSError as error:
            raise NoSuchVersion(f"The file {named} can not be read: {error.strerror}.") from None
        except (ValueError, ChartError, KeyError, TypeError, AttributeError) as wrong:
            raise NoSuchVersion(f"The file {named} holds no machine that can be read: {wrong}") from None
    name, _, version = named.partition("@")
    if name not in CHARTS:
        raise NoSuchVersion(f"There is no machine {name!r}.", f"There are {', '.join(CHARTS)}.")
    if not version:
        return CHARTS[name]
    found = next((chart for (of, at), chart in VERSIONS.items() if of == name and str(at) == version), None)
    if found is None:
        there = ", ".join(f"{of}@{at}" for of, at in VERSIONS if of == name)
        raise NoSuchVersion(f"There is no version {named!r}.", f"There is {there}; or name a file that ends in .json.")
    return found


def check_ways(newest: Chart) -> Iterator[Finding]:
    """Whether what is under way by each version of a machine can come to the next."""
    for chart in newest.versions():
        if chart.former is None:
            continue
        way = next((each for each in MIGRATIONS if each.new is chart), None)
        if way is None:
            yield Finding("follows", f"version {chart.version}", "Nobody has written how to come to it.")
        else:
            yield from migration_holds(way)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for at the command line."""

    machine: str
    to: int | None
    since: int | None
    undo: UUID | None
    batch: int
    reason: str


async def look(url: str, order: Order) -> int:
    """Print what is under way, where each of it leads, and what is refused; nothing is written. Gives the exit code."""
    aim = aim_of(order)
    async with await opened(url) as pool, pool.acquire() as connection:
        with bar("Looking at each", None) as advance:
            found = await survey(connection, aim, batch=order.batch, on_rows=advance)
    show(found, aim)
    live, refused = sum(each.live for each in found), sum(each.refused.total() for each in found)
    typer.echo(f"{live:,} under way, {live - refused:,} would come to version {aim.to}, {refused:,} would stay.")
    typer.echo("What ended stays as it ended. Nothing was changed.")
    return 1 if refused else 0


def show(found: Sequence[Standing], aim: Aim) -> None:
    """Print the table: a row for each state, with all the reasons."""
    table = Table("Version", "State", "Under way", "Leads to", "Stays", "Why", title_justify="left", pad_edge=False,
                  title=f"{aim.kind.newest.label}, to version {aim.to}")  # fmt: skip
    for each in found:
        to = "\n".join(f"{state} ({count:,})" for state, count in sorted(each.leads.items()))
        why = "\n".join(escape(printable(f"{why} ({count:,})")) for why, count in each.refused.most_common(10))
        table.add_row(str(each.version), each.state, f"{each.live:,}", to, f"{each.refused.total():,}", why)
    Console(width=None if Console().is_terminal else 160).print(table)


async def carry_out(url: str, order: Order) -> int:
    """Bring everything over, or take a run back; Ctrl-C ends it after a batch, and the same command goes on."""
    by = Actor(operator(), frozenset())
    with stopping() as stop:
        async with await opened(url) as pool:
            run, work = await (taking_back(pool, order, by) if order.undo else bringing(pool, order, by))
            async with pool.acquire() as connection:
                total = await work.left(connection)
                await foresee(connection, run, left=total)
            with bar("Bringing over" if order.undo is None else "Taking back", total) as advance:
                pace = Pace(size=order.batch, clock=utc_now, stop=stop, on_moved=advance)
                outcome = await go_through(pool, work, pace)
            count, remained = await left_over(pool, work, outcome)
            at = None if outcome.is_stopped or outcome.held else utc_now()
            async with pool.acquire() as connection:
                await end(connection, run, at=at, remained=count, stayed=counted(outcome.remained))
    tell(run, outcome, remained, count=count)
    return 1 if count or outcome.held or outcome.is_stopped else 0


async def bringing(pool: asyncpg.Pool, order: Order, by: Actor) -> tuple[Run, Work]:
    """Begin to bring everything over, or go on with it."""
    aim = aim_of(order)
    wish = Wish(machine=order.machine, to_version=aim.to, from_version=order.since, actor=by.id, reason=order.reason)
    async with pool.acquire() as connection:
        run = await begin(connection, wish, at=utc_now())
    return run, Migrating(aim, run.id, by, run.reason)


async def taking_back(pool: asyncpg.Pool, order: Order, by: Actor) -> tuple[Run, Work]:
    """Begin to take a run back, or go on with that; one that was stopped ends by it."""
    kind = kind_of(order.machine)
    if order.undo is None:
        raise AssertionError
    async with pool.acquire() as connection:
        done = await find_run(connection, order.undo, machine=order.machine)
        if done.undoes:
            raise OrderwayError(f"The run {done.id} took another one back itself.", "Migrate again instead.")
        await end(connection, done, at=utc_now(), remained=done.remained, stayed=done.stayed)
        wish = Wish(machine=order.machine, to_version=done.from_version or 1, undoes=done.id, actor=by.id,
                    reason=order.reason)  # fmt: skip
        run = await begin(connection, wish, at=utc_now())
    return run, Unmigrating(kind, run.id, done.id, by, run.reason)


async def left_over(pool: asyncpg.Pool, work: Work, outcome: Outcome) -> tuple[int, Sequence[Remained]]:
    """What is left where it stands, and the first of it."""
    if isinstance(work, Unmigrating):
        async with pool.acquire() as connection:
            return await work.moved_since(connection)
    return len(outcome.remained), outcome.remained[:LISTED]


def tell(run: Run, outcome: Outcome, remained: Sequence[Remained], *, count: int) -> None:
    """Print what it came to."""
    for each in remained:
        typer.echo(printable(f"! Order {each.number}, {each.state}: {each.why}"))
    if count > len(remained):
        typer.echo(f"… and {count - len(remained):,} more.")
    typer.echo(f"{run.told} moved {outcome.moved:,}; {count:,} stay where they are.")
    if outcome.is_stopped or outcome.held:
        why = "It was stopped" if outcome.is_stopped else "Somebody kept the rest locked"
        typer.echo(f"{why}: {outcome.held:,} are still to come. The same command goes on.")
    elif run.undoes is None and outcome.moved:
        typer.echo(f"To take it back: orderway machine migrate {run.machine} --undo {run.id} --reason …")


async def list_all(url: str, machine: str) -> None:
    """Print the latest runs of a machine."""
    kind_of(machine)
    async with await opened(url) as pool, pool.acquire() as connection:
        found = await list_runs(connection, machine)
    for each in found:
        ended = f"ended {each.ended_at:%Y-%m-%d %H:%M} UTC" if each.ended_at else "did not end"
        began = f"by {each.actor} on {each.started_at:%Y-%m-%d %H:%M} UTC"
        of_all = "" if each.total is None else f" of {each.total:,}"
        came_to = f"{each.moved:,}{of_all} moved, {each.remained:,} stayed"
        typer.echo(printable(f"{each.id}: {each.told}, {began}; {ended}, {came_to}. {each.reason}"))
        for why in each.stayed:
            typer.echo(printable(f"  {why.count:,} × {why.state}: {why.why}"))
    if not found:
        typer.echo(f"Nothing of {machine} was ever brought to another version.")


def kind_of(machine: str) -> Kind:
    return make_workflow().kind(machine)


def aim_of(order: Order) -> Aim:
    """What is asked for; without a version the newest. Raises Invalid."""
    kind = kind_of(order.machine)
    aim = Aim(kind, order.to or kind.opens, order.since)
    aim.require()
    return aim


async def opened(url: str) -> asyncpg.Pool:
    await require_current(url)
    return await connect_pool(url, size=2)


@contextmanager
def bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal's standard error, gone when done."""
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        yield lambda rows: progress.advance(task, rows)
