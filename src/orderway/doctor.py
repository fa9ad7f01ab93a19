"""`orderway doctor`: what of the environment is right and what is wrong, in sentences. It writes nothing lasting."""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import asyncpg
import typer

from orderway.app import make_workflow
from orderway.cluster import programs
from orderway.configuration.live import saved
from orderway.database import OLDEST, connect, shown
from orderway.deployment import opening
from orderway.embedded import EmbeddedServer
from orderway.errors import OrderwayError
from orderway.home import home_path
from orderway.migrations import newest, require_current
from orderway.outbound.mail.office import mails
from orderway.receipts.desk import open_storage
from orderway.secret import where_closed
from orderway.setting import SettingInvalid
from orderway.settings import Settings
from orderway.storage.place import StorageUnavailable
from orderway.storage.storage import THE_FOLDER
from orderway.workflow.kinds import Workflow
from orderway.workflow.timers import FailedTimer, list_failed

PORT = 8000
ROOM_NEEDED = 500_000_000  # bytes: the embedded database, its log and the receipts of a small company
SKEW_ALLOWED = 2.0  # seconds between our clock and the database's


class Wrong(OrderwayError):
    """Something of the environment is wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of the report. What is wrong has a remedy, what is right has none."""

    sentence: str
    remedy: str | None = None

    @classmethod
    def of(cls, error: OrderwayError) -> "Finding":
        """Return what an error says, as a finding."""
        return cls(error.message, error.remedy or "Report this as a fault of Orderway.")


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
    """Look at one thing after the other. Each look returns the sentence of what is right, or raises."""
    for look in (python, package_data, time_zones, settings, home, secret, opening, receipts, mails, port):
        yield _look(look)
    if url := os.environ.get("DATABASE_URL"):
        yield from asyncio.run(database(url))
        return
    yield _look(embedded_starts)
    server = EmbeddedServer(home_path())
    if server.listening():
        yield from asyncio.run(database(server.url()))
    else:
        yield Finding(f"The embedded database in {server.home} is not running; a command that needs it starts it.")


def _look(look: Callable[[], str]) -> Finding:
    try:
        return Finding(look())
    except OrderwayError as error:
        return Finding.of(error)


def python() -> str:
    return f"Python is {'.'.join(str(part) for part in sys.version_info[:3])}."


def package_data() -> str:
    missing = [name for name in ("migrations/env.py", "py.typed") if not files("orderway").joinpath(name).is_file()]
    if missing:
        raise Wrong(f"The installed package lacks {' and '.join(missing)}.", "Install Orderway again.")
    return f"The package is whole; its tables are at revision {newest()}."


def time_zones() -> str:
    try:
        ZoneInfo("Africa/Lagos")
    except ZoneInfoNotFoundError as error:
        raise Wrong("The system has no time zone data.", "Install tzdata, from the system or by pip.") from error
    return "Time zones are known."


def settings() -> str:
    Settings(os.environ)
    return "No setting in the environment is out of its range."


def home() -> str:
    folder = home_path()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise Wrong(f"ORDERWAY_HOME, {folder}, can not be written.", "Set it to a folder that you may write.")
    free = shutil.disk_usage(there).free
    if free < ROOM_NEEDED:
        raise Wrong(
            f"The disk of ORDERWAY_HOME, {folder}, has {free // 1_000_000} MB free; 500 MB are needed.",
            "Make room, or set ORDERWAY_HOME to a folder on another disk.",
        )
    return f"ORDERWAY_HOME, {folder}, can be written and has {free // 1_000_000_000} GB free."


def secret() -> str:
    return f"The secret of {where_closed(os.environ)} is long enough, and nobody else can read it."


def receipts() -> str:
    """Where they are kept in a bucket, put a small file there and delete it."""
    storage = open_storage()
    try:
        asyncio.run(storage.check())
    except StorageUnavailable as away:
        raise Wrong(
            f"Receipts can not be kept. {away.message}",
            "Mend that place, or correct ORDERWAY_RECEIPTS, ORDERWAY_S3_ENDPOINT and the variables AWS_….",
        ) from away
    place = f"folder {storage.folder.root}" if storage.bucket == THE_FOLDER else f"bucket {storage.bucket}"
    return f"Receipts can be put into the {place}."


def embedded_starts() -> str:
    """Start an embedded PostgreSQL with throw-away data."""
    programs()
    with tempfile.TemporaryDirectory(prefix="orderway-doctor-") as folder:
        Path(folder).chmod(0o711)
        with EmbeddedServer(Path(folder)) as server:
            version = asyncio.run(_answer(server.url(), "SHOW server_version"))
    return f"The embedded PostgreSQL {version} starts and answers."


async def database(url: str) -> list[Finding]:
    """Look at the database of an address; when it can not be reached, say that alone."""
    try:
        connection = await connect(url)
    except OrderwayError as error:
        return [Finding.of(error)]
    found = []
    try:
        for look in (version, clock, privileges, durability):
            try:
                found.append(Finding(await look(connection)))
            except OrderwayError as error:
                found.append(Finding.of(error))
    finally:
        await connection.close()
    try:
        await require_current(url)
    except OrderwayError as error:
        return [*found, Finding.of(error)]
    found.append(Finding(f"The tables of {shown(url)} are those of this version."))
    return [*found, *await insides(url)]


async def insides(url: str) -> list[Finding]:
    """Look at what people and timers left in the tables of this version."""
    connection = await connect(url)
    try:
        return [*await saved_settings(connection), *await timers(connection)]
    finally:
        await connection.close()


async def saved_settings(connection: asyncpg.Connection) -> list[Finding]:
    """Name each setting in the database that can not be used; nothing to say where the environment is wrong."""
    try:
        problems = Settings(os.environ, await saved(connection)).problems
    except SettingInvalid:
        return []
    again = "Set it anew, or take it out: orderway settings reset {name} --reason …"
    wrong = [Finding(problem, again.format(name=name)) for name, problem in problems.items()]
    return wrong or [Finding("Every setting in the database can be used.")]


async def timers(connection: asyncpg.Connection) -> list[Finding]:
    """Name each timer that fails: its order waits for a person."""
    workflow = make_workflow(Settings({}))
    failed = [_failing(each, workflow) for each in await list_failed(connection, workflow)]
    return failed or [Finding("No timer fails.")]


def _failing(timer: FailedTimer, workflow: Workflow) -> Finding:
    event: Any = workflow.kind(timer.machine).newest.events[timer.event]
    what = event.words.label
    often = "once" if timer.tries == 1 else f"{timer.tries} times, at last"
    return Finding(
        f"Order {timer.number}: a timer was to {what[0].lower()}{what[1:]}, and failed {often} on "
        f"{timer.failed_at:%Y-%m-%d at %H:%M} UTC ({timer.why}).",
        f"Mend the order. It is tried again on {timer.due_at:%Y-%m-%d at %H:%M} UTC; the worker's log has more.",
    )


async def version(connection: asyncpg.Connection) -> str:
    major = connection.get_server_version().major
    if major < OLDEST:
        raise Wrong(f"The database is PostgreSQL {major}.", f"Use PostgreSQL {OLDEST} or newer.")
    return f"The database answers; it is PostgreSQL {await connection.fetchval('SHOW server_version')}."


async def clock(connection: asyncpg.Connection) -> str:
    before = datetime.now(UTC)
    theirs = await connection.fetchval("SELECT clock_timestamp()")
    after = datetime.now(UTC)
    skew = max((before - theirs).total_seconds(), (theirs - after).total_seconds(), 0.0)
    if skew > SKEW_ALLOWED:
        raise Wrong(
            f"The database's clock and ours are {skew:.0f} s apart, so timers would fire at wrong times.",
            "Let both machines keep time by NTP.",
        )
    return "The database's clock agrees with ours."


async def privileges(connection: asyncpg.Connection) -> str:
    may = await connection.fetchval(
        "SELECT has_database_privilege(current_database(), 'CREATE') AND has_schema_privilege('public', 'CREATE')"
    )
    if not may:
        raise Wrong(
            "The database's user may not create tables.",
            "Make it the owner of the database: ALTER DATABASE … OWNER TO ….",
        )
    return "The database's user may create tables."


async def durability(connection: asyncpg.Connection) -> str:
    off = [
        name
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if await connection.fetchval("SELECT current_setting($1)", name) == "off"
    ]
    if off:
        raise Wrong(
            f"The database has {' and '.join(off)} off, so a power cut may lose orders that were acknowledged.",
            "Turn them on in postgresql.conf.",
        )
    return "The database keeps what it acknowledged through a power cut."


def port() -> str:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", PORT))
        except OSError:
            if _orderway_answers():
                return f"Orderway is serving on port {PORT}."
            raise Wrong(
                f"Port {PORT} is taken by another program.", "Stop it, or give Orderway another port by --port."
            ) from None
    return f"Port {PORT} is free."


def _orderway_answers() -> bool:
    client = HTTPConnection("127.0.0.1", PORT, timeout=2)
    try:
        client.request("GET", "/healthz")
        return client.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        client.close()


async def _answer(url: str, question: str) -> str:
    connection = await connect(url)
    try:
        return str(await connection.fetchval(question))
    finally:
        await connection.close()
