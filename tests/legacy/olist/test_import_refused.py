"""What an import does not begin with: one sentence, exit code 1, and nothing written."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from tests.legacy.olist.imported import ask, everything
from tests.legacy.olist.small import KINDS, write

from orderway import cli
from orderway.database import connect
from orderway.legacy.olist.command import TURN

Refused = Callable[[Path], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, KINDS)


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str) -> Refused:
    """Run an import that is refused on a fresh database; gives the sentence."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def run(folder: Path) -> str:
        before = everything(database_url)
        monkeypatch.setattr(sys, "argv", ["orderway", "import", "olist", str(folder)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsys.readouterr()
        assert (end.value.code, out, err.count("\n")) == (1, "", 1)
        assert everything(database_url) == before
        return err

    return run


def test_a_folder_that_is_not_there(refused: Refused, tmp_path: Path):
    assert refused(tmp_path / "nowhere") == (
        f"orderway: {tmp_path}/nowhere does not exist. Name the folder that holds the Olist CSV files.\n"
    )


def test_a_file_for_a_folder(refused: Refused, folder: Path):
    assert "olist_orders_dataset.csv is not a folder. Name" in refused(folder / "olist_orders_dataset.csv")


def test_a_folder_without_one_of_the_files(refused: Refused, folder: Path):
    (folder / "olist_order_payments_dataset.csv").unlink()
    assert f"orderway: {folder} has no olist_order_payments_dataset.csv. Put it there" in refused(folder)


def test_a_file_of_another_kind(refused: Refused, folder: Path):
    (folder / "olist_sellers_dataset.csv").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert "orderway: olist_sellers_dataset.csv is not text in UTF-8." in refused(folder)


def test_a_column_that_is_missing(refused: Refused, folder: Path):
    path = folder / "olist_order_items_dataset.csv"
    path.write_text(path.read_text().replace("freight_value", "freight"))
    assert "orderway: olist_order_items_dataset.csv lacks the column freight_value. It has " in refused(folder)


def test_one_wrong_value_in_the_last_line_of_the_last_file(refused: Refused, folder: Path):
    path = folder / "olist_order_payments_dataset.csv"
    path.write_text(path.read_text().rstrip().rpartition(",")[0] + ",ten\n")
    assert "orderway: olist_order_payments_dataset.csv, line 23: payment_value: “ten” is not" in refused(folder)


def test_expected_totals_of_another_form(refused: Refused, folder: Path):
    (folder / "expected.json").write_text('{"orders": "many"}')
    assert "orderway: expected.json can not be read as expected totals: " in refused(folder)


def test_a_store_of_that_code_in_another_currency(refused: Refused, folder: Path, database_url: str):
    store = "INSERT INTO store (id, name, code, currency) VALUES (gen_random_uuid(), 'Lagos store', 'OLIST', 'NGN')"
    ask(database_url, store)
    assert refused(folder) == (
        "orderway: The store Lagos store (code OLIST) is in NGN, and the orders are in BRL. "
        "Give that store another code; the import opens its own in BRL.\n"
    )


@pytest.fixture
def taken(database_url: str) -> Iterator[None]:
    """Another import holds the turn."""

    async def take() -> None:
        other = await connect(database_url)
        await other.execute("SELECT pg_advisory_lock($1)", TURN)
        held.append(other)

    held: list[asyncpg.Connection] = []
    loop = asyncio.new_event_loop()
    loop.run_until_complete(take())
    yield
    loop.run_until_complete(held[0].close())
    loop.close()


@pytest.mark.usefixtures("taken")
def test_another_import_under_way(refused: Refused, folder: Path):
    assert refused(folder) == (
        "orderway: Another import of Olist orders into this database is under way. Wait for its end, then try again.\n"
    )


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://127.0.0.1:1/shop", "The database shop at 127.0.0.1:1 can not be reached: connection refused."),
        ("mysql://127.0.0.1/shop", "DATABASE_URL does not name a PostgreSQL database."),
    ],
)
def test_a_database_that_does_not_answer(
    refused: Refused, folder: Path, monkeypatch: pytest.MonkeyPatch, address: str, sentence: str
):
    monkeypatch.setenv("DATABASE_URL", address)
    assert f"orderway: {sentence} " in refused(folder)


def test_a_database_without_tables(refused: Refused, folder: Path, monkeypatch: pytest.MonkeyPatch, empty_url: str):
    monkeypatch.setenv("DATABASE_URL", empty_url)
    assert " has no tables of Orderway yet. Run: orderway migrate\n" in refused(folder)
    assert ask(empty_url, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == [(0,)]
