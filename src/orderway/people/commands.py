"""What can be changed of people, roles and stores: a command for each, as programs send it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from orderway.people.stores import NewStore, StoreParticulars


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateUser:
    """A person to be added: `roles` by their names, `stores` that they work in. Without a `password` they have none."""

    email: str
    name: str
    roles: tuple[str, ...] = ()
    stores: tuple[UUID, ...] = ()
    password: str | None = field(default=None, repr=False)
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForUser:
    """Something about a person, and why: for those who read the history."""

    user: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUser(ForUser):
    """A new name, a new address, or both."""

    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUserRoles(ForUser):
    """The roles of a person by their names, and no others."""

    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUserStores(ForUser):
    """The stores that a person works in, and no others."""

    stores: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUserPassword(ForUser):
    """A new password, with which everything ends that let them in."""

    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableUser(ForUser):
    """A person who is let in no more, from this moment on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableUser(ForUser):
    """A person who may sign in again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRole:
    """A role of one's own. `name` is for programs, as NIGHT_LEAD, and stays; `label` for sentences, as "night lead"."""

    name: str
    label: str
    permissions: tuple[str, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRole:
    """A role by its name, and why."""

    role: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRole(DeleteRole):
    """A new label, other permissions, or both."""

    label: str | None = None
    permissions: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateStore(NewStore):
    """A store to be opened. `code` and `currency` stay for good; the place is in degrees, north and east."""

    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStore(StoreParticulars):
    """Another name, time zone or place of a store, and why."""

    store: UUID
    reason: str


Personal = CreateUser | ChangeUser | SetUserRoles | SetUserStores | SetUserPassword | DisableUser | EnableUser
Composing = CreateRole | ChangeRole | DeleteRole
Opening = CreateStore | ChangeStore
Command = Personal | Composing | Opening
