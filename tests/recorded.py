"""Where the recorded answers of XState lie: an extract in the project, and all of them in the shared data."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("ORDERWAY_DATA", ROOT.parent / "shared" / "data"))


def extract() -> list[Path]:
    """A few that notice each mutant of the engine twice; some with histories, which the shared ones do not have.

    Recorded by tests/xstate/record.mjs.
    """
    return [Path(__file__).with_name("statechart") / "recorded.jsonl"]


def shared() -> list[Path]:
    """All recorded answers, where the shared data is here: in ORDERWAY_DATA, or in ../shared/data."""
    file = DATA / "xstate" / "corpus.jsonl.gz"
    return [file] if file.exists() else []
