"""Running a command that stays as a process of its own, as a person or a supervisor would."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

PATIENCE = 120
"""Seconds after which a command that does not say what is waited for is killed, so that the test fails."""

ADDRESS = re.compile(r"http://\S+:\d+")


@dataclass
class Command:
    """A running command; `said` is what it has written on standard error so far."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def wait_for(self, pattern: re.Pattern[str] | str) -> str:
        """Read standard error until a line matches; gives what matched."""
        assert self.process.stderr
        watchdog = threading.Timer(PATIENCE, self.process.kill)
        watchdog.start()
        try:
            for line in self.process.stderr:
                self.said.append(line)
                found = re.search(pattern, line)
                if found:
                    return found[0]
        finally:
            watchdog.cancel()
        raise AssertionError(f"It ended without saying {pattern}: {''.join(self.said)}")

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal and wait for the end; gives the exit code and all that it said."""
        self.process.send_signal(with_signal)
        _, rest = self.process.communicate(timeout=60)
        return self.process.returncode, "".join([*self.said, rest])


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[Command]:
    """Start `orderway` with arguments; whatever happens, it does not outlive the test."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from orderway.cli import main; main()", *arguments],
        env={**os.environ, "COLUMNS": "200", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Command(process)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def health(url: str) -> tuple[int, object]:
    answer = httpx.get(f"{url}/readyz", timeout=10)
    return answer.status_code, answer.json()
