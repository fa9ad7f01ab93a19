"""How one is told of what concerns one: in Orderway, by e-mail, by both or not at all."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import Conflict, Invalid, NotFound, Refused
from orderway.graphql.asking import Asking, Info
from orderway.graphql.changing import changing, once
from orderway.graphql.forms import enum_of
from orderway.notifications.mails.choices import NewChoices, OwnChoices, choose, own_choices
from orderway.notifications.mails.groups import GROUPS
from orderway.workflow.transaction import Transaction

NotificationGroup = enum_of(tuple(GROUPS), "NotificationGroup")


@strawberry.type(name="NotificationChoice", description="How the notifications of a group come to the viewer.")
class NotificationChoiceType:
    topic: NotificationGroup  # type: ignore[valid-type]  # made just above
    in_app: bool = strawberry.field(description="They stand among the notifications.")
    by_mail: bool = strawberry.field(description="They come by e-mail, where e-mails are sent at all.")
    label: str = strawberry.field(description="The group in words.")


@strawberry.type(name="NotificationChoices", description="How the viewer is told of what concerns them.")
class NotificationChoicesType:
    mails: bool = strawberry.field(description="They get e-mails; a PIN comes in any case.")
    choices: list[NotificationChoiceType] = strawberry.field(description="For each group that may concern them.")


ChoicesAnswer = Annotated[
    NotificationChoicesType | Refused | Conflict | NotFound | Invalid,
    strawberry.union("NotificationChoicesAnswer", description="What choosing comes to."),
]


async def my_notification_choices(info: Info) -> NotificationChoicesType:
    """How the viewer is told of what concerns them."""
    viewer = info.context.signed_in
    async with info.context.connection() as connection:
        return shown(await own_choices(connection, viewer))


async def choose_mine(asking: Asking, wanted: NewChoices, key: str | None) -> NotificationChoicesType:
    async def work(tx: Transaction) -> OwnChoices:
        return await choose(tx.connection, asking.signed_in, wanted, at=tx.now)

    return shown(await once(asking, work, OwnChoices, wanted=wanted, key=key))


def shown(known: OwnChoices) -> NotificationChoicesType:
    choices = [
        NotificationChoiceType(
            topic=NotificationGroup[each.topic],
            in_app=each.in_app,
            by_mail=each.by_mail,
            label=GROUPS[each.topic].label,
        )
        for each in known.choices
    ]
    return NotificationChoicesType(mails=known.mails, choices=choices)


def choosing() -> StrawberryField:
    """The mutation that chooses."""
    return changing(
        "chooseMyNotifications", NewChoices, choose_mine, answer=ChoicesAnswer,
        description="Choose how one is told: of some groups, and with `mails` whether by e-mail at all.",
    )  # fmt: skip


def told_how() -> StrawberryField:
    """The query of what was chosen."""
    asked: StrawberryField = strawberry.field(
        resolver=my_notification_choices, name="myNotificationChoices", description=my_notification_choices.__doc__
    )  # type: ignore[assignment]  # a field, though typed as what it resolves to
    return asked
