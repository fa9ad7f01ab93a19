"""What stands where, the rules of the machines, and figures of many orders, as the API tells them."""

import pytest
from tests.graphql.office import KANO, Api
from tests.graphql.orders import agreed, draft

from orderway.insight.gathering import gather_all

STANDING = """
    query($name: String!, $store: UUID) { standing(name: $name, store: $store) {
        state { name label isFinal } count isMore oldest worth { currency amount } versions { version count }
    } }
"""
INSIGHT = """
    query($days: Int!, $store: UUID) { insight(days: $days, store: $store) {
        readAt stages { label orders } days { day placed completed } overridesAsked { part whole share }
        dwell(name: "quotation") { state { name } spells halfWithinSeconds nineOfTenWithinSeconds }
        standingLong { machine }
    } }
"""


async def test_what_stands_in_each_state_is_told_to_who_works_for_the_seller(api: Api):
    await draft(api)
    await agreed(api)
    told = {each["state"]["name"]: each for each in (await api.ask("manager", STANDING, name="quotation"))["standing"]}
    assert told["DRAFT"] == {
        "state": {"name": "DRAFT", "label": "Draft", "isFinal": False}, "count": 1, "isMore": False,
        "oldest": "2026-03-02T12:00:00Z", "worth": [{"currency": "NGN", "amount": 6300}],
        "versions": [{"version": 1, "count": 1}],
    }  # fmt: skip
    ended = told["MUTUALLY_APPROVED"]
    assert (ended["count"], ended["oldest"], ended["worth"], ended["versions"]) == (1, None, [], [])
    kano = (await api.ask("admin", STANDING, name="quotation", store=str(KANO)))["standing"]
    assert {each["count"] for each in kano} == {0}


@pytest.mark.parametrize("who", ["customer", "reseller", "rider"])
async def test_to_others_no_counts_are_told(api: Api, who: str):
    (error,) = await api.errors(who, STANDING, name="quotation")
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_of_a_machine_that_is_not_there_nothing_is_told(api: Api):
    (error,) = await api.errors("admin", STANDING, name="nothing")
    assert error["message"].startswith("There is no machine nothing.")


async def test_figures_are_told_of_the_days_that_are_asked_for(api: Api):
    made = await draft(api)
    await agreed(api)
    api.office.later(hours=1)
    await api.move("biller", "quotationShare", id=made.ids["quotation"])
    await gather_all(api.office.pool, now=api.office.now)
    found = (await api.ask("accountant", INSIGHT, days=2))["insight"]
    assert found["readAt"] == "2026-03-02T13:00:00Z"
    assert [each["orders"] for each in found["stages"]] == [2, 2, 1, 0, 0]
    assert found["days"] == [
        {"day": "2026-03-01", "placed": 0, "completed": 0}, {"day": "2026-03-02", "placed": 2, "completed": 0},
    ]  # fmt: skip
    assert found["overridesAsked"] == {"part": 0, "whole": 1, "share": 0.0}
    drafted = next(each for each in found["dwell"] if each["state"]["name"] == "DRAFT")
    assert drafted["spells"] == 2
    assert drafted["halfWithinSeconds"] <= 2
    assert 3_240 <= drafted["nineOfTenWithinSeconds"] <= 3_960  # an hour, right to a tenth
    assert found["standingLong"] == []


@pytest.mark.parametrize("days", [0, 367])
async def test_figures_are_of_a_year_at_most(api: Api, days: int):
    (error,) = await api.errors("admin", INSIGHT, days=days)
    assert error["message"].startswith("Figures are of 1 to 366 days.")


@pytest.mark.parametrize("who", ["biller", "customer", "rider"])
async def test_who_sees_no_operations_is_told_no_figures(api: Api, who: str):
    (error,) = await api.errors(who, INSIGHT, days=7)
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_a_manager_is_told_no_figures_of_another_store(api: Api):
    (error,) = await api.errors("manager", INSIGHT, days=7, store=str(KANO))
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_the_table_of_a_machine_is_told_in_words(api: Api):
    asked = '{ machine(name: "quotation") { versions transitions { fromState event toState condition timed } } }'
    machine = (await api.ask("customer", asked))["machine"]
    assert machine["versions"] == [1]
    expiring = next(each for each in machine["transitions"] if each["event"] == "EXPIRE")
    assert (expiring["fromState"], expiring["toState"], expiring["timed"]) == ("OPEN", "EXPIRED", True)
    assert expiring["condition"]
