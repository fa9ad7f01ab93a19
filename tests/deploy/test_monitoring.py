"""What the dashboard and the alerts ask Prometheus for is there to be had: each figure, and each label of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import promql_parser as promql
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from tests.schedules.runs import NOON, ends, takes

from orderway.app import make_workflow
from orderway.measures import REGISTRY
from orderway.metrics import Metrics
from orderway.schedules.taking import Worker
from orderway.settings import Settings
from orderway.workflow.runner import Runner

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
OF_PROMETHEUS = {"up": {"job", "instance"}}
"""Figures of its own."""

OF_THE_PLACE = {"job", "instance"}
"""Labels that Prometheus puts to each."""

PARTS = ("_bucket", "_count", "_sum", "_total", "_created")


def alerts() -> Any:
    groups = yaml.safe_load((MONITORING / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard() -> Any:
    return json.loads((MONITORING / "dashboard.json").read_text())


def questions() -> Iterator[str]:
    """Everything that is asked, as Prometheus would read it."""
    yield from (rule["expr"] for rule in alerts())
    for panel in dashboard()["panels"]:
        yield from (target["expr"].replace("$__rate_interval", "5m") for target in panel.get("targets", ()))


def within(expression: Any) -> Iterator[Any]:
    """The expression and all that it is made of."""
    yield expression
    parts = [getattr(expression, name, None) for name in ("lhs", "rhs", "expr", "vector_selector")]
    for part in (*parts, *getattr(expression, "args", ())):
        if part is not None:
            yield from within(part)


def selected(question: str) -> list[Any]:
    """The figures that a question looks at."""
    return [each for each in within(promql.parse(question)) if isinstance(each, promql.VectorSelector)]


def grouped(question: str) -> set[str]:
    """The labels that a question sums by."""
    sums = (each for each in within(promql.parse(question)) if isinstance(each, promql.AggregateExpr))
    return {label for each in sums if each.modifier for label in each.modifier.labels}


def whole(name: str) -> str:
    """What a figure is called without the part of it that is asked for."""
    return next((name.removesuffix(part) for part in PARTS if name.endswith(part)), name)


@pytest.fixture
async def figures(pool: asyncpg.Pool) -> dict[str, set[str]]:
    """Every figure of a process with the labels that it has."""
    worker = Worker()
    (run,) = await takes(pool, worker, at=NOON, sales=NOON)
    await ends(pool, run, worker, at=NOON)
    await pool.execute(
        "INSERT INTO shadow_place (id, source, horizon, seen_until, swept, began_at)"
        " VALUES (1, 'there', 1, $1, '', $1)",
        NOON,
    )
    runner = Runner(pool, make_workflow(Settings({})), clock=lambda: NOON + timedelta(minutes=1))
    metrics = Metrics(runner)
    found = dict(OF_PROMETHEUS)
    for family in text_string_to_metric_families((await metrics.told()).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    # What nothing was counted of yet has no sample; its names and labels stand all the same.
    for registry in (REGISTRY, metrics.registry):
        for collector, names in registry._collector_to_names.items():
            labels = set(getattr(collector, "_labelnames", ()))
            for name in names:
                found.setdefault(name, set()).update(labels | ({"le"} if name.endswith("_bucket") else set()))
    return found


async def test_each_figure_that_is_asked_for_is_there_with_its_labels(figures: dict[str, set[str]]):
    asked = list(questions())
    assert len(asked) > 50
    for question in asked:
        assert selected(question), question
        for each in selected(question):
            assert each.name in figures, f"{question}: there is no {each.name}"
            labels = figures[each.name] | OF_THE_PLACE
            assert {matcher.name for matcher in each.matchers.matchers} <= labels, question
            assert grouped(question) <= labels, question


async def test_each_figure_of_ours_is_shown_or_watched(figures: dict[str, set[str]]):
    shown = {whole(each.name) for question in questions() for each in selected(question)}
    assert {whole(name) for name in figures if name.startswith("orderway_")} - shown == set()


def test_an_alert_tells_what_it_is_how_urgent_and_where_to_read_on():
    for rule in alerts():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].endswith(".")
        assert set(rule["annotations"]) == {"summary", "runbook_url"}


def test_the_panels_lie_beside_each_other_and_each_says_what_it_shows():
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        columns, rows = range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        cells = {(column, row) for column in columns for row in rows}
        assert not cells & taken, panel["title"]
        assert max(columns) < 24
        taken |= cells
        assert panel["type"] == "row" or panel["description"].endswith("."), panel["title"]
    ids = [panel["id"] for panel in dashboard()["panels"]]
    assert len(ids) == len(set(ids))
