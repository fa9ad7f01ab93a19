"""Settings change under real processes: a server and a worker that nobody starts again."""

import json
import os
import pwd
import subprocess
import sys

import asyncpg
import httpx
from tests.commands import ADDRESS, running
from tests.graphql.office import Api, Office
from tests.graphql.orders import agreed

from orderway.settings import SETTINGS

MINUTES = "SELECT extract(epoch FROM (context ->> 'expires_at')::timestamptz - created_at) / 60 FROM sale WHERE id = $1"
CHANGE = """
    mutation($input: ChangeSettingInput!) {
        changeSetting(input: $input) { ... on SettingChanged { setting { value } } }
    }
"""


def orderway(*arguments: str, **environment: str) -> str:
    """Run a command to its end; gives what it wrote."""
    done = subprocess.run(
        [sys.executable, "-c", "from orderway.cli import main; main()", *arguments],
        env={"PATH": "", "COLUMNS": "200", **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


async def test_the_next_sale_of_a_running_server_has_the_new_expiry(database_url: str, pool: asyncpg.Pool):
    office = Office(pool)
    await office.furnish()
    with running("serve", "--port", "0", DATABASE_URL=database_url, SALE_PENDING_EXPIRY_MINUTES="60") as server:
        async with httpx.AsyncClient(base_url=server.wait_for(ADDRESS), timeout=60) as client:
            api = Api(office, client)
            office.now = await pool.fetchval("SELECT now()")
            before = await agreed(api)
            given = {"name": "SALE_PENDING_EXPIRY_MINUTES", "value": "5", "reason": "The stock is short."}
            answer = await api.ask("admin", CHANGE, input=given)
            assert answer == {"changeSetting": {"setting": {"value": "5"}}}
            after = await agreed(api)
        code, _ = server.stop()
    assert code == 0
    assert [await pool.fetchval(MINUTES, made.ids["sale"]) for made in (before, after)] == [60, 5]


async def test_a_running_worker_follows_a_change_of_its_times(
    database_url: str, superuser_url: str, pool: asyncpg.Pool
):
    with running("worker", DATABASE_URL=database_url, SALE_EXPIRY_CRON="0 0 29 2 *") as worker:
        worker.wait_for("looks after the timers")
        said = orderway(
            "settings", "set", "SALE_EXPIRY_CRON", "*/5 * * * *", "--reason", "Too late.", DATABASE_URL=database_url
        )
        assert said == "SALE_EXPIRY_CRON is */5 * * * *, set here.\n"
        assert json.loads(worker.wait_for(r"^.*Settings changed.*$"))["settings"] == ["SALE_EXPIRY_CRON"]
        superuser = await asyncpg.connect(superuser_url)
        await superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'SELECT name, value%'"
        )
        await superuser.close()
        worker.wait_for("The database is waited for.")
        await pool.execute("INSERT INTO system_setting (name, value) VALUES ('RETURN_WINDOW_DAYS', 'never')")
        assert "is 'never' in the database" in worker.wait_for(r"^.*A setting in the database is not used.*$")
        orderway("settings", "reset", "SALE_EXPIRY_CRON", "--reason", "It was right.", DATABASE_URL=database_url)
        assert json.loads(worker.wait_for(r"^.*Settings changed.*$"))["settings"] == ["SALE_EXPIRY_CRON"]
        code, _ = worker.stop()
    assert code == 0


async def test_the_commands_show_what_stands_and_who_changed_it(database_url: str):
    told = orderway("settings", "history", "RETURN_WINDOW_DAYS", DATABASE_URL=database_url)
    assert told == "Nobody has changed RETURN_WINDOW_DAYS: it is 14 days, default.\n"
    change = ("RETURN_WINDOW_DAYS", "21", "--reason", "The law changed.")
    assert orderway("settings", "set", *change, DATABASE_URL=database_url, LOGNAME="forged") == (
        "RETURN_WINDOW_DAYS is 21 days, set here.\n"
    )
    told = orderway("settings", "history", "RETURN_WINDOW_DAYS", DATABASE_URL=database_url)
    user = f"{pwd.getpwuid(os.getuid()).pw_name} (command line)"
    assert user in told
    assert "The law changed." in told
    listed = orderway("settings", "list", DATABASE_URL=database_url, SALE_EXPIRY_BATCH_SIZE="10")
    (window,) = [line for line in listed.splitlines() if "RETURN_WINDOW_DAYS" in line]
    (batch,) = [line for line in listed.splitlines() if "SALE_EXPIRY_BATCH_SIZE" in line]
    assert all(name in listed for name in SETTINGS), "No name is cut."
    assert "21 days" in window
    assert user in window
    assert "10 sales" in batch
    assert "from the environment" in batch


async def test_a_command_that_is_refused_says_why(database_url: str):
    with running(
        "settings", "set", "RETURN_WINDOW_DAYS", "4000", "--reason", "x", DATABASE_URL=database_url
    ) as command:
        _, said = command.process.communicate(timeout=60)
    assert command.process.returncode == 1
    assert said == (
        "orderway: RETURN_WINDOW_DAYS can not be '4000'. It must be a whole number of days from 0 to 3650.\n"
    )


async def test_no_text_that_somebody_wrote_commands_the_terminal_or_breaks_the_table(
    database_url: str, pool: asyncpg.Pool
):
    change = ("RETURN_WINDOW_DAYS", "21", "--reason", "See [/ticket] and [red]\x1b[2Jthat.")
    orderway("settings", "set", *change, DATABASE_URL=database_url)
    told = orderway("settings", "history", "RETURN_WINDOW_DAYS", DATABASE_URL=database_url)
    assert "See [/ticket] and [red] [2Jthat." in told
    await pool.execute("INSERT INTO system_setting (name, value) VALUES ('AN[/i]\x1bOTHER', '[/b]\x1bvalue')")
    listed = orderway("settings", "list", DATABASE_URL=database_url)
    assert "AN[/i] OTHER" in listed
    assert "[/b] value" in listed
    assert "! The database holds a value for AN[/i] OTHER" in listed
