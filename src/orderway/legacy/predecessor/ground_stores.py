"""Stores of the predecessor: opened under a code made of their names, in the currency that its money is.

Their names are followed. Where they lie is said by whoever runs the import, and not by the predecessor.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

from orderway.errors import OrderwayError, why_unread
from orderway.flags.flags import Flags, Place
from orderway.flags.slices import SALES
from orderway.legacy.predecessor.following import Values
from orderway.legacy.predecessor.laying import CURRENCY, Laying, Row, one_line
from orderway.people.stores import LONGEST_NAME, NewStore, StoreParticulars, change_store, open_store
from orderway.workflow.errors import Invalid

TABLE: Final = "Store"
TIMEZONE: Final = "Africa/Lagos"
LONGEST_CODE: Final = 12
HERE: Final = "SELECT id, code, name FROM store"

Places = Mapping[str, tuple[float, float]]
"""Where stores lie, by their ids there: degrees north and east."""


async def lay_stores(laying: Laying, places: Places) -> dict[str, UUID]:
    """Open those that are new, and give all by their ids."""
    known = await laying.known(TABLE)
    here = {row["id"]: row for row in await laying.connection.fetch(HERE)}
    rows = {row["id"]: row for row in await laying.rows(TABLE, "name")}
    await _follow(laying, rows, here)
    codes = {row["code"] for row in here.values()}
    opened: dict[str, UUID] = {}
    laid: dict[str, Values] = {}
    for id_, row in rows.items():
        if id_ in known:
            continue
        code = code_of(row["name"], codes)
        place = dict(zip(("latitude", "longitude"), places.get(id_, (None, None)), strict=True))
        laid[id_] = {"name": (name := one_line(row["name"], LONGEST_NAME) or code)}
        new = NewStore(name=name, code=code, currency=CURRENCY, timezone=TIMEZONE, **place)
        try:
            opened[id_] = await open_store(laying.turn, new)
        except Invalid as wrong:
            laying.note(TABLE, id_, f"It was not opened: {wrong.message}")
            continue
        codes.add(code)
    await laying.keep(TABLE, opened, laid)
    return known | opened


async def _follow(laying: Laying, rows: Mapping[str, Row], here: Mapping[UUID, Row]) -> None:
    for laid in await laying.still(TABLE, rows):
        store, stands = laid.ours, here[laid.ours]

        async def make(new: Values, store: UUID = store) -> None:
            await change_store(laying.changing, store, StoreParticulars(name=f"{new['name']}"))

        name = one_line(rows[laid.theirs]["name"], LONGEST_NAME) or stands["code"]
        await laying.follow(laid, make, here={"name": stands["name"]}, there={"name": name})


def switched_on(flags: Flags, stores: Iterable[UUID]) -> frozenset[UUID]:
    """The stores in which Orderway sells, for some orders at least; none where nobody has said so by a flag."""
    if not flags.are_set:
        return frozenset()
    return frozenset(each for each in stores if flags.is_on_for_anybody(SALES, Place(each)))


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
