"""Whatever is done takes a key under which it is done once, and the step that was looked at; and keeps to both."""

from __future__ import annotations

from typing import Any

import pytest
from tests.graphql.office import LAGOS
from tests.graphql.orders import written
from tests.graphql.walk.asking import send
from tests.graphql.walk.capabilities import OPEN
from tests.graphql.walk.company import Walk
from tests.graphql.walk.inputs import form, mutations

SETTING = """
    renameProduct retireProduct restoreProduct renameVariant retireVariant restoreVariant setVariantPrice
    setVariantTax setListPrice removeListPrice changeCreditTerms setCreditTier removeCreditTier setOverrideCap
    removeOverrideCap changeSetting resetSetting upsertRiderCoverage removeRiderCoverage setRiderProfile
    changeMyName forgetUserIdentities
"""
"""They say what is to be so: sent again they find it so, and change nothing."""

ENDING = """
    signOut changeMyPassword endMySession endMyOtherSessions revokeApiKey
"""
"""They end something, once: there is nothing to be ended by a second."""

SETTLING = """
    attachParkedMoney refundParkedMoney returnParkedMoney acceptShortPayment acceptOverPayment dismissParkedItem
"""
"""They settle an item, which is settled once: a second is refused."""

SECRET = ["createApiKey"]
"""Its answer is shown once, and kept nowhere to be given again."""

KEYLESS = {*SETTING.split(), *ENDING.split(), *SETTLING.split(), *SECRET, *OPEN.split()}

STEPPED = """
    confirmConsumerPayment confirmResellerPayment withdrawFulfillmentInterest assignFulfillmentRider
    changeMyName changeCustomer changeUser setUserRoles setUserStores setUserPassword disableUser enableUser
    changeRole deleteRole changeStore changeSetting resetSetting
"""
"""Mutations besides those of the machines that change something which counts its steps."""

MACHINES = ("quotation", "sale", "fulfillment", "riderInterest", "overrideRequest", "payment")


def test_each_mutation_takes_a_key_or_is_known_to_need_none():
    keyless = {name for name in mutations() if "idempotencyKey" not in (taken.fields if (taken := form(name)) else {})}
    assert keyless == KEYLESS


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
)
"""A sample of each part: who sends which, with what is not as the walk sends it."""


@pytest.mark.parametrize(("who", "mutation", "given"), ONCE, ids=[each[1] for each in ONCE])
async def test_the_same_key_does_nothing_twice(who: str, mutation: str, given: dict[str, Any], walk: Walk):
    more = given | {"idempotencyKey": "once"}
    first = await send(walk.api, who, mutation, walk.ids(who, mutation), **more)
    assert first.to not in {"Refused", "NotFound", "Invalid", "Conflict"}, first.text
    after = await written(walk.api)
    assert (await send(walk.api, who, mutation, walk.ids(who, mutation), **more)).text == first.text
    assert await written(walk.api) == after


async def test_what_says_how_it_is_to_be_changes_nothing_the_second_time(walk: Walk):
    changed = []
    for mutation in SETTING.split():
        await send(walk.api, "superadmin", mutation, walk.ids("superadmin"))
        after = await written(walk.api)
        await send(walk.api, "superadmin", mutation, walk.ids("superadmin"))
        if await written(walk.api) != after:
            changed.append(mutation)
    assert changed == []
