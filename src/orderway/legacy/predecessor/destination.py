"""Where an order of the predecessor goes, and to whom: from its address, or else from the words that stand for one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from orderway.delivery.address import DIGITS, PHONE
from orderway.legacy.predecessor.facts import Order, Place

NOWHERE = Place(
    id="",
    formatted="",
    street=None,
    street_2=None,
    city=None,
    state=None,
    postcode=None,
    country="NG",
    latitude=None,
    longitude=None,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """`is_whole` says that goods can be brought there: a receiver, a telephone number, a street and a city."""

    receiver: str
    phone: str
    place: Place | None

    @property
    def is_whole(self) -> bool:
        street, city = (self.place.street, self.place.city) if self.place else (None, None)
        return all((self.receiver, self.phone, street, city))


def destination(order: Order) -> Destination:
    """What the fulfillment says goes before what the order says: it was written later."""
    rows = (order.fulfillment, order) if order.fulfillment else (order,)
    phone = first(row.receiver_phone for row in rows)
    places = [row.place for row in rows if row.place]
    return Destination(
        receiver=first(row.receiver for row in rows),
        phone=phone if is_phone(phone) else "",
        place=mended(places[0]) if places else place_of(first(row.address for row in rows)),
    )


def mended(place: Place) -> Place:
    """The place with a street and a city out of its words, where it names none."""
    said = place_of(place.formatted) or NOWHERE
    return replace(place, street=place.street or said.street, city=place.city or said.city)


def place_of(words: str) -> Place | None:
    """Read “38 Sari Street, Apapa, Lagos”: the street, the city and the state; a city and nothing else is no place."""
    parts = [part.strip() for part in words.split(",") if part.strip()]
    if not parts:
        return None
    street, city, state = parts, None, None
    if len(parts) > 2:
        street, city, state = parts[:-2], parts[-2], parts[-1]
    elif len(parts) > 1:
        street, city = parts[:1], parts[1]
    return replace(NOWHERE, formatted=words, street=", ".join(street), city=city, state=state)


def first(texts: Iterable[str | None]) -> str:
    """The first that says anything, without blanks around it."""
    return next((text.strip() for text in texts if text and text.strip()), "")


def is_phone(text: str) -> bool:
    return bool(PHONE.fullmatch(text)) and sum(each.isdigit() for each in text) in DIGITS
