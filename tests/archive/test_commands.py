"""The commands of the archive, from a database with finished orders to its last proof."""

import asyncio
import gzip
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.archive.finished import brought, counted, told
from tests.stories.shop import Shop, shirts

from orderway import cli
from orderway.database import connect_pool
from orderway.home import home_path

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str, tmp_path: Path) -> Run:
    """Run `orderway archive` on a database with one finished order and one draft: the exit code and what was said."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("ORDERWAY_HOME", str(tmp_path))
    asyncio.run(prepare(database_url))
    capsys.readouterr()

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["orderway", "archive", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, told.out, told.err

    return command


async def prepare(url: str) -> None:
    async with await connect_pool(url, size=2) as pool:
        shop = Shop(pool, now=datetime.now(UTC) - timedelta(days=200))
        await shop.furnish()
        await brought(shop)
        await shop.order(shirts(1))
        await counted(shop)
        await told(shop)


def test_an_order_is_archived_shown_and_proven_until_somebody_alters_it(run: Run):
    stays = "1 stay: something of them is still under way, or may move by itself.\n"
    assert run("orders", "--older-than", "100", "--dry-run") == (0, f"1 would leave for the archive.\n{stays}", "")
    assert list(home_path().glob("archive/**/*.gz")) == []
    assert run("orders", "--older-than", "100") == (0, f"1 left for the archive.\n{stays}", "")
    assert run("orders", "--older-than", "100") == (0, f"0 left for the archive.\n{stays}", "")
    (file,) = home_path().glob("archive/*/*/*.json.gz")

    code, said, _ = run("show", "LAG-000001")
    assert (code, run("show", str(file))[1]) == (0, said)
    lines = said.splitlines()
    assert lines[0].startswith("Order LAG-000001, placed at ")
    assert lines[2] == "    2 × Shirt: 2000"
    assert lines[4].endswith("quotation  BORN: DRAFT  by person:0198a000-0000-7000-8000-0000000000d1")
    document = json.loads(run("show", "--json", "LAG-000001")[1])
    assert [len(document["tables"][name]["rows"]) for name in ("sale_order", "payment", "outbox")] == [1, 1, 22]

    assert run("verify") == (0, "Replayed 16 log rows of 1 archived orders: all of it holds.\n", "")
    assert run("verify", "LAG-000009")[0] == 1
    whole = file.read_bytes()
    file.write_bytes(gzip.compress(gzip.decompress(whole).replace(b"Slip 1", b"Slip 2"), mtime=0))
    assert run("verify")[1].startswith("! archive: order LAG-000001. It was altered: its content does not give")
    file.write_bytes(gzip.compress(gzip.decompress(whole).replace(b"MUTUALLY_APPROVED", b"CANCELLED"), mtime=0))
    assert "! hash: quotation" in run("verify")[1]
    file.write_bytes(whole[:-9])
    assert "can not be read" in run("verify")[1]
    file.unlink()
    code, said, _ = run("verify")
    assert (code, said.splitlines()[0]) == (
        1, f"! archive: order LAG-000001. Its file {file.relative_to(home_path() / 'archive')} is gone."
    )  # fmt: skip
