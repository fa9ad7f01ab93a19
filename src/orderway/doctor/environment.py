"""What the process is started with: its Python, its package, its settings, its folder, its secret, its port."""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderway.cluster import programs
from orderway.database import connect
from orderway.doctor.finding import Wrong
from orderway.embedded import EmbeddedServer
from orderway.home import home_path
from orderway.migrations import newest
from orderway.process import LEVELS, level_of
from orderway.secret import where_closed
from orderway.settings import Settings

PORT = 8000
ROOM_NEEDED = 500_000_000  # bytes: the embedded database, its log and the receipts of a small company


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


def log() -> str:
    level = level_of(os.environ)
    word = next(word for word, each in LEVELS.items() if each == level)
    return f"The log holds what is of level “{word}” or graver."


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


def embedded_starts() -> str:
    """Start an embedded PostgreSQL with throw-away data."""
    programs()
    with tempfile.TemporaryDirectory(prefix="orderway-doctor-") as folder:
        Path(folder).chmod(0o711)
        with EmbeddedServer(Path(folder)) as server:
            version = asyncio.run(_answer(server.url(), "SHOW server_version"))
    return f"The embedded PostgreSQL {version} starts and answers."


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
