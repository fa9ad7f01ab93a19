"""Changing people, roles and stores through the API: a mutation for each command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import NOES, Conflict, Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.expose import INPUTS, KEY, SEEN, key_of, said
from orderway.graphql.forms import payload_of
from orderway.graphql.people import Role, StoreRecord, User
from orderway.people import commands, directory, stores
from orderway.people.changes import Changed, change
from orderway.people.commands import Command
from orderway.people.directory import load_role, load_user
from orderway.people.passwords import WeakPassword
from orderway.people.signing.presence import require_presence
from orderway.people.stores import load_store
from orderway.people.turn import require_changing
from orderway.workflow import errors
from orderway.workflow.transaction import Transaction


@strawberry.type(name="UserChanged", description="It is so now, and whoever made it so is remembered.")
class UserChanged:
    user: directory.User | None = strawberry.field(
        graphql_type=User | None, description="Null where whoever changed them manages them no longer."
    )


@strawberry.type(name="RoleChanged", description="It is so now, for whoever has the role.")
class RoleChanged:
    role: directory.RoleStanding | None = strawberry.field(
        graphql_type=Role | None, description="Null where it is no more."
    )


@strawberry.type(name="StoreChanged", description="It is so now.")
class StoreChanged:
    store: stores.Store = strawberry.field(graphql_type=StoreRecord)


UserAnswer = Annotated[
    UserChanged | Refused | Conflict | NotFound | Invalid,
    strawberry.union("UserAnswer", description="What a change of a person comes to."),
]
RoleAnswer = Annotated[
    RoleChanged | Refused | Conflict | NotFound | Invalid,
    strawberry.union("RoleAnswer", description="What a change of a role comes to."),
]
StoreAnswer = Annotated[
    StoreChanged | Refused | Conflict | NotFound | Invalid,
    strawberry.union("StoreAnswer", description="What a change of a store comes to."),
]

MUTATIONS: dict[type, tuple[Any, str]] = {
    commands.CreateUser: (UserAnswer, "Add a person."),
    commands.ChangeUser: (UserAnswer, "Change the name or the address of a person."),
    commands.SetUserRoles: (UserAnswer, "Give a person these roles, and no others: from their next request on."),
    commands.SetUserStores: (UserAnswer, "Let a person work in these stores, and no others."),
    commands.SetUserPassword: (UserAnswer, "Give a person a new password; their sessions, tokens and keys end."),
    commands.DisableUser: (UserAnswer, "Let a person in no more: their sessions, tokens and keys end at once."),
    commands.EnableUser: (UserAnswer, "Let a person in again; they sign in anew."),
    commands.CreateRole: (RoleAnswer, "Compose a role of what one holds oneself."),
    commands.ChangeRole: (
        RoleAnswer,
        "Change what a role is called or holds: from the next request of its holders on.",
    ),
    commands.DeleteRole: (RoleAnswer, "Delete a role that nobody has; those that were there from the beginning stay."),
    commands.CreateStore: (StoreAnswer, "Open a store."),
    commands.ChangeStore: (StoreAnswer, "Change the name, the time zone or the place of a store."),
}
"""Each command with its answer and its words."""


def peopling() -> Iterator[StrawberryField]:
    """A mutation for each command: CreateUser is createUser."""
    for command, (answer, description) in MUTATIONS.items():
        yield mutation(command, answer, description)


def mutation(command: type[Command], answer: Any, description: str) -> StrawberryField:
    """The mutation that sends one command; where it can not be done, nothing was written."""
    name = f"{command.__name__[0].lower()}{command.__name__[1:]}"
    extras = (KEY,) if command.__name__.startswith("Create") else (SEEN, KEY)
    form = INPUTS.of(command, machine="people", name=f"{command.__name__}Input", extras=extras)

    async def resolve(info: Info, input: Any) -> Any:  # noqa: A002  (the API's word for it)
        try:
            about = await changed(info.context, payload_of(command, input), given=input)
            return await standing(info.context, about, answer=answer)
        except NOES as no:
            return denied(info.context.desk.runner.workflow, no)

    resolve.__name__ = name
    resolve.__annotations__ = {"info": Info, "input": form, "return": answer}
    field: StrawberryField = strawberry.mutation(resolver=resolve, name=name, description=description)
    return field


async def changed(asking: Asking, command: Command, *, given: Any) -> Changed:
    """Do it as the viewer, once for a key. Raises what `change` raises."""
    viewer, key, seen = asking.signed_in, key_of(given), said(getattr(given, "seen", None))
    require_changing(viewer)
    if lets_in(command):
        require_presence(viewer, to="change how somebody signs in")
    hashed = await hash_of(asking, getattr(command, "password", None))

    async def work(tx: Transaction) -> Changed:
        return await change(tx, command, by=viewer, seen=seen, password_hash=hashed)

    request = (type(command).__name__, seen, await without_secret(asking, command, key=key))
    return await asking.desk.runner.once(
        work, Changed, key=key, request=request, actor=viewer.actor(), request_id=asking.request_id
    )


def lets_in(command: Command) -> bool:
    """Whether somebody could sign in by what it sets, long after the key that sent it has ended."""
    match command:
        case commands.CreateUser() | commands.SetUserPassword():
            return command.password is not None
        case commands.ChangeUser():
            return command.email is not None
    return False


async def hash_of(asking: Asking, password: str | None) -> str | None:
    """The hash of a new password, made before any lock is held. Raises Invalid for a weak one."""
    if password is None:
        return None
    try:
        return await asking.desk.sessions.passwords.hash(password)
    except WeakPassword as weak:
        raise errors.Invalid(weak.message, weak.remedy, "password") from None


async def without_secret(asking: Asking, command: Command, *, key: str | None) -> object:
    """What a repeat of the command has to equal, which is kept: of a password only what is as dear to guess from."""
    if key is None or not isinstance(command, commands.CreateUser | commands.SetUserPassword):
        return command
    if command.password is None:
        return command
    salt = f"{asking.signed_in.person_id} {key}"
    fingerprint = await asking.desk.sessions.passwords.fingerprint(command.password, salt=salt)
    return replace(command, password=fingerprint.hex())


async def standing(asking: Asking, about: Changed, *, answer: Any) -> UserChanged | RoleChanged | StoreChanged:
    """What was changed, as it stands."""
    async with asking.connection() as connection:
        if answer is RoleAnswer:
            return RoleChanged(role=await load_role(connection, about.role) if about.role else None)
        if about.store is not None:
            return StoreChanged(store=await load_store(connection, about.store))
        try:
            found = await load_user(connection, asking.signed_in, about.user) if about.user else None
        except (errors.NotFound, errors.Refused):
            found = None
        return UserChanged(user=found)
