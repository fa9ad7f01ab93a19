"""The company of the demo in words: three towns with a store each, their people, buyers and riders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

CURRENCY = "NGN"
DOMAIN = "demo.example"
CONSUMERS = 14
"""How many consumers each store has."""


@dataclass(frozen=True, slots=True)
class Place:
    """A town with a store: its code begins the numbers of orders, its quarters are where the buyers live."""

    name: str
    code: str
    latitude: float
    longitude: float
    quarters: tuple[str, ...]

    @property
    def store(self) -> str:
        return f"{self.name} store"

    @property
    def mail(self) -> str:
        """The town as it stands in an e-mail address."""
        return self.name.lower().replace(" ", "")


PLACES = (
    Place("Lagos", "LOS", 6.4550, 3.3841, ("Ikeja", "Yaba", "Surulere", "Lekki", "Apapa")),
    Place("Abuja", "ABV", 9.0579, 7.4951, ("Garki", "Wuse", "Maitama", "Gwarinpa", "Jabi")),
    Place("Port Harcourt", "PHC", 4.8156, 7.0498, ("Diobu", "Rumuola", "Elekahia", "Trans Amadi", "Borokiri")),
)

# What people read; the source's own words are codes, and some of them misspelt.
CATEGORIES = {
    "art": "Art print",
    "audio": "Loudspeaker",
    "auto": "Car accessory",
    "baby": "Baby carrier",
    "bed_bath_table": "Bed linen",
    "computers_accessories": "Computer accessory",
    "consoles_games": "Game controller",
    "construction_tools_lights": "Work light",
    "cool_stuff": "Gift set",
    "drinks": "Drinks crate",
    "electronics": "Charger",
    "fashion_bags_accessories": "Handbag",
    "food": "Provisions box",
    "furniture_decor": "Side table",
    "garden_tools": "Garden tool",
    "health_beauty": "Beauty set",
    "home_confort": "Cushion set",
    "housewares": "Cookware",
    "office_furniture": "Office chair",
    "perfumery": "Perfume",
    "sports_leisure": "Sports kit",
    "stationery": "Stationery box",
    "telephony": "Phone case",
    "toys": "Toy",
    "watches_gifts": "Wristwatch",
}


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who can sign in. `place` is where they work, `sees` what they find there."""

    email: str
    name: str
    role: str
    sees: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """Who buys, and in which quarter of the store's town; `email` is the account that signs in for them."""

    reference: str
    kind: Literal["CONSUMER", "RESELLER"]
    name: str
    quarter: str
    place: Place
    email: str | None = None
    credit: int = 0


CREDIT = (150_000_000, 60_000_000)
"""What the two resellers of each store may owe, in minor units."""

TIERS = {150_000_000: "GOLD", 60_000_000: "SILVER"}
"""The tier of each reseller, by what they may owe."""

LISTS = {"GOLD": 9_000, "SILVER": 9_500}
"""What resellers of a tier pay of a price, in basis points."""

TAX = 750
"""The tax on all that is sold, in basis points: 7.5 %."""

UNTAXED = frozenset({"food", "baby", "stationery"})
"""Categories on which there is none."""


def accounts() -> Iterator[Account]:
    """Everyone who can sign in, from the head office to the riders."""
    yield Account(f"superadmin@{DOMAIN}", "Superadmin, head office", "SUPERADMIN", "all stores; appoints superadmins")
    yield Account(f"admin@{DOMAIN}", "Admin, head office", "ADMIN", "all stores")
    yield Account(f"accountant@{DOMAIN}", "Accountant, head office", "ACCOUNTANT", "all stores; confirms payments")
    for place in PLACES:
        mail, store = place.mail, place.store
        yield Account(f"manager.{mail}@{DOMAIN}", f"Manager, {store}", "MANAGER", f"the {store}", place)
        yield Account(f"biller.{mail}@{DOMAIN}", f"Biller, {store}", "BILLER", "the orders they bill", place)
        for number in (1, 2):
            name = f"Rider {number}, {place.name}"
            yield Account(f"rider{number}.{mail}@{DOMAIN}", name, "RIDER", "deliveries, without money")
        for customer in customers(place):
            if customer.email:
                yield Account(
                    customer.email, customer.name, customer.kind.replace("CONSUMER", "CUSTOMER"), "their own orders"
                )


def customers(place: Place) -> Iterator[Customer]:
    """Two resellers, who buy on account, and a consumer for each house number of each quarter."""
    for credit, quarter in zip(CREDIT, place.quarters, strict=False):
        reference, email = f"{place.code}-reseller-{quarter}", f"reseller.{place.mail}.{quarter.lower()}@{DOMAIN}"
        yield Customer(reference, "RESELLER", f"Reseller in {quarter}", quarter, place, email, credit)
    for number in range(1, CONSUMERS + 1):
        quarter = place.quarters[number % len(place.quarters)]
        account = f"customer.{place.mail}@{DOMAIN}" if number == 1 else None
        yield Customer(f"{place.code}-{number}", "CONSUMER", f"Customer {number} in {quarter}", quarter, place, account)
