"""How the orders of the demo were chosen from the whole Olist data; `python -m tests.demo.choose` writes the file."""

import csv
import gzip
import os
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median_low

import msgspec

from orderway.demo.extract import FILE, Extract, Line, Order, Product
from orderway.legacy.olist.facts import Order as Source
from orderway.legacy.olist.read import load

PRODUCTS_KEPT, OF_A_CATEGORY, SEVERAL, ORDERS_KEPT = 60, 4, 70, 200
ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("ORDERWAY_DATA", ROOT.parent / "shared" / "data")) / "olist"
"""The whole data: in the folder named by ORDERWAY_DATA, or beside the repository."""


def choose(folder: Path) -> Extract:
    """The products bought most, and orders of them alone that were paid and delivered with all their times in order.

    Orders of several products come first, as far as there are `SEVERAL`: most orders of the source have one.
    """
    orders = [order for order in load(folder) if is_whole(order)]
    kept = most_bought(orders)
    of_kept = [order for order in orders if all(item.product_id in kept for item in order.items)]
    of_kept.sort(key=lambda order: order.id)
    several = [order for order in of_kept if len(order.items) > 1][:SEVERAL]
    single = [order for order in of_kept if len(order.items) == 1][: ORDERS_KEPT - len(several)]
    return Extract(
        products=products(folder, orders, kept),
        orders=[told(order, kept) for order in sorted(several + single, key=lambda order: order.id)],
    )


def most_bought(orders: list[Source]) -> dict[str, int]:
    """The products by how often they were bought, `OF_A_CATEGORY` at most, each with its place in the list."""
    bought = Counter(
        (item.product_id, item.category_english) for order in orders for item in order.items if item.category_english
    )
    kept, seen = dict[str, int](), Counter[str]()
    for (product, category), _ in sorted(bought.items(), key=lambda pair: (-pair[1], pair[0])):
        seen[category] += 1
        if seen[category] <= OF_A_CATEGORY and len(kept) < PRODUCTS_KEPT:
            kept[product] = len(kept)
    return kept


def is_whole(order: Source) -> bool:
    times = (order.purchased_at, order.approved_at, order.carrier_at, order.delivered_at)
    known = [time for time in times if time]
    return order.status == "delivered" and len(known) == len(times) and known == sorted(known) and bool(order.items)


def products(folder: Path, orders: list[Source], kept: dict[str, int]) -> list[Product]:
    prices, categories = defaultdict(list), {}
    for order in orders:
        for item in order.items:
            prices[item.product_id].append(item.price)
            categories[item.product_id] = item.category_english
    with gzip.open(folder / "olist_products_dataset.csv.gz", "rt", encoding="utf-8") as file:
        grams = {row["product_id"]: int(row["product_weight_g"] or 0) for row in csv.DictReader(file)}
    return [Product(product, categories[product], grams[product], median_low(prices[product])) for product in kept]


def told(order: Source, kept: dict[str, int]) -> Order:
    assert order.approved_at
    assert order.carrier_at
    assert order.delivered_at
    pieces, freight = Counter[str](), Counter[str]()
    for item in order.items:
        pieces[item.product_id] += 1
        freight[item.product_id] += item.freight
    return Order(
        reference=order.id,
        lines=[Line(kept[product], count, freight[product]) for product, count in pieces.items()],
        payments=[payment.kind for payment in order.payments],
        to_paid=round((order.approved_at - order.purchased_at).total_seconds()),
        to_carrier=round((order.carrier_at - order.approved_at).total_seconds()),
        to_door=round((order.delivered_at - order.carrier_at).total_seconds()),
    )


def packed(extract: Extract) -> bytes:
    return gzip.compress(msgspec.json.encode(extract), compresslevel=9, mtime=0)


if __name__ == "__main__":
    (ROOT / "src" / "orderway" / "demo" / FILE).write_bytes(packed(choose(FOLDER)))
