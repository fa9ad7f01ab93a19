"""What holds of every picture: wires run straight around boxes, and words stand where nothing else does."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.statechart.draw.random_pictures import picture
from tests.statechart.parcel import PARCEL

from orderway.machines import CHARTS
from orderway.statechart import Chart
from orderway.statechart.draw.labels import Label, Rect, around, labelled, overlap
from orderway.statechart.draw.layout import BOX_HEIGHT, BOX_WIDTH, CELL, HEAD, Box, Layout, Point, arrange
from orderway.statechart.draw.route import routed
from orderway.statechart.draw.wires import Wire, wires

EVERY = [PARCEL, *CHARTS.values()]
Ways = dict[Wire, tuple[Point, ...]]


def check(chart: Chart) -> None:
    layout = arrange(chart)
    drawn = wires(chart, layout.frames)
    ways = routed(layout, drawn)
    check_boxes(chart, layout)
    assert list(ways) == list(drawn)
    for wire, way in ways.items():
        check_way(layout, wire, way)
    check_labels(layout, ways, labelled(chart, layout, ways))


def check_boxes(chart: Chart, layout: Layout) -> None:
    """Each state has a place of its own, inside the picture, and its frame around it."""
    assert list(layout.boxes) == list(chart.leaves)
    assert not any(overlap(a, b) for a, b in combinations(map(rect, layout.boxes.values()), 2))
    for box in layout.boxes.values():
        assert 0 < box.x < box.x + BOX_WIDTH < layout.width
        assert 0 < box.y < box.y + BOX_HEIGHT < layout.height
        for frame in layout.frames.values():
            assert frame.holds(box.middle) == box.node.is_within(frame.node)


def rect(box: object) -> Rect:
    return around((box.x, box.y), (box.x + BOX_WIDTH, box.y + BOX_HEIGHT), 0)  # type: ignore[attr-defined]


def check_way(layout: Layout, wire: Wire, way: tuple[Point, ...]) -> None:
    """It runs from border to border, turns at right angles, and touches no box on the way."""
    assert all((a[0] == b[0]) != (a[1] == b[1]) for a, b in pairwise(way))
    assert all((a[0] == b[0]) != (b[0] == c[0]) for a, b, c in zip(way, way[1:], way[2:], strict=False))
    for name, end in ((wire.source, way[0]), (wire.target, way[-1])):
        assert touches(layout, name, end)
    parts = list(pairwise(way))
    for box in layout.boxes.values():
        inside = around((box.x, box.y), (box.x + BOX_WIDTH, box.y + BOX_HEIGHT), -1)
        assert not any(overlap(inside, around(*part, 0.5)) for part in parts)


def touches(layout: Layout, name: str, point: Point) -> bool:
    """Whether the point lies on the border of the state."""
    if name in layout.frames:
        sides = layout.frames[name].sides()
    else:
        box = layout.boxes[name]
        right, bottom = box.x + BOX_WIDTH, box.y + BOX_HEIGHT
        sides = list(pairwise([(box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom), (box.x, box.y)]))
    return any(overlap(around(*side, 0.5), around(point, point, 0.5)) for side in sides)


def check_labels(layout: Layout, ways: Ways, labels: dict[Wire, Label]) -> None:
    """They lie inside the picture, over no box, no wire and no other label."""
    rects = [label.rect for label in labels.values()]
    assert not any(overlap(a, b) for a, b in combinations(rects, 2))
    solid = [rect(box) for box in layout.boxes.values()]
    solid += [around(*part, 1) for way in ways.values() for part in pairwise(way)]
    for one in rects:
        assert not any(overlap(one, other) for other in solid)
        assert 0 <= one[0] < one[2] <= layout.width * CELL
        assert 0 <= one[1] < one[3] <= layout.height * CELL


@pytest.mark.parametrize("chart", EVERY, ids=lambda chart: chart.name)
def test_the_picture_of_a_machine(chart: Chart):
    check(chart)


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_the_picture_of_any_chart(seed: int):
    check(picture(seed))


@pytest.mark.parametrize("chart", EVERY, ids=lambda chart: chart.name)
def test_nearly_every_wire_has_its_words(chart: Chart):
    layout = arrange(chart)
    ways = routed(layout, wires(chart, layout.frames))
    wordy = [wire for wire in ways if wire.labels(chart)]
    assert len(labelled(chart, layout, ways)) >= 0.9 * len(wordy)


def test_the_same_chart_is_drawn_the_same_way():
    layout = arrange(PARCEL)
    assert routed(layout, wires(PARCEL, layout.frames)) == routed(layout, wires(PARCEL, layout.frames))


def test_a_wire_that_has_no_way_is_left_out():
    boxes = {node.name: Box(node, 1, HEAD) for node in (PARCEL.nodes["READY"], PARCEL.nodes["LOST"])}
    walled_in = Layout(BOX_WIDTH + 2, HEAD + BOX_HEIGHT + 1, (), boxes, {})
    assert routed(walled_in, [Wire("READY", "LOST", ())]) == {}
