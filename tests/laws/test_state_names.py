"""What asks for a state by its name asks for one that there is, and for what became of it in a later version too."""

from collections.abc import Iterator

import asyncpg
import pytest
from tests.versions.two import ONE_TO_TWO

from orderway.machines import MIGRATIONS
from orderway.state_names import Passage, left_behind, of_code, of_sql, passages, unknown

IN_THE_DATABASE = """
SELECT 'function ' || proname AS place, prosrc AS text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
"""
ANY = "fulfillment or override_request or payment or quotation or rider_interest or sale"


def faults(among: list[Passage]) -> list[str]:
    return [*unknown(among), *(str(each) for way in MIGRATIONS for each in left_behind(way, among))]


def test_the_product_names_states_that_there_are_by_all_their_names():
    assert faults([*passages()]) == [], "Name both while something runs by the older version (docs/operations/versions)"
    found = {(each.file, name) for each in passages() for _, name in each.beside()}
    assert {
        ("orderway/coordinator.py", "CLEARED_FOR_FULFILLMENT"),
        ("orderway/fulfillment/rows.py", "AWAITING_RIDER_SELECTION"),
        ("orderway/sale/money_laws.py", "CANCELLED"),
        ("orderway/legacy/views/4_money_and_goods.sql", "PENDING"),
    } < found


async def test_the_database_does_too(pool: asyncpg.Pool):
    rows = await pool.fetch(IN_THE_DATABASE)
    among = [Passage(row["place"], 1, row["text"], row["text"]) for row in rows]
    assert faults(among) == []
    found = {each.file for each in among if "CANCELLED" in {name for _, name in each.beside()}}
    assert {"trigger fulfillment_pin_forgotten", "function orderway_order_stays", "index sale_standing_idx"} < found


def sql(text: str) -> Iterator[Passage]:
    return of_sql("a.sql", text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT FROM sale s\nWHERE s.state = 'SHIPPED'", ["a.sql:2 names SHIPPED, which is no state of sale"]),
        ("SELECT FROM sale s JOIN fulfillment f ON true WHERE f.state = 'SHIPPED'", []),
        ("UPDATE sale SET step = 1 WHERE state IN ('COMPLETED', 'DONE')",
         ["a.sql:1 names DONE, which is no state of sale"]),
        ("SELECT CASE s.state WHEN 'PAID' THEN 1 WHEN 'OPEN' THEN 2 END FROM sale s JOIN payment p ON true",
         ["a.sql:1 names PAID, which is no state of sale", "a.sql:1 names OPEN, which is no state of sale"]),
        ("SELECT CASE kind WHEN 'PAID' THEN 1 END, state FROM sale", []),
        ("WHEN (new.state = ANY (ARRAY['CANCELLED'::text, 'GONE'::text]))",
         [f"a.sql:1 names GONE, which is no state of {ANY}"]),
        ("SELECT FROM sale WHERE status = 'PAID' AND event = 'PAY'", []),
    ],
)  # fmt: skip
def test_a_name_beside_a_column_of_states_is_that_of_a_state(text: str, found: list[str]):
    assert list(unknown(sql(text))) == found


def of_two(among: Iterator[Passage]) -> list[str]:
    return [str(each) for each in left_behind(ONE_TO_TWO, among)]


def test_what_names_a_state_of_the_first_version_names_what_became_of_it():
    assert of_two(sql("SELECT 1;\nSELECT FROM sale WHERE state = 'PAYMENT_FAILED'")) == [
        "a.sql:2 names PAYMENT_FAILED, and not PAYMENT_BROKEN"
    ]
    assert of_two(sql("SELECT FROM sale WHERE state IN ('AWAITING_PAYMENT_METHOD', 'CHOOSING')")) == [
        "a.sql:1 names AWAITING_PAYMENT_METHOD, and not CHOOSING_WITH_HELP"
    ]
    assert of_two(sql("SELECT FROM sale WHERE state IN ('PAYMENT_FAILED', 'PAYMENT_BROKEN')")) == []
    assert of_two(sql("SELECT FROM sale s JOIN payment p ON true WHERE p.state = 'PAYMENT_FAILED'")) == []
    assert of_two(sql("SELECT FROM sale WHERE state = 'AWAITING_SETTLEMENT'")) == [], "that one stays"
    assert of_two(sql("SELECT FROM sale WHERE state = 'PAYMENT_FAILED' -- sale@1")) == []
    code = 'OPEN = (\n    "PAYMENT_INITIATED",\n    "PAYMENT_FAILED",\n)\nTOO = f"{1} state = \'PAYMENT_FAILED\'"\n'
    assert of_two(of_code("a.py", code)) == [
        "a.py:3 names PAYMENT_FAILED, and not PAYMENT_BROKEN",
        "a.py:5 names PAYMENT_FAILED, and not PAYMENT_BROKEN",
    ]
    assert of_two(of_code("a.py", "def f(s):\n    return s == 'PAYMENT_FAILED'  # sale@1\n")) == []


def test_the_lists_of_orders_and_of_money_would_be_found():
    found = {(each.where.partition(":")[0], each.state) for each in left_behind(ONE_TO_TWO, passages())}
    assert {
        ("orderway/order/leading.py", "PAYMENT_FAILED"),
        ("orderway/ui/payments/recording.py", "AWAITING_PAYMENT_METHOD"),
        ("orderway/legacy/views/0_words.sql", "PAYMENT_FAILED"),
    } < found
