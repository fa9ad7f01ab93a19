"""What people call the actors of the log: persons by their names, the system and the imports by words of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from orderway.workflow.kinds import Connection

SYSTEM_NAME = "Orderway"
PERSON = "person:"
CUSTOMER = "customer:"
IMPORT = "import:"
SOURCE = "source:"
WEBHOOK = "webhook:"
OPERATOR = "operator:"
DATABASE = "database:"

NAMES = "SELECT id, name FROM person WHERE id = ANY ($1) UNION ALL SELECT id, name FROM customer WHERE id = ANY ($1)"


async def names_of(connection: Connection, actors: Collection[str]) -> Mapping[str, str]:
    """Return the name of each actor, in at most one statement.

    An actor is "person:<uuid>", "customer:<uuid>", "system", "import:<source>" or, for what the source itself had
    decided, "source:<source>"; "webhook:<provider>", "operator:<user>" at the command line, "database:<role>" past all
    programs.
    """
    ids = {actor: UUID(actor.partition(":")[2]) for actor in actors if actor.startswith((PERSON, CUSTOMER))}
    rows = await connection.fetch(NAMES, set(ids.values())) if ids else []
    names: dict[UUID, str] = {row["id"]: row["name"] for row in rows}
    return {actor: called(actor, names.get(ids[actor]) if actor in ids else None) for actor in actors}


def named(actor: str) -> str:
    """The SQL of the name of the person or customer whom the text `actor` names; null for anyone else."""
    return f"""CASE WHEN {actor} LIKE '{PERSON}%'
        THEN (SELECT p.name FROM person p WHERE p.id = substr({actor}, {len(PERSON) + 1})::uuid)
        WHEN {actor} LIKE '{CUSTOMER}%'
        THEN (SELECT c.name FROM customer c WHERE c.id = substr({actor}, {len(CUSTOMER) + 1})::uuid) END"""  # noqa: S608


def called(actor: str, name: str | None) -> str:
    """What people call an actor, whose `name` stands beside them where they have one."""
    return name or ("Somebody" if actor.startswith((PERSON, CUSTOMER)) else _in_words(actor))


def read(text: str) -> str:
    """What people call an actor of whom a statement read the name, or the text where there is none."""
    return _in_words(text) if text.startswith((IMPORT, SOURCE, WEBHOOK, OPERATOR, DATABASE)) else text


async def name_of(connection: Connection, actor: str) -> str:
    """Return the name of one actor."""
    return (await names_of(connection, [actor]))[actor]


def _in_words(actor: str) -> str:
    if actor.startswith(IMPORT):
        return f"{actor.removeprefix(IMPORT).capitalize()} import"
    if actor.startswith(SOURCE):
        return actor.removeprefix(SOURCE).capitalize()
    if actor.startswith(WEBHOOK):
        return f"{actor.removeprefix(WEBHOOK).capitalize()} webhook"
    if actor.startswith(OPERATOR):
        return f"{actor.removeprefix(OPERATOR)} (command line)"
    if actor.startswith(DATABASE):
        return f"{actor.removeprefix(DATABASE)} (database)"
    return SYSTEM_NAME
