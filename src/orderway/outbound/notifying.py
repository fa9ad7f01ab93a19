"""The sink of notifications: whoever an event concerns is told of it here, and by e-mail where they want it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from orderway.notifications.mails.choices import NOTHING_CHOSEN, Choices, read_choices
from orderway.notifications.mails.groups import Topic, group_of
from orderway.notifications.mails.writing import PinLetter, write_mails, write_pin
from orderway.notifications.telling import Letter, tell
from orderway.outbound.delivery import Stretch
from orderway.outbound.happenings import Happening, read_happenings
from orderway.outbound.letters import letter
from orderway.outbound.recipients import Recipient, recipients
from orderway.settings import Settings
from orderway.workflow.kinds import Connection

Way = Literal["in_app", "by_mail"]

PIN_MADE = "order.fulfillment.pin_made"


@dataclass(frozen=True, slots=True)
class Notifications:
    """What is told within Orderway itself: it is written in the transaction that notes it as told.

    With a `clock` an e-mail is written in the same transaction for each who wants one: something sends them.
    """

    settings: Settings
    clock: Callable[[], datetime] | None = None
    name: str = "notifications"

    async def take(self, connection: Connection, stretches: Sequence[Stretch], /) -> None:
        """Tell everyone whom these events concern.

        All of it is written at once: who writes for several people locks their counters in one order.
        """
        happenings = await read_happenings(connection, stretches)
        concerned = await recipients(connection, self.settings, happenings)
        people = {whom.person for each in concerned.values() for whom in each}
        chosen = await read_choices(connection, people) if people else {}
        pairs = [(each, whom) for each in happenings for whom in concerned.get(each.id, ())]
        await tell(connection, wanted(pairs, chosen, by="in_app"))
        if self.clock:
            await write_mails(connection, wanted(pairs, chosen, by="by_mail"), at=self.clock())
            await send_pins(connection, happenings, at=self.clock())


def wanted(
    pairs: Iterable[tuple[Happening, Recipient]], chosen: Mapping[UUID, Choices], *, by: Way
) -> Sequence[Letter]:
    """The letters to those who want them this way."""
    return [letter(each, whom) for each, whom in pairs if wants(whom, chosen, group_of(each.type), by=by)]


def wants(whom: Recipient, chosen: Mapping[UUID, Choices], topic: Topic, *, by: Way) -> bool:
    """Whether a person wants the notices of a group this way."""
    choices = chosen.get(whom.person, NOTHING_CHOSEN)
    if by == "in_app":
        return choices.of(topic, whom.sides).in_app
    return not choices.mails_stopped and choices.of(topic, whom.sides).by_mail


async def send_pins(connection: Connection, happenings: Iterable[Happening], *, at: datetime) -> None:
    """Let the buyer have each PIN that was made."""
    for each in happenings:
        if each.type == PIN_MADE:
            made = PinLetter(
                store_id=each.store_id,
                order_id=each.order_id,
                event_number=each.number,
                fulfillment=each.instance_id,
                order=each.order,
            )
            await write_pin(connection, made, at=at)
