"""A database is copied while people work, lost, and brought back to the moment before: by the programs of deploy/."""

import asyncio
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest

from orderway.cluster import programs
from orderway.database import connect
from orderway.embedded import EmbeddedServer
from orderway.migrations import migrate, require_current

BACKUP = Path(__file__).parents[2] / "deploy" / "backup" / "backup.py"
WHO = "00000000-0000-7000-8000-0000000000{:02d}"


@dataclass(frozen=True)
class Shop:
    """A server whose log is kept in `kept`."""

    server: EmbeddedServer
    kept: Path

    def backup(self, *words: str) -> str:
        done = run(self.kept, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def restored(self, home: Path, *until: str) -> EmbeddedServer:
        home.mkdir(mode=0o711)
        self.backup("restore", "--into", str(home / "database"), *until)
        return EmbeddedServer(home, settings={"fsync": "off"})


def run(kept: Path, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(BACKUP), "--folder", str(kept), *words]
    return subprocess.run(line, check=False, capture_output=True, text=True)


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder that PostgreSQL may enter, as whomever it runs."""
    folder = Path(tempfile.mkdtemp(prefix="orderway-backup-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def shop(room: Path) -> Iterator[Shop]:
    kept, home = room / "kept", room / "home"
    kept.mkdir(mode=0o777)
    kept.chmod(0o777)
    home.mkdir(mode=0o711)
    command = shlex.join([str(BACKUP.with_name("archive.sh")), str(kept)])
    settings = {"fsync": "off", "archive_mode": "on", "archive_command": f"{command} %p %f"}
    with EmbeddedServer(home, settings=settings) as server:
        yield Shop(server, kept)


async def archived(connection: asyncpg.Connection) -> datetime:
    """Wait until all that was written is kept, and return a moment from before that."""
    now: datetime = await connection.fetchval("SELECT clock_timestamp()")
    await connection.execute("CREATE TABLE IF NOT EXISTS tick (a int); INSERT INTO tick VALUES (1)")
    segment = await connection.fetchval("SELECT pg_walfile_name(pg_current_wal_lsn())")
    await connection.execute("SELECT pg_switch_wal()")
    async with asyncio.timeout(60):
        while (await connection.fetchval("SELECT last_archived_wal FROM pg_stat_archiver") or "") < segment:
            assert await connection.fetchval("SELECT failed_count FROM pg_stat_archiver") == 0
    return now


async def test_one_goes_back_to_the_moment_before_everything_was_deleted(shop: Shop, room: Path):
    url = shop.server.url(role="postgres")
    await migrate(shop.server.url())
    copy = Path(shop.backup("take", "--programs", str(programs()), "--database", url))
    connection = await connect(url)
    await connection.execute("CREATE TABLE mark AS SELECT 'after the copy' AS what")
    before = await archived(connection)
    await connection.execute("DROP TABLE mark; DROP TABLE outbox CASCADE")
    await archived(connection)
    await connection.close()

    assert shop.backup("check").startswith("One can go back to any moment from ")
    with shop.restored(room / "again", "--until", before.isoformat()) as again:
        there = await connect(again.url(role="postgres"))
        async with asyncio.timeout(60):
            while await there.fetchval("SELECT pg_is_in_recovery()"):
                pass
        assert await there.fetchval("SELECT what FROM mark") == "after the copy"
        assert await there.fetchval("SELECT count(*) FROM outbox") == 0
        await there.close()
        await require_current(again.url())
    assert shop.backup("keep", "1").startswith("0 whole copies and ")
    assert [each.name for each in (shop.kept / "base").iterdir()] == [copy.name]


async def test_what_is_not_whole_is_told_before_it_is_needed(shop: Shop, room: Path):
    url = shop.server.url(role="postgres")
    copy = Path(shop.backup("take", "--programs", str(programs()), "--database", url))
    connection = await connect(url)
    for _ in range(3):
        await archived(connection)
    await connection.close()
    kept = sorted((shop.kept / "wal").glob("?" * 24 + ".gz"))
    kept[-2].rename(room / "mislaid")
    assert run(shop.kept, "check").stderr == (
        f"backup: The log in {shop.kept} has a gap after {kept[-3].name[:-3]}: make a whole copy now. "
        "One can not go past it.\n"
    )
    (copy / "PG_VERSION").write_text("17\n")
    for words in (("check",), ("restore", "--into", str(room / "again"))):
        assert run(shop.kept, *words).stderr == (f"backup: 1 files of {copy} are not as they were copied: PG_VERSION\n")
    assert not (room / "again").exists()


def of_the_log(program: str, *words: object) -> tuple[int, str]:
    line = [str(BACKUP.with_name(program)), *map(str, words)]
    done = subprocess.run(line, check=False, capture_output=True, text=True)
    return done.returncode, done.stderr


def test_a_segment_is_kept_once_and_another_of_its_name_is_refused(room: Path):
    segment, kept, back = room / "segment", room / "kept", room / "back"
    assert of_the_log("archive.sh", kept, segment, "A")[0] == 1  # nothing is mounted there
    kept.mkdir()
    segment.write_bytes(b"one" * 1000)
    for _ in range(2):  # PostgreSQL asks again where it did not hear the answer
        assert of_the_log("archive.sh", kept, segment, "A") == (0, "")
    segment.write_bytes(b"two" * 1000)
    said = f"{kept}/wal/A.gz is there with other content: does another server write into {kept}?\n"
    assert of_the_log("archive.sh", kept, segment, "A") == (1, said)
    assert of_the_log("fetch.sh", kept, "A", back) == (0, "")
    assert back.read_bytes() == b"one" * 1000
    assert of_the_log("fetch.sh", kept, "B", back) == (1, "")


def test_nothing_is_overwritten_and_a_moment_names_its_clock(room: Path):
    (room / "data").mkdir()
    (room / "data" / "PG_VERSION").touch()
    assert "is not empty. Move it away" in run(room, "restore", "--into", str(room / "data")).stderr
    assert "There is no whole copy in" in run(room, "restore", "--into", str(room / "new")).stderr
    said = run(room, "restore", "--into", str(room / "new"), "--until", "2026-11-26T14:00:00")
    assert (said.returncode, said.stderr.splitlines()[-1].rpartition(": ")[2]) == (
        2,
        "say which clock, as in 2026-11-26T14:00:00+01:00, or …Z",
    )
