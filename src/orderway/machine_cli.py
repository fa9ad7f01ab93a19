"""The commands that read machines: prove, show, draw and export them, drive one by hand, compare with XState."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import typer

from orderway.errors import OrderwayError

if TYPE_CHECKING:
    from orderway.statechart import Chart

machine = typer.Typer(
    help="Read the machines: prove, show, draw and export them, drive one by hand, compare the engine with XState.",
    no_args_is_help=True,
)


class Picture(StrEnum):
    """The forms that a machine is drawn in."""

    SVG = "svg"
    MERMAID = "mermaid"
    MD = "md"


class Exported(StrEnum):
    """The forms that a machine is exported in."""

    XSTATE = "xstate"


def find(name: str) -> Chart:
    """The machine of that name; raises OrderwayError, naming those there are."""
    from orderway.machines import CHARTS

    if name not in CHARTS:
        raise OrderwayError(f"There is no machine {name!r}.", f"There are {', '.join(CHARTS)}.")
    return CHARTS[name]


@machine.command()
def check(name: str = typer.Argument("", help="One machine; all of them where none is named.")) -> None:
    """Prove that every state is reachable and can end, that no event is shadowed, and that everything has its words.

    Of a machine with versions: that what is under way by one of them can come to the next.
    """
    from orderway.machines import CHARTS
    from orderway.statechart.check import check as prove
    from orderway.versioning import check_ways

    findings = 0
    for chart in [find(name)] if name else CHARTS.values():
        found = [*(each for version in chart.versions() for each in prove(version)), *check_ways(chart)]
        findings += len(found)
        for each in found:
            typer.echo(f"{chart.name}, {each.where}: {each.sentence}")
        if not found:
            counts = f"{len(chart.leaves)} states, {len(list(chart.transitions()))} transitions"
            typer.echo(f"{chart.name}, version {chart.version}: {counts}, {len(chart.events)} events. Nothing to find.")
    if findings:
        raise typer.Exit(1)


@machine.command()
def show(name: str) -> None:
    """Show the table of a machine."""
    from rich.console import Console
    from rich.table import Table

    from orderway.statechart.draw.markdown import transitions

    chart = find(name)
    head, rows = transitions(chart)
    table = Table(*head, title=f"{chart.label}, version {chart.version}", title_justify="left", pad_edge=False)
    for row in rows:
        table.add_row(*(cell.replace("<br>", "\n").replace("*", "").replace("`", "") for cell in row))
    Console().print(table)


@machine.command()
def diagram(
    name: str = typer.Argument("", help="One machine; all of them where a folder is given."),
    form: Picture = typer.Option(Picture.SVG, "--as", help="svg, mermaid, or md: the page for the docs."),
    into: Path | None = typer.Option(None, help="Write a file for each machine into this folder."),
) -> None:
    """Draw a machine."""
    from orderway.machines import CHARTS
    from orderway.statechart import draw

    if not name and into is None:
        raise typer.BadParameter("Name a machine, or give a folder with --into for all of them.", param_hint="NAME")
    drawn = {Picture.SVG: draw.standalone, Picture.MERMAID: draw.mermaid, Picture.MD: draw.markdown}[form]
    charts = [find(name)] if name else list(CHARTS.values())
    if into is None:
        typer.echo(drawn(charts[0]), nl=False)
        return
    try:
        into.mkdir(parents=True, exist_ok=True)
        for chart in charts:
            path = into / f"{chart.name}.{'mmd' if form is Picture.MERMAID else form}"
            path.write_text(drawn(chart), encoding="utf-8")
    except OSError as error:
        raise OrderwayError(f"{error.filename} can not be written: {error.strerror}.") from None


@machine.command()
def export(
    name: str,
    form: Exported = typer.Option(Exported.XSTATE, "--format", help="xstate: JSON that XState v5 loads unchanged."),  # noqa: ARG001
) -> None:
    """Write a machine for other tools."""
    from orderway.statechart.xstate import export as write

    typer.echo(write(find(name)), nl=False)


@machine.command()
def simulate(name: str, events: Path = typer.Option(..., help="A file of events, one JSON object a line.")) -> None:
    """Drive a machine through the events of a file and tell of each step.

    A line is {"event": "CANCEL_REQUESTED", "payload": {"reason": "…"}, "facts": {…}}. The first may hold the
    `context` that the machine is born with; facts hold until a later line changes them.
    """
    from orderway.simulation import simulate as run

    for line in run(find(name), events):
        typer.echo(line)


@machine.command()
def diff(
    old: str = typer.Argument(metavar="OLD", help="A version like sale@1, or a file with XState's JSON."),
    new: str = typer.Argument(metavar="NEW", help="The other one; sale alone is the newest version."),
    *,
    as_json: bool = typer.Option(False, "--json", help="As JSON, for programs."),
) -> None:
    """Tell what changed from one version of a machine to another, and where what is under way would come."""
    from orderway.versioning import compare

    compare(old, new, in_json=typer.echo if as_json else None)


@machine.command()
def migrate(
    name: str,
    *,
    to: int | None = typer.Option(None, help="The version to bring it to; the newest where none is named."),
    since: int | None = typer.Option(None, "--from", help="Only what runs under this version; else all older ones."),
    undo: UUID | None = typer.Option(None, help="Take back what this run did, where nothing moved since."),
    reason: str = typer.Option("", help="Why, for those who read the history."),
    batch: int = typer.Option(500, min=1, max=10_000, help="How many are moved in one transaction."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only look: how much stands where, and where it would come."),
) -> None:
    """Bring what is under way of a machine to another version, beside the traffic; what ended stays as it ended.

    It goes on where it was stopped, and ends with 1 where something stays.
    """
    from orderway.embedded import open_database
    from orderway.versioning import Order, carry_out, look

    if dry_run and undo:
        raise typer.BadParameter("What a run did is taken back, or looked at: not both.", param_hint="--undo")
    order = Order(machine=name, to=to, since=since, undo=undo, batch=batch, reason=reason)
    with open_database() as url:
        code = asyncio.run(look(url, order) if dry_run else carry_out(url, order))
    raise typer.Exit(code)


@machine.command()
def runs(name: str) -> None:
    """Show the latest runs that brought a machine to another version: who, when, why, and how much."""
    from orderway.embedded import open_database
    from orderway.versioning import list_all

    with open_database() as url:
        asyncio.run(list_all(url, name))


@machine.command()
def conformance(file: Path) -> None:
    """Replay recorded answers of XState, tell of each difference, and count them."""
    from orderway.recordings import differences

    count = different = 0
    for number, said in differences(file):
        count += 1
        if said:
            different += 1
            typer.echo(f"Line {number}: {said}")
    typer.echo(f"{count} charts replayed, {different} of them with a difference.")
    if different or not count:
        raise typer.Exit(1)
