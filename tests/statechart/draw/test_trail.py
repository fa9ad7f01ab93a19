import pytest
from tests.statechart.parcel import PARCEL

from orderway.statechart.draw.trail import Move, travelled


def told(*moves: Move) -> list[tuple[str, str, str]]:
    found = travelled(PARCEL, moves)
    return [
        (row.source.name, row.event, row.target.name if row.target else "")
        for row in PARCEL.transitions()
        if row in found
    ]


@pytest.mark.parametrize(
    ("move", "transitions"),
    [
        (("READY", "SENT", "ON_ITS_WAY"), [("READY", "SENT", "ON_ITS_WAY")]),
        (("FILLING", "SENT", "ON_ITS_WAY"), [("PACKING", "SENT", "ON_ITS_WAY")]),
        (("EMPTY", "PAID", "EMPTY"), [("PACKING", "PAID", "")]),
        (("EMPTY", "ITEM_ADDED", "FILLING"), [("EMPTY", "ITEM_ADDED", ""), ("EMPTY", "", "FILLING")]),
        (
            ("FILLING", "WEIGHED", "READY"),
            [("PACKING", "done.state.PACKING", "READY"), ("FILLING", "WEIGHED", "WEIGHED")],
        ),
        (("ASIDE", "TAKEN_UP", "FILLING"), [("ASIDE", "TAKEN_UP", "WHERE_IT_WAS")]),
    ],
)
def test_a_move_is_the_transitions_behind_it(move: Move, transitions: list[tuple[str, str, str]]):
    assert told(move) == transitions


def test_the_moves_of_a_life_are_gathered():
    assert told(("EMPTY", "PUT_ASIDE", "ASIDE"), ("ASIDE", "TAKEN_UP", "EMPTY"), ("EMPTY", "PUT_ASIDE", "ASIDE")) == [
        ("PACKING", "PUT_ASIDE", "ASIDE"),
        ("ASIDE", "TAKEN_UP", "WHERE_IT_WAS"),
    ]


@pytest.mark.parametrize(
    "move",
    [("ATTIC", "SENT", "READY"), ("READY", "BURNT", "LOST"), ("READY", "SENT", "LOST"), ("EMPTY", "PAID", "LOST")],
)
def test_a_move_that_the_chart_does_not_know_has_none(move: Move):
    assert told(move) == []
