"""`orderway doctor`: what of the environment is right and what is wrong, in sentences. It writes nothing lasting."""

import asyncio
import os
from collections.abc import Iterator

import typer

from orderway.deployment import opening
from orderway.doctor import around, environment
from orderway.doctor.database import database
from orderway.doctor.finding import Finding, looked
from orderway.embedded import EmbeddedServer
from orderway.home import home_path

LOOKS = (
    environment.python,
    environment.package_data,
    environment.time_zones,
    environment.settings,
    environment.log,
    environment.home,
    environment.secret,
    opening,
    around.flags,
    around.receipts,
    around.archive,
    around.signing_in,
    around.mail,
    around.broker,
    around.traces,
    environment.port,
)


def report() -> int:
    """Print a line for each thing looked at, with a remedy where it is wrong, and return how many are."""
    wrong = 0
    for finding in findings():
        typer.echo(f"{'✓' if finding.remedy is None else '!'} {finding.sentence}")
        if finding.remedy is not None:
            wrong += 1
            typer.echo(f"  → {finding.remedy}")
    typer.echo("Everything is right." if not wrong else f"{wrong} of these {'is' if wrong == 1 else 'are'} wrong.")
    return wrong


def findings() -> Iterator[Finding]:
    """Look at one thing after the other."""
    yield from map(looked, LOOKS)
    if url := os.environ.get("DATABASE_URL"):
        yield from asyncio.run(database(url))
        return
    yield looked(environment.embedded_starts)
    server = EmbeddedServer(home_path())
    if server.listening():
        yield from asyncio.run(database(server.url()))
    else:
        yield Finding(f"The embedded database in {server.home} is not running; a command that needs it starts it.")
