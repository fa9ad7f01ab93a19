"""The address of an order: where it goes and to whom, and the one place where that is checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from orderway.workflow.errors import Invalid

LONGEST = {
    "receiver": 200,
    "phone": 40,
    "address": 500,
    "city": 100,
    "region": 100,
    "postcode": 20,
    "country": 100,
    "notes": 1000,
}
"""Characters of each text."""

PHONE = re.compile(r"\+?[\d ()./-]+")
DIGITS = range(5, 18)
"""How many digits a telephone number has: at most 15 by E.164, and two that lead out of a country."""

NEEDED = {"receiver": "the receiver", "phone": "a telephone number", "address": "the street", "city": "the city"}
"""What whoever brings the goods can not do without, in words."""

PLACE = ("address", "city", "region", "postcode", "country", "latitude", "longitude")
"""What says where it goes; the rest says who is there, and when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Where an order goes and to whom; coordinates in degrees (WGS 84), `promised_at` the day that was promised.

    `address` is the street and the house, `notes` what whoever brings it has to know.
    """

    receiver: str = ""
    phone: str = ""
    address: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    notes: str = ""
    promised_at: datetime | None = None

    def is_elsewhere(self, other: Delivery) -> bool:
        """Whether the two are different places."""
        return any(getattr(self, name) != getattr(other, name) for name in PLACE)


def checked(delivery: Delivery) -> Delivery:
    """The delivery without blanks around its texts; raises Invalid, naming the field, for what none can have.

    What may be missing is not asked here: a draft may wait for its address.
    """
    tidy = replace(delivery, **{name: getattr(delivery, name).strip() for name in LONGEST})
    for name, most in LONGEST.items():
        if len(getattr(tidy, name)) > most:
            raise Invalid(f"The {name} has more than {most:,} characters.", "Shorten it.", f"delivery.{name}")
    check_phone(tidy.phone)
    check_place(tidy)
    if tidy.promised_at is not None and tidy.promised_at.tzinfo is None:
        raise Invalid(
            f"The promised time {tidy.promised_at} has no zone.",
            "Write it like 2026-03-01T09:30:00Z.",
            "delivery.promised_at",
        )
    return tidy


def require_whole(delivery: Delivery | None) -> None:
    """Raises Invalid, naming what lacks and the first of its fields, where nothing could be brought there."""
    lacking = [name for name in NEEDED if not getattr(delivery, name, "")]
    if lacking:
        *others, last = [NEEDED[name] for name in lacking]
        words = f"{', '.join(others)} and {last}" if others else last
        raise Invalid(
            f"The address does not name {words}.",
            "Add what is missing: nothing can go there.",
            f"delivery.{lacking[0]}",
        )


def check_phone(phone: str, field: str = "delivery.phone") -> None:
    """Raises Invalid, naming the field, for what is neither empty nor a telephone number."""
    if phone and not (PHONE.fullmatch(phone) and sum(each.isdigit() for each in phone) in DIGITS):
        raise Invalid(f"{phone} is no telephone number.", "Write 5 to 17 digits, such as +234 803 123 4567.", field)


def check_place(delivery: Delivery) -> None:
    for name, other, most in (("latitude", "longitude", 90), ("longitude", "latitude", 180)):
        degrees, field = getattr(delivery, name), f"delivery.{name}"
        if degrees is None and getattr(delivery, other) is not None:
            raise Invalid("A place has both a latitude and a longitude.", "Correct it.", field)
        if degrees is not None and not -most <= degrees <= most:
            raise Invalid(f"A {name} lies between -{most} and {most} degrees.", "Correct it.", field)
