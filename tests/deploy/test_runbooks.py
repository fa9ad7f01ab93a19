"""Each alert has a page that says what it means and what to do, and what such a page names is there."""

import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml
from typer.main import get_command

from orderway.cli import app

ROOT = Path(__file__).parents[2]
OPERATIONS = ROOT / "docs" / "operations"
RUNBOOKS = sorted((OPERATIONS / "runbooks").glob("*.md"))
QUESTION = re.compile(r"^```sql\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)\)")
COMMAND = re.compile(r"`orderway ([a-z]+)")


def alerts() -> dict[str, Any]:
    groups = yaml.safe_load((ROOT / "deploy" / "monitoring" / "alerts.yaml").read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def test_each_alert_has_its_page_and_each_page_its_alert():
    titles = {str(page.relative_to(ROOT)): page.read_text().splitlines()[0].removeprefix("# ") for page in RUNBOOKS}
    assert titles == {rule["annotations"]["runbook_url"]: name for name, rule in alerts().items()}


@pytest.mark.parametrize("page", RUNBOOKS, ids=lambda page: page.stem)
def test_a_page_says_what_to_look_at_and_what_to_do(page: Path):
    text = page.read_text()
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Look", "Do", "Afterwards"]
    assert re.search(r"^1\. ", text, re.MULTILINE), "what to do stands in the order in which it is tried"


@pytest.mark.parametrize("page", [*RUNBOOKS, *OPERATIONS.glob("*.md")], ids=lambda page: page.stem)
def test_what_a_page_names_is_there(page: Path):
    text = page.read_text()
    assert [link for link in LINK.findall(text) if not (page.parent / link).exists()] == []
    known = get_command(app).commands  # type: ignore[attr-defined]  # a group
    assert set(COMMAND.findall(text)) - set(known) == set()


async def test_what_a_page_asks_the_database_is_answered(pool: asyncpg.Pool):
    questions = [question for page in RUNBOOKS for question in QUESTION.findall(page.read_text())]
    assert len(questions) > 9
    for question in questions:
        await pool.fetch(question)
