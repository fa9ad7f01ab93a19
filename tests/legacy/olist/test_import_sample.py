"""A sample of the real orders through the whole import: every odd one, and one in twenty of the plain ones."""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.legacy.olist.imported import ask
from tests.legacy.olist.road import play
from tests.legacy.olist.small import write

from orderway import cli
from orderway.database import connect
from orderway.legacy.olist.facts import Order
from orderway.legacy.olist.findings import Kind
from orderway.legacy.olist.plan import Plan, plan
from orderway.legacy.olist.read import load
from orderway.legacy.olist.readback import read_findings, read_totals
from orderway.legacy.olist.report import figures
from orderway.legacy.olist.totals import Totals

FOLDER = Path(os.environ.get("ORDERWAY_DATA", Path(__file__).parents[4] / "shared" / "data")) / "olist"
PLAIN = {Kind.NO_CATEGORY, Kind.NO_TRANSLATION, Kind.HANDOVER_BEFORE_APPROVAL}
"""Found so often that one in twenty shows them."""


def planned(order: Order) -> Plan:
    return plan(order, return_window=timedelta(days=14), now=datetime.now(UTC))


@pytest.fixture(scope="module")
def sample() -> list[Order]:
    if not FOLDER.is_dir():
        pytest.skip(f"The real orders are not there: {FOLDER}. Set ORDERWAY_DATA to the folder that holds olist/.")
    orders = load(FOLDER)
    return [
        order
        for number, order in enumerate(orders)
        if number % 20 == 0
        or len(order.payments) > 1
        or {finding.kind for finding in planned(order).findings} - PLAIN
        or order.status not in ("delivered", "shipped")
    ]


async def read_back(url: str) -> tuple[Totals, dict[Kind, int]]:
    connection = await connect(url)
    try:
        ((store_id,),) = await connection.fetch("SELECT id FROM store")
        found = {each.kind: each.orders for each in await read_findings(connection, store_id)}
        return await read_totals(connection, store_id), found
    finally:
        await connection.close()


def test_the_log_gives_back_what_the_tables_of_the_specification_come_to(
    sample: list[Order], tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    assert 1400 < len(sample) < 2000
    expected, found = Totals(), dict.fromkeys(Kind, 0)
    for order in sample:
        made = planned(order)
        expected.add(play(made.moves))
        for finding in made.findings:
            found[finding.kind] += 1
    monkeypatch.setenv("DATABASE_URL", database_url)
    for command in (["import", "olist", str(write(tmp_path, sample))], ["verify"]):
        monkeypatch.setattr(sys, "argv", ["orderway", *command])
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert end.value.code == 0
    totals, told = asyncio.run(read_back(database_url))
    assert figures(totals) == figures(expected)
    assert (totals.items, totals.payments, totals.money, totals.ends) == (
        expected.items, expected.payments, expected.money, expected.ends,
    )  # fmt: skip
    assert told == {kind: count for kind, count in found.items() if count}
    assert ask(database_url, "SELECT count(*) FROM sale_order") == [(len(sample),)]
