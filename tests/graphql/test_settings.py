"""Settings through the API: read and changed by who may, and in force at once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.graphql.office import Api, Office
from tests.graphql.orders import agreed, released

from orderway.configuration.live import live_settings

SETTING = "name value source step changedBy changedAt problem history { step fromValue toValue who at reason }"
ANSWER = f"""
    __typename
    ... on SettingChanged {{ setting {{ {SETTING} }} }}
    ... on Refused {{ sentence reasons {{ guard permission whoCanHelp }} }}
    ... on Conflict {{ sentence who what step }}
    ... on NotFound {{ sentence }}
    ... on Invalid {{ field sentence }}
"""
ALL = f"{{ systemSettings {{ label help unit default low high {SETTING} }} }}"
WINDOW = "RETURN_WINDOW_DAYS"


async def change(api: Api, who: str, **given: Any) -> Any:
    """Change a setting, or reset it where no value is given."""
    mutation = "changeSetting" if "value" in given else "resetSetting"
    query = (
        f"mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input) {{ {ANSWER} }} }}"
    )
    given = {"name": WINDOW, "reason": "The law changed.", **given}
    return (await api.ask(who, query, input=given))[mutation]


async def test_every_setting_is_told_with_its_words_and_its_bounds(api: Api):
    settings = {each["name"]: each for each in (await api.ask("admin", ALL))["systemSettings"]}
    assert settings[WINDOW] == {
        "name": "RETURN_WINDOW_DAYS",
        "label": "Goods may be returned for",
        "help": "Counted from delivery; at its end the fulfillment completes.",
        "unit": "days",
        "value": "14",
        "source": "DEFAULT",
        "default": "14",
        "low": 0,
        "high": 3650,
        "problem": None,
        "step": 0,
        "changedBy": None,
        "changedAt": None,
        "history": [],
    }
    assert settings["SALE_EXPIRY_CRON"]["low"] is None


@pytest.mark.parametrize("who", ["manager", "biller", "accountant", "rider", "customer", "reseller"])
async def test_who_may_not_change_settings_neither_sees_nor_changes_them(api: Api, pool: asyncpg.Pool, who: str):
    (error,) = await api.errors(who, ALL)
    assert error["message"] == "You may not see or change settings."
    answer = await change(api, who, value="21")
    assert answer == {
        "__typename": "Refused",
        "sentence": "You may not see or change settings.",
        "reasons": [{"guard": "permission", "permission": "settings.manage", "whoCanHelp": "an admin"}],
    }
    assert await pool.fetchval("SELECT count(*) FROM setting_change") == 0


async def test_nobody_who_is_not_signed_in_sees_them(api: Api):
    (error,) = await api.errors("", ALL)
    assert error["extensions"]["code"] == "SIGNED_OUT"


async def test_a_change_is_told_with_who_made_it_and_can_be_taken_back(api: Api, office: Office):
    answer = await change(api, "admin", value="21")
    first = {
        "step": 1,
        "fromValue": None,
        "toValue": "21",
        "who": "Admin",
        "at": "2026-03-02T12:00:00Z",
        "reason": "The law changed.",
    }
    assert answer["setting"] == {
        "name": WINDOW,
        "value": "21",
        "source": "DATABASE",
        "step": 1,
        "changedBy": "Admin",
        "changedAt": "2026-03-02T12:00:00Z",
        "problem": None,
        "history": [first],
    }
    office.later(hours=1)
    answer = await change(api, "admin", reason="It changed back.", seen=1)
    assert (answer["setting"]["value"], answer["setting"]["source"]) == ("14", "DEFAULT")
    assert answer["setting"]["history"] == [
        {
            "step": 2,
            "fromValue": "21",
            "toValue": None,
            "who": "Admin",
            "at": "2026-03-02T13:00:00Z",
            "reason": "It changed back.",
        },
        first,
    ]


async def test_who_did_not_see_a_colleagues_change_is_told_of_it(api: Api):
    await change(api, "admin", value="21")
    assert await change(api, "admin", value="30", seen=0) == {
        "__typename": "Conflict",
        "sentence": (
            "This has changed since you looked: Admin set it to 21 at 2026-03-02 12:00:00 UTC. "
            "Check the new state and try again."
        ),
        "who": "Admin",
        "what": "set it to 21",
        "step": 1,
    }


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (
            {"value": "4000"},
            {
                "__typename": "Invalid",
                "field": "value",
                "sentence": "RETURN_WINDOW_DAYS can not be '4000'. It must be a whole number of days from 0 to 3650.",
            },
        ),
        (
            {"value": "21", "reason": " "},
            {
                "__typename": "Invalid",
                "field": "reason",
                "sentence": "A change of a setting needs a reason. Say why, for those who read the history.",
            },
        ),
        (
            {"value": "21", "name": "NO_SETTING"},
            {
                "__typename": "NotFound",
                "sentence": "There is no setting NO_SETTING. Look it up in the list of settings.",
            },
        ),
    ],
)
async def test_what_can_not_be_is_answered_with_a_sentence_and_nothing_is_written(
    api: Api, pool: asyncpg.Pool, given: Any, answer: Any
):
    assert await change(api, "admin", **given) == answer
    assert await pool.fetchval("SELECT count(*) FROM system_setting") == 0


async def patience(pool: asyncpg.Pool, sale: str) -> timedelta:
    """How long a sale waits for its payment."""
    row = await pool.fetchrow("SELECT created_at, context ->> 'expires_at' FROM sale WHERE id = $1", UUID(sale))
    assert row
    opened: datetime = row[0]
    return datetime.fromisoformat(row[1]) - opened


async def test_the_next_sale_has_the_expiry_that_was_set_a_moment_ago(
    office: Office, database_url: str, pool: asyncpg.Pool
):
    async with live_settings(database_url) as office.settings, office.open() as client:
        api = Api(office, client)
        before = await agreed(api)
        answer = await change(api, "admin", name="SALE_PENDING_EXPIRY_MINUTES", value="5")
        assert answer["__typename"] == "SettingChanged"
        after = await agreed(api)
        await change(api, "admin", name="SALE_PENDING_EXPIRY_MINUTES")
        again = await agreed(api)
    waits = [await patience(pool, each.ids["sale"]) for each in (before, after, again)]
    assert waits == [timedelta(days=1), timedelta(minutes=5), timedelta(days=1)]


async def test_riders_without_a_coverage_stop_seeing_deliveries_at_once(office: Office, database_url: str):
    async with live_settings(database_url) as office.settings, office.open() as client:
        api = Api(office, client)
        made = await released(api)
        order = made.order
        # An order that one has offered to bring is seen in any case.
        await api.move("rider", "withdrawFulfillmentInterest", id=made.ids["rider_interest"])
        query = "query($id: UUID!) { order(id: $id) { id } }"
        assert (await api.ask("rider", query, id=order))["order"] == {"id": order}
        answer = await change(api, "admin", name="RIDERS_WITHOUT_COVERAGE_SEE_ALL", value="no")
        assert answer["__typename"] == "SettingChanged"
        (error,) = await api.errors("rider", query, id=order)
        assert error["message"].startswith("There is no such order.")
        assert (await api.ask("rider", "{ orders { totalCount } }"))["orders"] == {"totalCount": 0}
        await change(api, "admin", name="RIDERS_WITHOUT_COVERAGE_SEE_ALL")
        assert (await api.ask("rider", query, id=order))["order"] == {"id": order}
