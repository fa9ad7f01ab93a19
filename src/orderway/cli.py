"""The command line: it wires each command to the module that does the work, and tells errors in a sentence."""

import asyncio
import sys
from pathlib import Path
from time import perf_counter

import typer

from orderway import __version__
from orderway.archive_cli import archive
from orderway.backfill_cli import backfill
from orderway.database_cli import moving
from orderway.errors import OrderwayError
from orderway.legacy_cli import legacy
from orderway.machine_cli import machine
from orderway.people_cli import people
from orderway.settings_cli import settings
from orderway.shadow_cli import shadow

app = typer.Typer(
    name="orderway",
    help="Take orders from quotation through sale to fulfillment; every move is decided by a statechart and logged.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(machine, name="machine")
app.add_typer(settings, name="settings")
app.add_typer(people, name="people")
app.add_typer(archive, name="archive")
app.add_typer(legacy, name="legacy")
app.command()(backfill)
app.add_typer(shadow, name="shadow")

imports = typer.Typer(help="Bring orders over from another system.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(imports, name="import")


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 an error told in a sentence, 2 a command written wrongly."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old terminal shows ? for a sign it lacks
    try:
        app()
    except OrderwayError as error:
        _fail(error)
    except Exception as error:
        from orderway.database import lost

        known = lost(error)
        if known is None:
            raise
        _fail(known)


def _fail(error: OrderwayError) -> None:
    typer.echo(f"orderway: {error}", err=True)
    sys.exit(1)


def _show_version(value: bool) -> None:  # noqa: FBT001 - typer hands every flag to its callback as a bool
    if value:
        typer.echo(f"orderway {__version__}")
        raise typer.Exit


@app.callback()
def orderway(
    *,
    _version: bool = typer.Option(
        False, "--version", help="Show the version and exit.", callback=_show_version, is_eager=True
    ),
) -> None:
    """See `help` of the app; the options here stand before any command."""
    from orderway.process import log_beside

    log_beside()


@app.command()
def demo(port: int = typer.Option(8000, min=0, max=65_535, help="Where to serve; 0 is any port that is free.")) -> None:
    """Start a small company with 200 real orders, and say where to go and whom to sign in as."""
    from orderway.demo.run import command
    from orderway.serve import Address

    command(Address(port=port))


@app.command()
def serve(
    host: str = typer.Option("127.0.0.1", help="The address to listen on."),
    port: int = typer.Option(8000, min=0, max=65_535, help="Its port; 0 is any that is free."),
    *,
    worker: bool = typer.Option(False, "--worker", help="Work as well, as `orderway worker` does: for a small shop."),
) -> None:
    """Serve the API and the pages until Ctrl-C or SIGTERM."""
    from orderway.serve import Address, command, nothing
    from orderway.worker.working import working

    command(Address(host, port), beside=working if worker else nothing)


@app.command()
def secret() -> None:
    """Make a secret for an installation and print it; ORDERWAY_SECRET or ORDERWAY_SECRET_FILE brings it to `serve`."""
    from orderway.secret import new_secret

    typer.echo(new_secret())


@app.command()
def worker(
    host: str = typer.Option(
        "127.0.0.1", envvar="ORDERWAY_WORKER_HOST", help="Where to listen for who asks how it goes."
    ),
    port: int | None = typer.Option(
        None, min=0, max=65_535, envvar="ORDERWAY_WORKER_PORT", help="Its port; without one nobody can ask."
    ),
) -> None:
    """Do what is due and tell of what happened, until Ctrl-C or SIGTERM; any number of workers may run.

    With a port it answers /healthz, /readyz and, for who has the token, /metrics.
    """
    from orderway.serve import Address
    from orderway.worker.command import command

    command(None if port is None else Address(host, port))


@app.command()
def verify() -> None:
    """Replay every instance from its log, and check the chain, every sum and every number; exit 1 on any finding."""
    import uvloop

    from orderway.embedded import open_database
    from orderway.proof import prove, tell

    with open_database() as url:
        began = perf_counter()
        verdict = uvloop.run(prove(url))
        tell(verdict, seconds=perf_counter() - began)
    if verdict.findings:
        raise typer.Exit(1)


@app.command()
def documents(
    folder: Path = typer.Argument(metavar="DIR", help="The folder with the client's operations, as *.graphql."),
    into: Path = typer.Option(
        ..., "--into", help="The list to write; ORDERWAY_DOCUMENTS names it to `orderway serve`."
    ),
) -> None:
    """Gather the operations of a client into the list of those that a server takes, and no others."""
    from orderway.graphql.gathering import gather
    from orderway.graphql.manifest import write_manifest

    found = gather(folder)
    write_manifest(found, into)
    typer.echo(f"{into} has {len(found)} {'document' if len(found) == 1 else 'documents'}.")


@app.command()
def events(
    kept: Path = typer.Option(
        Path(), help="The document of before: refuse to print one that whoever reads that could not read."
    ),
) -> None:
    """Print what is told to the world, as an AsyncAPI document of every type of event."""
    from orderway.app import make_workflow
    from orderway.outbound.asyncapi import printed
    from orderway.settings import Settings

    typer.echo(printed(make_workflow(Settings({})).kinds, kept), nl=False)


@imports.command("olist")
def import_olist(
    folder: Path = typer.Argument(metavar="DIR", help="The folder with the Olist CSV files, packed or plain."),
) -> None:
    """Drive every order of an Olist folder through its machines, by its own events at its own times.

    What is in already is left alone, so the same command goes on where it was stopped.
    """
    import uvloop

    from orderway.app import make_workflow
    from orderway.configuration.live import settings_of
    from orderway.embedded import open_database
    from orderway.legacy.olist.command import bring_over, read
    from orderway.migrations import require_current

    source = read(folder)

    async def bring(url: str) -> int:
        await require_current(url)
        settings = await settings_of(url)
        return await bring_over(url, source, workflow=make_workflow(settings), settings=settings)

    with open_database() as url:
        code = uvloop.run(bring(url))
    raise typer.Exit(code)


@imports.command("legacy")
def import_legacy(
    *,
    source: str = typer.Option(..., help="The former system's database; it is only read."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Do all of it, undo it, and print the whole report."),
    since: str = typer.Option("", metavar="ISO", help="Look only at orders that changed since this time (UTC)."),
    report: Path | None = typer.Option(None, metavar="FILE", help="Write a line of JSON for each order."),
    places: Path | None = typer.Option(None, metavar="FILE", help="Where the stores lie, as CSV."),
    rows: bool = typer.Option(False, "--rows", help="Only read the orders; `orderway backfill` brings them over."),
) -> None:
    """Bring over the former system's people, goods and orders, each order by its own events at its own times.

    What is in and has not changed is left alone, so the same command goes on where it was stopped.
    """
    from orderway.legacy.predecessor.command import Wanted, bring_over, moment
    from orderway.legacy.predecessor.ground_stores import places_of

    if rows and (dry_run or report):
        raise typer.BadParameter("What is only read is neither rehearsed nor reported.", param_hint="--rows")
    asked = Wanted(
        source=source,
        since=moment(since) if since else None,
        is_rehearsal=dry_run,
        is_reading=rows,
        report=report,
        places=places_of(places) if places else None,
    )

    moving(lambda url, workflow, settings: bring_over(url, asked, workflow=workflow, settings=settings))


@app.command()
def flags() -> None:
    """Show what Orderway does and what a former system still does: each slice in each store, and what says so."""
    from orderway.flags_cli import report

    report()


@app.command()
def doctor() -> None:
    """Say what of the environment is right and what is wrong."""
    from orderway.doctor import report

    if report():
        raise typer.Exit(1)


@app.command()
def migrate() -> None:
    """Bring the database to the tables of this version.

    The database is the one of DATABASE_URL or, without it, the embedded one in ORDERWAY_HOME.
    """
    from orderway.database import shown
    from orderway.embedded import open_database
    from orderway.legacy.views.serving import migrate_behind

    with open_database() as url:
        revision = asyncio.run(migrate_behind(url))
        typer.echo(f"The database {shown(url)} is at revision {revision}.")
