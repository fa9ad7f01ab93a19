"""Whether an e-mail still concerns whom it was written for: judged when it is sent, as it was when it was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from orderway.notifications.mails.writing import PIN
from orderway.outbound.delivery import Stretch
from orderway.outbound.happenings import Happening, read_happenings
from orderway.outbound.letters import letter
from orderway.outbound.mail.letters import Mail
from orderway.outbound.recipients import Recipient, recipients
from orderway.settings import Settings
from orderway.workflow.kinds import Connection

GONE = "What it tells concerns who it was for no more."

Event = tuple[UUID, UUID, int]


async def judged(connection: Connection, settings: Settings, mails: Sequence[Mail]) -> list[Mail]:
    """Return them all; who would not be told of the event now, gets it no more, and no amount who may see none now.

    One statement for all their events, and those of `recipients`. A PIN is its buyer's, whatever they may see.
    """
    events = {_event(each) for each in mails if each.topic != PIN and not each.why_not}
    stretches = [Stretch(store, order, number - 1, number) for store, order, number in sorted(events)]
    happenings = await read_happenings(connection, stretches) if stretches else []
    concerned = await recipients(connection, settings, happenings)
    known = {
        (each.store_id, each.order_id, each.number): (each, {whom.person: whom for whom in concerned.get(each.id, ())})
        for each in happenings
    }
    return [_judged(each, *known[_event(each)]) if _event(each) in known else each for each in mails]


def _event(mail: Mail) -> Event:
    return mail.store_id, mail.order_id, mail.event_number


def _judged(mail: Mail, happening: Happening, concerned: dict[UUID, Recipient]) -> Mail:
    if mail.topic == PIN or mail.why_not or mail.person_id is None:
        return mail
    if mail.person_id not in concerned:
        return replace(mail, why_not=GONE)
    return mail if letter(happening, concerned[mail.person_id]).text else replace(mail, text="")
