"""A chart with everything in it: a parcel is packed, perhaps put aside, sent, and arrives or is lost."""

from dataclasses import dataclass
from datetime import UTC, datetime

from orderway.statechart import (
    Amount,
    all_of,
    always,
    any_of,
    chart,
    done,
    entry,
    event,
    final,
    guard,
    history,
    leave,
    not_,
    on,
    replace,
    state,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Parcel:
    """Money in minor units of naira."""

    paid: int = 0
    price: int = 1_250_000
    items: int = 0
    is_vip: bool = False
    is_insured: bool = False
    notes: tuple[str, ...] = ()
    due: datetime | None = None


@dataclass(frozen=True)
class Desk:
    """What the desk knows."""

    now: datetime = NOON
    is_open: bool = True


@dataclass(frozen=True)
class Ring:
    """The bell is rung."""

    times: int


@dataclass(frozen=True)
class Tell:
    """Somebody is told."""

    text: str


@event(label="Pay for the parcel", log="paid for the parcel", permission="parcel.pay", amount="Amount paid")
class Paid:
    amount: int


@event(label="Add an item", log="added an item", permission="parcel.pack")
class ItemAdded:
    pass


@event(label="Weigh the parcel", log="weighed the parcel", permission="parcel.pack")
class Weighed:
    pass


@event(label="Put the parcel aside", log="put the parcel aside", permission="parcel.pack")
class PutAside:
    pass


@event(label="Take the parcel up again", log="took the parcel up again", permission="parcel.pack")
class TakenUp:
    pass


@event(label="Send the parcel", log="sent the parcel", permission="parcel.send")
class Sent:
    pass


@event(label="Note that it arrived", log="noted that the parcel arrived")
class Arrived:
    pass


@event(label="Give the parcel up", log="gave the parcel up")
class GivenUp:
    pass


@guard(
    detail="{missing} is missing.",
    numbers=lambda parcel: {"missing": Amount(parcel.price - parcel.paid, "NGN")},
    remedy="Take a payment.",
    help="parcel.pay",
)
def is_paid(parcel: Parcel) -> bool:
    """The parcel must be paid."""
    return parcel.paid >= parcel.price


def is_vip(parcel: Parcel) -> bool:
    """The sender must be known well."""
    return parcel.is_vip


def is_insured(parcel: Parcel) -> bool:
    """The parcel must be insured."""
    return parcel.is_insured


@guard(detail="{count} of them.", numbers=lambda parcel: {"count": parcel.items})
def has_items(parcel: Parcel) -> bool:
    """The parcel must hold items."""
    return parcel.items > 0


@guard(detail="{amount} was given.", numbers=lambda _parcel, event: {"amount": Amount(event.amount, "NGN")})
def pays_something(_parcel: Parcel, event: Paid) -> bool:
    """The amount must be more than nothing."""
    return event.amount > 0


@guard(detail="It is {now} now.", numbers=lambda _parcel, _event, desk: {"now": desk.now})
def desk_is_open(_parcel: Parcel, _event: object, desk: Desk) -> bool:
    """The desk must be open."""
    return desk.is_open


may_leave = any_of(is_paid, all_of(is_vip, is_insured), name="may_leave")
may_wait = not_(has_items, says="The parcel must be empty.", detail="It holds {count}.", remedy="Take them out.")


def pay(parcel: Parcel, event: Paid) -> Parcel:
    return replace(parcel, paid=parcel.paid + event.amount)


def add(parcel: Parcel) -> Parcel:
    return replace(parcel, items=parcel.items + 1)


def note(word: str):
    def noted(parcel: Parcel) -> Parcel:
        return replace(parcel, notes=(*parcel.notes, word))

    return noted


def wait_a_day(parcel: Parcel, _event: object, desk: Desk) -> Parcel:
    return replace(parcel, due=desk.now.replace(day=desk.now.day + 1))


def thank(parcel: Parcel, event: Paid) -> Tell | None:
    """Nobody is thanked for change."""
    return Tell(f"Thank you for {event.amount}: {parcel.paid} now.") if event.amount >= 100 else None


PACKING = state(
    "PACKING",
    entry(do=note("packing")),
    leave(do=note("left packing")),
    history("WHERE_IT_WAS"),
    on(PutAside, "ASIDE"),
    on(Paid, when=pays_something, do=pay, emit=thank),
    on(Sent, "ON_ITS_WAY", when=all_of(desk_is_open, has_items, may_leave), emit=[Tell("Sent."), Ring(2)]),
    on(GivenUp, "LOST", when=may_wait, at="due"),
    done("READY", do=note("done")),
    state(
        "EMPTY",
        always("FILLING", when=has_items),
        on(ItemAdded, do=add),
        label="Empty", lane="main", row=0,
    ),
    state(
        "FILLING",
        on(ItemAdded, do=add),
        on(Weighed, "WEIGHED"),
        on(PutAside, "ASIDE", when=is_vip, emit=Ring(1)),
        label="Being filled", tone="active", lane="main", row=1,
    ),
    final("WEIGHED", entry(emit=Tell("Weighed.")), label="Weighed", lane="main", row=2),
    label="Packing", tone="active",
)  # fmt: skip

PARCEL = chart(
    "parcel",
    version=3,
    label="Parcel",
    context=Parcel,
    facts=Desk,
    lanes=("aside", "main"),
    states=[
        PACKING,
        state("READY", on(Sent, "ON_ITS_WAY", when=may_leave), on(TakenUp, "PACKING"), label="Ready", row=3),
        state("ASIDE", on(TakenUp, "WHERE_IT_WAS"), label="Put aside", tone="waiting", lane="aside", row=1),
        state(
            "ON_ITS_WAY",
            entry(do=wait_a_day),
            on(Arrived, "ARRIVED"),
            on(GivenUp, "LOST", at="due"),
            label="On its way", tone="active", row=4,
        ),
        final("ARRIVED", label="Arrived", tone="good", row=5),
        final("LOST", label="Lost", tone="bad", lane="aside", row=5),
    ],
)  # fmt: skip
