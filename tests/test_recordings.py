import gzip
from pathlib import Path

import pytest

from orderway.recordings import Unreadable, lines, recordings


def said(path: Path) -> str:
    with pytest.raises(Unreadable) as no:
        list(recordings(path))
    return str(no.value)


def test_lines_are_numbered_and_empty_ones_left_out(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("one\n\n  \nfour")
    assert list(lines(file)) == [(1, b"one\n"), (4, b"four")]


FORM = "A line holds `config`, `events` and `answer`, as XState was asked and answered."


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", "Input data was truncated"),
        ('{"config": x}', "JSON is malformed: invalid character (byte 11)"),
        ("{}", "Object missing required field `config`"),
        ('{"config": {}, "events": [{"type": 5}]}', "Expected `str`, got `int` - at `$.events[0].type`"),
    ],
)
def test_a_line_that_is_no_recorded_answer(tmp_path: Path, line: str, error: str):
    file = tmp_path / "file"
    file.write_text(f"\n{line}\n")
    assert said(file) == f"Line 2 of {file} is no recorded answer: {error}. {FORM}"


def test_a_file_that_is_no_text(tmp_path: Path):
    file = tmp_path / "file"
    file.write_bytes(b'"\xff\xfe"')
    assert said(file).startswith(f"Line 1 of {file} is no recorded answer: ")


def test_a_folder_is_no_file(tmp_path: Path):
    assert said(tmp_path) == f"The file {tmp_path} can not be read: Is a directory."


def test_a_packed_file_that_breaks_off(tmp_path: Path):
    file = tmp_path / "packed"
    file.write_bytes(gzip.compress(b"{}" * 1000)[:-12])
    assert said(file).startswith(f"The file {file} can not be read: Compressed file ended")
