import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.legacy.olist.extract import CANCELED, DELIVERED, FILES, SHORT, change, write

from orderway.errors import OrderwayError
from orderway.legacy.olist.facts import Customer, Item, Order, Payment
from orderway.legacy.olist.read import load
from orderway.legacy.olist.tables import OlistError

ORDERS, ITEMS, PAYMENTS = (
    "olist_orders_sample.csv",
    "olist_order_items_sample.csv",
    "olist_order_payments_sample.csv",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path)


def refusal(folder: Path) -> str:
    with pytest.raises(OlistError) as caught:
        load(folder)
    assert isinstance(caught.value, OrderwayError)
    assert caught.value.remedy
    return str(caught.value)


def test_orders_come_oldest_purchase_first(folder: Path):
    assert [order.id for order in load(folder)] == [SHORT, CANCELED, DELIVERED]


def test_an_order_is_read_with_every_fact_that_matters(folder: Path):
    item = Item(
        position=1,
        product_id="6aeed495dcb87dd06532f70dea6ebb5a",
        category="beleza_saude",
        category_english="health_beauty",
        seller="b56906f7, Echapora, SP",
        price=5990,
        freight=2897,
    )
    assert load(folder)[0] == Order(
        id=SHORT,
        customer=Customer(id="f7b62c75467e8ce080b201667cbbc274", postcode="22071", city="Rio De Janeiro", state="RJ"),
        status="delivered",
        purchased_at=datetime(2016, 10, 6, 14, 59, 56, tzinfo=UTC),
        approved_at=datetime(2016, 10, 7, 12, 13, 49, tzinfo=UTC),
        carrier_at=datetime(2016, 11, 17, 8, 27, 59, tzinfo=UTC),
        delivered_at=datetime(2016, 11, 17, 16, 23, 46, tzinfo=UTC),
        estimated_at=datetime(2016, 11, 30, tzinfo=UTC),
        items=(
            item,
            Item(
                position=2,
                product_id=item.product_id,
                category=item.category,
                category_english=item.category_english,
                seller=item.seller,
                price=5990,
                freight=2897,
            ),
        ),
        payments=(Payment(sequence=1, kind="credit_card", amount=12612),),
    )


def test_payments_stand_by_their_number_and_times_may_be_missing(folder: Path):
    _, canceled, delivered = load(folder)
    assert [(payment.sequence, payment.amount) for payment in delivered.payments] == [
        (1, 3621),
        (2, 3170),
        (3, 625),
        (4, 0),
    ]
    assert (canceled.approved_at, canceled.carrier_at, canceled.delivered_at) == (None, None, None)
    assert canceled.items == ()


def test_a_product_without_category_has_no_words(folder: Path):
    (item,) = load(folder)[2].items
    assert (item.category, item.category_english) == ("", "")


def test_the_original_names_are_taken_too_plain_or_packed(folder: Path, tmp_path_factory: pytest.TempPathFactory):
    other = tmp_path_factory.mktemp("original")
    for name, text in FILES.items():
        original = other / f"{name.replace('_sample', '_dataset')}"
        if "sample" in name:
            original.write_text(text, encoding="utf-8")
        else:
            original.with_suffix(".csv.gz").write_bytes(gzip.compress(text.encode()))
    assert load(other) == load(folder)


@pytest.mark.parametrize(
    ("text", "minor"),
    [("59.00", 5900), ("59", 5900), ("59.5", 5950), ("0.01", 1), ("90071992547409.93", 9007199254740993)],
)
def test_amounts_become_minor_units_exactly(folder: Path, text: str, minor: int):
    change(folder, file=ITEMS, old="59.00", new=text)
    assert load(folder)[2].items[0].price == minor


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            ITEMS,
            "59.00",
            "59,00",
            "olist_order_items_sample.csv, line 4: it has 8 fields where the header names 7. ",
        ),
        (ITEMS, "59.00", "5e1", "olist_order_items_sample.csv, line 4: price: “5e1” is "),
        (ITEMS, "59.00", "59.001", "line 4: price: “59.001” has "),
        (ITEMS, "59.00", "-59.00", "line 4: price is “-59.00”, below zero. "),
        (ITEMS, "59.00", "", "line 4: price: “” is "),
        (ITEMS, ",2,", ",0,", "line 2: order_item_id is “0”, which is not a whole number from 1 on. "),
        (ITEMS, ",2,", ",two,", "line 2: order_item_id is “two”, which is not a whole number from 1 on. "),
        (ITEMS, ",2,", ",1,", "line 3: item 1 of its order stands here a second time. "),
        (ITEMS, f"{DELIVERED},1", "0bad,1", "line 4: order 0bad is not among the orders. "),
        (ITEMS, "85d4c1a46f08f730de651ea6f6645313", "0bad", "line 4: product_id 0bad is in no other file. "),
        (ITEMS, "3d871de0142ce09b7081e2b9d1733cb1", "0bad", "line 4: seller_id 0bad is in no other file. "),
        (PAYMENTS, ",2,voucher", ",1,voucher", "line 4: payment 1 of its order stands here a second time. "),
        (PAYMENTS, f"{CANCELED},1", "0bad,1", "line 7: order 0bad is not among the orders. "),
        (
            PAYMENTS,
            "card,5",
            "cheque,5",
            (
                "line 6: payment_type is “credit_cheque”, which is none of credit_card, debit_card, boleto, voucher, "
                "not_defined. "
            ),
        ),
        (ORDERS, CANCELED, SHORT, f"line 4: order {SHORT} stands here a second time. "),
        (ORDERS, CANCELED, "", "line 4: order_id is empty. "),
        (ORDERS, "8fa9f17f7cc7af41d068b9b3f8df51e8", "0bad", "line 4: customer_id 0bad is in no other file. "),
        (
            ORDERS,
            "canceled",
            "lost",
            (
                "line 4: order_status is “lost”, which is none of created, approved, invoiced, processing, shipped, "
                "delivered, unavailable, canceled. "
            ),
        ),
        (ORDERS, "2017-12-06 19:29:14", "", "line 4: order_purchase_timestamp is “”, which is not a time such as "),
        (ORDERS, "2018-01-24 23:37:20", "2018-02-30 23:37:20", "line 2: order_approved_at is “2018-02-30 23:37:20”"),
        (ORDERS, "2018-01-24 23:37:20", "24/01/2018 23:37", "line 2: order_approved_at is “24/01/2018 23:37”"),
        (
            ORDERS,
            "order_status",
            "state",
            "olist_orders_sample.csv lacks the column order_status. It has order_id, customer_id, state, ",
        ),
        (ORDERS, f"{CANCELED},", f'"{CANCELED},', "olist_orders_sample.csv, line 4: not CSV (unexpected end of data)."),
    ],
)
def test_a_wrong_line_is_named_with_file_and_line(folder: Path, file: str, old: str, new: str, sentence: str):
    change(folder, file=file, old=old, new=new)
    said = refusal(folder)
    assert said.startswith(file)
    assert sentence in said


def test_a_folder_that_is_missing_or_is_none(tmp_path: Path):
    absent = tmp_path / "absent"
    remedy = "Name the folder that holds the Olist CSV files."
    assert refusal(absent) == f"{absent} does not exist. {remedy}"
    absent.write_text("")
    assert refusal(absent) == f"{absent} is not a folder. {remedy}"


def test_a_missing_file_is_named_with_every_name_that_would_do(folder: Path):
    (folder / f"{PAYMENTS}.gz").unlink()
    assert refusal(folder) == (
        f"{folder} has no olist_order_payments_dataset.csv. Put it there; the import takes any one of "
        "olist_order_payments_dataset.csv, olist_order_payments_dataset.csv.gz, "
        "olist_order_payments_sample.csv, olist_order_payments_sample.csv.gz."
    )


def test_the_same_table_twice_is_not_guessed_at(folder: Path):
    (folder / ORDERS).write_text(FILES[ORDERS])
    assert refusal(folder) == (
        f"{folder} holds the same table more than once: olist_orders_sample.csv and olist_orders_sample.csv.gz. "
        "Leave only one there."
    )


def test_a_file_that_is_not_gzip_damaged_or_cut_off(folder: Path):
    packed = folder / f"{ORDERS}.gz"
    whole = packed.read_bytes()
    again = "Fetch the file again, then run the import again."
    packed.write_text(FILES[ORDERS])
    assert refusal(folder) == f"olist_orders_sample.csv.gz is not gzip, or is damaged. {again}"
    packed.write_bytes(whole[:60] + bytes(60) + whole[120:])
    assert refusal(folder) == f"olist_orders_sample.csv.gz is not gzip, or is damaged. {again}"
    packed.write_bytes(whole[:-20])
    assert refusal(folder) == f"olist_orders_sample.csv.gz ends in the middle: it was cut off. {again}"


def test_a_packed_file_under_a_plain_name(folder: Path):
    (folder / f"{ORDERS}.gz").rename(folder / ORDERS)
    assert refusal(folder) == (
        "olist_orders_sample.csv is not text in UTF-8. "
        "Save it as CSV in UTF-8, or with .gz at the end of its name if it is packed."
    )


def test_an_empty_file_and_one_that_can_not_be_read(folder: Path):
    (folder / f"{ORDERS}.gz").write_bytes(gzip.compress(b""))
    assert "olist_orders_sample.csv.gz lacks the column order_id, " in refusal(folder)
    (folder / f"{ORDERS}.gz").unlink()
    (folder / ORDERS).mkdir()
    assert refusal(folder) == (
        "olist_orders_sample.csv can not be read: Is a directory. Check the file and its permissions."
    )


def test_blank_lines_are_no_rows(folder: Path):
    change(folder, file=ITEMS, old=f"{DELIVERED},1", new=f"\n{DELIVERED},1")
    assert len(load(folder)[2].items) == 1
