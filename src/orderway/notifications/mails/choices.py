"""What each person chose to be told, and by which ways: in Orderway, by e-mail, by both or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.notifications.mails.groups import GROUPS, Side, Topic, sides_of
from orderway.people.signing.presence import require_presence
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How the notices of a group, by its name, come to a person."""

    topic: Topic
    in_app: bool
    by_mail: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChoices:
    """What holds for a person: of each group that may concern them, and whether they get e-mails at all."""

    choices: tuple[Choice, ...]
    mails: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whose e-mails a link belongs to; `stopped` is whether they get none."""

    person_id: UUID
    language: str | None
    stopped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChoices:
    """How somebody wants to be told from now on: of these groups, and with `mails` whether by e-mail at all."""

    choices: tuple[Choice, ...] = ()
    mails: bool | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """All that a person chose; `mails_stopped` is whether they want no e-mail whatever else they chose."""

    mails_stopped: bool
    chosen: Mapping[Topic, Choice]

    def of(self, topic: Topic, sides: frozenset[Side]) -> Choice:
        """What they chose for a group, or what holds for people of these sides who chose nothing."""
        usual = Choice(topic=topic, in_app=True, by_mail=bool(GROUPS[topic].mailed & sides))
        return self.chosen.get(topic, usual)


NOTHING_CHOSEN = Choices(False, {})

# Both are few rows of each person; who chose nothing has none.
READ = """
SELECT person_id, topic, in_app, by_mail, false AS stopped FROM notice_choice WHERE person_id = ANY ($1::uuid[])
UNION ALL
SELECT person_id, '', true, true, true FROM mail_reader WHERE person_id = ANY ($1::uuid[]) AND stopped_at IS NOT NULL
"""
CHOOSE = """
INSERT INTO notice_choice (person_id, topic, in_app, by_mail)
SELECT $1, * FROM unnest($2::text[], $3::boolean[], $4::boolean[])
ON CONFLICT (person_id, topic) DO UPDATE SET in_app = excluded.in_app, by_mail = excluded.by_mail
"""
# Who stopped them before has stopped them since then.
STOP = """
INSERT INTO mail_reader AS m (person_id, token, stopped_at) VALUES ($1, $2, $3)
ON CONFLICT (person_id) DO UPDATE SET stopped_at = coalesce(m.stopped_at, excluded.stopped_at)
"""
RESUME = "UPDATE mail_reader SET stopped_at = NULL WHERE person_id = $1"


FIND = """
SELECT m.person_id, p.language, m.stopped_at IS NOT NULL AS stopped
FROM mail_reader m JOIN person p ON p.id = m.person_id WHERE m.token = $1
"""


async def read_choices(connection: Connection, people: Iterable[UUID]) -> Mapping[UUID, Choices]:
    """Return what people chose; who chose nothing is left out. One statement."""
    chosen: dict[UUID, dict[Topic, Choice]] = {}
    stopped: set[UUID] = set()
    for row in await connection.fetch(READ, sorted(people)):
        of_person = chosen.setdefault(row["person_id"], {})
        if row["stopped"]:
            stopped.add(row["person_id"])
        else:
            of_person[row["topic"]] = Choice(topic=row["topic"], in_app=row["in_app"], by_mail=row["by_mail"])
    return {person: Choices(person in stopped, each) for person, each in chosen.items()}


async def own_choices(connection: Connection, viewer: Viewer) -> OwnChoices:
    """Return how the viewer is told. One statement."""
    known = (await read_choices(connection, [viewer.person_id])).get(viewer.person_id, NOTHING_CHOSEN)
    sides = sides_of(viewer)
    groups = [name for name, group in GROUPS.items() if group.sides & sides]
    return OwnChoices(choices=tuple(known.of(name, sides) for name in groups), mails=not known.mails_stopped)


async def choose(connection: Connection, viewer: Viewer, wanted: NewChoices, *, at: datetime) -> OwnChoices:
    """Change how the viewer is told, in the caller's transaction. Raises Refused for a key, and Invalid."""
    require_presence(viewer, to="choose what one is told of")
    topics = [each.topic for each in wanted.choices]
    if unknown := next((each for each in topics if each not in GROUPS), None):
        raise Invalid(f"There is no group of notices {unknown[:40]}.", "Choose from the list.", "choices")
    if len(set(topics)) < len(topics):
        raise Invalid("A group of notices stands here twice.", "Choose once for each.", "choices")
    columns = [[getattr(each, name) for each in wanted.choices] for name in ("topic", "in_app", "by_mail")]
    await connection.execute(CHOOSE, viewer.person_id, *columns)
    if wanted.mails is False:
        await stop_mails(connection, viewer.person_id, at=at)
    elif wanted.mails:
        await connection.execute(RESUME, viewer.person_id)
    return await own_choices(connection, viewer)


async def stop_mails(connection: Connection, person: UUID, *, at: datetime) -> None:
    """Let a person get no e-mail any more, whatever they chose for a group; PINs, which they need, still come."""
    await connection.execute(STOP, person, new_token(), at)


async def find_reader(connection: Connection, token: str) -> Reader | None:
    """Return whose link holds the token; None for one that stands in no e-mail of ours."""
    row = await connection.fetchrow(FIND, token) if token.isprintable() else None
    return Reader(**row) if row else None


def new_token() -> str:
    """What stands in the links of a person's e-mails by which they end them: 256 random bits."""
    return secrets.token_urlsafe(32)
