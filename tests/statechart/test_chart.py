from datetime import UTC, datetime

import pytest
from tests.statechart.parcel import PARCEL, Parcel

from orderway.statechart import ChartError, Snapshot

LATER = datetime(2026, 3, 4, tzinfo=UTC)


def test_the_states_stand_in_the_order_of_the_source_without_the_histories():
    assert list(PARCEL.states) == [
        "PACKING", "EMPTY", "FILLING", "WEIGHED", "READY", "ASIDE", "ON_ITS_WAY", "ARRIVED", "LOST",
    ]  # fmt: skip


def test_a_path_leads_from_the_outermost_state_down():
    assert PARCEL.path("FILLING") == ("PACKING", "FILLING")
    assert PARCEL.path("READY") == ("READY",)


def test_a_state_is_in_itself_and_in_what_lies_around_it():
    assert PARCEL.is_in("FILLING", "PACKING")
    assert PARCEL.is_in("FILLING", "FILLING")
    assert not PARCEL.is_in("READY", "PACKING")


def test_only_a_final_state_that_lies_in_no_other_is_the_end():
    assert [name for name in PARCEL.states if PARCEL.is_final(name)] == ["ARRIVED", "LOST"]


def test_a_state_that_it_does_not_have_is_said():
    with pytest.raises(ChartError, match="has no state 'ATTIC'"):
        PARCEL.path("ATTIC")


def test_the_earliest_timer_of_the_state_is_due():
    assert PARCEL.due(Snapshot("EMPTY", Parcel(due=LATER))) == (LATER, "GIVEN_UP")
    assert PARCEL.due(Snapshot("EMPTY", Parcel())) is None
    assert PARCEL.due(Snapshot("READY", Parcel(due=LATER))) is None


def test_the_lanes_that_are_named_come_first():
    assert PARCEL.lanes == ("aside", "main")


def test_every_row_is_told_in_the_order_of_the_source():
    assert [(row.source.name, row.event) for row in PARCEL.transitions()][:6] == [
        ("PACKING", "PUT_ASIDE"),
        ("PACKING", "PAID"),
        ("PACKING", "SENT"),
        ("PACKING", "GIVEN_UP"),
        ("PACKING", "done.state.PACKING"),
        ("EMPTY", "ITEM_ADDED"),
    ]


def test_the_parts_of_a_chart_print_in_a_line():
    (row, _) = PARCEL.leaves["READY"].on["SENT"] + PARCEL.leaves["READY"].on["TAKEN_UP"]
    assert [repr(each) for each in (PARCEL, PARCEL.nodes["READY"], row.transition, row)] == [
        "<chart parcel version 3>",
        "<state READY>",
        "<READY on SENT to ON_ITS_WAY>",
        "<READY on SENT to ON_ITS_WAY> from <state READY>",
    ]
