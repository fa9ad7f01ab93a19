"""The picture as SVG: made here, styled by classes alone, readable without a script.

Classes: `state` with `tone-…`, `final`, `is-current`, `was-here`, `is-next`; `edge` with `travelled` and `next`, or
`other`; `frame`; `lane`. `statechart.css` beside this file gives them their look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from importlib.resources import files

from orderway.statechart.chart import Chart
from orderway.statechart.check import landings, takeable
from orderway.statechart.draw import lines
from orderway.statechart.draw.labels import LINE, Label, Say, labelled
from orderway.statechart.draw.layout import BOX_HEIGHT, BOX_WIDTH, CELL, Box, Layout, Point, arrange
from orderway.statechart.draw.lettering import wrapped
from orderway.statechart.draw.route import routed
from orderway.statechart.draw.trail import Move, travelled
from orderway.statechart.draw.wires import Wire, wires
from orderway.statechart.nodes import Kind, Transition
from orderway.statechart.words import sentence_case

NAMESPACE = "http://www.w3.org/2000/svg"
"""What tells a file of its own from any other XML; in a page of HTML it goes without saying."""

BOX = f'width="{BOX_WIDTH * CELL}" height="{BOX_HEIGHT * CELL}" rx="7"'
ROOM = 94
"""Pixels that a box has for its label beside the count."""


@dataclass(frozen=True, slots=True)
class View:
    """What a picture shows of an instance, or of many.

    `at` is the state that it rests in, `moves` the way it went (from, event, to), `next` the names of the events
    that can happen now, `counts` how many instances rest in each state (in words where it is not known to the last),
    `links` where a state leads to. `say` writes the machine's words in the reader's language: one function for each.
    """

    at: str = ""
    moves: Sequence[Move] = ()
    next: Collection[str] = ()
    counts: Mapping[str, int | str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    say: Say = str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A wire as it is drawn: its path and tip, and the place of its words."""

    wire: Wire
    paths: str
    label: Label | None


@dataclass(frozen=True, slots=True)
class Geometry:
    """What is drawn of a chart whatever it shows."""

    layout: Layout
    wires: tuple[Drawn, ...]
    ground: str


@lru_cache(maxsize=64)
def ways_of(chart: Chart) -> tuple[Layout, Mapping[Wire, Sequence[Point]]]:
    """Where the boxes and wires are, worked out once for each chart: it may take a second."""
    layout = arrange(chart)
    return layout, routed(layout, wires(chart, layout.frames))


@lru_cache(maxsize=64)
def geometry(chart: Chart, say: Say = str) -> Geometry:
    """Worked out once for each chart and language."""
    layout, ways = ways_of(chart)
    words = labelled(chart, layout, ways, say=say)
    drawn = tuple(
        Drawn(wire, f'<path d="{lines.way(way)}"/><path d="{lines.tip(way)}"/>', words.get(wire))
        for wire, way in ways.items()
    )
    return Geometry(layout, drawn, "".join(ground(layout, say)))


def ground(layout: Layout, say: Say) -> Iterator[str]:
    """Lanes and frames with their titles."""
    for lane, begin, end in layout.lanes:
        left, wide = begin * CELL, (end - begin) * CELL
        yield f'<rect class="lane" x="{left:g}" width="{wide:g}" height="{layout.height * CELL}"/>'
        yield f'<text class="lane-title" x="{left + wide / 2:g}" y="20">{escape(sentence_case(say(lane)))}</text>'
    for frame in layout.frames.values():
        x, y = frame.corners[0]
        yield f'<path class="frame" d="{lines.outline(frame.corners)}"/>'
        called = escape(say(frame.node.label))
        yield f'<text class="frame-title" x="{x * CELL + 10}" y="{y * CELL + 14}">{called}</text>'


def svg(chart: Chart, view: View = View()) -> str:
    """The picture, to stand in a page: with the words of all wires, or of an instance's way and of what is next."""
    drawing = geometry(chart, view.say)
    ways, ahead = travelled(chart, view.moves), upcoming(chart, view)
    width, height = drawing.layout.width * CELL, drawing.layout.height * CELL
    role = "group" if view.links else "img"
    return "".join((
        f'<svg class="statechart" role="{role}" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f"<title>{escape(title(chart, view))}</title>{drawing.ground}",
        *sorted((edge(chart, drawn, view, ways, ahead) for drawn in drawing.wires), key=prominence),
        *(state(box, view, ahead) for box in drawing.layout.boxes.values()),
        "</svg>",
    ))  # fmt: skip


def standalone(chart: Chart) -> str:
    """The picture as a file of its own, with its look inside."""
    head, title, rest = svg(chart).replace("<svg", f'<svg xmlns="{NAMESPACE}"', 1).partition("<title>")
    return f"{head}<style>{css()}</style>{title}{rest}\n"


def css() -> str:
    """The look of the picture."""
    return files("orderway.statechart.draw").joinpath("statechart.css").read_text("utf-8")


def title(chart: Chart, view: View) -> str:
    say = view.say
    if not view.at:
        return f"{say(chart.label)}: {say('its states and what leads from one to another')}"
    passed = dict.fromkeys(say(chart.nodes[move[0]].label) for move in view.moves if move[0] in chart.nodes)
    before = f", {say('after')} {', '.join(passed)}" if passed else ""
    return f"{say(chart.label)}: {say(chart.node(view.at).label)}{before}"


def upcoming(chart: Chart, view: View) -> dict[Transition, set[str]]:
    """The transitions that the next events may take from here, each with the states that it may end in."""
    if not view.next:
        return {}
    return {row.transition: set(landings(row)) for row in takeable(chart, view.at) if row.transition.event in view.next}


def edge(
    chart: Chart, drawn: Drawn, view: View, ways: Collection[Transition], ahead: Mapping[Transition, set[str]]
) -> str:
    """A wire with its words, or with a title where they are not written."""
    wire = drawn.wire
    went = {each.event for each in wire.transitions if each in ways}
    may = {each.event for each in wire.transitions if each in ahead}
    classes = " ".join(name for name, events in (("travelled", went), ("next", may)) if events) or "other"
    shown = (went | may) if view.at else set(chart.events)
    if drawn.label and any(event in shown for event, _ in drawn.label.lines):
        words = "".join(written(drawn.label, shown))
    else:
        said = ", ".join(map(view.say, wire.labels(chart).values())) or view.say("By itself")
        ends = view.say(chart.nodes[wire.source].label), view.say(chart.nodes[wire.target].label)
        words = f"<title>{escape(said)}: {escape(ends[0])} → {escape(ends[1])}</title>"
    return f'<g class="edge {classes}">{drawn.paths}{words}</g>'


def prominence(edge: str) -> bool:
    """What matters is drawn over what does not."""
    return "edge other" not in edge


def written(label: Label, shown: Collection[str]) -> Iterator[str]:
    left, top = round(label.rect[0]) + 1, round(label.rect[1]) + 10
    for number, (event, text) in enumerate(label.lines):
        if event in shown:
            yield f'<text x="{left}" y="{top + number * LINE}">{escape(text)}</text>'


def state(box: Box, view: View, ahead: Mapping[Transition, set[str]]) -> str:
    """A box with its label and its count, linked where it leads somewhere."""
    node, left, top = box.node, box.x * CELL, box.y * CELL
    kinds = {
        "final": node.kind is Kind.FINAL,
        "is-current": node.name == view.at,
        "was-here": node.name != view.at and any(node.name in (move[0], move[2]) for move in view.moves),
        "is-next": node.name != view.at and any(node.name in ends for ends in ahead.values()),
    }
    classes = " ".join(["state", f"tone-{node.tone}", *(kind for kind, holds in kinds.items() if holds)])
    text = wrapped(view.say(node.label), limit=ROOM, size=13)
    first = top + BOX_HEIGHT * CELL / 2 + 4.5 - (len(text) - 1) * 7.5
    label = "".join(
        f'<text x="{left + 10}" y="{first + number * 15:g}">{escape(line)}</text>' for number, line in enumerate(text)
    )
    count = view.counts.get(node.name, 0)
    said = f"{count:,}" if isinstance(count, int) else escape(count)
    right = f'<text class="count" x="{left + BOX_WIDTH * CELL - 8}" y="{first:g}">{said}</text>' if count else ""
    drawn = f'<g class="{classes}"><rect x="{left}" y="{top}" {BOX}/>{label}{right}</g>'
    link = view.links.get(node.name)
    return f'<a href="{escape(link)}">{drawn}</a>' if link else drawn
