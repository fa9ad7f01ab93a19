"""Credit through the API: who sees which account, its ledger, and who changes what may be owed."""

from typing import Any

import pytest
from tests.graphql.office import BUYER, KANO, RESELLER, Api
from tests.graphql.orders import draft, written

PROFILE = """
    customerId name kind currency policy tier limit customLimit exposure earned available overage
    sales { sales cumulative earned } entries { nodes { amount why at who number } }
    changes { before { policy tier customLimit } after { policy tier customLimit } reason who }
"""
ONE = f"query($c: UUID!, $k: String) {{ customerCreditProfile(customer: $c, currency: $k) {{ {PROFILE} }} }}"
ALL = """
    query($search: String!, $after: String!, $first: Int!) {
        customerCreditProfiles(search: $search, after: $after, first: $first) {
            nodes { name currency exposure } pageInfo { hasNextPage endCursor } } }
"""
NOES = """
    ... on Refused { sentence reasons { permission whoCanHelp } } ... on NotFound { sentence }
    ... on Invalid { field sentence }
"""
ANSWERS = {
    "changeCreditTerms": f"... on CreditTermsChanged {{ profile {{ {PROFILE} }} }}",
    "setCreditTier": "... on CreditLadderChanged { tiers { name minimum maximum } }",
    "removeCreditTier": "... on CreditLadderChanged { tiers { name minimum maximum } }",
}


async def change(api: Api, who: str, mutation: str, **given: Any) -> Any:
    """Send one mutation of credit and give its answer, whatever it is."""
    query = (
        f"mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input)"
        f" {{ __typename {ANSWERS[mutation]} {NOES} }} }}"
    )
    return (await api.ask(who, query, input={"reason": "A good year.", **given}))[mutation]


async def limit(api: Api, amount: int | None, who: str = "accountant", **given: Any) -> Any:
    """Give the reseller a limit."""
    terms = {"customer": str(RESELLER), "currency": "NGN", "policy": "FIXED", "tier": "GOLD", "customLimit": amount}
    return await change(api, who, "changeCreditTerms", **{**terms, **given})


async def account(api: Api, who: str, customer: object = RESELLER) -> Any:
    return (await api.ask(who, ONE, c=str(customer)))["customerCreditProfile"]


async def owing(api: Api) -> str:
    """An order of the reseller of 6,000 that cleared on account; its number."""
    await limit(api, 10_000)
    made = await draft(api, customer=RESELLER)
    quotation = made.ids["quotation"]
    await api.move("biller", "quotationShare", id=quotation)
    await api.move("reseller", "quotationBuyerApproves", id=quotation, version=2)
    await api.move("biller", "quotationSellerApproves", id=quotation, version=2)
    order = await api.order("biller", made.order, "number sale { id }")
    moved = await api.move("biller", "saleSetPaymentMethod", id=order["sale"]["id"], method="INVOICE")
    assert moved["state"] == "CLEARED_FOR_FULFILLMENT"
    return str(order["number"])


async def test_an_account_is_told_with_its_ledger_and_the_changes_of_its_terms(api: Api):
    number = await owing(api)
    assert await account(api, "accountant") == {
        "customerId": str(RESELLER), "name": "Reseller of shoes", "kind": "RESELLER", "currency": "NGN",
        "policy": "FIXED", "tier": "GOLD", "limit": 10_000, "customLimit": 10_000, "exposure": 6000, "earned": 0,
        "available": 4000, "overage": 0, "sales": {"sales": 0, "cumulative": 0, "earned": 0},
        "entries": {
            "nodes": [{"amount": 6000, "why": "Cleared on credit", "at": "2026-03-02T12:00:00Z", "who": "Biller",
                         "number": number}],
        },
        "changes": [{"before": None, "after": {"policy": "FIXED", "tier": "GOLD", "customLimit": 10_000},
                     "reason": "A good year.", "who": "Accountant"}],
    }  # fmt: skip


async def test_an_account_that_nobody_opened_stands_as_it_would_be_opened(api: Api):
    for customer, policy, tier in ((RESELLER, "FIXED", "BRONZE"), (BUYER, "EARNED", "BRONZE")):
        found = await account(api, "admin", customer)
        assert (found["policy"], found["tier"], found["limit"], found["exposure"]) == (policy, tier, 0, 0)
    other = (await api.ask("admin", ONE, c=str(BUYER), k="KWD"))["customerCreditProfile"]
    assert (other["currency"], other["tier"]) == ("KWD", "NONE")
    assert await api.office.pool.fetchval("SELECT count(*) FROM credit_profile") == 0


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("admin", True), ("accountant", True), ("manager", True), ("biller", True), ("reseller", True),
        ("manager of kano", False), ("rider", False), ("customer", False),
    ],
)  # fmt: skip
async def test_who_sees_a_customers_account(api: Api, who: str, sees: bool):  # noqa: FBT001  (a case's word)
    await owing(api)
    listed = await api.ask(who, ALL, search="", after="", first=20)
    assert [each["name"] for each in listed["customerCreditProfiles"]["nodes"]] == ["Reseller of shoes"] * sees
    if sees:
        found = await account(api, who)
        assert found["exposure"] == 6000
        assert len(found["changes"]) == (who in {"admin", "accountant"}), "why terms changed is not for the customer"
        return
    (error,) = await api.errors(who, ONE, c=str(RESELLER))
    assert error["message"] == "There is no such customer. Check the id."


async def test_an_entry_names_its_order_only_to_those_who_see_the_order(api: Api):
    await owing(api)
    await draft(api, who="manager of kano", store=KANO, customer=RESELLER)
    found = await account(api, "manager of kano")
    assert [(each["amount"], each["number"]) for each in found["entries"]["nodes"]] == [(6000, None)]


async def test_accounts_and_entries_are_read_a_page_at_a_time(api: Api):
    await owing(api)
    assert (await limit(api, 5, customer=str(BUYER)))["__typename"] == "CreditTermsChanged"
    assert (await limit(api, 5, currency="KES"))["__typename"] == "CreditTermsChanged"
    seen, after = [], ""
    for _ in range(3):
        page = (await api.ask("admin", ALL, search="S", after=after, first=1))["customerCreditProfiles"]
        seen += [(each["name"], each["currency"]) for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert page["pageInfo"]["hasNextPage"] is False
    assert seen == [("Reseller of shoes", "NGN"), ("Reseller of shoes", "KES"), ("Buyer of shirts", "NGN")]
    found = (await api.ask("admin", ALL, search="shoes", after="", first=9))["customerCreditProfiles"]["nodes"]
    assert {each["name"] for each in found} == {"Reseller of shoes"}
    (error,) = await api.errors("admin", ALL, search="", after="nowhere", first=1)
    assert error["message"] == "This is no place in the list. Send the cursor of a page as it was given."
    for first in (0, 101):
        (error,) = await api.errors("admin", ALL, search="", after="", first=first)
        assert "A page holds 1 to 100 of them." in error["message"]
    query = """query($c: UUID!, $after: String) { customerCreditProfile(customer: $c) {
        entries(first: 1, after: $after) { totalCount nodes { amount } pageInfo { hasNextPage endCursor } } } }"""
    first_page = (await api.ask("admin", query, c=str(RESELLER)))["customerCreditProfile"]["entries"]
    assert (first_page["nodes"], first_page["totalCount"]) == ([{"amount": 6000}], 1)
    after = first_page["pageInfo"]["endCursor"]
    assert (await api.ask("admin", query, c=str(RESELLER), after=after))["customerCreditProfile"]["entries"][
        "nodes"
    ] == []


async def test_a_lowered_limit_leaves_what_is_owed_as_it_is(api: Api):
    await owing(api)
    changed = await limit(api, 1000)
    profile = changed["profile"]
    assert (profile["exposure"], profile["available"], profile["overage"]) == (6000, 0, 5000)
    assert [each["before"] for each in profile["changes"]] == [
        {"policy": "FIXED", "tier": "GOLD", "customLimit": 10_000}, None,
    ]  # fmt: skip
    again = await limit(api, 1000)
    assert len(again["profile"]["changes"]) == 2, "the same again is no change"


@pytest.mark.parametrize("who", ["manager", "biller", "rider", "reseller", "customer"])
async def test_who_may_not_manage_credit_changes_nothing(api: Api, who: str):
    await owing(api)
    await api.token(who)
    before = await written(api)
    tier = {"currency": "NGN", "name": "IRON", "minimum": 1, "maximum": 100_000_000}
    for answer in (
        await limit(api, 2**40, who),
        await change(api, who, "setCreditTier", **tier),
        await change(api, who, "removeCreditTier", currency="NGN", name="GOLD"),
    ):
        assert answer["__typename"] == "Refused"
        assert answer["sentence"] == "You may not change what customers may owe."
        assert [each["permission"] for each in answer["reasons"]] == ["credit.manage"]
        assert answer["reasons"][0]["whoCanHelp"] == "an accountant or an admin"
    (error,) = await api.errors(who, '{ creditTiers(currency: "NGN") { name } }')
    assert error["message"] == "You may not change what customers may owe."
    assert await written(api) == before


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"customLimit": -1}, "customLimit", "A limit is an amount from 0 to 9,223,372,036,854,775,807."),
        ({"tier": None}, "tier", "With a fixed limit a customer needs a tier."),
        ({"tier": "WOOD"}, "tier", "There is no tier WOOD. There are BRONZE, SILVER, GOLD, PLATINUM."),
        ({"tier": "gold"}, "tier", "“gold” is no name of a tier."),
        ({"policy": "EARNED"}, "tier", "Who earns their credit is in the tier that they earned."),
        ({"currency": "XXX"}, "currency", "“XXX” is not a currency of ISO 4217 with minor units."),
        ({"reason": " "}, "reason", "Reason is missing."),
    ],
)
async def test_terms_that_can_not_be_are_named_and_nothing_is_written(
    api: Api, given: dict[str, Any], field: str, says: str
):
    await api.token("accountant")
    before = await written(api)
    answer = await limit(api, **{"amount": 5, **given})
    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert answer["sentence"].startswith(says)
    assert await written(api) == before


async def test_an_amount_is_whole_and_fits_into_64_bits(api: Api):
    for amount in (2**63, 0.5, "much"):
        with pytest.raises(AssertionError, match=r"whole number|64 bits"):
            await limit(api, amount)  # type: ignore[arg-type]  # on purpose
    assert (await limit(api, 2**63 - 1))["profile"]["limit"] == 2**63 - 1


async def test_a_customer_who_is_not_there_has_no_terms(api: Api):
    answer = await limit(api, 5, customer="0198a000-0000-7000-8000-00000000ffff")
    assert answer == {"__typename": "NotFound", "sentence": "There is no such customer. Check the id."}


async def test_the_ladder_rises_by_rungs_that_are_set_and_removed(api: Api):
    rung = {"currency": "KES", "name": "GOLD", "minimum": 500, "maximum": 900}
    await change(api, "accountant", "setCreditTier", **rung)
    answer = await change(api, "admin", "setCreditTier", currency="KES", name="IRON", minimum=0, maximum=400)
    assert answer["tiers"] == [
        {"name": "IRON", "minimum": 0, "maximum": 400}, {"name": "GOLD", "minimum": 500, "maximum": 900},
    ]  # fmt: skip
    answer = await change(api, "accountant", "removeCreditTier", currency="KES", name="IRON")
    assert [each["name"] for each in answer["tiers"]] == ["GOLD"]
    written_down = await api.office.pool.fetch(
        "SELECT name, before::text, after::text, actor = $1 AS by_admin FROM credit_tier_change ORDER BY id",
        f"person:{api.office.ids['admin']}",
    )
    iron = '{"name":"IRON","minimum":0,"maximum":400}'
    assert [tuple(each) for each in written_down] == [
        ("GOLD", None, '{"name":"GOLD","minimum":500,"maximum":900}', False),
        ("IRON", None, iron, True),
        ("IRON", iron, None, False),
    ]


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"minimum": 100_000_100}, "minimum", "SILVER and IRON would begin at the same amount."),
        ({"maximum": 400_000_000}, "maximum", "IRON takes more than SILVER, and would allow less."),
        ({"minimum": 5, "maximum": 600_000_000}, "maximum", "SILVER takes more than IRON, and would allow less."),
        ({"minimum": -1}, "minimum", "The minimum of a tier is an amount from 0 to 9,223,372,036,854,775,807."),
        ({"maximum": -1}, "maximum", "The maximum of a tier is an amount from 0 to 9,223,372,036,854,775,807."),
        ({"name": "Iron tier"}, "tier", "“Iron tier” is no name of a tier."),
        ({"currency": "ngn"}, "currency", "“ngn” is not a currency of ISO 4217 with minor units."),
    ],
)  # fmt: skip
async def test_a_ladder_that_would_not_rise_is_refused(api: Api, given: dict[str, Any], field: str, says: str):
    await api.token("accountant")
    before = await written(api)
    rung = {"currency": "NGN", "name": "IRON", "minimum": 200_000_000, "maximum": 500_000_000, **given}
    answer = await change(api, "accountant", "setCreditTier", **rung)
    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert answer["sentence"].startswith(says)
    assert await written(api) == before


async def test_a_rung_on_which_customers_stand_by_hand_stays(api: Api):
    await limit(api, 5)
    before = await written(api)
    answer = await change(api, "accountant", "removeCreditTier", currency="NGN", name="GOLD")
    assert answer["sentence"] == "Customers who were given the tier GOLD: 1. Move them to another first."
    answer = await change(api, "accountant", "removeCreditTier", currency="NGN", name="WOOD")
    assert answer["sentence"] == "There is no tier WOOD of NGN. Choose one from the ladder."
    assert await written(api) == before
