import socket
import sys

import asyncpg
import pytest

from orderway.database import connect
from orderway.line import Line, stay_in_touch


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems have other names, and fewer of them.")
def test_the_system_asks_a_silent_server_whether_it_is_there():
    with socket.socket(socket.AF_INET) as line:
        stay_in_touch(line)
        names = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
        found = [line.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in names]
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert found == [5, 2, 3, 10_000]


async def test_every_session_asks_the_same_of_its_server(database_url: str, pool: asyncpg.Pool):
    settings = (
        "SELECT name, setting FROM pg_settings WHERE source = 'client' AND name LIKE 'tcp%' ORDER BY name COLLATE \"C\""
    )
    connection = await connect(database_url)
    assert isinstance(connection, Line)
    for session in (connection, pool):
        found = [row["name"] for row in await session.fetch(settings)]
        assert found == [
            "tcp_keepalives_count", "tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_user_timeout",
        ]  # fmt: skip
    await connection.close()
