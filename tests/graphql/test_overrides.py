"""Overrides through the API: the boxes of requests, what a role may approve, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from tests.graphql.office import Api
from tests.graphql.orders import Made, agreed, written

BOX = """
    query($box: OverrideBox, $first: Int! = 20, $after: String) {
        overrideRequests(box: $box, first: $first, after: $after) {
            totalCount pageInfo { hasNextPage endCursor }
            nodes { request { id stateLabel askedBy decidedBy } order { number } amount currency outstanding limit
                exposure overage overagePercent } } }
"""
CAPS = "{ overrideCaps { role label caps { currency amount } changes { amountBefore amountAfter reason who } } }"
NOES = "... on Refused { sentence } ... on NotFound { sentence } ... on Invalid { field sentence }"


async def asked(api: Api, who: str = "biller") -> Made:
    """A sale of 6,300 whose release without payment somebody asked for."""
    made = await agreed(api)
    await api.move(who, "saleAdminOverrideRequested", id=made.ids["sale"], reason="They always pay late.")
    return Made(made.order, {**made.ids, "override_request": await waiting(api, made)})


async def waiting(api: Api, made: Made) -> str:
    overrides = (await api.order("manager", made.order, "overrides { id state }"))["overrides"]
    return next(str(each["id"]) for each in overrides if each["state"] == "PENDING")


async def box(api: Api, who: str, name: str | None = None, **page: Any) -> Any:
    return (await api.ask(who, BOX, box=name, **page))["overrideRequests"]


async def cap(api: Api, who: str = "admin", amount: int | None = 5000, **given: Any) -> Any:
    """Cap what a role may approve, managers' in naira where nothing else is said; without an amount remove it."""
    mutation = "removeOverrideCap" if amount is None else "setOverrideCap"
    query = (
        f"mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input) {{ __typename"
        f" ... on OverrideCapsChanged {{ roles {{ role caps {{ currency amount }} }} }} {NOES} }} }}"
    )
    wanted = {"role": "MANAGER", "currency": "NGN", "reason": "New rules.", **given}
    return (await api.ask(who, query, input=wanted if amount is None else {**wanted, "amount": amount}))[mutation]


async def test_a_request_lies_in_the_boxes_of_who_asked_and_of_who_may_decide(api: Api):
    made = await asked(api)
    number = (await api.order("biller", made.order, "number"))["number"]
    found = await box(api, "manager", "WAITING_FOR_ME")
    assert found["nodes"] == [
        {
            "request": {"id": made.ids["override_request"], "stateLabel": "Waiting for a decision",
                        "askedBy": "Biller", "decidedBy": None},
            "order": {"number": number}, "amount": 6300, "currency": "NGN", "outstanding": 6300, "limit": 0,
            "exposure": 0, "overage": 6300, "overagePercent": None,
        }
    ]  # fmt: skip
    boxes = ("ASKED_BY_ME", "WAITING_FOR_ME", "WAITING")
    assert [(await box(api, "biller", name))["totalCount"] for name in boxes] == [1, 0, 1]
    assert (await box(api, "manager", "ASKED_BY_ME"))["totalCount"] == 0
    assert (await box(api, "manager", "DECIDED"))["totalCount"] == 0
    await api.move("manager", "overrideRequestDeny", id=made.ids["override_request"], reason="Not this one.")
    (decided,) = (await box(api, "biller", "DECIDED"))["nodes"]
    assert (decided["request"]["stateLabel"], decided["request"]["decidedBy"]) == ("Declined", "Manager")
    assert (await box(api, "manager", "WAITING_FOR_ME"))["nodes"] == []


async def test_a_request_says_how_far_it_goes_over_the_limit(api: Api):
    await api.office.pool.execute(
        "INSERT INTO credit_profile (customer_id, currency, policy, tier, custom_limit)"
        " SELECT id, 'NGN', 'FIXED', 'GOLD', 4200 FROM customer WHERE kind = 'CONSUMER'"
    )
    made = await agreed(api)
    await api.move("biller", "saleSetPaymentMethod", id=made.ids["sale"], method="INVOICE")
    (found,) = (await box(api, "manager", "WAITING_FOR_ME"))["nodes"]
    assert (found["amount"], found["limit"], found["overage"], found["overagePercent"]) == (2100, 4200, 2100, 50.0)


async def test_nobody_waits_for_their_own_decision(api: Api):
    await asked(api, "manager")
    assert (await box(api, "manager", "WAITING_FOR_ME"))["nodes"] == []
    assert (await box(api, "admin", "WAITING_FOR_ME"))["totalCount"] == 1


@pytest.mark.parametrize("who", ["manager of kano", "rider", "customer", "reseller"])
async def test_who_does_not_look_for_the_seller_finds_no_request(api: Api, who: str):
    await asked(api)
    assert (await box(api, who))["nodes"] == []
    assert (await box(api, who))["totalCount"] == 0


async def test_requests_are_read_a_page_at_a_time_newest_first(api: Api):
    orders = []
    for _ in range(3):
        orders.append((await asked(api)).order)
        api.office.later(minutes=1)
    seen, after = [], None
    for _ in range(3):
        page = await box(api, "manager", None, first=1, after=after)
        seen += [each["request"]["id"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert page["pageInfo"]["hasNextPage"] is False
    everything = await box(api, "manager")
    assert seen == [each["request"]["id"] for each in everything["nodes"]]
    numbers = [(await api.order("manager", each, "number"))["number"] for each in reversed(orders)]
    assert [each["order"]["number"] for each in everything["nodes"]] == numbers
    for first in (0, 101):
        (error,) = await api.errors("manager", BOX, first=first)
        assert "A page holds 1 to 100 requests." in error["message"]


async def refused(api: Api, who: str, mutation: str, **given: Any) -> list[tuple[str, str | None]]:
    """The reasons of a refusal that wrote nothing: each guard with its numbers."""
    await api.token(who)
    before = await written(api)
    answer = await api.do(who, mutation, **given)
    assert answer["__typename"] == "Refused", answer
    assert await written(api) == before
    return [(each["guard"], each["detail"]) for each in answer["reasons"]]


async def test_no_more_is_approved_than_was_asked_for(api: Api):
    request = (await asked(api)).ids["override_request"]
    assert await refused(api, "manager", "overrideRequestApprove", id=request, approvedAmount=6301) == [
        ("at_most_what_was_asked", "NGN\N{NO-BREAK SPACE}63.00 was asked for.")
    ]
    for amount in (0, -1, -(2**63)):
        reasons = await refused(api, "manager", "overrideRequestApprove", id=request, approvedAmount=amount)
        assert [guard for guard, _ in reasons] == ["approves_something"]


async def test_no_more_is_approved_than_ones_cap_and_who_may_more_is_named(api: Api):
    request = (await asked(api)).ids["override_request"]
    await cap(api)
    too_much = "You may approve NGN\N{NO-BREAK SPACE}50.00; all that was asked for may be approved by an admin."
    for given in ({}, {"approvedAmount": 5001}):
        reasons = await refused(api, "manager", "overrideRequestApprove", id=request, **given)
        assert reasons == [("within_cap", too_much)]
    assert (await api.move("manager", "overrideRequestApprove", id=request, approvedAmount=5000))["state"] == "APPROVED"


async def test_a_cap_shuts_no_one_out_of_declining(api: Api):
    request = (await asked(api)).ids["override_request"]
    await cap(api, amount=0)
    events = await api.order("manager", (await asked(api)).order, "availableEvents { event enabled reasons { guard } }")
    offered = {each["event"]: (each["enabled"], each["reasons"]) for each in events["availableEvents"]}
    assert offered["APPROVE"] == (False, [{"guard": "within_cap"}])
    assert offered["DENY"] == (True, [])
    moved = await api.move("manager", "overrideRequestDeny", id=request, reason="Not this one.")
    assert moved["state"] == "DENIED"


async def test_nobody_approves_until_yesterday_or_what_they_asked_for(api: Api):
    request = (await asked(api)).ids["override_request"]
    past = api.office.now - timedelta(days=1)
    assert await refused(api, "manager", "overrideRequestApprove", id=request, expiresAt=past) == [("ends_later", None)]
    own = (await asked(api, "manager")).ids["override_request"]
    for mutation, given in (("overrideRequestApprove", {}), ("overrideRequestDeny", {"reason": "No."})):
        assert await refused(api, "manager", mutation, id=own, **given) == [("by_someone_else", None)]


async def test_a_request_tells_when_it_lapses(api: Api):
    made = await asked(api)
    order = await api.order("manager", made.order, "overrides { dueAt dueEvent }")
    assert order["overrides"] == [{"dueAt": "2026-03-03T12:00:00Z", "dueEvent": "EXPIRE"}]


async def test_caps_are_told_with_who_changed_them(api: Api):
    await cap(api, amount=5000)
    await cap(api, amount=7000)
    await cap(api, amount=100, currency="KES")
    answer = await cap(api, amount=None)
    assert {each["role"]: each["caps"] for each in answer["roles"]} == {
        "ADMIN": [], "MANAGER": [{"currency": "KES", "amount": 100}], "SUPERADMIN": [],
    }  # fmt: skip
    manager = next(each for each in (await api.ask("admin", CAPS))["overrideCaps"] if each["role"] == "MANAGER")
    changes = [(each["amountBefore"], each["amountAfter"], each["who"]) for each in manager["changes"]]
    assert changes == [(7000, None, "Admin"), (None, 100, "Admin"), (5000, 7000, "Admin"), (None, 5000, "Admin")]


@pytest.mark.parametrize("who", ["manager", "accountant", "biller", "rider", "customer"])
async def test_who_may_not_change_settings_neither_sees_nor_sets_caps(api: Api, who: str):
    await api.token(who)
    before = await written(api)
    for amount in (1, None):
        answer = await cap(api, who, amount)
        assert answer == {"__typename": "Refused", "sentence": "You may not set what a role may approve."}
    (error,) = await api.errors(who, CAPS)
    assert error["message"] == "You may not see what each role may approve."
    assert await written(api) == before


@pytest.mark.parametrize(
    ("given", "kind", "says"),
    [
        ({"amount": -1}, "Invalid", "A cap is an amount from 0 to 9,223,372,036,854,775,807."),
        ({"currency": "naira"}, "Invalid", "“naira” is not a currency of ISO 4217 with minor units."),
        ({"role": "BILLER"}, "Invalid", "The role BILLER may not decide or revoke an override."),
        ({"role": "KING"}, "NotFound", "There is no role KING."),
        ({"reason": ""}, "Invalid", "Reason is missing."),
    ],
)
async def test_a_cap_that_can_not_be_is_named_and_nothing_is_written(
    api: Api, given: dict[str, Any], kind: str, says: str
):
    await api.token("admin")
    before = await written(api)
    answer = await cap(api, **given)
    assert answer["__typename"] == kind
    assert answer["sentence"].startswith(says)
    assert await written(api) == before
