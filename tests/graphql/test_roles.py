"""Roles through the API: composed, changed and deleted, and a composed one works wherever a built-in one does."""

from typing import Any

import asyncpg
import pytest
from tests.graphql.office import KANO, LAGOS, Api, Office
from tests.graphql.orders import draft
from tests.graphql.staff_office import change, changed, hire, history, refused

from orderway.people.permissions import LABELS

LEAD = ["override.decide", "money.see", "quotation.edit", "quotation.approve_as_seller", "scope.store"]


@pytest.fixture
async def api(office: Office) -> Any:
    """The office with a superadmin."""
    async with office.open() as client:
        opened = Api(office, client)
        await hire(opened, "superadmin", "SUPERADMIN")
        yield opened


async def role(api: Api, name: str) -> Any:
    query = "{ roles { name label permissions isBuiltIn holders step } }"
    return next(each for each in (await api.ask("admin", query))["roles"] if each["name"] == name)


async def test_the_roles_of_the_beginning_are_listed_with_who_has_them(api: Api):
    manager = await role(api, "MANAGER")
    assert (manager["label"], manager["isBuiltIn"], manager["holders"], manager["step"]) == ("manager", True, 2, 0)
    assert "scope.store" in manager["permissions"]
    listed = (await api.ask("admin", "{ permissions { name label isScope } }"))["permissions"]
    assert {each["name"]: each["label"] for each in listed} == dict(LABELS)
    assert {each["name"] for each in listed if each["isScope"]} == {
        "scope.all", "scope.store", "scope.billed", "scope.own", "scope.delivery",
    }  # fmt: skip


async def test_a_composed_role_works_as_a_built_in_one_does(api: Api):
    made = await changed(
        api, "admin", "createRole", name="NIGHT_LEAD", label="night lead", permissions=LEAD, reason="Nights."
    )
    assert made == {
        "id": made["id"],
        "name": "NIGHT_LEAD",
        "label": "night lead",
        "permissions": sorted(LEAD),
        "isBuiltIn": False,
        "holders": 0,
        "step": 1,
    }
    await hire(api, "lead", "NIGHT_LEAD", stores=(LAGOS,))
    order = await draft(api)
    elsewhere = "query($id: UUID!) { order(id: $id) { number totals { total } availableEvents { event } } }"
    assert (await api.ask("lead", elsewhere, id=order.order))["order"]["totals"]
    viewer = await api.ask("lead", "{ viewer { roles permissions } stores { code } }")
    assert viewer == {
        "viewer": {"roles": ["night lead"], "permissions": sorted(LEAD)},
        "stores": [{"code": "LAG"}],
    }
    await api.move("lead", "quotationShare", id=order.ids["quotation"])
    answer = await api.do("lead", "quotationWithdraw", id=order.ids["quotation"], reason="No.")
    assert answer["__typename"] == "Moved", "who may edit a quotation may withdraw it"
    await changed(api, "admin", "setUserStores", user=api.office.ids["lead"], stores=[KANO])
    (error,) = await api.errors("lead", elsewhere, id=order.order)
    assert error["message"].startswith("There is no such order.")


async def test_whoever_is_refused_is_sent_to_the_composed_role_too(api: Api):
    await changed(api, "superadmin", "createRole", name="WHOLE", label="settler", permissions=["settings.manage"])
    (answer,) = (await change(api, "biller", "deleteRole", role="WHOLE"))["reasons"]
    assert answer["whoCanHelp"] == "a settler or an admin" or answer["whoCanHelp"] == "an admin"


async def test_a_change_holds_from_the_next_request_of_its_holders_on(api: Api):
    manager = await role(api, "MANAGER")
    kept = [each for each in manager["permissions"] if each != "override.decide"]
    await api.token("manager")
    now = await changed(
        api, "admin", "changeRole", role="MANAGER", permissions=kept, label="store manager", reason="Less.", seen=0
    )
    assert (now["label"], now["permissions"], now["step"]) == ("store manager", kept, 1)
    viewer = (await api.ask("manager", "{ viewer { roles permissions } }"))["viewer"]
    assert viewer == {"roles": ["store manager"], "permissions": kept}
    changes = await history(api, role=now["id"])
    assert changes[0][:4] == (
        "store manager", "PERMISSIONS", told(manager["permissions"]), told(kept),
    )  # fmt: skip
    assert changes[1] == ("store manager", "LABEL", "manager", "store manager", "Admin", "Less.")


def told(permissions: list[str]) -> str:
    return "; ".join(sorted(LABELS[each] for each in permissions))


async def test_nobody_lifts_themselves_by_their_own_role_or_by_a_new_one(api: Api):
    personnel = ["settings.manage", "scope.all"]
    await changed(api, "superadmin", "createRole", name="PERSONNEL", label="personnel clerk", permissions=personnel)
    await hire(api, "clerk", "PERSONNEL")
    sentence = (
        "You may not give out what you do not hold as widely yourself: “Confirm or fail a payment, issue a refund”."
    )
    more = [*personnel, "payment.confirm"]
    assert await refused(api, "clerk", "changeRole", role="PERSONNEL", permissions=more) == sentence
    assert await refused(api, "clerk", "createRole", name="MORE", label="more", permissions=more) == sentence
    assert await refused(api, "admin", "changeRole", role="ADMIN", permissions=["superadmin.appoint"]) == (
        "You may not make somebody a superadmin."
    )
    assert await refused(api, "admin", "changeRole", role="SUPERADMIN", label="chief") == (
        "You may not change the role of a superadmin."
    )
    # Without its scope, or with a wider one, a role gives what it held to more orders than before.
    await changed(
        api, "superadmin", "createRole", name="TILL", label="till", permissions=["payment.confirm", "scope.billed"]
    )
    assert (
        await refused(api, "clerk", "changeRole", role="TILL", permissions=["payment.confirm", "scope.all"]) == sentence
    )
    assert await refused(api, "clerk", "changeRole", role="TILL", permissions=["payment.confirm"]) == sentence
    # What is taken away, or held oneself, may change.
    await changed(api, "clerk", "changeRole", role="TILL", permissions=["scope.billed"])
    await changed(api, "clerk", "changeRole", role="TILL", permissions=["settings.manage", "scope.billed"])


async def test_only_a_role_that_nobody_has_is_deleted_and_those_of_the_beginning_stay(api: Api):
    await changed(api, "admin", "createRole", name="TILL", label="till", permissions=["payment.confirm", "scope.all"])
    await hire(api, "clerk", "TILL")
    assert await refused(api, "admin", "deleteRole", role="TILL") == (
        "One person has the role “till”. Give them others first."
    )
    assert await refused(api, "admin", "deleteRole", role="RIDER") == (
        "The role “rider” is one that an installation begins with. Take its permissions away."
    )
    await changed(api, "admin", "setUserRoles", user=api.office.ids["clerk"], roles=[])
    assert await change(api, "admin", "deleteRole", role="TILL", reason="Never used.") == {
        "__typename": "RoleChanged",
        "role": None,
    }
    names = [each["name"] for each in (await api.ask("admin", "{ roles { name } }"))["roles"]]
    assert "TILL" not in names
    assert (await history(api))[0] == (
        "till", "DELETED", "Confirm or fail a payment, issue a refund; Reach the orders of all stores", None, "Admin",
        "Never used.",
    )  # fmt: skip
    assert (await change(api, "admin", "deleteRole", role="TILL"))["__typename"] == "NotFound"


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"name": "night lead"}, "name", "“night lead” can not be the name of a role."),
        ({"name": "RIDER"}, "name", "There is a role RIDER already."),
        ({"label": "Rider"}, "label", "Another role is called “Rider”."),
        ({"label": "two\nlines"}, "label", None),
        ({"permissions": ["fly", "system"]}, "permissions", "There is no permission fly, system."),
    ],
)
async def test_a_role_of_no_use_is_not_made(api: Api, pool: asyncpg.Pool, given: Any, field: str, sentence: str | None):
    good = {"name": "NIGHT_LEAD", "label": "night lead", "permissions": LEAD}
    answer = await change(api, "admin", "createRole", **{**good, **given})
    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert sentence is None or answer["sentence"].startswith(sentence)
    assert await pool.fetchval("SELECT count(*) FROM role") == 8


async def test_a_change_of_what_somebody_else_changed_is_told(api: Api):
    await changed(api, "superadmin", "changeRole", role="BILLER", label="seller")
    answer = await change(api, "admin", "changeRole", role="BILLER", label="clerk", seen=0)
    assert (answer["__typename"], answer["who"], answer["what"], answer["step"]) == (
        "Conflict", "Superadmin", "changed how it is called in a sentence", 1,
    )  # fmt: skip
