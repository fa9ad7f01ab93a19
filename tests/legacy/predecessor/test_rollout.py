"""The way over from start to end, as docs/operations/rollout.md tells it, with a few of the former system's orders."""

import re
from pathlib import Path

import yaml
from tests.legacy.predecessor.house import PAGE, Operator
from tests.legacy.predecessor.rollout import closed, go_over
from tests.legacy.predecessor.sample import ROOT


def test_the_way_over_is_gone_to_its_end(brought_url: str, changing_url: str, tmp_path: Path):
    operator = Operator(brought_url, changing_url, tmp_path / "flags.json")
    closed(operator)
    go_over(operator)


def test_what_is_to_be_watched_is_there_to_be_watched():
    alerts = yaml.safe_load((ROOT / "deploy" / "monitoring" / "alerts.yaml").read_text("utf-8"))
    known = {rule["alert"]: rule["annotations"]["runbook_url"] for group in alerts["groups"] for rule in group["rules"]}
    named = re.findall(r"\[([A-Z]\w+)\]\((runbooks/\S+?)\)", PAGE.read_text("utf-8"))
    assert named
    assert {name: f"docs/operations/{page}" for name, page in named}.items() <= known.items()
    told = (ROOT / "docs" / "operations" / "watching.md").read_text("utf-8")
    figures = re.findall(r"`orderway_(\w+?)(?:\{.*?)?`", PAGE.read_text("utf-8"))
    assert [each for each in figures if f"`{each}" not in told] == []
