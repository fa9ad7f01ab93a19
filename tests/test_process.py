"""The log of a command that stays: what broke is in it with its place, and nothing that the code held at that place."""

import os
import pty
import subprocess
import sys

BREAKS = """
import structlog
from orderway.process import log_to_stderr

def verify(secrets):
    raise ValueError("It broke.")

log_to_stderr()
try:
    verify(["whsec_" + "of the tests"])
except ValueError:
    structlog.get_logger().exception("A webhook could not be taken.")
"""


def told(log: str) -> None:
    assert "A webhook could not be taken." in log
    assert "It broke." in log
    assert "in verify" in log
    assert "whsec_of the tests" not in log


def test_a_person_at_a_terminal_reads_what_broke_and_no_secret():
    ours, theirs = pty.openpty()
    try:
        subprocess.run([sys.executable, "-c", BREAKS], stderr=theirs, check=True, timeout=60)
        told(os.read(ours, 100_000).decode())
    finally:
        os.close(ours)
        os.close(theirs)


def test_so_does_a_machine():
    done = subprocess.run([sys.executable, "-c", BREAKS], stderr=subprocess.PIPE, check=True, text=True, timeout=60)
    told(done.stderr)
