"""The commands that compare versions, bring what is under way over, and take that back."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.stories.shop import SHIRT, Shop, shirts
from tests.versions import two
from tests.versions.two import ONE_TO_TWO, SALE_TWO, with_two

from orderway import app, cli, machines, versioning
from orderway.database import connect_pool
from orderway.sale.machine import SALE
from orderway.statechart import replace, stays
from orderway.statechart.xstate import export

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
async def two_sales(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database with two sales by the first version."""
    async with await connect_pool(database_url) as pool:
        shop = Shop(pool)
        await shop.furnish()
        await shop.stock((SHIRT, 100))
        await shop.agreed(shirts(1))
        await shop.paid(shirts(2))
    monkeypatch.setenv("DATABASE_URL", database_url)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `orderway machine …` of a release with a second version of the sale: exit code, output and errors."""
    monkeypatch.setattr(machines, "CHARTS", {**machines.CHARTS, "sale": SALE_TWO})
    monkeypatch.setattr(versioning, "CHARTS", machines.CHARTS)
    monkeypatch.setattr(versioning, "VERSIONS", {**machines.VERSIONS, ("sale", 2): SALE_TWO})
    monkeypatch.setattr(versioning, "MIGRATIONS", (ONE_TO_TWO,))
    monkeypatch.setattr(versioning, "make_workflow", lambda: with_two(app.make_workflow()))

    def orderway(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["orderway", "machine", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, told.out, told.err

    return orderway


def test_what_changed_is_told_in_words_and_as_json(run: Run):
    code, out, _ = run("diff", "sale@1", "sale")
    lines = out.splitlines()
    assert code == 0
    assert {
        "state PAYMENT_FAILED removed",
        "state UNCLEARED changed: begins in from AWAITING_PAYMENT_METHOD to CHOOSING",
        "context calls added: type int = 0",
        "AWAITING_PAYMENT_METHOD → CHOOSING, CHOOSING_WITH_HELP",
        "PAYMENT_FAILED → PAYMENT_BROKEN",
        "AWAITING_SETTLEMENT stays: What is delivered is settled by the rules that it was sold by.",
        "transition CHOOSING on BUYER_CALLED to CHOOSING_WITH_HELP added: guard none; actions count_call",
    } <= {*lines}
    assert any(line.startswith("guard not_called_thrice added: sentence “A buyer is called") for line in lines)
    assert any(re.fullmatch(r"orderway/order/leading.py:\d+ names PAYMENT_FAILED, and not PAYMENT_BROKEN", line)
               for line in lines)  # fmt: skip
    told = json.loads(run("diff", "sale@1", "sale@2", "--json")[1])
    assert len(told["changes"]) + len(told["states"]) + len(told["left_behind"]) == len(lines)
    assert told["states"][4] == {"state": "PAYMENT_FAILED", "to": ["PAYMENT_BROKEN"], "why": ""}
    assert run("diff", "sale", "sale@2") == (0, "Nothing changed.\n", "")


def test_files_of_xstate_are_compared_by_what_they_say(run: Run, tmp_path: Path):
    old, new, bad = tmp_path / "old.json", tmp_path / "new.json", tmp_path / "bad.json"
    old.write_text(export(SALE))
    new.write_text(export(SALE_TWO))
    bad.write_text("[1]")
    code, out, _ = run("diff", old, new)
    assert code == 0
    assert "state PAYMENT_FAILED removed" in out.splitlines()
    assert run("diff", old, "sale@1") == (0, "Nothing changed.\n", "")
    assert run("diff", bad, "sale")[0] == 1
    assert run("diff", "sale@7", "sale") == (
        1, "", "orderway: There is no version 'sale@7'. There is sale@1, sale@2; or name a file that ends in .json.\n"
    )  # fmt: skip
    assert run("diff", "gone.json", "sale")[2].startswith("orderway: The file gone.json can not be read: No such file")
    assert run("diff", "boat", "sale")[2].startswith("orderway: There is no machine 'boat'. There are quotation,")


def test_the_check_proves_the_way_from_each_version_to_the_next(run: Run, monkeypatch: pytest.MonkeyPatch):
    assert run("check", "sale")[0] == 0
    monkeypatch.setattr(versioning, "MIGRATIONS", ())
    assert run("check", "sale") == (1, "sale, version 2: Nobody has written how to come to it.\n", "")
    monkeypatch.setattr(versioning, "MIGRATIONS", (replace(ONE_TO_TWO, states={}),))
    assert run("check", "sale")[1].splitlines() == [
        f"sale, {state}: Nobody has said where it leads: version 2 has no state of that name."
        for state in ("AWAITING_PAYMENT_METHOD", "PAYMENT_FAILED")
    ]


@pytest.mark.usefixtures("two_sales")
def test_a_run_keeps_why_something_stayed(run: Run, monkeypatch: pytest.MonkeyPatch):
    states = {**ONE_TO_TWO.states, "CLEARED_FOR_FULFILLMENT": stays("It is cleared by the first.")}
    monkeypatch.setattr(two, "ONE_TO_TWO", replace(ONE_TO_TWO, states=states))
    assert run("migrate", "sale", "--reason", "It is here")[0] == 1
    line, why = run("runs", "sale")[1].splitlines()
    assert line.endswith(", 1 of 2 moved, 1 stayed. It is here")
    assert why == "  1 × CLEARED_FOR_FULFILLMENT: It is cleared by the first."


@pytest.mark.usefixtures("two_sales")
def test_a_machine_is_looked_at_brought_over_and_taken_back(run: Run):
    code, out, _ = run("migrate", "sale", "--to", 2, "--dry-run")
    assert (code, out.splitlines()[-2:]) == (0, [
        "2 under way, 2 would come to version 2, 0 would stay.", "What ended stays as it ended. Nothing was changed.",
    ])  # fmt: skip
    assert "AWAITING_PAYMENT_METHOD" in out
    assert run("migrate", "sale", "--to", 2)[2] == (
        "orderway: A migration needs a reason. Say why, for those who read the history.\n"
    )
    code, out, _ = run("migrate", "sale", "--reason", "The second version is here", "--batch", 1)
    assert (code, out.splitlines()[0]) == (
        0, "The migration of sale to version 2 moved 2; 0 stay where they are."
    )  # fmt: skip
    (id,) = re.findall(r"--undo (\S+) ", out)
    code, out, _ = run("migrate", "sale", "--undo", id, "--reason", "Too early")
    assert (code, out) == (0, f"The run that takes back {id} moved 2; 0 stay where they are.\n")
    code, out, _ = run("runs", "sale")
    assert [line.partition(": ")[2].partition(", by ")[0] for line in out.splitlines()] == [
        f"The run that takes back {id}", "The migration of sale to version 2",
    ]  # fmt: skip
    assert run("runs", "payment") == (0, "Nothing of payment was ever brought to another version.\n", "")
    assert run("migrate", "sale", "--undo", id, "--dry-run")[0] == 2
    assert run("migrate", "payment", "--reason", "None")[2] == (
        "orderway: Nothing can come from an older version of payment to version 1. Name a later one.\n"
    )
