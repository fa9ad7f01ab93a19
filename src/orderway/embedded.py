"""The embedded PostgreSQL: a real server that a Python package carries, kept in ORDERWAY_HOME.

Any number of processes of one user may use the same server. Each holds a shared file lock while it does;
whoever leaves last stops the server. A lock dies with its process, so a kill -9 leaves no false guest.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from orderway.cluster import ENVIRONMENT, DatabaseNotStarted, ensure_cluster, programs
from orderway.home import ensure_home
from orderway.unprivileged import DatabaseUser, database_user

SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_LIMIT = 103  # bytes of a socket's path: 103 on macOS, 107 on Linux
START_SECONDS = 120  # a start after a crash replays the write-ahead log first
RELEASE_SECONDS = 20  # the last sessions of a killed server end by then
STOP_SECONDS = 60
LOG_LIMIT = 10_000_000  # bytes; a longer log is set aside at the next start

# Servers that this process started and left to others, so that none of them becomes a zombie of ours unseen.
LEFT_RUNNING: list[subprocess.Popen[bytes]] = []

TRACES_OF_THE_KILLED = ('lock file "', "is still in use")

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",  # the socket alone, in a folder that only its owner may enter
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "log_checkpoints": "off",
}


class EmbeddedServer:
    """One PostgreSQL with its data in `home`/database and its log in `home`/log.

    `with EmbeddedServer(home) as server:` starts it, or joins it when it runs; leaving stops it unless
    another process uses it. `settings` adds to the server's own (for the process that starts it).
    """

    def __init__(self, home: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.home = home.resolve()
        self.data = self.home / "database"
        self.log = self.home / "log" / "postgresql.log"
        self.settings = {**SETTINGS, **(settings or {})}
        self._user = database_user(self.data)
        self.sockets = _socket_folder(self.home)
        self._child: subprocess.Popen[bytes] | None = None
        self._guest: IO[bytes] | None = None

    def url(self, database: str = "orderway", *, role: str = "orderway") -> str:
        """Return the address of a database. The role orderway owns that one; postgres may do anything."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server, or join the one that runs; it answers on return. Raises DatabaseNotStarted."""
        if self._guest is not None:
            return
        with self._changing():
            guest = (self.home / "database.guests").open("wb")
            fcntl.flock(guest, fcntl.LOCK_SH)
            try:
                self._bring_up()
            except BaseException:
                guest.close()
                raise
            self._guest = guest

    def stop(self) -> None:
        """Leave the server; the last to leave stops it. To stop twice is no error."""
        if self._guest is None:
            return
        with self._changing(), self._guest as guest:
            self._guest = None
            try:
                fcntl.flock(guest, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # others still use it
                if self._child is not None:
                    LEFT_RUNNING.append(self._child)
                    self._child = None
                return
            self._shut_down()

    def listening(self) -> bool:
        """Say whether a server of this home runs, started by whomever."""
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.sockets / SOCKET_NAME)) == 0

    def pid(self) -> int | None:
        """Return the server's process id as its lock file has it; None when there is no such file."""
        lines = self._lock_lines()
        return int(lines[0]) if lines else None

    def _bring_up(self) -> None:
        try:
            ensure_cluster(self.data, self._user)
            _own_folder(self.sockets, self._user)
            if not self.listening():
                self._launch()
            self._await_ready()
        except OSError as error:
            raise DatabaseNotStarted(
                f"The embedded PostgreSQL did not start: {error.strerror} ({error.filename}).",
                "See that the folder belongs to you and its disk is not full, or set ORDERWAY_HOME to another.",
            ) from error

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Let one process at a time start or stop the server of this home."""
        with (self.home / "database.lock").open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _lock_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _launch(self) -> None:
        """Start the server's process. A server that was killed leaves traces that can be in the way."""
        LEFT_RUNNING[:] = [child for child in LEFT_RUNNING if child.poll() is None]
        deadline = time.monotonic() + RELEASE_SECONDS
        while (said := self._try_launch()) is not None:
            if time.monotonic() > deadline or not any(trace in said for trace in TRACES_OF_THE_KILLED):
                raise DatabaseNotStarted(f"The embedded PostgreSQL did not start: {said}", f"See {self.log}.")
            # Nobody listens: a lock file is a dead server's, and its process id somebody else's by now. Should
            # its last sessions still end, PostgreSQL sees that by their shared memory, and says "still in use".
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.sockets / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)
            time.sleep(0.1)

    def _try_launch(self) -> str | None:
        """Start the process and wait until it listens: None; or until it ended: the reason it gave."""
        settings = {**self.settings, "unix_socket_directories": f'"{self.sockets}"'}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        line, child_user = self._user.command(
            programs() / "postgres", "-D", str(self.data), *options, through=self.data
        )
        with self._open_log() as log:
            begin = log.tell()
            # A session of its own: Ctrl-C in the terminal is for us, and we stop the server in good order.
            self._child = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                start_new_session=True,
                **child_user,
            )
        while self._child.poll() is None:
            if self.listening():
                return None
            time.sleep(0.02)
        return _reason(self.log, begin)

    def _open_log(self) -> IO[bytes]:
        self.log.parent.mkdir(mode=0o700, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        return self.log.open("ab")

    def _await_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while [line.strip() for line in self._lock_lines()[-1:]] not in (["ready"], ["standby"]):
            if self._child and self._child.poll() is not None:
                raise DatabaseNotStarted(
                    f"The embedded PostgreSQL ended while starting: {_reason(self.log, 0)}", f"See {self.log}."
                )
            if time.monotonic() > deadline:
                raise DatabaseNotStarted(
                    f"The embedded PostgreSQL was not ready within {START_SECONDS} s.", f"See {self.log}."
                )
            time.sleep(0.02)

    def _shut_down(self) -> None:
        """Ask for a fast shutdown (SIGINT: sessions end, a checkpoint follows); at the deadline, SIGQUIT."""
        pid = self.pid()
        ours = self._child is not None and self._child.poll() is None
        if pid is None or not (ours or self.listening()):
            return
        for request in (signal.SIGINT, signal.SIGQUIT):
            deadline = time.monotonic() + STOP_SECONDS
            with suppress(ProcessLookupError):
                os.kill(pid, request)
            while self.pid() == pid and time.monotonic() < deadline:
                time.sleep(0.02)
            if self.pid() != pid:
                break
        if self._child is not None:
            self._child.wait()
            self._child = None
        if self.sockets.parent != self.home:
            shutil.rmtree(self.sockets, ignore_errors=True)


@contextmanager
def open_database() -> Iterator[str]:
    """Give the address of the database to use: DATABASE_URL, or the embedded one, running while in here."""
    if named := os.environ.get("DATABASE_URL"):
        yield named
        return
    with EmbeddedServer(ensure_home()) as server:
        yield server.url()


def _socket_folder(home: Path) -> Path:
    """Return where the socket lies: in the home, or in the system's temporary folder when its path is too long."""
    folder = home / "socket"
    if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_LIMIT and '"' not in str(folder):
        return folder
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"orderway-{os.geteuid()}-{name}"


def _own_folder(folder: Path, user: DatabaseUser) -> None:
    """Make the socket's folder; only the server's user (and the superuser) may enter: it is the password."""
    try:
        folder.mkdir(mode=0o700)
        user.own(folder)
    except FileExistsError:
        found = folder.lstat()
        if found.st_uid != user.uid or found.st_mode & 0o077:
            raise DatabaseNotStarted(
                f"The folder {folder} for the database's socket belongs to somebody else or is open to others.",
                "Remove it and start again.",
            ) from None


def _reason(log: Path, begin: int) -> str:
    """Return the last FATAL or PANIC line that the server wrote since the byte `begin`."""
    with log.open("rb") as file:
        file.seek(begin)
        lines = file.read().decode(errors="replace").splitlines()
    fatal = [line for line in lines if "FATAL:" in line or "PANIC:" in line]
    return f"{(fatal or lines or ['it said nothing'])[-1].rstrip('.')}."
