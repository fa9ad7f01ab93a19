"""Laws of the machines: they speak in words and hold together, and each row has cases that take and refuse it."""

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest
from tests.fulfillment import bringing_table, fulfillment_table, interest_table, refused_table
from tests.quotation import quotation_table
from tests.sale import cleared_table, override_table, payment_table, reversal_table, sale_examples, uncleared_table
from tests.tables import Refused, Taken, Traced, each_refused, each_taken, traced

from orderway.delivery.way import FULFILLMENT_TYPES
from orderway.fulfillment.context import CONDITIONS
from orderway.machines import CHARTS, VERSIONS, opening
from orderway.people.permissions import LABELS
from orderway.sale.context import PAYMENT_METHODS
from orderway.sale.payments.context import REFUND_TO
from orderway.statechart import SYSTEM, Chart, Guard, start
from orderway.statechart.check import check
from orderway.statechart.nodes import Transition
from orderway.versioning import check_ways
from orderway.workflow.versions import OF_THE_DOOR


@dataclass(frozen=True)
class Table:
    """The cases of a machine, the contexts that instances are born with, and the facts of their birth."""

    chart: Chart
    taken: list[Taken]
    refused: list[Refused]
    births: tuple[Any, ...]
    facts: Any


TABLES = [
    Table(CHARTS["quotation"], quotation_table.TAKEN, quotation_table.REFUSED, (quotation_table.EMPTY,),
          quotation_table.FACTS),
    Table(CHARTS["sale"], [*uncleared_table.TAKEN, *cleared_table.TAKEN, *reversal_table.TAKEN],
          [*uncleared_table.REFUSED, *cleared_table.REFUSED, *reversal_table.REFUSED], (sale_examples.OPEN,),
          sale_examples.FACTS),
    Table(CHARTS["fulfillment"], [*fulfillment_table.TAKEN, *bringing_table.TAKEN],
          [*refused_table.REFUSED, *bringing_table.REFUSED],
          (fulfillment_table.DELIVERY, fulfillment_table.SERVICE), fulfillment_table.FACTS),
    Table(CHARTS["rider_interest"], interest_table.TAKEN, interest_table.REFUSED, (interest_table.OFFER,),
          interest_table.FACTS),
    Table(CHARTS["override_request"], override_table.TAKEN, override_table.REFUSED, (override_table.CREDIT,),
          override_table.FACTS),
    Table(CHARTS["payment"], payment_table.TAKEN, payment_table.REFUSED, (payment_table.PENDING,),
          payment_table.FACTS),
]  # fmt: skip
MODULES = [
    "orderway.quotation.events",
    "orderway.sale.events",
    "orderway.fulfillment.events",
    "orderway.fulfillment.interests.machine",
    "orderway.sale.overrides.machine",
    "orderway.sale.payments.events",
]
BY_CHART = pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda chart: chart.name)
BY_TABLE = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.chart.name)
ENUM_TEXT = re.compile(r"\b[A-Z]+(_[A-Z]+)+\b|\b(?!PIN\b)[A-Z]{3,}\b")


def every_guard(chart: Chart) -> Iterator[Guard]:
    waiting = [transition.guard for transition in chart.transitions() if transition.guard]
    while waiting:
        guard = waiting.pop()
        yield guard
        waiting += guard.parts


def words_of(chart: Chart) -> Iterator[str]:
    """Everything of a machine that a person reads."""
    yield chart.label
    for node in chart.states.values():
        yield node.label
    for event in chart.events.values():
        words = event.words  # type: ignore[attr-defined]  # set by the event decorator
        yield from (words.label, words.log, words.missed, *words.fields.values())
    for guard in every_guard(chart):
        yield from (guard.sentence, guard.detail, guard.remedy)


@BY_CHART
def test_a_machine_holds_together(chart: Chart):
    assert check(chart) == ()


def test_a_machine_is_found_by_its_name_and_by_its_version():
    assert list(CHARTS) == ["quotation", "sale", "fulfillment", "rider_interest", "override_request", "payment"]
    assert {each for (name, _), each in VERSIONS.items() if each is CHARTS[name]} == set(CHARTS.values())


@BY_CHART
def test_versions_follow_one_another_and_each_leads_to_the_next(chart: Chart):
    """Something is under way by each of them for as long as it takes: no version is taken out, nor its migration."""
    assert [each.version for each in chart.versions()] == list(range(chart.version, 0, -1))
    assert [*check_ways(chart)] == []
    assert opening(chart.name) in (chart.version, chart.version - 1)
    assert (chart.name, opening(chart.name)) in VERSIONS


@BY_CHART
def test_no_event_has_a_name_that_the_log_has_for_itself(chart: Chart):
    assert chart.every_event.keys() & set(OF_THE_DOOR) == set()


@BY_CHART
def test_no_enum_text_stands_in_what_people_read(chart: Chart):
    assert [text for text in words_of(chart) if ENUM_TEXT.search(text)] == []


@BY_CHART
def test_a_machine_speaks_in_sentence_case(chart: Chart):
    labels = [node.label for node in chart.states.values()]
    labels += [event.words.label for event in chart.events.values()]  # type: ignore[attr-defined]
    assert [text for text in labels if not re.fullmatch(r"[A-Z]([a-z ,']|\bPIN\b)+", text)] == []


@BY_CHART
def test_each_permission_is_one_that_a_role_can_hold(chart: Chart):
    asked = {event.words.permission for event in chart.events.values()}  # type: ignore[attr-defined]
    asked |= {guard.help for guard in every_guard(chart)} - {""}
    assert asked - LABELS.keys() - {SYSTEM} == set()


@pytest.mark.parametrize(("chart", "module"), [*zip(CHARTS.values(), MODULES, strict=True)], ids=MODULES)
def test_every_event_has_a_row(chart: Chart, module: str):
    declared = {each for each in vars(importlib.import_module(module)).values() if hasattr(each, "words")}
    assert declared == set(chart.events.values())


def choices_of(hint: Any) -> Iterator[tuple[Any, ...]]:
    """The values among which a field lets a person choose, at any depth."""
    if get_origin(hint) is Literal:
        yield get_args(hint)
    inner = get_type_hints(hint).values() if hasattr(hint, "__dataclass_fields__") else get_args(hint)
    for one in inner:
        yield from choices_of(one)


@BY_CHART
def test_every_choice_that_a_person_makes_is_in_words(chart: Chart):
    in_words = [tuple(words) for words in (CONDITIONS, FULFILLMENT_TYPES, PAYMENT_METHODS, REFUND_TO)]
    asked = [choices for event in chart.events.values() for choices in choices_of(event)]
    assert [choices for choices in asked if choices not in in_words] == []


def runs(table: Table) -> Iterator[tuple[Traced, Taken | Refused | None]]:
    """Every case and birth of a table, run."""
    for context in table.births:
        run = Traced(table.chart)
        start(run.chart, context, table.facts)
        yield run, None
    for taken, state in each_taken(table.taken):
        yield traced(table.chart, taken, state), taken
    for refused, state in each_refused(table.refused):
        yield traced(table.chart, refused, state), refused


def told(transition: Transition) -> str:
    target = transition.target.name if transition.target else "same"
    guard = f" when {transition.guard.name}" if transition.guard else ""
    return f"{transition.source.name} on {transition.event or 'always'} to {target}{guard}"


@BY_TABLE
def test_every_row_is_taken_by_a_case(table: Table):
    taken = {id(row) for run, _ in runs(table) for row in run.took}
    assert [told(row) for row in table.chart.transitions() if id(row) not in taken] == []


@BY_TABLE
def test_every_row_is_refused_by_a_case(table: Table):
    """A guarded row where its guard says no; one without a guard where the state does not take its event."""
    said_no: dict[int, set[str]] = {}
    not_taken = {case.event.name for case in table.refused if not case.because}
    for run, case in runs(table):
        for row in run.passed:
            said_no.setdefault(id(row), set()).update(case.because if isinstance(case, Refused) else ())
    missing = [
        told(row)
        for row in table.chart.transitions()
        if (id(row) not in said_no if row.guard else row.event not in not_taken)
    ]
    assert missing == []


def units(guard: Guard) -> Iterator[Guard]:
    """The parts of a guard that each are a reason of their own."""
    if guard.mode == "all":
        for part in guard.parts:
            yield from units(part)
    else:
        yield guard


@BY_TABLE
def test_every_part_of_a_guard_is_the_reason_of_a_refusal(table: Table):
    """Guards of `always`, and those that choose between two ways of which one is open, refuse nothing.

    One that sorts keeps its row from being an alternative for others, and is told only where there is none.
    """
    reasons = {(case.event.name, reason) for case in table.refused for reason in case.because}
    missing = [
        f"{told(row)}: {part.name}"
        for row in table.chart.transitions()
        if row.event and row.guard and all(other.guard for other in row.source.on[row.event])
        for part in units(row.guard)
        if not part.sorts and (row.event, part.name) not in reasons
    ]
    assert missing == []


@BY_TABLE
def test_everything_that_is_logged_can_be_read_back(table: Table):
    cases: list[Taken | Refused] = [*table.taken, *table.refused]
    for case in cases:
        for value in (case.context, case.event, case.facts):
            assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value
    for taken in table.taken:
        for effect in taken.effects:
            assert msgspec.json.decode(msgspec.json.encode(effect), type=type(effect)) == effect


def test_births_give_the_state_that_a_machine_begins_in():
    assert {t.chart.name: start(t.chart, t.births[0], t.facts).snapshot.state for t in TABLES} == {
        "quotation": "DRAFT",
        "sale": "AWAITING_PAYMENT_METHOD",
        "fulfillment": "ALLOCATING_STOCK",
        "rider_interest": "ACTIVE",
        "override_request": "PENDING",
        "payment": "PENDING",
    }


LEAVES = {
    "quotation": "Draft · In review · Revised · Accepted by buyer · Approved by seller · Agreed · Declined · Withdrawn"
                 " · Expired",
    "sale": "Choosing how to pay · Payment started · Waiting for payment · Under review · Payment failed · Cleared · "
            "Delivered, balance due · Completed · Cancelled · Expired · Refunded",
    "fulfillment": "Reserving stock · Waiting for stock · Picking · Choosing a rider · Rider assigned · "
                   "Ready to ship or collect · On hold · Scheduling · In progress · Out for delivery · Delivered · "
                   "Return requested · Return accepted · Return received · Completed · Refunded · Cancelled · Failed",
    "rider_interest": "Offered · Chosen · Withdrawn · Not chosen · Lapsed",
    "override_request": "Waiting for a decision · Approved · Declined · Lapsed · Revoked",
    "payment": "Waiting for confirmation · Confirmed · Partly refunded · Disputed · Failed · Refunded · Taken back",
}  # fmt: skip


@BY_CHART
def test_states_have_the_words_that_people_know(chart: Chart):
    assert " · ".join(node.label for node in chart.states.values() if node.is_leaf) == LEAVES[chart.name]
