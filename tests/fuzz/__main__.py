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
from tests.fuzz.company import CALLERS, Fault, faults, ids_of, opened
from tests.fuzz.documents import documents, fields
from tests.secret import TEXT

from orderway.database import connect_pool
from orderway.embedded import EmbeddedServer
from orderway.migrations import migrate
from orderway.secret import NAME

MANY = 20_000


async def fuzz(url: str, many: int, variety: int) -> list[Fault]:
    """Send them all; the calls of one document go as every caller, one after another."""
    await migrate(url)
    found: list[Fault] = []
    sent = 0
    all_fields = list(fields())
    async with await connect_pool(url) as pool, opened(pool) as api:
        ids = await ids_of(pool)
        for of, field in track(all_fields, "Fuzzing"):
            for document in documents(of, field, ids=ids, count=-(-many // len(all_fields)), variety=variety):
                sent += 1
                for who in CALLERS:
                    found += await faults(api, who, document)
    print(f"{sent:,} documents as each of {len(CALLERS)} callers: {len(found)} faults.")
    return found


def main() -> None:
    many, variety, *_ = [*map(int, sys.argv[1:]), *(MANY, 0)[len(sys.argv) - 1 :]]
    folder = Path(tempfile.mkdtemp(prefix="orderway-"))
    folder.chmod(0o711)
    os.environ |= {"ORDERWAY_HOME": str(folder), NAME: TEXT}
    with EmbeddedServer(folder, settings={"fsync": "off"}) as server:
        found = asyncio.run(fuzz(server.url(), many, variety))
    for fault in found[:20]:
        print(f"\n{fault}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
