"""The pages kept of the machines are what the machines give today; `make docs` writes them anew."""

from pathlib import Path

import pytest

from orderway.machines import CHARTS
from orderway.statechart import draw

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", CHARTS)
def test_the_page_of_a_machine_is_fresh(name: str):
    assert (ROOT / "docs" / "machines" / f"{name}.md").read_text() == draw.markdown(CHARTS[name])


def test_no_page_is_left_of_a_machine_that_is_gone():
    assert {path.stem for path in (ROOT / "docs" / "machines").glob("*.md")} == set(CHARTS)
