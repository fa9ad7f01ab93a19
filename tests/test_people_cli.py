"""The commands of people: the first superadmin is made there, and every change is signed by whoever ran it."""

import asyncio
import os
import pwd
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import typer

from orderway import cli
from orderway.database import connect
from orderway.people.passwords import Passwords
from orderway.people.roles import seed_roles

Run = Callable[..., tuple[int, str, str]]
PASSWORD = "correct horse battery"


class Terminal(StringIO):
    """Where somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str) -> Run:
    """Run `orderway people` on a database with the built-in roles: the exit code and what was said."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    ask(database_url, seed_roles)

    def people(*arguments: str, typed: str = "", terminal: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["orderway", "people", *arguments])
        monkeypatch.setattr(sys, "stdin", Terminal(terminal) if terminal else StringIO(typed))
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, told.out, told.err

    return people


def ask(url: str, work: Callable[[asyncpg.Connection], Any]) -> Any:
    async def connected() -> Any:
        connection = await connect(url)
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(connected())


def add(run: Run, *more: str, typed: str = f"{PASSWORD}\n") -> tuple[int, str, str]:
    return run("add-superadmin", "chief@example.com", "--name", "Chief", *more, typed=typed)


async def test_the_first_superadmin_is_made_of_a_password_from_standard_input(run: Run, database_url: str):
    done = await asyncio.to_thread(add, run)
    assert done == (0, "Chief may do everything, and signs in as chief@example.com.\n", "")
    connection = await connect(database_url)
    try:
        row = await connection.fetchrow(
            "SELECT p.password_hash, r.name FROM person p JOIN person_role h ON h.person_id = p.id"
            " JOIN role r ON r.id = h.role_id WHERE p.email = 'chief@example.com'"
        )
        changes = await connection.fetch("SELECT what, became, actor, reason FROM people_change ORDER BY id")
    finally:
        await connection.close()
    assert row
    assert row["name"] == "SUPERADMIN"
    assert await Passwords().matches(PASSWORD, row["password_hash"])
    operator = f"operator:{pwd.getpwuid(os.getuid()).pw_name}"
    assert [tuple(change) for change in changes] == [
        ("CREATED", "chief@example.com", operator, "Added at the command line."),
        ("ROLES", "superadmin", operator, "Added at the command line."),
    ]


def test_a_password_is_read_from_the_first_line_of_a_file(run: Run, tmp_path: Path):
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\nand nothing else\n")
    assert add(run, "--password-file", str(file), typed="")[0] == 0
    assert add(run, "--password-file", str(tmp_path / "none"))[2].startswith("orderway: The password can not be read")


def test_at_a_terminal_the_password_is_asked_for_and_not_shown(run: Run, monkeypatch: pytest.MonkeyPatch):
    asked = []

    def prompt(text: str, **how: object) -> str:
        asked.append((text, how))
        return PASSWORD

    monkeypatch.setattr(typer, "prompt", prompt)
    assert run("add-superadmin", "chief@example.com", "--name", "Chief", terminal="\n")[0] == 0
    assert asked == [("Password", {"hide_input": True, "confirmation_prompt": True})]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "orderway: No password was given. Write it on the first line.\n"),
        (
            "short\n",
            "orderway: A password has 10 to 1000 characters, and this one has 5. Choose a longer one.\n",
        ),
    ],
)
def test_without_a_password_of_use_nobody_is_made(run: Run, typed: str, sentence: str):
    assert add(run, typed=typed) == (1, "", sentence)
    assert run("list") == (0, "", "")


def test_an_address_that_somebody_has_is_told(run: Run):
    add(run)
    assert add(run) == (1, "", "orderway: Somebody has the address chief@example.com already. Use another one.\n")


def test_people_are_listed_with_what_they_are(run: Run, database_url: str):
    add(run)
    ask(
        database_url,
        lambda connection: connection.execute(
            "INSERT INTO person (id, email, name, disabled_at) VALUES"
            " (gen_random_uuid(), 'b@example.com', 'Biller' || chr(27), '2026-03-02 12:00Z')"
        ),
    )
    assert run("list") == (
        0,
        "b@example.com: Biller , no role; disabled since 2026-03-02 12:00 UTC\nchief@example.com: Chief, superadmin\n",
        "",
    )


def test_somebody_is_disabled_enabled_and_given_a_new_password(run: Run, database_url: str):
    add(run)
    run("add-superadmin", "second@example.com", "--name", "Second", typed=f"{PASSWORD}\n")
    why = ("--reason", "Left us.")
    assert run("disable", "Second@example.com", *why) == (0, "Second@example.com is let in no more.\n", "")
    assert "disabled since" in run("list")[1]
    assert run("disable", "chief@example.com", *why) == (
        1,
        "",
        (
            "orderway: Somebody has to be left who may do everything: this is the last superadmin. "
            "Appoint another one first.\n"
        ),
    )
    assert run("enable", "second@example.com", *why) == (0, "second@example.com may sign in again.\n", "")
    told = run("set-password", "second@example.com", *why, typed="quite another word\n")
    assert told == (0, "second@example.com has a new password, and signs in anew.\n", "")
    changes = ask(
        database_url, lambda connection: connection.fetch("SELECT what FROM people_change ORDER BY id DESC LIMIT 3")
    )
    assert [row["what"] for row in changes] == ["PASSWORD", "ENABLED", "DISABLED"]


def test_nobody_is_found_by_an_address_that_nobody_has(run: Run):
    assert run("disable", "nobody@example.com", "--reason", "Left.") == (
        1,
        "",
        "orderway: Nobody has the address nobody@example.com. Look it up: orderway people list\n",
    )


def test_a_change_takes_a_reason(run: Run):
    assert run("disable", "chief@example.com", "--reason", " ") == (
        1,
        "",
        "orderway: A change of a person needs a reason. Say why, for those who read the history.\n",
    )


def test_where_no_role_may_do_everything_it_is_said(run: Run, database_url: str):
    ask(database_url, lambda connection: connection.execute("UPDATE role SET permissions = '{scope.all}'"))
    assert add(run) == (
        1,
        "",
        "orderway: No role may do everything. Run: orderway migrate, which makes those that are missing.\n",
    )
