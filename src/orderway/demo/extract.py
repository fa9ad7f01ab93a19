"""Two hundred real orders of the Olist marketplace: what was bought, at which price, and how long each leg took.

The file lies beside this module with its licence (MIT). A real becomes naira at a fixed rate, so that the
prices keep their proportions in the company's own currency.
"""

from __future__ import annotations

import gzip
from datetime import timedelta
from functools import cache
from importlib.resources import files

import msgspec

FILE = "olist.json.gz"
RATE = 300
"""Naira for one real; reais and naira both have two decimals, so minor units convert alike."""


class Product(msgspec.Struct, frozen=True):
    """`reference` is the source's id, `price` minor units of BRL: the median of what was paid for one piece."""

    reference: str
    category: str
    grams: int
    price: int


class Line(msgspec.Struct, frozen=True):
    """`product` counts from 0 in the list of products; `freight` is of the whole line, in minor units of BRL."""

    product: int
    quantity: int
    freight: int


class Order(msgspec.Struct, frozen=True):
    """Seconds from the purchase to the approval of its payment, from there to the carrier, and on to the door."""

    reference: str
    lines: list[Line]
    payments: list[str]
    to_paid: int
    to_carrier: int
    to_door: int

    @property
    def paying(self) -> timedelta:
        return timedelta(seconds=self.to_paid)

    @property
    def packing(self) -> timedelta:
        return timedelta(seconds=self.to_carrier)

    @property
    def travelling(self) -> timedelta:
        return timedelta(seconds=self.to_door)


class Extract(msgspec.Struct, frozen=True):
    products: list[Product]
    orders: list[Order]


@cache
def load() -> Extract:
    """Read the file that the package brings along."""
    packed = (files("orderway.demo") / FILE).read_bytes()
    return msgspec.json.decode(gzip.decompress(packed), type=Extract)


def naira(reais: int) -> int:
    """Minor units of BRL as minor units of NGN, to the nearest ten naira."""
    return round(reais * RATE / 1000) * 1000
