"""People in the API: users, roles, permissions and stores, and the history of their changes."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Info
from orderway.graphql.expose import said
from orderway.graphql.forms import enum_type
from orderway.graphql.paging import After, First, Page, connection_of, place_of
from orderway.people import directory, history, stores
from orderway.people.directory import UserFilters, list_permissions, list_roles, list_users, load_user
from orderway.people.history import ChangeFilters, count_changes, list_changes
from orderway.people.record import PHRASES

PeopleChangeKind = enum_type("PeopleChangeKind", PHRASES, description="What changed, and who did it did what.")


@strawberry.type(name="HeldRole", description="A role that a person has.")
class HeldRole:
    name: str
    label: str = strawberry.field(description='As it stands in a sentence: "manager".')


@strawberry.type(name="Workplace", description="A store that a person works in.")
class Workplace:
    id: UUID
    name: str
    code: str


@strawberry.type(name="User", description="A person who can sign in, or could.")
class User:
    id: UUID
    name: str
    email: str
    roles: list[HeldRole]
    stores: list[Workplace]
    customer: UUID | None = strawberry.field(description="The customer that they buy as.")
    disabled_at: datetime | None = strawberry.field(description="Since when they are let in no more.")
    created_at: datetime
    step: int = strawberry.field(description="How often they were changed. Send it as `seen` with the next change.")


@strawberry.type(name="Role", description="A named set of permissions.")
class Role:
    id: UUID
    name: str = strawberry.field(description="For programs, as NIGHT_LEAD; it stays.")
    label: str = strawberry.field(description='As it stands in a sentence: "night lead".')
    permissions: list[str]
    is_built_in: bool = strawberry.field(description="An installation begins with it, and it stays.")
    holders: int = strawberry.field(description="How many people have it.")
    step: int = strawberry.field(description="How often it was changed. Send it as `seen` with the next change.")


@strawberry.type(name="Permission", description="What a role can hold.")
class Permission:
    name: str
    label: str
    is_scope: bool = strawberry.field(description="It says which orders the others of the same role are for.")


@strawberry.type(name="StoreRecord", description="A store with what is kept of it.")
class StoreRecord:
    id: UUID
    name: str
    code: str = strawberry.field(description="The numbers of its orders begin with it; it stays.")
    currency: str
    timezone: str
    latitude: float | None = strawberry.field(description="In degrees north.")
    longitude: float | None = strawberry.field(description="In degrees east.")
    step: int = strawberry.field(description="How often it was changed. Send it as `seen` with the next change.")


@strawberry.type(name="PeopleChange", description="Who changed what of a person, a role or a store.")
class PeopleChange:
    id: UUID
    person: UUID | None = strawberry.field(description="One of `person`, `role` and `store` is there.")
    role: UUID | None
    store: UUID | None
    subject: str = strawberry.field(description="What it was called then.")
    step: int
    what: PeopleChangeKind  # type: ignore[valid-type]  # made just above
    phrase: str = strawberry.field(description="It continues the name of who did it: changed the roles.")
    was: str | None = strawberry.field(description="In words of then; null for nothing, and for a secret.")
    became: str | None
    who: str
    at: datetime
    reason: str


@strawberry.input(name="UserFilter", description="Whom to list: who fulfills all of it.")
class UserFilter:
    search: str = strawberry.field(
        default="", description="Beginnings of words of the name, or the beginning of the address."
    )
    role: str | None = strawberry.field(default=strawberry.UNSET, description="The name of a role.")
    store: UUID | None = strawberry.UNSET
    disabled: bool | None = strawberry.UNSET


@strawberry.input(name="PeopleChangeFilter", description="Which changes to list: those that fulfill all of it.")
class PeopleChangeFilter:
    person: UUID | None = strawberry.field(default=strawberry.UNSET, description="Whom it was about.")
    role: UUID | None = strawberry.UNSET
    store: UUID | None = strawberry.UNSET
    actor: UUID | None = strawberry.field(default=strawberry.UNSET, description="Which person did it.")
    what: PeopleChangeKind | None = strawberry.field(  # type: ignore[valid-type]  # made above
        default=strawberry.UNSET, description="What it was that changed."
    )
    since: datetime | None = strawberry.UNSET
    until: datetime | None = strawberry.field(default=strawberry.UNSET, description="Before this moment.")


async def users(
    info: Info,
    *,
    first: First = 20,
    after: After = None,
    filter: UserFilter | None = None,  # noqa: A002  (the API's word for it)
) -> Page[directory.User]:
    """Those whom the viewer manages, by name."""
    viewer, given = info.context.signed_in, filter or UserFilter()
    filters = UserFilters(
        search=given.search, role=said(given.role), store=said(given.store), disabled=said(given.disabled)
    )
    async with info.context.connection() as connection:
        found, more = await list_users(connection, viewer, filters=filters, after=after or "", limit=first)
    count = partial(directory.count_users, viewer=viewer, filters=filters)
    return Page(nodes=found, has_more=more, cursor=place_of, count=count, after=after)


async def user(info: Info, *, id: UUID) -> directory.User:
    async with info.context.connection() as connection:
        return await load_user(connection, info.context.signed_in, id)


async def roles(info: Info) -> list[directory.RoleStanding]:
    async with info.context.connection() as connection:
        return await list_roles(connection, info.context.signed_in)


async def permissions(info: Info) -> list[directory.Permission]:
    return list_permissions(info.context.signed_in)


async def known_stores(info: Info) -> list[stores.Store]:
    async with info.context.connection() as connection:
        return await stores.list_stores(connection, info.context.signed_in)


async def people_changes(
    info: Info,
    *,
    first: First = 20,
    after: After = None,
    filter: PeopleChangeFilter | None = None,  # noqa: A002  (the API's word for it)
) -> Page[history.PeopleChange]:
    """Newest first, of those whom the viewer manages."""
    viewer, given = info.context.signed_in, filter or PeopleChangeFilter()
    kind: Any = said(given.what)
    filters = ChangeFilters(
        person=said(given.person), role=said(given.role), store=said(given.store), actor=said(given.actor),
        what=kind.value if kind else None, since=said(given.since), until=said(given.until),
    )  # fmt: skip
    async with info.context.connection() as connection:
        found, more = await list_changes(connection, viewer, filters=filters, after=after or "", limit=first)
    count = partial(count_changes, viewer=viewer, filters=filters)
    return Page(nodes=found, has_more=more, cursor=place_of, count=count, after=after)


def peopled() -> list[StrawberryField]:
    """The queries of people."""
    described: list[tuple[Any, Any, str, str]] = [
        (users, connection_of(User), "users", "Those whom the viewer manages, by name."),
        (user, User, "user", "One of those whom the viewer manages."),
        (roles, list[Role], "roles", "The roles, for who gives them out."),
        (permissions, list[Permission], "permissions", "All that a role can hold, for who composes them."),
        (known_stores, list[StoreRecord], "stores", "The stores that the viewer knows, by name."),
        (
            people_changes, connection_of(PeopleChange), "peopleChanges",
            "Who changed what of people, roles and stores, newest first.",
        ),
    ]  # fmt: skip
    return [
        strawberry.field(resolver=resolver, graphql_type=kind, name=name, description=description)
        for resolver, kind, name, description in described
    ]
