"""`orderway verify`: replays the whole log against the stored rows, tries every law, and names what does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from orderway.app import make_workflow, the_laws
from orderway.database import connect_pool
from orderway.migrations import require_current
from orderway.workflow.verify import Verdict, verify

SHOWN = 200
"""How many findings are printed; the rest is counted."""


async def prove(url: str) -> Verdict:
    """Verify the database, with a progress bar on a terminal's standard error.

    Raises DatabaseUnavailable and DatabaseNotCurrent.
    """
    await require_current(url)
    async with await connect_pool(url, size=2) as pool, pool.acquire() as connection, pool.acquire() as beside:
        total = await connection.fetchval("SELECT count(*) FROM transition_log")
        with bar(total) as advance:
            return await verify(connection, make_workflow(), the_laws(), on_rows=advance, beside=beside)


@contextmanager
def bar(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal's standard error, gone when done; call what it gives with the rows that are done with."""
    console = Console(stderr=True)
    columns = (TextColumn("Replaying the log"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        yield lambda rows: progress.advance(task, rows)


def tell(verdict: Verdict, *, seconds: float) -> None:
    """Print a verdict, each finding by its name and its place."""
    for finding in verdict.findings[:SHOWN]:
        typer.echo(f"! {finding.rule}: {finding.where}. {finding.sentence}")
    if len(verdict.findings) > SHOWN:
        typer.echo(f"… and {len(verdict.findings) - SHOWN:,} more.")
    count = len(verdict.findings)
    outcome = f"{count:,} finding{'s' if count > 1 else ''}." if count else "all of it holds."
    typer.echo(
        f"Replayed {verdict.rows:,} log rows of {verdict.instances:,} instances and tried {verdict.laws} laws"
        f" in {seconds:.1f} s: {outcome}"
    )
