import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from tests.statechart.parcel import PARCEL, Desk, Parcel, PutAside, Sent

from orderway.machines import CHARTS
from orderway.statechart import Chart, chart, final, on, state
from orderway.statechart.draw import View, css, standalone, svg

SVG = "http://www.w3.org/2000/svg"


def groups(picture: str, kind: str) -> Iterator[tuple[set[str], ET.Element]]:
    """The groups of a kind with their other classes."""
    for group in ET.fromstring(picture).iter("g"):  # noqa: S314  (our own)
        classes = set(group.get("class", "").split())
        if kind in classes:
            yield classes - {kind}, group


def states(picture: str) -> dict[str, set[str]]:
    return {" ".join(text.text or "" for text in group.findall("text")): classes
            for classes, group in groups(picture, "state")}  # fmt: skip


def edges(picture: str) -> dict[str, list[set[str]]]:
    """The classes of the wires by their words or titles."""
    found: dict[str, list[set[str]]] = {}
    for classes, group in groups(picture, "edge"):
        words = [each.text or "" for each in group if each.tag in ("text", "title")]
        found.setdefault(" ".join(words), []).append(classes)
    return found


def test_every_state_is_a_box_with_its_label_and_tone():
    assert states(svg(PARCEL)) == {
        "Empty": {"tone-neutral"},
        "Being filled": {"tone-active"},
        "Weighed": {"tone-ended", "final"},
        "Ready": {"tone-neutral"},
        "Put aside": {"tone-waiting"},
        "On its way": {"tone-active"},
        "Arrived": {"tone-good", "final"},
        "Lost": {"tone-bad", "final"},
    }


def test_without_an_instance_every_wire_has_its_words():
    told = edges(svg(PARCEL))
    assert all(classes == {"other"} for each in told.values() for classes in each)
    assert "Weigh the parcel" in told
    assert "By itself: Empty → Being filled" in told


def test_an_instance_shows_where_it_is_where_it_went_and_what_is_next():
    view = View(
        at="READY",
        moves=[("EMPTY", "ITEM_ADDED", "FILLING"), ("FILLING", "WEIGHED", "READY")],
        next=["SENT"],
    )
    picture = svg(PARCEL, view)
    assert {label: classes for label, classes in states(picture).items() if len(classes) > 1} == {
        "Empty": {"tone-neutral", "was-here"},
        "Being filled": {"tone-active", "was-here"},
        "Weighed": {"tone-ended", "final"},
        "Ready": {"tone-neutral", "is-current"},
        "On its way": {"tone-active", "is-next"},
        "Arrived": {"tone-good", "final"},
        "Lost": {"tone-bad", "final"},
    }
    told = edges(picture)
    assert told["Weigh the parcel"] == [{"travelled"}]
    assert told["By itself: Empty → Being filled"] == [{"travelled"}]
    assert told["By itself: Packing → Ready"] == [{"travelled"}]
    assert told["Send the parcel"] == [{"next"}]
    assert told["Note that it arrived: On its way → Arrived"] == [{"other"}]
    assert "<title>Parcel: Ready, after Empty, Being filled</title>" in picture


def test_a_wire_may_have_been_taken_and_be_next():
    view = View(at="READY", moves=[("READY", "TAKEN_UP", "EMPTY"), ("EMPTY", "PUT_ASIDE", "ASIDE")], next=["TAKEN_UP"])
    assert edges(svg(PARCEL, view))["Take the parcel up again"] == [{"travelled", "next"}]


def test_of_several_events_on_a_wire_only_those_that_matter_are_written():
    both = chart(
        "box",
        version=1,
        context=Parcel,
        facts=Desk,
        states=[state("A", on(Sent, "B"), on(PutAside, "B")), final("B", row=1)],
    )
    assert list(edges(svg(both))) == ["Send the parcel Put the parcel aside"]
    assert list(edges(svg(both, View(at="A", next=["PUT_ASIDE"])))) == ["Put the parcel aside"]


def test_what_matters_is_drawn_over_what_does_not():
    classes = [classes for classes, _ in groups(svg(PARCEL, View(at="READY", next=["SENT"])), "edge")]
    assert classes[-1] == {"next"}
    assert all(each == {"other"} for each in classes[:-1])


def test_counts_and_links_stand_at_their_states():
    picture = svg(PARCEL, View(counts={"READY": 1234}, links={"READY": "/parcels?state=READY&page=1"}))
    assert states(picture)["Ready 1,234"] == {"tone-neutral"}
    assert '<a href="/parcels?state=READY&amp;page=1"><g class="state tone-neutral">' in picture
    assert 'role="group"' in picture
    assert 'role="img"' in svg(PARCEL)


@pytest.mark.parametrize("drawn", [PARCEL, *CHARTS.values()], ids=lambda chart: chart.name)
def test_a_picture_needs_no_style_and_no_script_and_is_small(drawn: Chart):
    picture = svg(drawn)
    assert " style=" not in picture
    assert "<style" not in picture
    assert "<script" not in picture
    assert " id=" not in picture
    assert len(picture) < 11_000


def test_a_file_of_its_own_brings_its_look_and_says_what_it_is():
    alone = standalone(PARCEL)
    assert f"<style>{css()}</style><title>" in alone
    drawn = ET.fromstring(alone)  # noqa: S314  (our own)
    assert (drawn.tag, drawn.get("class")) == (f"{{{SVG}}}svg", "statechart")


def test_the_look_has_every_class():
    assert {
        each for each in (
            ".lane", ".frame", ".state", ".final", ".count", ".edge", ".travelled", ".next", ".is-current", ".was-here",
            ".is-next",
        ) if each not in css()
    } == set()  # fmt: skip


def test_words_are_escaped():
    sharp = chart(
        "box", version=1, context=Parcel, facts=Desk, label="<Box>",
        states=[state("A", on(Sent, "B"), label='Say "<hi>" & go'), final("B", lane="a<b", row=1)],
    )  # fmt: skip
    picture = svg(sharp, View(at="A"))
    ET.fromstring(picture)  # noqa: S314  (our own)
    assert "&lt;Box&gt;: Say &quot;&lt;hi&gt;&quot; &amp; go" in picture
