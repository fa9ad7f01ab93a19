"""`orderway verify` from the command line: clean ends with 0; what was altered by hand, triggers off, ends with 1."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.legacy.olist.imported import ask
from tests.legacy.olist.small import KINDS, write

from orderway import cli
from orderway.database import connect

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str, tmp_path: Path) -> Run:
    """Run the command line on a database of one order that went the whole way."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def orderway(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["orderway", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, told.out, told.err

    assert orderway("import", "olist", str(write(tmp_path, KINDS[:1])))[0] == 0
    return orderway


def force(url: str, change: str) -> None:
    """Change what PostgreSQL would refuse, with triggers and foreign keys off."""

    async def change_it() -> None:
        connection = await connect(url)
        await connection.execute(f"SET session_replication_role = replica; {change}")
        await connection.close()

    asyncio.run(change_it())


def test_a_database_as_the_door_left_it_holds(run: Run):
    code, out, err = run("verify")
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert out.startswith("Replayed 17 log rows of 4 instances and tried ")
    assert out.endswith(" s: all of it holds.\n")


REHASHED = """
UPDATE transition_log SET actor = 'person:x', hash = orderway_log_hash(prev_hash, store_id, instance_id, step, order_id,
    machine, version, from_state, to_state, event, payload, facts, 'person:x', on_behalf_of, reason, request_id, at)
WHERE machine = 'sale' AND step = 1
"""


@pytest.mark.parametrize(
    ("change", "named", "said"),
    [
        ("UPDATE sale SET state = 'CANCELLED'", "row: sale {sale}.", "Its state is CANCELLED, but its log replays to"),
        (REHASHED, "chain: sale {sale}.", "Step 2 is not chained to the row before it: one was altered."),
        ("UPDATE outbox SET number = 99 WHERE number = 5", "outbox numbers: order OLIST-", "numbered 1 to 99; it has"),
        (
            "UPDATE stock SET quantity = 7",
            "stock quantity: stock of OLIST-1e9e",
            "7 pieces lie there; the movements add",
        ),
    ],
    ids=["a row", "a line of the log", "an outbox number", "pieces on the shelf"],
)
def test_what_was_altered_by_hand_is_named(
    run: Run, database_url: str, superuser_url: str, *, change: str, named: str, said: str
):
    force(superuser_url, change)
    sale = ask(database_url, "SELECT id FROM sale")[0][0]
    code, out, _ = run("verify")
    assert code == 1
    found = [line for line in out.splitlines() if line.startswith(f"! {named.format(sale=sale)}") and said in line]
    assert found, out
    count = len(out.splitlines()) - 1
    assert out.endswith(f" s: {count} finding{'s' if count > 1 else ''}.\n")


def test_a_database_without_tables_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch, empty_url: str):
    monkeypatch.setenv("DATABASE_URL", empty_url)
    code, out, err = run("verify")
    assert (code, out) == (1, "")
    assert err.endswith(" has no tables of Orderway yet. Run: orderway migrate\n")
