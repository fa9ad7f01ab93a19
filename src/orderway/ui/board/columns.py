"""The board in words: its columns, and on each card what is asked about it at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orderway.order.board import MACHINE, Card, Step
from orderway.order.tallies import Tally
from orderway.ui.choosing import Stores
from orderway.ui.forms import payload_of
from orderway.ui.language import t, tr
from orderway.ui.words import Shown, Told, age, money, shown
from orderway.ui.workflows.standing import list_url, told
from orderway.workflow.kinds import Kind

ROOM = 80
"""So many cards a page has room for, over all its columns: it stays small on its way."""


@dataclass(frozen=True, slots=True)
class Button:
    """A named event: sent from here, or where it needs a form, done on the page of the order."""

    label: str
    url: str
    sends: bool
    seen: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """A card in words; `late` is why its age is shown as late."""

    number: str
    url: str
    customer: str
    says: str
    since: Told
    late: str
    button: Button | None


@dataclass(frozen=True, slots=True)
class Column:
    """A state with its cards, and where the rest of what stands there is listed."""

    name: str
    state: Shown
    count: str
    cards: tuple[Shelf, ...]
    all_url: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What the board is told with: how long it is usual to stand in a state, where that is known."""

    kind: Kind
    stores: Stores
    now: datetime
    usual: Mapping[str, timedelta]


def columns(board: Mapping[str, Sequence[Card]], counts: Mapping[str, Tally], seen: Seen) -> Iterator[Column]:
    """The columns from left to right."""
    chart = seen.kind.newest
    filled = sum(bool(cards) for cards in board.values())
    each = ROOM // max(filled, 1)
    for state, first in board.items():
        tally, cards = counts[state], first[:each]
        rest = list_url(MACHINE, state, store_id=seen.stores.id, sort="longest")
        yield Column(
            state, shown(chart, state), told(tally), tuple(_shelf(card, seen) for card in cards),
            rest if tally.count > len(cards) else "",
        )  # fmt: skip


def _shelf(card: Card, seen: Seen) -> Shelf:
    standing = card.standing
    step = next(iter(card.steps), None)
    part = f" · {t('Part {n}', n=standing.part)}" if standing.part else ""
    return Shelf(
        number=standing.number,
        url=f"/orders/{standing.order_id}",
        customer=standing.customer or "",
        says=f"{_says(card)}{part}",
        since=age(standing.moved_at, seen.now),
        late=_late(card, seen),
        button=_button(card, step, seen) if step else None,
    )


def _says(card: Card) -> str:
    """What is asked first of a card: who brings it, or what the riders ask for it, or how much there is to pick."""
    standing = card.standing
    if standing.rider:
        return standing.rider
    if standing.state == "AWAITING_RIDER_SELECTION":
        if standing.best is None:
            return t("No offers yet")
        best = money(standing.best, standing.currency)
        return t("{n} offer, {best}", "{n} offers, best {best}", n=standing.bids, best=best)
    if not standing.lines:
        return t("A service")
    lines = t("{n} line", "{n} lines", n=standing.lines)
    if standing.state == "BACKORDERED":
        return t("{held} of {lines} there", held=standing.held, lines=lines)
    return lines


def _late(card: Card, seen: Seen) -> str:
    """Why it is late, where it is: it was promised for before, or stands for longer than is usual."""
    standing = card.standing
    good = seen.kind.charts[standing.version].node(standing.state).tone == "good"
    if good:
        return ""
    if standing.promised_at and standing.promised_at < seen.now:
        return t("It was promised for {when}", when=age(standing.promised_at, seen.now).exact)
    usual = seen.usual.get(standing.state)
    return t("Longer than nine of ten") if usual and seen.now - standing.moved_at > usual else ""


def _button(card: Card, step: Step, seen: Seen) -> Button:
    standing = card.standing
    event = seen.kind.charts[standing.version].events[step.event]
    sends = not any(part.required for part in payload_of(event))
    order = f"/orders/{standing.order_id}"
    url = f"{order}/{MACHINE}/{standing.id}/{step.event.lower()}" if sends else f"{order}#next"
    return Button(tr(step.label), url, sends, standing.step)
