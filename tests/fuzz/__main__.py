"""`make fuzz`: twenty thousand documents of the schema as each role, with their number and every fault told.

python -m tests.fuzz [how many as each role] [variety]
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from rich.progress import track
from tests.fuzz.company import CALLERS, Fault, faults, found_company
from tests.fuzz.documents import documents, fields
from tests.secret import TEXT

from orderway.database import create_database
from orderway.embedded import EmbeddedServer
from orderway.migrations import migrate
from orderway.secret import NAME

MANY = 20_000
COMPANY = "orderway_fuzz"


async def fuzz(server: EmbeddedServer, many: int, variety: int) -> list[Fault]:
    """Send them all, those of each field to a fresh company."""
    await create_database(server.url(), name=COMPANY)
    await migrate(server.url(COMPANY))
    company = await found_company(server, name=COMPANY)
    found: list[Fault] = []
    sent = 0
    all_fields = list(fields())
    while sent < many:  # of some fields there are fewer than their share
        share = -(-(many - sent) // len(all_fields))
        for of, field in track(all_fields, "Fuzzing"):
            made = documents(of, field, ids=company.ids, count=share, variety=variety)
            found += await faults(company, made)
            sent += len(made)
        variety += 1
    print(f"{sent:,} documents as each of {len(CALLERS)} callers: {len(found)} faults.")
    return found


def main() -> None:
    many, variety, *_ = [*map(int, sys.argv[1:]), *(MANY, 0)[len(sys.argv) - 1 :]]
    folder = Path(tempfile.mkdtemp(prefix="orderway-"))
    folder.chmod(0o711)
    os.environ |= {"ORDERWAY_HOME": str(folder), NAME: TEXT}
    with EmbeddedServer(folder, settings={"fsync": "off"}) as server:
        found = asyncio.run(fuzz(server, many, variety))
    for fault in found[:20]:
        print(f"\n{fault}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
