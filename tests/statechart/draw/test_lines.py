import pytest

from orderway.statechart.draw.layout import Point
from orderway.statechart.draw.lettering import width, wrapped
from orderway.statechart.draw.lines import outline, tip, way


def test_a_way_goes_straight_and_round_its_corners():
    assert way([(1, 1), (5, 1)]) == "M10 10H50"
    assert way([(1, 1), (5, 1), (5, 4)]) == "M10 10H44q6 0 6 6V40"
    assert way([(5, 4), (5, 1), (1, 1)]) == "M50 40V16q0 -6 -6 -6H10"


def test_an_outline_is_round_at_every_corner():
    assert outline([(0, 0), (4, 0), (4, 2), (0, 2)]) == (
        "M0 10V6q0 -6 6 -6H34q6 0 6 6V14q0 6 -6 6H6q-6 0 -6 -6V10z"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "path"),
    [
        ((0, 1), "M10 10l-7 -4l0 8z"),
        ((2, 1), "M10 10l7 4l0 -8z"),
        ((1, 0), "M10 10l-4 -7l8 0z"),
        ((1, 2), "M10 10l4 7l-8 0z"),
    ],
)
def test_a_tip_points_where_the_wire_ends(before: Point, path: str):
    assert tip([before, (1, 1)]) == path


def test_a_text_is_broken_where_its_words_allow():
    assert wrapped("Delivered, balance due", limit=94, size=13) == ("Delivered,", "balance due")
    assert wrapped("Incomprehensibilities", limit=20, size=13) == ("Incomprehensibilities",)
    assert wrapped("Ready", limit=94, size=13) == ("Ready",)


def test_wide_letters_are_wider():
    assert width("Million", 10) < width("Wwwwwww", 10)
    assert width("", 10) == 0
