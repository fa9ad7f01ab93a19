import asyncio
import sys
from collections.abc import Callable

import asyncpg
import pytest
import typer
from tests.stories.shop import Shop, shirts

from orderway import cli
from orderway.database import connect, connect_pool
from orderway.embedded import EmbeddedServer
from orderway.errors import OrderwayError

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process: the exit code, standard output and standard error."""

    def orderway(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["orderway", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, told.out, told.err

    return orderway


def test_help_names_every_command(run: Run):
    code, out, _ = run("--help")
    assert code == 0
    assert "doctor" in out
    assert "migrate" in out


def test_the_version_is_shown(run: Run):
    assert run("--version") == (0, "orderway 0.1.0\n", "")


@pytest.mark.parametrize("arguments", [["nothing"], ["doctor", "--loudly"], ["migrate", "now"]])
def test_a_command_written_wrongly_ends_with_2(run: Run, arguments: list[str]):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Error: " in err


def test_a_database_that_is_down_is_one_sentence_and_1(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/shop")
    assert run("migrate") == (
        1,
        "",
        (
            "orderway: The database shop at 127.0.0.1:1 can not be reached: connection refused. "
            "Start PostgreSQL, correct DATABASE_URL, or unset it to use the embedded database.\n"
        ),
    )


def test_the_doctor_ends_with_1_when_something_is_wrong(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/shop")
    code, out, err = run("doctor")
    assert (code, err) == (1, "")
    assert "! The database shop at 127.0.0.1:1 can not be reached: connection refused.\n" in out


def test_a_database_is_migrated_and_again_with_the_same_end(run: Run, monkeypatch: pytest.MonkeyPatch, empty_url: str):
    monkeypatch.setenv("DATABASE_URL", empty_url)
    first = run("migrate")
    assert first[0] == 0
    assert " is at revision 0" in first[1]
    assert run("migrate") == first


def test_the_embedded_database_is_migrated_without_an_address(run: Run, server: EmbeddedServer):
    code, out, _ = run("migrate")
    assert code == 0
    assert out.startswith("The database orderway at the local socket is at revision 0")
    assert server.listening()  # another guest of it is this test run


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OrderwayError("The file is empty.", "Give another."), "orderway: The file is empty. Give another.\n"),
        (
            asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
            (
                "orderway: The connection to the database broke, and what was not committed is undone. "
                "See that PostgreSQL runs, then start the command again.\n"
            ),
        ),
    ],
)
def test_an_expected_error_of_any_command_is_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
):
    failing = typer.Typer()

    @failing.command()
    def fail() -> None:
        raise error

    monkeypatch.setattr(cli, "app", failing)
    assert run() == (1, "", sentence)


def test_a_fault_of_ours_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch):
    failing = typer.Typer(pretty_exceptions_enable=False)

    @failing.command()
    def fail() -> None:
        raise KeyError("ours")

    monkeypatch.setattr(cli, "app", failing)
    monkeypatch.setattr(sys, "argv", ["orderway"])
    with pytest.raises(KeyError):
        cli.main()


async def alter_by_hand(url: str, superuser_url: str) -> str:
    """An order is placed, and then its quotation changed with the triggers off; gives the quotation's id."""
    async with await connect_pool(url) as pool:
        shop = Shop(pool)
        await shop.furnish()
        await shop.order(shirts(1))
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    altered = await connection.fetchval("UPDATE quotation SET state = 'IN_REVIEW' RETURNING id::text")
    await connection.close()
    return str(altered)


def test_verify_names_what_was_altered_and_ends_with_1(
    run: Run, database_url: str, superuser_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    altered = asyncio.run(alter_by_hand(database_url, superuser_url))
    capsys.readouterr()  # what was logged of the order is not what the command says
    monkeypatch.setenv("DATABASE_URL", database_url)
    code, out, err = run("verify")
    assert (code, err) == (1, "")
    found, closing = out.splitlines()
    assert found == f"! row: quotation {altered}. Its state is IN_REVIEW, but its log replays to DRAFT."
    assert closing.endswith(" s: 1 finding.")
