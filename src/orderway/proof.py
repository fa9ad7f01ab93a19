"""`orderway verify`: replays the whole log against the stored rows, tries every law, and names what does not hold."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from orderway.app import make_workflow, the_laws
from orderway.database import connect
from orderway.migrations import require_current
from orderway.workflow.verify import Verdict, verify

SHOWN = 200
"""How many findings are printed; the rest is counted."""


async def prove(url: str) -> Verdict:
    """Verify the database, with a progress bar on a terminal's standard error.

    Raises DatabaseUnavailable and DatabaseNotCurrent.
    """
    await require_current(url)
    connection = await connect(url)
    try:
        total = await connection.fetchval("SELECT count(*) FROM transition_log")
        console = Console(stderr=True)
        columns = (TextColumn("Replaying the log"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("", total=total)
            return await verify(
                connection, make_workflow(), the_laws(), on_rows=lambda rows: progress.advance(task, rows)
            )
    finally:
        await connection.close()


def tell(verdict: Verdict, *, seconds: float) -> None:
    """Print a verdict, each finding by its name and its place."""
    for finding in verdict.findings[:SHOWN]:
        typer.echo(f"! {finding.rule}: {finding.where}. {finding.sentence}")
    if len(verdict.findings) > SHOWN:
        typer.echo(f"… and {len(verdict.findings) - SHOWN:,} more.")
    typer.echo(
        f"Replayed {verdict.rows:,} log rows of {verdict.instances:,} instances and tried {verdict.laws} laws"
        f" in {seconds:.1f} s: " + (f"{len(verdict.findings):,} findings." if verdict.findings else "all of it holds.")
    )
