"""How flags are told to an operator: by `orderway flags` and by the doctor."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from tests.flags.judged import switched

from orderway.doctor import around
from orderway.flags.definitions import FlagsInvalid
from orderway.flags_cli import report, table


def test_the_table_names_the_stores_of_each_slice_with_what_says_so():
    out = StringIO()
    with switched(sales="store:LAG, 50%", expiry="off") as flags:
        Console(file=out, width=120).print(table(flags))
    lines = [" ".join(line.replace("│", " ").split()) for line in out.getvalue().splitlines()]
    assert "Flags of the test" in lines
    assert "Sales off KAN the environment –" in lines
    assert "Expiry off every store the environment –" in lines
    assert "Events out on every store follows what it needs –" in lines
    (share,) = (line for line in lines if line.startswith("Sales on"))
    assert share.startswith("Sales on for about ")
    assert share.endswith("% LAG the environment –")


def test_without_flags_it_says_that_everything_is_on(capsys: pytest.CaptureFixture[str]):
    report()
    assert capsys.readouterr().out == "No flag is set, so everything is on: there is no former system.\n"
    assert around.flags() == "No flag is set: every slice of an order's life is Orderway's."


def test_the_doctor_reads_a_file_and_says_what_is_wrong_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "flags.json"
    monkeypatch.setenv("ORDERWAY_FLAGS_FILE", str(path))
    path.write_text('{"flags": {}}')
    assert around.flags() == f"Flags are read from {path}, and make sense."
    path.write_text('{"flags": {"orderway-sale": {"state": "ENABLED", "variants": {}}}}')
    with pytest.raises(FlagsInvalid, match="names the flag orderway-sale, and there is no such slice"):
        around.flags()
