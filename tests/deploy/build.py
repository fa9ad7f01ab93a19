"""`python -m tests.deploy.build`: does what the container file says in a clean folder, and lets the result serve.

No container is needed: COPY copies what .dockerignore lets through, RUN is run with /opt/orderway lying in the folder.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.commands import ADDRESS, Command

ROOT = Path(__file__).parents[2]
CONTAINER = ROOT / "deploy" / "container" / "Containerfile"
INTO = "/opt/orderway"


@dataclass(frozen=True)
class Step:
    """One instruction."""

    word: str
    rest: str

    @property
    def taken(self) -> list[str]:
        """What COPY takes from the repository."""
        return self.rest.split()[:-1] if self.word == "COPY" and "--from" not in self.rest else []


def stages() -> list[list[Step]]:
    text = re.sub(r"^#.*\n", "", CONTAINER.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    found: list[list[Step]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append([])
        found[-1].append(Step(word, rest.strip()))
    return found


def allowed(path: Path) -> bool:
    """Whether the build is handed it."""
    let = [line[1:] for line in CONTAINER.with_suffix(".dockerignore").read_text().splitlines() if line[:1] == "!"]
    return path.relative_to(ROOT).parts[0] in let


def take(step: Step, folder: Path) -> None:
    into = folder / step.rest.split()[-1]
    for part in step.taken:
        source = ROOT / part
        if not allowed(source):
            sys.exit(f"{part} is kept from the build by .dockerignore.")
        if source.is_dir():
            shutil.copytree(source, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target = into / source.name if step.rest.endswith("/") else into
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


def build(folder: Path) -> None:
    """Do the steps of the first stage."""
    python = folder / "python"
    python.mkdir()
    (python / "python").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    environment = {"PATH": f"{python}:{os.environ['PATH']}", "HOME": str(folder)}
    for step in stages()[0]:
        began = perf_counter()
        take(step, folder / "build")
        if step.word == "RUN":
            line = step.rest.replace(INTO, f"{folder}{INTO}")
            done = subprocess.run(["/bin/sh", "-ec", line], check=False, cwd=folder / "build", env=environment)
            if done.returncode:
                sys.exit(f"This step failed: {step.rest}")
        print(f"{perf_counter() - began:6.1f} s  {step.word} {step.rest[:90]}")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve out of what was built, as the last stage says, and give the address."""
    said = {step.word: step.rest for step in stages()[1]}
    [program], words = json.loads(said["ENTRYPOINT"]), json.loads(said["CMD"])
    home = folder / "home"
    home.mkdir(mode=0o711)
    environment = {"PATH": f"{folder}{INTO}/bin:{os.defpath}", "ORDERWAY_HOME": str(home), "ORDERWAY_SECRET": "s" * 40}
    line = [f"{folder}{INTO}/bin/{program}"]
    subprocess.run([*line, "migrate"], check=True, cwd=folder, env=environment)
    process = subprocess.Popen(
        [*line, *words, "--port", "0"], cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        yield Command(process).wait_for(ADDRESS)
    finally:
        process.terminate()
        process.communicate()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="orderway-build-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        (folder / "build").mkdir()
        build(folder)
        with served(folder) as address:
            [check] = [step.rest for step in stages()[1] if step.word == "HEALTHCHECK"]
            line = json.loads(check.partition("CMD ")[2])
            line[-1] = line[-1].replace("http://127.0.0.1:8000", address)
            subprocess.run([f"{folder}{INTO}/bin/python", *line[1:]], check=True)
            print(f"It serves, and the check of its health passes: {shlex.join(line)}")


if __name__ == "__main__":
    main()
