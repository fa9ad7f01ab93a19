import socket
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from orderway import doctor
from orderway.database import connect
from orderway.embedded import EmbeddedServer
from orderway.errors import OrderwayError
from orderway.migrations import migrate, newest


@pytest.fixture
def free_port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port that nobody listens on, in place of 8000, which may be in use while the tests run."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = int(server.getsockname()[1])
    monkeypatch.setattr(doctor, "PORT", number)
    return number


@pytest.fixture
def other_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home that does not exist yet."""
    monkeypatch.setenv("ORDERWAY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_fresh_machine_is_right_and_nothing_is_written(
    other_home: Path, free_port: int, capsys: pytest.CaptureFixture[str]
):
    assert doctor.report() == 0
    lines = told(capsys)
    assert "✓ Time zones are known." in lines
    assert f"✓ Port {free_port} is free." in lines
    assert "✓ The embedded PostgreSQL 18.4 starts and answers." in lines
    assert lines[-2].startswith(f"✓ The embedded database in {other_home} is not running")
    assert lines[-1] == "Everything is right."
    assert not other_home.exists()


@pytest.mark.usefixtures("free_port")
def test_a_database_is_looked_at_closely(
    monkeypatch: pytest.MonkeyPatch, database_url: str, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert doctor.report() == 1  # the database of the tests is quick rather than safe
    lines = told(capsys)
    assert "✓ The database answers; it is PostgreSQL 18.4." in lines
    assert "✓ The database's clock agrees with ours." in lines
    assert "✓ The database's user may create tables." in lines
    assert (
        "! The database has fsync and full_page_writes and synchronous_commit off, "
        "so a power cut may lose orders that were acknowledged." in lines
    )
    assert lines[-4].endswith("are those of this version.")
    assert lines[-3:-1] == ["✓ Every setting in the database can be used.", "✓ No timer fails."]
    assert lines[-1] == "1 of these is wrong."


@pytest.mark.usefixtures("free_port")
async def test_tables_that_are_not_there_are_told_with_the_remedy(empty_url: str):
    found = {finding.sentence: finding.remedy for finding in await doctor.database(empty_url)}
    name = empty_url.partition("?")[0].rpartition("/")[2]
    assert found[f"The database {name} at the local socket has no tables of Orderway yet."] == "Run: orderway migrate"


async def test_one_who_may_not_create_tables_is_told(server: EmbeddedServer, empty_url: str):
    name = empty_url.partition("?")[0].rpartition("/")[2]
    superuser = await connect(server.url(name, role="postgres"))
    await superuser.execute("CREATE ROLE reader LOGIN")
    try:
        found = [finding.sentence for finding in await doctor.database(server.url(name, role="reader"))]
    finally:
        await superuser.execute("DROP ROLE reader")
        await superuser.close()
    assert "The database's user may not create tables." in found


@pytest.mark.usefixtures("free_port", "other_home")
def test_a_database_that_is_down_is_told_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/shop")
    assert doctor.report() == 1
    assert told(capsys)[-3:] == [
        "! The database shop at 127.0.0.1:1 can not be reached: connection refused.",
        "  → Start PostgreSQL, correct DATABASE_URL, or unset it to use the embedded database.",
        "1 of these is wrong.",
    ]


def test_a_setting_out_of_its_range_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RETURN_WINDOW_DAYS", "4000")
    with pytest.raises(OrderwayError, match="RETURN_WINDOW_DAYS is '4000' in the environment"):
        doctor.settings()


async def test_a_setting_of_the_database_that_can_not_be_used_is_told(database_url: str, pool: asyncpg.Pool):
    await pool.execute("INSERT INTO system_setting (name, value) VALUES ('RETURN_WINDOW_DAYS', '-'), ('OLD', '1')")
    found = {finding.sentence: finding.remedy for finding in await doctor.database(database_url)}
    told = "The database holds a value for OLD, but there is no such setting: it counts for nothing."
    assert found[told] == "Set it anew, or take it out: orderway settings reset OLD --reason …"
    told = (
        "RETURN_WINDOW_DAYS is '-' in the database. It must be a whole number of days from 0 to 3650. "
        "Until then 14 holds, by default."
    )
    assert found[told] == "Set it anew, or take it out: orderway settings reset RETURN_WINDOW_DAYS --reason …"
    assert "Every setting in the database can be used." not in found


def test_a_home_that_can_not_be_written_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ORDERWAY_HOME", "/dev/null/orderway")
    with pytest.raises(OrderwayError, match=r"^ORDERWAY_HOME, /dev/null/orderway, can not be written"):
        doctor.home()


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor, "ROOM_NEEDED", 10**18)
    with pytest.raises(OrderwayError, match=r"has \d+ MB free; "):
        doctor.home()


@pytest.fixture
def stranger(free_port: int) -> Iterator[None]:
    """Another program on our port, which hears nobody out."""
    with socket.create_server(("127.0.0.1", free_port)) as server:
        server.settimeout(0)
        yield


@pytest.mark.usefixtures("stranger")
def test_a_port_that_another_program_has_is_told(free_port: int):
    with pytest.raises(OrderwayError) as taken:
        doctor.port()
    assert str(taken.value) == (
        f"Port {free_port} is taken by another program. Stop it, or give Orderway another port by --port."
    )


async def test_a_running_embedded_database_is_looked_at(server: EmbeddedServer):
    await migrate(server.url())
    found = [finding.sentence for finding in await doctor.database(server.url())]
    assert "The tables of orderway at the local socket are those of this version." in found
    assert newest() is not None
