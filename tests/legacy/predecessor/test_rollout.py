"""The way over from start to end, as docs/operations/rollout.md tells it, with a few of the former system's orders."""

from pathlib import Path

from tests.legacy.predecessor.house import Operator
from tests.legacy.predecessor.rollout import closed, go_over


def test_the_way_over_is_gone_to_its_end(brought_url: str, changing_url: str, tmp_path: Path):
    operator = Operator(brought_url, changing_url, tmp_path / "flags.json")
    closed(operator)
    go_over(operator)
