import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.recorded import extract

from orderway import cli, machines
from orderway.statechart import Chart, chart, draw, state
from orderway.statechart.xstate import export

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `orderway machine …` in this process: the exit code, standard output and standard error."""

    def orderway(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["orderway", "machine", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, told.out, told.err

    return orderway


ALL = ", ".join(machines.CHARTS)
NO_MACHINE = f"orderway: There is no machine 'parcel'. There are {ALL}.\n"


@pytest.mark.parametrize("command", [["check"], ["show"], ["diagram"], ["export"], ["simulate", "--events", "e.jsonl"]])
def test_a_machine_that_there_is_not(run: Run, command: list[str]):
    assert run(command[0], "parcel", *command[1:]) == (1, "", NO_MACHINE)


def test_every_machine_is_proved(run: Run):
    code, out, err = run("check")
    assert (code, err) == (0, "")
    assert [line.partition(",")[0] for line in out.splitlines()] == list(machines.CHARTS)
    assert all(line.endswith("Nothing to find.") for line in out.splitlines())


def test_one_machine_is_proved(run: Run):
    assert run("check", "payment") == (
        0, "payment, version 1: 7 states, 18 transitions, 7 events. Nothing to find.\n", "",
    )  # fmt: skip


def test_a_finding_is_a_sentence_and_1(run: Run, monkeypatch: pytest.MonkeyPatch):
    wrong = chart("box", version=1, context=Chart, facts=Chart, states=[state("A"), state("B", row=1)])
    monkeypatch.setattr(machines, "CHARTS", {"box": wrong})
    code, out, _ = run("check")
    assert code == 1
    assert out.splitlines() == [
        "box, B: No way leads here from the beginning.",
        "box, B: No way leads from here back to the beginning.",
    ]


def test_the_table_of_a_machine_is_shown(run: Run):
    code, out, _ = run("show", "payment")
    words = " ".join(out.replace("│", " ").split())
    assert code == 0
    assert out.startswith("Payment, version 1")
    assert "Confirm the" in words
    assert "by itself" in words


def test_a_machine_is_drawn_in_each_form(run: Run):
    payment = machines.CHARTS["payment"]
    assert run("diagram", "payment") == (0, draw.standalone(payment), "")
    assert run("diagram", "payment", "--as", "mermaid") == (0, draw.mermaid(payment), "")
    assert run("diagram", "payment", "--as", "md") == (0, draw.markdown(payment), "")


def test_all_machines_are_drawn_into_a_folder(run: Run, tmp_path: Path):
    folder = tmp_path / "a" / "b"
    assert run("diagram", "--as", "mermaid", "--into", folder) == (0, "", "")
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        f"{name}.mmd": draw.mermaid(each) for name, each in machines.CHARTS.items()
    }
    assert run("diagram", "sale", "--as", "md", "--into", tmp_path / "c")[0] == 0
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["sale.md"]


def test_a_folder_that_can_not_be_written(run: Run, tmp_path: Path):
    (tmp_path / "file").write_text("")
    code, _, err = run("diagram", "--into", tmp_path / "file" / "inside")
    assert (code, err) == (1, f"orderway: {tmp_path}/file/inside can not be written: Not a directory.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["diagram"], "Name a machine, or give a folder with --into for all of them."),
        (["diagram", "sale", "--as", "pdf"], "'pdf' is not one of 'svg', 'mermaid', 'md'"),
        (["export", "sale", "--format", "scxml"], "'scxml' is not"),
        (["simulate", "sale"], "Missing option '--events'"),
        (["conformance"], "Missing argument"),
    ],
)
def test_a_command_written_wrongly_ends_with_2(run: Run, arguments: list[str], said: str):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_machine_is_exported(run: Run):
    assert run("export", "sale", "--format", "xstate") == (0, export(machines.CHARTS["sale"]), "")


def test_recorded_answers_that_agree(run: Run, tmp_path: Path):
    (file,) = extract()
    assert run("conformance", file) == (0, "18 charts replayed, 0 of them with a difference.\n", "")
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert run("conformance", packed)[:2] == (0, "18 charts replayed, 0 of them with a difference.\n")


def test_recorded_answers_that_differ(run: Run, tmp_path: Path):
    config = {"initial": "a", "states": {"a": {}}}
    rest = {"value": "b", "context": {"n": 0, "trace": []}, "done": False, "actions": []}
    unread = {**config, "initial": "z"}
    lines = [{"config": each, "events": [], "answer": {"steps": [rest]}} for each in (config, unread)]
    file = tmp_path / "different.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    code, out, _ = run("conformance", file)
    assert code == 1
    assert out.splitlines() == [
        "Line 1: At birth the state is 'a', and XState says 'b'.",
        "Line 2: The configuration can not be read: machine begins in 'z', which is not one of its states.",
        "2 charts replayed, 2 of them with a difference.",
    ]


def test_a_file_without_recorded_answers_proves_nothing(run: Run, tmp_path: Path):
    (tmp_path / "empty").write_text("\n")
    assert run("conformance", tmp_path / "empty") == (1, "0 charts replayed, 0 of them with a difference.\n", "")


def test_a_file_that_is_not_there(run: Run, tmp_path: Path):
    missing = tmp_path / "missing.jsonl"
    said = f"orderway: There is no file {missing}. Check its name and folder.\n"
    assert run("conformance", missing) == (1, "", said)
    assert run("simulate", "sale", "--events", missing) == (1, "", said)
