"""An order as one document: each value as PostgreSQL writes it, so that nothing is rounded and all can go back."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import DateTime, Integer, LargeBinary, Table, Uuid
from sqlalchemy.types import TypeEngine

from orderway.archive.tables import names, reading
from orderway.database import all_tables
from orderway.errors import OrderwayError
from orderway.workflow.kinds import Connection
from orderway.workflow.replay import Row

FORMAT = "orderway order 1"

# A server may have been told to write times and bytes in another way. To plan these long statements anew for each order
# takes longer than to read it.
AS_WRITTEN = """
SET LOCAL datestyle = 'ISO'; SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex';
SET LOCAL plan_cache_mode = force_generic_plan
"""

Cell = str | None


class DocumentBroken(OrderwayError):
    """What was read is no archived order, or only a part of one."""


class Rows(msgspec.Struct, frozen=True):
    """The rows of one table; each cell is its value as a text, or null."""

    columns: list[str]
    rows: list[list[Cell]]

    def __iter__(self) -> Iterator[Mapping[str, Cell]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """All that the database had of an order. `carried` is what goes on being summed without it."""

    format: str
    store: UUID
    order: UUID
    carried: msgspec.Raw
    tables: dict[str, Rows]

    @property
    def number(self) -> str:
        """The order's number."""
        (order,) = self.tables["sale_order"]
        return str(order["number"])

    def last_hashes(self) -> dict[str, str]:
        """The last hash of the log of each instance."""
        steps = sorted(self.tables["transition_log"], key=lambda row: int(str(row["step"])))
        return {str(row["instance_id"]): str(row["hash"]).removeprefix("\\x") for row in steps}


@dataclass(frozen=True, slots=True)
class Packed:
    """A document as it is kept, and what proves it: the hash of what was packed."""

    content: bytes
    sha256: bytes


DECODER = msgspec.json.Decoder(Document)
ROWS = msgspec.json.Decoder(dict[str, list[list[Cell]]])


async def read_order(connection: Connection, store: UUID, order: UUID, *, carried: str) -> Document:
    """The order as the transaction sees it, whose rows hold still."""
    found: dict[str, list[list[Cell]]] = ROWS.decode(await connection.fetchval(reading(), store, order))
    tables = all_tables().tables
    return Document(
        format=FORMAT,
        store=store,
        order=order,
        carried=msgspec.Raw(carried.encode()),
        tables={name: Rows(names(tables[name]), rows) for name, rows in found.items()},
    )


def pack(document: Document) -> Packed:
    """The same document gives the same bytes."""
    text = msgspec.json.encode(document)
    return Packed(gzip.compress(text, mtime=0), sha256(text).digest())


def unpack(content: bytes) -> tuple[Document, bytes]:
    """The document and the hash of what was packed. Raises DocumentBroken."""
    try:
        text = gzip.decompress(content)
        document = DECODER.decode(text)
    except (OSError, EOFError, ValueError) as error:
        raise DocumentBroken(f"It is no archived order: {error}.", "Take it from a backup of the archive.") from error
    if document.format != FORMAT:
        raise DocumentBroken(f"It is written as '{document.format[:40]}'.", "Read it with a newer Orderway.")
    return document, sha256(text).digest()


def typed(table: Table, row: Mapping[str, Cell]) -> Row:
    """A row with its values as the driver gives them."""
    return {name: _value(table.columns[name].type, cell) for name, cell in row.items()}


def _value(kind: TypeEngine[Any], cell: Cell) -> object:
    match kind:
        case _ if cell is None:
            return None
        case Uuid():
            return UUID(cell)
        case Integer():
            return int(cell)
        case DateTime():
            return datetime.fromisoformat(cell)
        case LargeBinary():
            return bytes.fromhex(cell.removeprefix("\\x"))
    return cell
