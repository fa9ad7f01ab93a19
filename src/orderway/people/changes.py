"""Doing what a command says of people, roles and stores: in one turn, checked, written down, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from orderway.people import accounts, compositions, stores
from orderway.people.commands import (
    ChangeRole,
    ChangeStore,
    ChangeUser,
    Command,
    Composing,
    CreateRole,
    CreateStore,
    CreateUser,
    DeleteRole,
    DisableUser,
    EnableUser,
    Personal,
    SetUserPassword,
    SetUserRoles,
    SetUserStores,
)
from orderway.people.turn import Turn, turn_of
from orderway.people.viewer import Viewer
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Changed:
    """What a command was about; a role that was deleted is none of them."""

    user: UUID | None = None
    role: UUID | None = None
    store: UUID | None = None


async def change(
    tx: Transaction, command: Command, *, by: Viewer, seen: int | None = None, password_hash: str | None = None
) -> Changed:
    """Do it; what is so already is left as it is, with nothing written.

    `password_hash` stands for the password of a command that has one. Raises Refused for who may not, NotFound for
    what is out of reach, Invalid for what can not be, and Conflict where it changed since it was `seen`.
    """
    async with turn_of(tx.connection, by, at=tx.now, reason=command.reason or "", seen=seen) as turn:
        match command:
            case CreateRole() | ChangeRole() | DeleteRole():
                return await _compose(turn, command)
            case CreateStore():
                return Changed(store=await stores.open_store(turn, command))
            case ChangeStore():
                await stores.change_store(turn, command.store, command)
                return Changed(store=command.store)
            case _:
                return Changed(user=await _personal(turn, command, password_hash))


async def _compose(turn: Turn, command: Composing) -> Changed:
    match command:
        case CreateRole(name=name, label=label, permissions=permissions):
            return Changed(role=await compositions.create_role(turn, name, label=label, permissions=permissions))
        case ChangeRole(role=name, label=called, permissions=wanted):
            return Changed(role=await compositions.change_role(turn, name, label=called, permissions=wanted))
        case DeleteRole(role=name):
            await compositions.delete_role(turn, name)
            return Changed()


async def _personal(turn: Turn, command: Personal, password_hash: str | None) -> UUID:
    match command:
        case CreateUser():
            new = accounts.NewPerson(
                email=command.email, name=command.name, roles=command.roles, stores=command.stores,
                password_hash=password_hash,
            )  # fmt: skip
            return await accounts.add(turn, new)
        case ChangeUser(user=user, name=name, email=email):
            await accounts.change_particulars(turn, user, name=name, email=email)
        case SetUserRoles(user=user, roles=roles):
            await accounts.give_roles(turn, user, roles)
        case SetUserStores(user=user, stores=given):
            await accounts.give_stores(turn, user, given)
        case SetUserPassword(user=user):
            await accounts.renew_password(turn, user, password_hash or "")
        case DisableUser(user=user):
            await accounts.disable(turn, user)
        case EnableUser(user=user):
            await accounts.enable(turn, user)
        case _:
            assert_never(command)
    return command.user
