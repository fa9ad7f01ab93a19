"""The README's table of commands is whole."""

from __future__ import annotations

import re
from pathlib import Path

from typer.main import get_command

from orderway.cli import app

README = Path(__file__).parents[2] / "README.md"


def test_every_command_stands_in_the_readme():
    told = re.findall(r"`orderway (\w+)[^`]*`", re.sub(r"(?m)^[^|].*$", "", README.read_text()))
    assert sorted(set(told)) == sorted(get_command(app).commands)  # type: ignore[attr-defined]  # a group
