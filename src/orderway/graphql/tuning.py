"""The settings in the API: how each stands, and the mutations that change one and take a change back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types.field import StrawberryField

from orderway.configuration.changes import Wish, change, require_manager
from orderway.configuration.live import catch_up
from orderway.configuration.reads import Standing, find_setting, list_settings
from orderway.graphql.answers import NOES, Conflict, Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.changing import done_once
from orderway.graphql.expose import KEY, key_of, said
from orderway.graphql.forms import enum_type
from orderway.people.scope import actor_everywhere
from orderway.workflow.transaction import Transaction

SettingSource = enum_type(
    "SettingSource",
    {"database": "Set here", "environment": "From the environment", "default": "Default"},
    description="Where the value of a setting comes from: the first of these that has one.",
)


@strawberry.type(name="SettingChange", description="One change of a setting; null stands for nothing in the database.")
class SettingChange:
    step: int
    from_value: str | None
    to_value: str | None
    who: str
    at: datetime
    reason: str


@strawberry.type(name="SystemSetting", description="A setting as it stands now, with its latest changes.")
class SystemSetting:
    name: str
    label: str
    help: str
    unit: str
    value: str = strawberry.field(description="The text that it could be set to: 1440, yes, 0 * * * *.")
    source: SettingSource  # type: ignore[valid-type]  # made just above
    default: str
    low: int | None = strawberry.field(description="The smallest number that it may be.")
    high: int | None = strawberry.field(description="The largest one.")
    problem: str | None = strawberry.field(description="What is wrong with what the database holds, if anything.")
    step: int = strawberry.field(description="How often it was changed. Send it as `seen` with the next change.")
    changed_by: str | None = strawberry.field(description="Who changed it last; null where nobody ever did.")
    changed_at: datetime | None
    history: list[SettingChange] = strawberry.field(description="The latest changes, newest first.")


@strawberry.type(name="SettingChanged", description="It is done, and every process follows.")
class SettingChanged:
    setting: Standing | None = strawberry.field(
        graphql_type=SystemSetting | None, description="Null where a name was taken out that no setting has."
    )


SettingAnswer = Annotated[
    SettingChanged | Refused | Conflict | NotFound | Invalid,
    strawberry.union("SettingAnswer", description="What a change of a setting comes to."),
]


@strawberry.input(name="ResetSettingInput")
class ResetSettingInput:
    name: str
    reason: str = strawberry.field(description="Why, for the history.")
    seen: int | None = strawberry.field(
        default=strawberry.UNSET, description="The step that you looked at: if it changed since, you are told."
    )
    idempotency_key: str | None = strawberry.field(default=strawberry.UNSET, description=KEY.description)


@strawberry.input(name="ChangeSettingInput")
class ChangeSettingInput(ResetSettingInput):
    value: str = strawberry.field(description="As the setting writes it: 1440, yes, 0 * * * *.")


async def system_settings(info: Info) -> list[Standing]:
    asking = info.context
    require_manager(actor_everywhere(asking.signed_in))
    async with asking.connection() as connection:
        return await list_settings(connection, asking.desk.runner.workflow.settings)


async def change_setting(info: Info, input: ChangeSettingInput) -> SettingAnswer:  # noqa: A002  (the API's word for it)
    return await answered(info.context, input, value=input.value)


async def reset_setting(info: Info, input: ResetSettingInput) -> SettingAnswer:  # noqa: A002  (the same)
    return await answered(info.context, input, value=None)


async def answered(asking: Asking, given: ResetSettingInput, *, value: str | None) -> SettingAnswer:
    """Change a setting as the viewer, and say what it came to; where it could not be, nothing was written."""
    runner, actor = asking.desk.runner, actor_everywhere(asking.signed_in)
    wish = Wish(name=given.name, value=value, reason=given.reason, seen=said(given.seen))

    async def work(tx: Transaction) -> None:
        await change(tx.connection, wish, by=actor, at=tx.now)

    try:
        require_manager(actor)
        await done_once(asking, work, wanted=wish, key=key_of(given))
        async with asking.connection() as connection:
            await catch_up(runner.workflow.settings, connection)
            return SettingChanged(setting=await find_setting(connection, runner.workflow.settings, wish.name))
    except NOES as no:
        return denied(runner.workflow, no)


def tuning() -> list[StrawberryField]:
    """The mutations of settings."""
    changes: StrawberryField = strawberry.mutation(
        resolver=change_setting, description="Set a setting in the database, over the environment and the default."
    )  # type: ignore[assignment]  # a field, though typed as what it resolves to
    resets: StrawberryField = strawberry.mutation(
        resolver=reset_setting, description="Take a setting out of the database: environment or default hold again."
    )  # type: ignore[assignment]  # the same
    return [changes, resets]


def tuned() -> StrawberryField:
    """The query of settings."""
    asked: StrawberryField = strawberry.field(
        resolver=system_settings,
        graphql_type=list[SystemSetting],
        description="Every setting with its value, for who may change them.",
    )  # type: ignore[assignment]  # the same
    return asked
