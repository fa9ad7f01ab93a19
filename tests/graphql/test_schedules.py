"""What is done at set times, as the API tells it to who sees operations."""

from datetime import timedelta
from typing import Any

import pytest
from tests.graphql.office import Api
from tests.schedules.runs import NOON, ends, takes, unseen_for

from orderway.schedules.known import SCHEDULES
from orderway.schedules.taking import Tally, Worker

ALL = """query($first: Int! = 20, $after: String, $filter: ScheduleRunFilter) {
    schedules { name label setting times nextAt last { state rows } }
    workers { host process version gone stoppedAt }
    scheduleRuns(first: $first, after: $after, filter: $filter) {
        nodes { schedule label state plannedAt startedAt endedAt tries rows errors why host process }
        totalCount pageInfo { hasNextPage endCursor } } }"""
HOUR = timedelta(hours=1)
ALICE, BOB = Worker(host="alpha", process=7), Worker(host="beta", process=8)


@pytest.fixture
async def done(api: Api) -> None:
    """Three runs: done, with errors, and left behind in the middle."""
    pool = api.office.pool
    (run,) = await takes(pool, ALICE, at=NOON - HOUR, sales=NOON - HOUR)
    await ends(pool, run, ALICE, at=NOON - HOUR, tally=Tally(3))
    (run,) = await takes(pool, BOB, at=NOON, sales=NOON)
    await ends(pool, run, BOB, at=NOON, tally=Tally(2, 1, "One broke."))
    await takes(pool, ALICE, at=NOON, tidying=NOON)
    await unseen_for(pool, ALICE, 61)


async def asked(api: Api, who: str, **given: Any) -> Any:
    return await api.ask(who, ALL, **given)


@pytest.mark.parametrize("who", ["admin", "accountant", "manager"])
@pytest.mark.usefixtures("done")
async def test_who_sees_operations_sees_every_schedule_run_and_worker(who: str, api: Api):
    told = await asked(api, who)
    assert [each["name"] for each in told["schedules"]] == list(SCHEDULES)
    assert told["schedules"][0] == {
        "name": "sales", "label": "Let unpaid sales expire", "setting": "SALE_EXPIRY_CRON", "times": "0 * * * *",
        "nextAt": "2026-03-02T13:00:00Z", "last": {"state": "FAILED", "rows": 2},
    }  # fmt: skip
    assert {each["name"]: each["last"] for each in told["schedules"]}["receipts"] is None
    runs = told["scheduleRuns"]
    assert [(each["schedule"], each["state"], each["host"]) for each in runs["nodes"]] == [
        ("tidying", "LEFT_BEHIND", "alpha"), ("sales", "FAILED", "beta"), ("sales", "DONE", "alpha"),
    ]  # fmt: skip
    assert runs["nodes"][1] == {
        "schedule": "sales", "label": "Let unpaid sales expire", "state": "FAILED", "plannedAt": "2026-03-02T12:00:00Z",
        "startedAt": "2026-03-02T12:00:00Z", "endedAt": "2026-03-02T12:00:00Z", "tries": 1, "rows": 2, "errors": 1,
        "why": "One broke.", "host": "beta", "process": 8,
    }  # fmt: skip
    assert [(each["host"], each["gone"], each["stoppedAt"]) for each in told["workers"]] == [
        ("beta", False, None), ("alpha", True, None),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["biller", "rider", "reseller", "customer"])
@pytest.mark.usefixtures("done")
async def test_others_see_nothing_of_it(who: str, api: Api):
    told = await asked(api, who)
    assert (told["schedules"], told["workers"], told["scheduleRuns"]["nodes"]) == ([], [], [])
    assert told["scheduleRuns"]["totalCount"] == 0


@pytest.mark.usefixtures("done")
async def test_runs_are_cut_by_schedule_and_errors_and_read_page_by_page(api: Api):
    async def found(**filters: Any) -> list[tuple[str, str]]:
        runs = (await asked(api, "admin", filter=filters))["scheduleRuns"]
        assert runs["totalCount"] == len(runs["nodes"])
        return [(each["schedule"], each["state"]) for each in runs["nodes"]]

    assert await found(schedule="sales") == [("sales", "FAILED"), ("sales", "DONE")]
    assert await found(failed=True) == [("sales", "FAILED")]
    assert await found(schedule="nothing") == []
    seen, after = list[str](), None
    for more in (True, True, False):
        page = (await asked(api, "admin", first=1, after=after))["scheduleRuns"]
        assert page["pageInfo"]["hasNextPage"] is more
        seen += [each["state"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert seen == ["LEFT_BEHIND", "FAILED", "DONE"]
    (error,) = await api.errors("admin", ALL, after="nowhere")
    assert error["message"].startswith("This is no place in the list of runs.")
