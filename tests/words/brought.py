"""Where the sentences are written that an import of orders, or the shadow of a former system, leaves for people."""

from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "orderway"

PLACES = ("changeover/shadow.py", "legacy/*.py", "legacy/olist/*.py", "legacy/predecessor/*.py", "legacy/shadow/*.py")
"""All that stands there is for a reader, and has words in each language,"""

TERMINAL = (
    "crew.py", "progress.py", "rows.py", "turn.py", "olist/closing.py", "olist/command.py", "olist/drive.py",
    "olist/facts.py", "olist/findings.py", "olist/ground.py", "olist/moves.py", "olist/read.py", "olist/report.py",
    "olist/tables.py", "predecessor/assembling.py", "predecessor/balances.py", "predecessor/catalog.py",
    "predecessor/closing.py", "predecessor/columns.py", "predecessor/command.py", "predecessor/findings.py",
    "predecessor/following.py", "predecessor/ground", "predecessor/laying.py", "predecessor/leavings.py",
    "predecessor/oddities.py", "predecessor/parts.py", "predecessor/report.py", "predecessor/source.py",
    "predecessor/statements.py",
    "predecessor/strands.py", "predecessor/strays.py", "predecessor/tables.py", "shadow/changes.py",
    "shadow/command.py", "shadow/following.py",
)  # fmt: skip
"""but here, where it is for whoever gives the command, or for the database."""


def brought() -> Iterator[Path]:
    for pattern in PLACES:
        for path in sorted(SOURCE.glob(pattern)):
            if not path.relative_to(SOURCE).as_posix().removeprefix("legacy/").startswith(TERMINAL):
                yield path
