import socket
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from tests.collector import Quiet, collector, serving

from orderway import doctor
from orderway.database import connect
from orderway.doctor import around, environment
from orderway.doctor.database import database
from orderway.doctor.finding import Wrong
from orderway.doctor.insides import deliveries, superadmin, workers
from orderway.embedded import EmbeddedServer
from orderway.errors import OrderwayError
from orderway.migrations import migrate, newest


@pytest.fixture
def free_port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port that nobody listens on, in place of 8000, which may be in use while the tests run."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = int(server.getsockname()[1])
    monkeypatch.setattr(environment, "PORT", number)
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
    assert doctor.report() == 3  # the database of the tests is quick rather than safe, and nobody is there yet
    lines = told(capsys)
    assert "✓ The database answers; it is PostgreSQL 18.4." in lines
    assert "✓ The database's clock agrees with ours." in lines
    assert "✓ The database's user may create tables." in lines
    assert (
        "! The database has fsync and full_page_writes and synchronous_commit off, "
        "so a power cut may lose orders that were acknowledged." in lines
    )
    assert lines[-10].endswith("are those of this version.")
    assert lines[-9:] == [
        "✓ Every setting in the database can be used.",
        "! Nobody who may do everything can sign in.",
        "  → Add somebody: orderway people add-superadmin EMAIL …",
        "✓ No timer fails.",
        "✓ Everything runs under a version of its workflow that this release knows.",
        "! No worker is there: none ever was. No timer fires, and nothing is delivered.",
        "  → Start one: orderway worker, or orderway serve --worker.",
        "✓ What happened is delivered everywhere, or on its way.",
        "3 of these are wrong.",
    ]


@pytest.mark.usefixtures("free_port")
async def test_tables_that_are_not_there_are_told_with_the_remedy(empty_url: str):
    found = {finding.sentence: finding.remedy for finding in await database(empty_url)}
    name = empty_url.partition("?")[0].rpartition("/")[2]
    assert found[f"The database {name} at the local socket has no tables of Orderway yet."] == "Run: orderway migrate"


async def test_one_who_may_not_create_tables_is_told(server: EmbeddedServer, empty_url: str):
    name = empty_url.partition("?")[0].rpartition("/")[2]
    superuser = await connect(server.url(name, role="postgres"))
    await superuser.execute("CREATE ROLE reader LOGIN")
    try:
        found = [finding.sentence for finding in await database(server.url(name, role="reader"))]
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
        environment.settings()


async def test_a_setting_of_the_database_that_can_not_be_used_is_told(database_url: str, pool: asyncpg.Pool):
    await pool.execute("INSERT INTO system_setting (name, value) VALUES ('RETURN_WINDOW_DAYS', '-'), ('OLD', '1')")
    found = {finding.sentence: finding.remedy for finding in await database(database_url)}
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
        environment.home()


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(environment, "ROOM_NEEDED", 10**18)
    with pytest.raises(OrderwayError, match=r"has \d+ MB free; "):
        environment.home()


@pytest.fixture
def stranger(free_port: int) -> Iterator[None]:
    """Another program on our port, which hears nobody out."""
    with socket.create_server(("127.0.0.1", free_port)) as server:
        server.settimeout(0)
        yield


@pytest.mark.usefixtures("stranger")
def test_a_port_that_another_program_has_is_told(free_port: int):
    with pytest.raises(OrderwayError) as taken:
        environment.port()
    assert str(taken.value) == (
        f"Port {free_port} is taken by another program. Stop it, or give Orderway another port by --port."
    )


async def test_a_running_embedded_database_is_looked_at(server: EmbeddedServer):
    await migrate(server.url())
    found = [finding.sentence for finding in await database(server.url())]
    assert "The tables of orderway at the local socket are those of this version." in found
    assert newest() is not None


async def test_who_may_do_everything_and_is_let_in_is_found(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        missing = await superadmin(connection)
        assert missing.sentence == "Nobody who may do everything can sign in."
        await connection.execute(
            """WITH p AS (INSERT INTO person (id, email, name) VALUES (gen_random_uuid(), 'a@b', 'Admin') RETURNING id),
            r AS (INSERT INTO role (id, name, label, permissions) VALUES (gen_random_uuid(), 'ALL', 'one', $1)
                RETURNING id)
            INSERT INTO person_role SELECT p.id, r.id FROM p, r""",
            ["superadmin.appoint", "settings.manage", "scope.all"],
        )
        assert (await superadmin(connection)).remedy is None
        await connection.execute("UPDATE person SET disabled_at = now()")
        assert await superadmin(connection) == missing


async def test_workers_that_are_there_are_told_from_those_that_were(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        await connection.execute(
            """INSERT INTO worker (id, host, process, version, started_at, seen_at)
            SELECT gen_random_uuid(), 'b' || n, n, '1', '2026-03-01 09:00Z', now() - n * interval '1 second'
            FROM generate_series(1, 2) n"""
        )
        assert (await workers(connection)).sentence == "Workers that said within a minute that they are there: 2."
        await connection.execute("UPDATE worker SET seen_at = '2026-03-01 10:00Z', stopped_at = '2026-03-01 10:00Z'")
        await connection.execute("UPDATE worker SET seen_at = '2026-03-01 09:30Z', stopped_at = NULL WHERE host = 'b2'")
        assert (await workers(connection)).sentence == (
            "No worker is there: the last was on b1, on 2026-03-01 at 10:00 UTC. "
            "No timer fires, and nothing is delivered."
        )


async def test_what_is_not_delivered_is_told_for_each_sink(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        await connection.execute(
            """INSERT INTO outbound_sink (sink, cluster, xid, away_since, away_why) VALUES
            ('broker', 0, '0', now() - interval '10 minutes', 'It refuses.'), ('webhook:a', 0, '0', NULL, NULL),
            ('webhook:b', 0, '0', NULL, NULL), ('webhook:c', 0, '0', NULL, NULL)"""
        )
        await connection.execute(
            """INSERT INTO outbound_progress (store_id, order_id, sink, known, done, due_at, dead_at, tries, why) SELECT
            gen_random_uuid(), gen_random_uuid(), sink, 2, 1, due_at, dead_at, tries, why FROM (VALUES
            ('webhook:a', NULL, now(), 20, 'It refuses.'), ('webhook:a', NULL, now(), 20, 'It refuses.'),
            ('webhook:b', now() + interval '1 hour', NULL, 3, 'It refuses.'),
            ('webhook:c', now() - interval '10 minutes', NULL, 0, NULL)) AS v (sink, due_at, dead_at, tries, why)"""
        )
        assert [finding.sentence for finding in await deliveries(connection)] == [
            "broker has taken nothing for 10 minutes; everything for it waits.",
            "A person is waited for: webhook:a did not take 2 orders, however often.",
            "Once more it is tried: webhook:b did not take 1 order yet.",
            "What is due to webhook:c has waited for 10 minutes.",
        ]


def test_what_is_not_configured_is_not_asked(monkeypatch: pytest.MonkeyPatch):
    for name in ("ORDERWAY_NATS_URL", "ORDERWAY_SMTP_URL", "ORDERWAY_OIDC_ISSUER"):
        monkeypatch.delenv(name, raising=False)
    assert around.broker() == "Events go to no broker."
    assert around.mail() == "No e-mails are sent."
    assert around.signing_in() == "Nobody signs in by another provider."
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert around.traces() == "No traces are sent."


def test_it_says_how_much_is_logged(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ORDERWAY_LOG", raising=False)
    assert environment.log() == "The log holds what is of level “info” or graver."
    monkeypatch.setenv("ORDERWAY_LOG", "loud")
    with pytest.raises(OrderwayError, match=r"^ORDERWAY_LOG is 'loud'\. Write debug, info, warning, error, or leave"):
        environment.log()


def test_a_collector_is_asked_whether_it_takes_traces(monkeypatch: pytest.MonkeyPatch):
    with collector() as (address, collected):
        place = address.removeprefix("http://")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://user:secret@{place}/")
        assert around.traces() == f"Traces go to the collector at {place}, which takes them."
        assert collected.spans == []
        monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
        assert around.traces() == "No traces are sent: OTEL_SDK_DISABLED is true."
        monkeypatch.delenv("OTEL_SDK_DISABLED")
    with pytest.raises(Wrong, match=rf"^The collector of traces at {place} can not be reached: Connection refused\."):
        around.traces()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")
    with pytest.raises(OrderwayError, match=r"^OTEL_EXPORTER_OTLP_ENDPOINT names no collector"):
        around.traces()


def test_what_listens_and_takes_no_traces_is_told(monkeypatch: pytest.MonkeyPatch):
    with serving(Quiet) as address:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        with pytest.raises(Wrong, match=r"^Something listens at 127\.0\.0\.1:\d+, and takes no traces\. Name a"):
            around.traces()


def test_a_place_that_takes_no_connection_is_told(monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("ORDERWAY_NATS_URL", f"nats://user:secret@127.0.0.1:{port}")
        assert around.broker() == f"Events go to the broker at nats://127.0.0.1:{port}; it takes connections."
    with pytest.raises(Wrong) as away:
        around.broker()
    assert str(away.value) == (
        f"The broker at 127.0.0.1:{port} can not be reached: Connection refused. "
        "Start it, or correct ORDERWAY_NATS_URL."
    )
    monkeypatch.setenv("ORDERWAY_SMTP_URL", f"smtp+plain://127.0.0.1:{port}")
    monkeypatch.setenv("ORDERWAY_MAIL_FROM", "orders@shop.example")
    monkeypatch.setenv("ORDERWAY_SITE", "https://shop.example")
    with pytest.raises(Wrong, match=rf"^The mail server at 127\.0\.0\.1:{port} can not be reached"):
        around.mail()


def test_a_provider_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ORDERWAY_OIDC_ISSUER", "http://127.0.0.1:1")
    monkeypatch.setenv("ORDERWAY_OIDC_CLIENT_ID", "orderway")
    monkeypatch.setenv("ORDERWAY_OIDC_CLIENT_SECRET", "made up")
    monkeypatch.setenv("ORDERWAY_OIDC_NAME", "Example")
    with pytest.raises(Wrong, match=r"^Example does not answer as a provider at http://127\.0\.0\.1:1: nobody can"):
        around.signing_in()
