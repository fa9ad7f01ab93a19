"""How an order of the predecessor begins here: its buyer, its lines at their agreed prices, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple
from uuid import UUID

from orderway.delivery.address import LONGEST, Delivery
from orderway.legacy.predecessor.facts import Place
from orderway.legacy.predecessor.ground import Ground
from orderway.legacy.predecessor.moves import DraftQuotation, Line
from orderway.legacy.road import Astray
from orderway.quotation.context import PricedLine
from orderway.quotation.opening import NewOrder

SOURCE: Final = "legacy"
"""What the orders name as where they come from."""


class Lack(NamedTuple):
    """What is said of something that an order stands on, where it names none or one that is not here."""

    unnamed: str
    unknown: str


STORE: Final = Lack("The former system names no store for it.", "Its store {theirs} was not brought over.")
BUYER: Final = Lack("The former system names no buyer for it.", "Its buyer {theirs} was not brought over.")
VARIANT: Final = Lack("The former system names no variant for it.", "Its variant {theirs} was not brought over.")


def new_order(move: DraftQuotation, ground: Ground, titles: Mapping[UUID, str]) -> NewOrder:
    """Raises Astray where it stands on what was not brought over."""
    return NewOrder(
        store_id=known(ground.stores, move.store, STORE),
        customer_id=known(ground.customers, move.buyer, BUYER),
        biller_id=ground.people.get(move.biller) if move.biller else None,
        currency=move.currency,
        fulfillment_type=move.fulfillment_type,
        lines=tuple(priced(each, ground, titles) for each in move.lines),
        delivery=delivery(move),
        valid_until=move.valid_until,
        source=SOURCE,
        source_ref=move.order_id,
    )


def priced(line: Line, ground: Ground, titles: Mapping[UUID, str]) -> PricedLine:
    variant, goods = known(ground.variants, line.variant, VARIANT), line.quantity * line.unit_price
    return PricedLine(
        variant=variant,
        description=titles[variant],
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=max(0, goods - line.total),
        tax=0,
        freight=max(0, line.total - goods),
        total=line.total,
    )


def known(ours: Mapping[str, UUID], theirs: str | None, lack: Lack) -> UUID:
    if theirs is None:
        raise Astray(lack.unnamed)
    if theirs not in ours:
        raise Astray(lack.unknown.format(theirs=theirs))
    return ours[theirs]


def delivery(move: DraftQuotation) -> Delivery | None:
    """Where it goes, as far as that was kept; what is longer than a field of ours ends there."""
    place: Place | None = move.place
    if place is None and not (move.receiver or move.phone or move.notes):
        return None
    texts = {"receiver": move.receiver, "phone": move.phone, "notes": move.notes}
    if place is not None:
        texts |= {
            "address": ", ".join(filter(None, (place.street, place.street_2))) or place.formatted,
            "city": place.city,
            "region": place.state,
            "postcode": place.postcode,
            "country": place.country,
        }
    there = Delivery(latitude=place.latitude, longitude=place.longitude) if place and is_located(place) else Delivery()
    return replace(there, **{name: (text or "").strip()[: LONGEST[name]] for name, text in texts.items()})  # type: ignore[arg-type]


def is_located(place: Place) -> bool:
    return place.latitude is not None and place.longitude is not None
