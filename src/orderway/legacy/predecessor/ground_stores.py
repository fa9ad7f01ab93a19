"""Stores of the predecessor: opened under a code made of their names, in the currency that its money is."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

from orderway.errors import OrderwayError, why_unread
from orderway.legacy.predecessor.laying import CURRENCY, Laying, one_line
from orderway.people.stores import LONGEST_NAME, NewStore, open_store
from orderway.workflow.errors import Invalid

TABLE: Final = "Store"
TIMEZONE: Final = "Africa/Lagos"
LONGEST_CODE: Final = 12

Places = Mapping[str, tuple[float, float]]
"""Where stores lie, by their ids there: degrees north and east."""


async def lay_stores(laying: Laying, places: Places) -> dict[str, UUID]:
    """Open those that are new, and give all by their ids."""
    known = await laying.known(TABLE)
    codes = {row["code"] for row in await laying.connection.fetch("SELECT code FROM store")}
    opened: dict[str, UUID] = {}
    for row in await laying.rows(TABLE, "name"):
        if (id_ := row["id"]) in known:
            continue
        code = code_of(row["name"], codes)
        place = dict(zip(("latitude", "longitude"), places.get(id_, (None, None)), strict=True))
        new = NewStore(
            name=one_line(row["name"], LONGEST_NAME) or code, code=code, currency=CURRENCY, timezone=TIMEZONE, **place
        )
        try:
            opened[id_] = await open_store(laying.turn, new)
        except Invalid as wrong:
            laying.note(TABLE, id_, f"It was not opened: {wrong.message}")
            continue
        codes.add(code)
    await laying.keep(TABLE, opened)
    return known | opened


def code_of(name: str, taken: Collection[str]) -> str:
    """A code that nobody has: the first letters of its words, and their numbers whole ("Store 04 Ikeja" is "S04I")."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    words = re.findall(r"[0-9]+|[A-Z]+", plain)
    stem = "".join(word if word.isdigit() else word[0] for word in words)[: LONGEST_CODE - 4] or "S"
    codes = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(code for code in codes if code not in taken)


def places_of(path: Path) -> Places:
    """Where stores lie by a file of comma-separated values with `store_id`, `latitude` and `longitude`.

    Raises OrderwayError for a file that can not be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            return {row["store_id"]: (float(row["latitude"]), float(row["longitude"])) for row in rows}
    except (OSError, UnicodeDecodeError) as error:
        raise OrderwayError(f"{path} can not be read: {why_unread(error)}.", "Name another file.") from error
    except (KeyError, ValueError, TypeError) as error:
        raise OrderwayError(
            f"{path} does not say where stores lie.", "It has the columns store_id, latitude and longitude, in degrees."
        ) from error
