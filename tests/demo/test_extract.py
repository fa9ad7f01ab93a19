from datetime import timedelta

import pytest
from tests.demo.choose import FOLDER, choose

from orderway.demo.extract import Line, Order, Product, load, naira


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is missing: set ORDERWAY_DATA to the folder of the data.")
def test_the_shipped_orders_are_those_chosen_from_the_whole_data():
    assert load() == choose(FOLDER)


def test_two_hundred_orders_of_sixty_products_are_shipped():
    assert (len(load().orders), len(load().products)) == (200, 60)


def test_an_order_keeps_its_goods_freight_payments_and_the_time_of_each_leg():
    order = load().orders[0]
    assert order == Order(
        reference="005059edee63c8c708ba61910793b31b",
        lines=[Line(product=23, quantity=2, freight=3578)],
        payments=["credit_card"],
        to_paid=86_682,
        to_carrier=82_882,
        to_door=1_051_637,
    )
    assert order.paying == timedelta(days=1, minutes=4, seconds=42)
    assert order.packing == timedelta(hours=23, minutes=1, seconds=22)
    assert order.travelling == timedelta(days=12, hours=4, minutes=7, seconds=17)


def test_a_product_keeps_its_category_weight_and_price():
    assert load().products[0] == Product("aca2eb7d00ea1a7b8ebd4e68314663af", "furniture_decor", 2600, 6990)


def test_prices_become_naira_at_one_rate_to_the_nearest_ten():
    assert naira(6990) == 2_097_000
    assert naira(2399) == 720_000
