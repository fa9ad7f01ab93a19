"""`orderway archive verify`: each file is fetched, its hash is compared, and its log is replayed as a live one is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from orderway.archive.document import Document, DocumentBroken, typed, unpack
from orderway.database import all_tables
from orderway.storage.storage import Storage
from orderway.workflow.chain import Entry
from orderway.workflow.kinds import Connection, Workflow
from orderway.workflow.replay import Finding, Replay, Row, Track

AT_ONCE = 100
BEGINNING = (UUID(int=0), UUID(int=0))
PAGE = f"""
SELECT store_id, order_id, number, bucket, key, sha256, ends, carried, archived_at FROM archived_order
WHERE (store_id, order_id) > ($1, $2) AND ($3::text IS NULL OR number = $3)
ORDER BY store_id, order_id LIMIT {AT_ONCE}
"""  # noqa: S608  (a number of this module)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the database says of an order that left."""

    store_id: UUID
    order_id: UUID
    number: str
    bucket: str
    key: str
    sha256: bytes
    ends: str
    carried: str
    archived_at: datetime


@dataclass(slots=True)
class Proof:
    """What was looked at, and what does not hold of it."""

    orders: int
    rows: int
    findings: list[Finding]


async def list_kept(connection: Connection, number: str | None = None) -> AsyncIterator[Kept]:
    """The orders that left, of one number or all."""
    place = BEGINNING
    while rows := await connection.fetch(PAGE, *place, number):
        for row in rows:
            yield Kept(**row)
        place = rows[-1]["store_id"], rows[-1]["order_id"]


async def prove_archive(
    connection: Connection, shelf: Storage, workflow: Workflow, *, now: datetime, number: str | None = None
) -> Proof:
    """Look at each file, one at a time. Raises StorageUnavailable where a place does not answer."""
    proof = Proof(0, 0, [])
    async for kept in list_kept(connection, number):
        proof.orders += 1
        content = await shelf.at(kept.bucket).read(kept.key)
        where = f"order {kept.number}"
        if content is None:
            proof.findings.append(Finding("archive", where, f"Its file {kept.key} is gone."))
            continue
        try:
            document, digest = unpack(content)
        except DocumentBroken as broken:
            proof.findings.append(Finding("archive", where, f"Its file {kept.key} can not be read: {broken.message}"))
            continue
        replay = replayed(document, workflow, now=now)
        proof.rows += replay.rows
        proof.findings += [*compared(kept, document, digest), *replay.findings]
    return proof


def compared(kept: Kept, document: Document, digest: bytes) -> Iterator[Finding]:
    """Hold a file against what the database says of it."""
    same = {
        "It was altered: its content does not give the hash that was kept.": digest == kept.sha256,
        "It is another order's.": (document.store, document.order, document.number)
        == (kept.store_id, kept.order_id, kept.number),
        "What is summed of it is not what it says.": msgspec.json.decode(document.carried)
        == msgspec.json.decode(kept.carried),
        "Its log does not end as it did.": document.last_hashes() == msgspec.json.decode(kept.ends),
    }
    return (Finding("archive", f"order {kept.number}", sentence) for sentence, holds in same.items() if not holds)


def replayed(document: Document, workflow: Workflow, *, now: datetime) -> Replay:
    """Replay the log of a document, and hold its rows against that."""
    replay, tracks = Replay(workflow, now), dict[UUID, Track | None]()
    for row in sorted(rows_of(document, "transition_log"), key=lambda row: (row["instance_id"], row["step"])):
        entry = Entry(**{name: row[name] for name in Entry.__struct_fields__})
        if entry.instance_id not in tracks:
            tracks[entry.instance_id] = replay.begin(entry)
        if track := tracks[entry.instance_id]:
            replay.take(track, entry, (row["prev_hash"], row["hash"]))
    stored = {
        (kind.name, row["id"]): row for kind in workflow.kinds.values() for row in rows_of(document, kind.table.name)
    }
    for track in filter(None, tracks.values()):
        replay.compare(track, stored.pop((track.machine, track.instance_id), None))
    for machine, id in stored:
        if id not in tracks:
            replay.tell("row", f"{machine} {id}", "It has a row, but the log does not tell of it.")
    return replay


def rows_of(document: Document, name: str) -> Iterator[Row]:
    """The rows of a table, with their values."""
    table = all_tables().tables[name]
    return (typed(table, row) for row in document.tables[name])
