"""Asking and changing people through the API."""

from collections.abc import Mapping
from typing import Any

from tests.graphql.office import PASSWORD, QUICK, Api, jsonable

from orderway.people.accounts import NewPerson, add_person
from orderway.workflow.actor import THE_SYSTEM

USER = "id name email roles { name label } stores { id name code } customer disabledAt createdAt step"
ROLE = "id name label permissions isBuiltIn holders step"
STORE = "id name code currency timezone latitude longitude step"
ANSWER = f"""
    __typename
    ... on UserChanged {{ user {{ {USER} }} }}
    ... on RoleChanged {{ role {{ {ROLE} }} }}
    ... on StoreChanged {{ store {{ {STORE} }} }}
    ... on Refused {{ sentence reasons {{ guard remedy permission whoCanHelp }} }}
    ... on Conflict {{ sentence who what step }}
    ... on NotFound {{ sentence }}
    ... on Invalid {{ field sentence }}
"""
ON_USERS = {"createUser", "changeUser", "setUserRoles", "setUserStores", "setUserPassword", "disableUser", "enableUser"}


async def hire(api: Api, name: str, *roles: str, stores: tuple[Any, ...] = ()) -> str:
    """Add somebody with the password of all."""
    new = NewPerson(
        email=f"{name.replace(' ', '.')}@example.com", name=name.capitalize(), password_hash=QUICK.hash(PASSWORD),
        roles=roles, stores=stores,
    )  # fmt: skip
    async with api.office.pool.acquire() as connection:
        api.office.ids[name] = await add_person(connection, new, by=THE_SYSTEM, at=api.office.now)
    return str(api.office.ids[name])


async def change(api: Api, who: str, mutation: str, **given: Any) -> Any:
    """Send one mutation, for a reason where it takes one and none is given, and give its answer."""
    kind = "User" if mutation in ON_USERS else "Role" if mutation.endswith("Role") else "Store"
    spread = ANSWER
    for other in {"User", "Role", "Store"} - {kind}:
        spread = "\n".join(line for line in spread.split("\n") if f"{other}Changed" not in line)
    query = (
        f"mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input) {{ {spread} }} }}"
    )
    if not mutation.startswith("create"):
        given = {"reason": "It was agreed.", **given}
    return (await api.ask(who, query, input=plain(given)))[mutation]


async def changed(api: Api, who: str, mutation: str, **given: Any) -> Any:
    """Send one mutation that must change something, and give the thing."""
    answer = await change(api, who, mutation, **given)
    assert answer["__typename"] in {"UserChanged", "RoleChanged", "StoreChanged"}, answer
    return next(thing for field, thing in answer.items() if field != "__typename")


async def refused(api: Api, who: str, mutation: str, **given: Any) -> str:
    """Send one mutation that must be refused, and give the sentence."""
    answer = await change(api, who, mutation, **given)
    assert answer["__typename"] == "Refused", answer
    return str(answer["sentence"])


async def history(api: Api, who: str = "superadmin", **filters: Any) -> list[tuple[Any, ...]]:
    """What was changed, newest first: of what, what, from what, to what, by whom, and why."""
    query = """query($filter: PeopleChangeFilter) { peopleChanges(first: 100, filter: $filter) {
        nodes { subject what was became who reason } } }"""
    nodes = (await api.ask(who, query, filter=plain(filters)))["peopleChanges"]["nodes"]
    return [tuple(each.values()) for each in nodes]


def plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return jsonable(given) | {
        name: [str(each) for each in value] for name, value in given.items() if isinstance(value, list | tuple)
    }
