import signal
import socket

import asyncpg
import httpx
import pytest
from tests.commands import ADDRESS, health, running

from orderway.serve import Address, PortUnusable, listen, url_of


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_asked_to_stop(database_url: str, with_signal: signal.Signals):
    with running("serve", "--port", "0", DATABASE_URL=database_url) as command:
        url = command.wait_for(ADDRESS)
        assert health(url) == (200, {"status": "ok", "workers": 0})
        assert httpx.get(f"{url}/orders").headers["location"] == "/sign-in?next=%2Forders"
        code, said = command.stop(with_signal)
    assert code == 0
    assert said.endswith("Stopped.\n")
    with pytest.raises(httpx.ConnectError):
        health(url)


def test_a_port_that_is_taken_is_one_sentence(database_url: str):
    with listen(Address(port=0)) as taken:
        taken.listen()
        port = str(taken.getsockname()[1])
        with running("serve", "--port", port, DATABASE_URL=database_url) as command:
            _, said = command.process.communicate(timeout=60)
        assert command.process.returncode == 1
        assert said == (
            f"orderway: Port {port} of 127.0.0.1 is in use by another program. "
            "Stop that program, or choose another port by --port.\n"
        )


def test_a_place_for_receipts_that_is_none_is_one_sentence(database_url: str):
    with running("serve", "--port", "0", DATABASE_URL=database_url, ORDERWAY_RECEIPTS="receipts") as command:
        _, said = command.process.communicate(timeout=60)
    assert command.process.returncode == 1
    assert said == (
        "orderway: ORDERWAY_RECEIPTS is 'receipts'. Write it as s3://bucket/prefix, or unset it for a folder.\n"
    )


def test_a_provider_of_identities_that_is_configured_half_is_one_sentence(database_url: str):
    half = {"ORDERWAY_OIDC_ISSUER": "https://id.example", "ORDERWAY_OIDC_CLIENT_ID": "orderway"}
    with running("serve", "--port", "0", DATABASE_URL=database_url, **half) as command:
        _, said = command.process.communicate(timeout=60)
    assert command.process.returncode == 1
    assert said == (
        "orderway: A provider of identities is configured half: ORDERWAY_OIDC_CLIENT_SECRET (or "
        "ORDERWAY_OIDC_CLIENT_SECRET_FILE) is missing."
        " Set it, or unset every variable that begins with ORDERWAY_OIDC.\n"
    )


def test_a_database_without_tables_is_one_sentence(empty_url: str):
    with running("serve", "--port", "0", DATABASE_URL=empty_url) as command:
        _, said = command.process.communicate(timeout=60)
    assert command.process.returncode == 1
    assert said.startswith("orderway: The database test_")
    assert said.endswith("has no tables of Orderway yet. Run: orderway migrate\n")


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(PortUnusable, match=r"192\.0\.2\.1 is no address of this machine"):
        listen(Address("192.0.2.1", 0))


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "127.0.0.1")])  # noqa: S104 - closed at once
def test_an_address_is_told_as_a_browser_takes_it(host: str, shown: str):
    with listen(Address(host, 0)) as taken:
        assert url_of(taken) == f"http://{shown}:{taken.getsockname()[1]}"


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_an_address_of_ipv6_stands_in_brackets():
    with listen(Address("::1", 0)) as taken:
        assert url_of(taken) == f"http://[::1]:{taken.getsockname()[1]}"


async def test_it_is_not_well_once_the_tables_are_not_those_of_this_version(database_url: str, pool: asyncpg.Pool):
    with running("serve", "--port", "0", DATABASE_URL=database_url) as command:
        url = command.wait_for(ADDRESS)
        await pool.execute("UPDATE alembic_version SET version_num = '9999'")
        assert health(url)[0] == 200  # a newer version is being brought in, and people work meanwhile
        await pool.execute("UPDATE alembic_version SET version_num = '0040'")
        code, told = health(url)
    assert code == 503
    assert told == {
        "status": "unavailable",
        "reason": "The tables are not those of this version. Run: orderway migrate",
    }
