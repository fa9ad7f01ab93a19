"""`python -m tests.mutants`: plant each fault in a copy of the engine, and see whether the replay notices.

Prints a line for each; ends with 1 where one survives, or no longer applies because its line has changed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutants.engine import MUTANTS, Mutant
from tests.recorded import extract, shared

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "orderway"
REPLAY = Path(__file__).with_name("replay.py")
PATIENCE = 60
"""Seconds after which a mutant that goes round for ever counts as noticed."""


def replay(mutant: Mutant | None) -> bool:
    """Whether the replay with this fault, or with none, notices something."""
    with tempfile.TemporaryDirectory(prefix="orderway-mutant-") as folder:
        copy = Path(folder) / "orderway"
        shutil.copytree(SOURCE / "statechart", copy / "statechart", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("__init__.py", "errors.py", "recordings.py"):
            shutil.copy(SOURCE / name, copy / name)
        if mutant is not None:
            file = copy / "statechart" / mutant.file
            file.write_text(file.read_text("utf-8").replace(mutant.line, mutant.to), "utf-8")
        try:
            done = subprocess.run(
                [sys.executable, str(REPLAY), *map(str, (*extract(), *shared()))],
                env={**os.environ, "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"},
                capture_output=True,
                check=False,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            return True
        return done.returncode != 0


def verdict(mutant: Mutant) -> str:
    text = (SOURCE / "statechart" / mutant.file).read_text("utf-8")
    if text.count(mutant.line) != 1:
        return "no longer applies"
    return "caught" if replay(mutant) else "SURVIVED"


def main() -> int:
    if replay(None):
        print("The engine itself differs from the recorded answers: `orderway machine conformance` says where.")
        return 1
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        verdicts = list(workers.map(verdict, MUTANTS))
    for mutant, said in zip(MUTANTS, verdicts, strict=True):
        print(f"{said}: {mutant.file}: {mutant.line.strip()} → {mutant.to.strip() or 'nothing'}")
    wrong = len(verdicts) - verdicts.count("caught")
    print(f"{len(verdicts)} mutants, {verdicts.count('caught')} caught.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
