"""Whatever is done takes a key under which it is done once, and the step that was looked at; and keeps to both."""

from __future__ import annotations

from typing import Any

import pytest
from tests.graphql.office import LAGOS, PASSWORD, SIGN_IN
from tests.graphql.orders import written
from tests.graphql.walk.asking import send
from tests.graphql.walk.company import Walk
from tests.graphql.walk.inputs import form, mutations

KEYLESS = {
    "signIn": "it answers with tokens, which are kept nowhere to be given again",
    "refreshToken": "the same, and a token that comes twice ends its session",
    "signOut": "it ends the session that would send it again",
    "changeMyPassword": "it is asked by two passwords, and a second time the old one is none any more",
    "createApiKey": "its answer is a secret that is shown once; the same name again is refused",
    "createWebhook": "its answer is a secret that is shown once; the same name again is refused",
    "rotateWebhookSecret": "the same, and each time it is another secret",
    "signUp": "nobody is there yet to whom a key would belong; the same address again is refused",
    "applyAsReseller": "the same",
}
"""What takes no key, and why."""

SETTING = """
    renameProduct retireProduct restoreProduct renameVariant retireVariant restoreVariant setVariantPrice
    setVariantTax setListPrice removeListPrice changeCreditTerms setCreditTier removeCreditTier setOverrideCap
    removeOverrideCap changeSetting resetSetting upsertRiderCoverage removeRiderCoverage setRiderProfile
    changeMyName changeMyLanguage chooseMyNotifications forgetUserIdentities
"""
"""They say what is to be so: sent again they find it so, and change nothing."""

STEPPED = """
    confirmConsumerPayment confirmResellerPayment withdrawFulfillmentInterest assignFulfillmentRider
    changeMyName changeMyLanguage changeMyPassword forgetUserIdentities changeCustomer changeUser setUserRoles
    setUserStores setUserPassword disableUser enableUser changeRole deleteRole changeStore changeSetting resetSetting
    changeWebhook enableWebhook disableWebhook rotateWebhookSecret deleteWebhook
"""
"""Mutations besides those of the machines that change something which counts its steps."""

MACHINES = ("quotation", "sale", "fulfillment", "riderInterest", "overrideRequest", "payment")


def test_each_mutation_takes_a_key_or_is_known_to_need_none():
    keyless = {name for name in mutations() if "idempotencyKey" not in (taken.fields if (taken := form(name)) else {})}
    assert keyless == set(KEYLESS)


def test_each_mutation_takes_the_step_of_what_counts_steps():
    stepped = {name for name in mutations() if "seen" in (taken.fields if (taken := form(name)) else {})}
    assert stepped == {*STEPPED.split(), *(name for name in mutations() if name.startswith(MACHINES))}


ONCE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("biller", "createQuotation", {}),
    ("biller", "copyQuotation", {}),
    ("biller", "registerPayment", {"reference": "Again"}),
    ("accountant", "paymentConfirm", {}),
    ("rider", "riderInterestChange", {}),
    ("biller", "fulfillmentHold", {}),
    ("manager", "overrideRequestRevoke", {}),
    ("accountant", "correctRiderEarning", {}),
    ("admin", "createProduct", {}),
    ("manager", "receiveStock", {}),
    ("manager", "adjustStock", {}),
    ("manager", "requestStockTransfer", {}),
    ("biller", "createCustomer", {"store": str(LAGOS)}),
    ("admin", "declineResellerApplication", {}),
    ("admin", "createUser", {}),
    ("admin", "createRole", {}),
    ("admin", "createStore", {}),
    ("admin", "renameProduct", {}),
    ("accountant", "changeCreditTerms", {"tier": "BRONZE"}),
    ("accountant", "setCreditTier", {}),
    ("admin", "setOverrideCap", {}),
    ("admin", "changeSetting", {"value": "25"}),
    ("rider", "setRiderProfile", {"phone": "+2348030000000"}),
    ("manager", "removeRiderCoverage", {}),
    ("biller", "changeMyName", {}),
    ("biller", "changeMyLanguage", {"language": "fr"}),
    ("biller", "endMySession", {}),
    ("biller", "endMyOtherSessions", {}),
    ("clerk", "revokeApiKey", {}),
    ("admin", "forgetUserIdentities", {}),
    ("accountant", "acceptOverPayment", {}),
)
"""A sample of each part: who sends which, with what is not as the walk sends it."""


@pytest.mark.parametrize(("who", "mutation", "given"), ONCE, ids=[each[1] for each in ONCE])
async def test_the_same_key_does_nothing_twice(who: str, mutation: str, given: dict[str, Any], walk: Walk):
    await walk.api.ask("", SIGN_IN, email=f"{who}@example.com", password=PASSWORD)
    ids, more = await ids_of(walk, who, mutation), given | {"idempotencyKey": "once"}
    first = await send(walk.api, who, mutation, ids, **more)
    assert first.to not in {"Refused", "NotFound", "Invalid", "Conflict"}, first.text
    after = await written(walk.api)
    assert (await send(walk.api, who, mutation, ids, **more)).text == first.text
    assert await written(walk.api) == after


async def ids_of(walk: Walk, who: str, mutation: str) -> dict[str, str]:
    """What somebody is walked through, with the session that was opened last and the one key that there is."""
    one = {"session": "SELECT id FROM session ORDER BY id DESC LIMIT 1", "key": "SELECT id FROM api_key"}
    found = {thing: str(await walk.api.office.pool.fetchval(query)) for thing, query in one.items()}
    return {**walk.ids(who, mutation), **found}


async def test_a_key_that_was_used_for_another_request_is_refused_by_each_mutation(walk: Walk):
    await walk.api.office.pool.execute(
        "INSERT INTO spent_key (actor, key, request, answer) VALUES ($1, 'used', 'another', '{}')",
        f"person:{walk.api.office.ids['superadmin']}",
    )
    before, wrong = await written(walk.api), {}
    for mutation in sorted(set(mutations()) - set(KEYLESS)):
        ids = await ids_of(walk, "superadmin", mutation)
        came = await send(walk.api, "superadmin", mutation, ids, idempotencyKey="used")
        if "This idempotency key was already used for another request." not in came.text:
            wrong[mutation] = came.text
    assert wrong == {}
    assert await written(walk.api) == before


async def test_what_was_set_anew_meanwhile_is_not_set_back_by_a_repeat(walk: Walk):
    ids = walk.ids("admin")
    for name, key in (("First", "1"), ("Second", "2"), ("First", "1")):
        came = await send(walk.api, "admin", "renameProduct", ids, name=name, idempotencyKey=key)
        assert came.to == "CatalogueChanged"
    query = "SELECT name FROM product WHERE id = $1::uuid"
    assert await walk.api.office.pool.fetchval(query, ids["product"]) == "Second"


async def test_what_says_how_it_is_to_be_changes_nothing_the_second_time(walk: Walk):
    changed = []
    for mutation in SETTING.split():
        await send(walk.api, "superadmin", mutation, walk.ids("superadmin"))
        after = await written(walk.api)
        await send(walk.api, "superadmin", mutation, walk.ids("superadmin"))
        if await written(walk.api) != after:
            changed.append(mutation)
    assert changed == []
