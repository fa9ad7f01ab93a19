"""Stores: which of them a viewer knows, and how one is opened and changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from orderway.ids import new_id
from orderway.money import UnknownCurrency, exponent
from orderway.people.permissions import SCOPE_ALL, SCOPE_DELIVERY, SCOPE_OWN, SCOPES, STAFF_SCOPES
from orderway.people.record import Change, Subject
from orderway.people.scope import Condition, scopes_of
from orderway.people.turn import Turn
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,11}")
LONGEST_NAME = 100
OPENING = "open and change stores"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store as it stands. `code` begins the numbers of its orders; `step` counts its changes."""

    id: UUID
    name: str
    code: str
    currency: str
    timezone: str
    latitude: float | None
    longitude: float | None
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What whoever wants to buy at a store is told of it."""

    id: UUID
    name: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStore:
    """A store to be opened. `code` and `currency` stay for good; the place is in degrees, north and east."""

    name: str
    code: str
    currency: str
    timezone: str = "UTC"
    latitude: float | None = None
    longitude: float | None = None


STORES = """
SELECT s.id, s.name, s.code, s.currency, s.timezone, s.latitude, s.longitude, s.step FROM store s
"""


async def list_stores(connection: Connection, viewer: Viewer) -> list[Store]:
    """Return the stores that the viewer knows, by their names: there are few."""
    mine = known(viewer, first=1)
    rows = await connection.fetch(f"{STORES} WHERE {mine.sql} ORDER BY s.name, s.id", *mine.values)
    return [Store(**row) for row in rows]


async def list_shops(connection: Connection) -> list[Shop]:
    """Return all stores as a stranger may know them, by their names."""
    return [Shop(**row) for row in await connection.fetch("SELECT id, name, currency FROM store ORDER BY name, id")]


async def load_store(connection: Connection, id: UUID) -> Store:
    """Return one store, whoever looks. Raises NotFound."""
    row = await connection.fetchrow(f"{STORES} WHERE s.id = $1", id)
    if row is None:
        raise _no_store()
    return Store(**row)


def known(viewer: Viewer, *, first: int) -> Condition:
    """Return the condition over `store s` under which the viewer knows the store.

    The seller's people know those they reach, a rider those they deliver for, a buyer their own and those they bought
    in; who may begin a quotation for themselves may do so in any. A key for some stores knows no others.
    """
    reached = _reached(viewer, first=first)
    if viewer.only is None:
        return reached
    left = f"s.id = ANY (${first + len(reached.values)}::uuid[])"
    return Condition(f"({reached.sql} AND {left})", (*reached.values, list(viewer.only)))


def _reached(viewer: Viewer, *, first: int) -> Condition:
    scopes = viewer.permissions & SCOPES
    if SCOPE_ALL in scopes or SCOPE_OWN in scopes_of(viewer, "quotation.edit"):
        return Condition("true")
    parts, values = [], list[object]()
    if not scopes.isdisjoint(STAFF_SCOPES):
        parts.append(f"s.id = ANY (${first}::uuid[])")
        values.append(list(viewer.stores))
    if SCOPE_DELIVERY in scopes:
        bound = f"SELECT FROM rider_coverage c WHERE c.rider_id = ${first + len(values)}::uuid"
        free = f" OR NOT EXISTS ({bound})" if viewer.roams else ""
        parts.append(f"EXISTS ({bound} AND c.store_id = s.id){free}")
        values.append(viewer.person_id)
    if SCOPE_OWN in scopes:
        customer = f"${first + len(values)}::uuid"
        parts.append(
            f"s.id = (SELECT c.default_store_id FROM customer c WHERE c.id = {customer})"  # noqa: S608  (numbers of ours)
            f" OR EXISTS (SELECT FROM sale_order o WHERE o.store_id = s.id AND o.customer_id = {customer})"
        )
        values.append(viewer.customer_id)
    return Condition(f"({' OR '.join(parts or ['false'])})", tuple(values))


async def open_store(turn: Turn, new: NewStore) -> UUID:
    """Open a store. Raises Refused and Invalid."""
    turn.require_everywhere(to=OPENING)
    name, code = checked_name(new.name), new.code.strip().upper()
    if not CODE.fullmatch(code):
        raise Invalid(
            f"“{code[:20]}” can not be the code of a store.",
            "Write 1 to 12 letters and digits, like LOS: the numbers of its orders begin with it.",
            "code",
        )
    currency, timezone = checked_currency(new.currency), await checked_timezone(turn.connection, new.timezone)
    place = checked_place(new.latitude, new.longitude)
    id: UUID | None = await turn.connection.fetchval(
        "INSERT INTO store (id, name, code, currency, timezone, latitude, longitude)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (code) DO NOTHING RETURNING id",
        new_id(), name, code, currency, timezone, *place,
    )  # fmt: skip
    if id is None:
        raise Invalid(f"Another store has the code {code}.", "Each has its own.", "code")
    await turn.enter(Subject("store", id, name), Change("CREATED", became=f"{code}, {currency}"))
    return id


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreParticulars:
    """What is to change of a store; None is what stays."""

    name: str | None = None
    timezone: str | None = None
    latitude: float | None = None
    longitude: float | None = None


async def change_store(turn: Turn, id: UUID, wanted: StoreParticulars) -> None:
    """Change the name of a store, its time zone, or where it lies. Raises Refused, NotFound, Conflict and Invalid."""
    turn.require_everywhere(to=OPENING)
    now = await load_store(turn.connection, id)
    await turn.require_unmoved(Subject("store", id, now.name))
    name = now.name if wanted.name is None else checked_name(wanted.name)
    timezone = now.timezone if wanted.timezone is None else await checked_timezone(turn.connection, wanted.timezone)
    was, place = (now.latitude, now.longitude), checked_place(wanted.latitude, wanted.longitude)
    if place == (None, None):
        place = was
    pairs = (("NAME", now.name, name), ("TIMEZONE", now.timezone, timezone), ("COORDINATES", lies(was), lies(place)))
    changes = [Change(*pair) for pair in pairs if pair[1] != pair[2]]
    await turn.connection.execute(
        "UPDATE store SET name = $2, timezone = $3, latitude = $4, longitude = $5 WHERE id = $1",
        id, name, timezone, *place,
    )  # fmt: skip
    await turn.enter(Subject("store", id, name), *changes)


Place = tuple[float | None, float | None]


def lies(place: Place) -> str | None:
    """Where a store lies, in words: "6.455, 3.3841", in degrees north and east."""
    return None if None in place else f"{place[0]:g}, {place[1]:g}"


def checked_place(latitude: float | None, longitude: float | None) -> Place:
    """Return where a store lies, in degrees. Raises Invalid."""
    if (latitude is None) != (longitude is None):
        raise Invalid("A place has a latitude and a longitude.", "Give both, or neither.", "latitude")
    for field, degrees, limit in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if degrees is not None and not -limit <= degrees <= limit:
            raise Invalid(f"The {field} is a number of degrees from −{limit} to {limit}.", "Correct it.", field)
    return latitude, longitude


def checked_name(text: str) -> str:
    """Return the name of a store as it is kept. Raises Invalid."""
    name = text.strip()
    if not (name and name.isprintable() and len(name) <= LONGEST_NAME):
        raise Invalid(f"A store has a name of 1 to {LONGEST_NAME} characters on one line.", "Write it so.", "name")
    return name


def checked_currency(text: str) -> str:
    """Return the currency. Raises Invalid."""
    try:
        exponent(text)
    except UnknownCurrency as unknown:
        raise Invalid(unknown.message, unknown.remedy, "currency") from None
    return text


async def checked_timezone(connection: Connection, text: str) -> str:
    """Return the time zone of the IANA database. Raises Invalid."""
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = $1)", text):
        raise Invalid(f"There is no time zone {text[:60]}.", "Write one like Africa/Lagos, or UTC.", "timezone")
    return text


def _no_store() -> NotFound:
    return NotFound("There is no such store.", "Choose one from the list of stores.")
