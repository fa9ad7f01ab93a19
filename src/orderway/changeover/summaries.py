"""Telling those who look after the settings what a day of the shadow came to: once for each day that it followed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from orderway.changeover.shadow import Summary, lines, summarize
from orderway.notifications.telling import Letter, tell
from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import everywhere
from orderway.people.viewer import VIEWER, viewer_from
from orderway.workflow.kinds import Connection

MANAGERS = f"""{VIEWER} EXISTS (
    SELECT FROM person_role h JOIN role r ON r.id = h.role_id
    WHERE h.person_id = p.id AND $1 = ANY (r.permissions)
) ORDER BY p.id
"""
TOLD = "SELECT EXISTS (SELECT FROM notification WHERE person_id = ANY ($1) AND instance_id = $2)"

TYPE, MACHINE = "shadow.summary", "shadow"
"""What the notice is called, and what it is about."""

TITLE = "The shadow of the former system"


async def tell_yesterday(connection: Connection, *, now: datetime) -> int:
    """Tell each of them what yesterday (UTC) came to, once; gives how many were told. Of an empty day nobody is."""
    summary = await summarize(connection, (now.astimezone(UTC) - timedelta(days=1)).date())
    if summary.is_empty:
        return 0
    async with connection.transaction():
        viewers = map(viewer_from, await connection.fetch(MANAGERS, SETTINGS_MANAGE))
        people = [each.person_id for each in viewers if everywhere(each, SETTINGS_MANAGE)]
        day = uuid5(NAMESPACE_OID, f"shadow:{summary.day}")
        if await connection.fetchval(TOLD, people, day):
            return 0
        await tell(connection, [
            Letter(
                person=person, store_id=None, order_id=None, event_number=None, type=TYPE, machine=MACHINE,
                instance_id=day, title=TITLE, text=text_of(summary), tells_money=False, at=now,
            )
            for person in people
        ])  # fmt: skip
    return len(people)


def text_of(summary: Summary) -> str:
    """The day, and its lines."""
    return "\n".join((f"{summary.day}:", *lines(summary)))
