"""The rehearsal of the way over with the whole sample of the former system's orders, and how long each step took.

python -m tests.beyond.rollout [backfill]: loads the sample into a database of its own and goes the way of
docs/operations/rollout.md, from flags that leave everything to the former system to the day on which it goes. The
orders come in by the import, or by a backfill of what it has read. It ends with 1 where anything is not as that page
says. The sample is looked for in ORDERWAY_DATA.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from tests.legacy.predecessor.house import Operator
from tests.legacy.predecessor.rollout import backfill, bring_in, go_over
from tests.legacy.predecessor.sample import FOLDER, load

from orderway.database import create_database
from orderway.embedded import EmbeddedServer
from orderway.people.roles import migrate_with_roles

PLACES = FOLDER / "stores_latlon.csv"
SAMPLE, OURS = "former", "orderway_new"


def main() -> None:
    """Run it in databases of its own."""
    if not FOLDER.is_dir():
        sys.exit(f"The sample is not there: {FOLDER}. Set ORDERWAY_DATA to the folder that holds legacy/.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        with EmbeddedServer(folder) as server:
            for each in (SAMPLE, OURS):
                asyncio.run(create_database(server.url(), name=each))
            asyncio.run(load(server.url(SAMPLE)))
            asyncio.run(migrate_with_roles(server.url(OURS)))
            for each in ("expected.jsonl.gz", "totals.json"):
                shutil.copy(FOLDER / each, folder / each)
            operator = Operator(server.url(OURS), server.url(SAMPLE), folder / "flags.json", say=print)
            if sys.argv[1:] == ["backfill"]:
                backfill(operator, places=PLACES)
            else:
                bring_in(operator, folder, places=PLACES)
            go_over(operator)
    print("All of it went as the page says.")


if __name__ == "__main__":
    main()
