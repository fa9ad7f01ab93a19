import re
import stat
from pathlib import Path

import asyncpg
import httpx
from tests.commands import ADDRESS, Command, health, running

from orderway.database import connect
from orderway.demo.secret import password
from orderway.proof import prove


def opened(command: Command) -> tuple[str, str]:
    """The address and the password, as the command says them."""
    return command.wait_for(ADDRESS), command.wait_for(r"(?<=password is )\S+")


def sign_in(url: str, *, email: str, secret: str) -> int:
    """How many of the demo's orders someone finds after signing in with the password that was printed."""
    with httpx.Client(base_url=url, follow_redirects=True) as browser:
        page = browser.get("/orders").text
        csrf = re.findall(r'name="csrf" value="([0-9a-f]{64})"', page)[0]
        browser.post("/sign-in", data={"email": email, "password": secret, "csrf": csrf})
        page = browser.get("/orders").text
        return int(re.findall(r"All <span>(\d+)</span>", page)[0])


async def test_it_makes_a_company_once_and_serves_it_and_keeps_what_people_did(empty_url: str, tmp_path: Path):
    home = {"DATABASE_URL": empty_url, "ORDERWAY_HOME": str(tmp_path)}
    with running("demo", "--port", "0", **home) as command:
        url, secret = opened(command)
        command.wait_for("Customer +customer.lagos@demo.example +their own orders")
        assert health(url)[0] == 200
        assert sign_in(url, email="admin@demo.example", secret=secret) == 200
        assert 0 < sign_in(url, email="manager.lagos@demo.example", secret=secret) < 200
        code, said = command.stop()
    assert code == 0
    assert "200 orders are made" in said
    assert "Stopped." in said
    assert "Traceback" not in said
    kept = tmp_path / "secrets" / "demo-password"
    assert kept.read_text() == f"{secret}\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700

    connection: asyncpg.Connection = await connect(empty_url)
    rows = await connection.fetchval("SELECT count(*) FROM transition_log")
    assert (await prove(empty_url)).findings == ()

    # Another home has another password: the people of the company get it.
    with running("demo", "--port", "0", **home | {"ORDERWAY_HOME": str(tmp_path / "another")}) as command:
        url, another = opened(command)
        assert another != secret
        assert sign_in(url, email="admin@demo.example", secret=another) == 200
        _, said = command.stop()
    assert "The company of the last time is still here, as it was left." in said
    assert await connection.fetchval("SELECT count(*) FROM sale_order") == 200
    assert await connection.fetchval("SELECT count(*) FROM transition_log") >= rows
    await connection.close()


def test_a_password_is_made_once_and_is_no_default(tmp_path: Path):
    homes = [tmp_path / name for name in ("one", "two")]
    for home in homes:
        home.mkdir()
    one, two = (password(home) for home in homes)
    assert re.fullmatch(r"([a-hj-km-np-z2-9]{4}-){3}[a-hj-km-np-z2-9]{4}", one)
    assert one != two
    assert password(homes[0]) == one
