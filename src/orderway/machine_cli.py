"""The commands that read machines: prove, show, draw and export them, drive one by hand, compare with XState."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

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
    """Prove that every state is reachable and can end, that no event is shadowed, and that everything has its words."""
    from orderway.machines import CHARTS
    from orderway.statechart.check import check as prove

    findings = 0
    for chart in [find(name)] if name else CHARTS.values():
        found = prove(chart)
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
