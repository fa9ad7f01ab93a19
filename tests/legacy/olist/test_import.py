"""The import of a small folder, end to end: files, the door, the database, and the report."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.legacy.olist.imported import ask, ends, everything
from tests.legacy.olist.orders import but
from tests.legacy.olist.small import KINDS, write

from orderway import cli

Run = Callable[..., tuple[int, str, str]]
AGREED, DONE = "MUTUALLY_APPROVED", ("MUTUALLY_APPROVED", "COMPLETED", "COMPLETED")
CLEARED = "CLEARED_FOR_FULFILLMENT"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str) -> Run:
    """Run the command line on a fresh database: the exit code, standard output and standard error."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def orderway(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["orderway", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, told.out, told.err

    return orderway


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, KINDS)


def test_every_kind_of_order_ends_where_its_facts_put_it(run: Run, folder: Path, database_url: str):
    code, out, err = run("import", "olist", str(folder))
    assert (code, err) == (0, "")
    assert "Brought over 21 orders in " in out
    assert ends(database_url) == {
        "good": DONE,
        "two-payments": DONE,
        "two-ways": DONE,
        "three-lines": DONE,
        "short": (AGREED, "AWAITING_SETTLEMENT", "COMPLETED"),
        "unpaid": (AGREED, "AWAITING_SETTLEMENT", "COMPLETED"),
        "over": DONE,
        "zero-payment": DONE,
        "shipped": (AGREED, CLEARED, "SHIPPED"),
        "shipped-before-approval": DONE,
        "no-approval": DONE,
        "invoiced": (AGREED, CLEARED, "PICK_PACK"),
        "created": (AGREED, "PAYMENT_INITIATED", None),
        "canceled-paid": (AGREED, "CANCELLED", "CANCELLED"),
        "canceled-unpaid": (AGREED, "CANCELLED", None),
        "canceled-on-its-way": (AGREED, "CANCELLED", "FAILED"),
        "unavailable": (AGREED, CLEARED, "BACKORDERED"),
        "empty": ("CANCELLED", None, None),
        "empty-paid": ("CANCELLED", None, None),
        "empty-open": ("DRAFT", None, None),
        "of-another": DONE,
    }


def test_the_log_tells_who_did_what_at_the_time_of_the_fact(run: Run, folder: Path, database_url: str):
    run("import", "olist", str(folder))
    moves = "SELECT l.event, l.actor, to_char(l.at, 'MM-DD HH24:MI'), l.to_state FROM outbox b JOIN transition_log l"
    short = ask(
        database_url,
        f"{moves} USING (store_id, instance_id, step) JOIN sale_order o ON o.id = l.order_id"
        " WHERE o.source_ref = 'short' AND split_part(b.type, '.', 3) = lower(l.event) ORDER BY b.number",
    )
    importer, source = "import:olist", "source:olist"
    assert short == [
        ("BORN", importer, "03-01 10:00", "DRAFT"),
        ("SHARE", importer, "03-01 10:00", "IN_REVIEW"),
        ("BUYER_APPROVES", importer, "03-01 10:00", "APPROVED_BY_BUYER"),
        ("SELLER_APPROVES", importer, "03-01 10:00", "MUTUALLY_APPROVED"),
        ("BORN", importer, "03-01 10:00", "AWAITING_PAYMENT_METHOD"),
        ("SET_PAYMENT_METHOD", importer, "03-01 10:00", "PAYMENT_INITIATED"),
        ("BORN", importer, "03-01 10:00", "PENDING"),
        ("CONFIRM", importer, "03-01 10:30", "CONFIRMED"),
        ("PAYMENT_CAPTURED", importer, "03-01 10:30", "PAYMENT_PENDING_CONFIRMATION"),
        ("ADMIN_OVERRIDE_REQUESTED", importer, "03-03 08:00", "OVERRIDE_REVIEW"),
        ("BORN", importer, "03-03 08:00", "PENDING"),
        ("APPROVE", source, "03-03 08:00", "APPROVED"),
        ("ADMIN_OVERRIDE_GRANTED", source, "03-03 08:00", "OVERRIDE_REVIEW"),
        ("BORN", source, "03-03 08:00", "PENDING"),
        ("APPROVE", source, "03-03 08:00", "APPROVED"),
        ("CREDIT_OVERRIDE_GRANTED", source, "03-03 08:00", CLEARED),
        ("BORN", source, "03-03 08:00", "ALLOCATING_STOCK"),
        ("RESERVE_OK", source, "03-03 08:00", "PICK_PACK"),
        ("FULFILLMENT_STARTED", importer, "03-03 08:00", "AWAITING_RIDER_SELECTION"),
        ("CARRIER_SELECTED", importer, "03-03 08:00", "READY_FOR_SHIPMENT"),
        ("PACKAGE_SHIPPED", importer, "03-03 08:00", "SHIPPED"),
        ("PACKAGE_DELIVERED", importer, "03-09 16:00", "DELIVERED"),
        ("COMPLETE", "system", "03-23 16:00", "COMPLETED"),
        ("FULFILLMENT_COMPLETED", "system", "03-23 16:00", "AWAITING_SETTLEMENT"),
    ]
    reasons = ask(
        database_url,
        "SELECT l.reason FROM transition_log l JOIN sale_order o ON o.id = l.order_id"
        " WHERE o.source_ref = 'short' AND event IN ('ADMIN_OVERRIDE_REQUESTED', 'CARRIER_SELECTED') ORDER BY event",
    )
    assert reasons == [
        ("Olist order short was handed to the carrier on 2018-03-03 with BRL\xa01.00 unpaid.",),
        ("Inferred: the data names no time of packing; the carrier took the goods now.",),
    ]
    behalf = "SELECT c.name FROM transition_log l JOIN customer c ON 'customer:' || c.id = l.on_behalf_of"
    assert set(ask(database_url, behalf)) == {("Customer c1, Campinas, SP",), ("Customer c2",)}


def test_what_an_order_stands_on_is_written_once(run: Run, folder: Path, database_url: str):
    run("import", "olist", str(folder))
    assert ask(database_url, "SELECT name, code, currency FROM store") == [("Olist marketplace", "OLIST", "BRL")]
    assert ask(database_url, "SELECT name, kind, source_ref FROM customer ORDER BY source_ref") == [
        ("Customer c1, Campinas, SP", "CONSUMER", "c1"), ("Customer c2", "CONSUMER", "c2"),
    ]  # fmt: skip
    assert ask(database_url, "SELECT p.name, v.sku, v.price FROM product p JOIN variant v ON v.product_id = p.id"
               " ORDER BY v.sku") == [
        ("Health beauty, 1e9e8ef0", "OLIST-1e9e8ef04dbcff4541ed26657ea517e5", 9000),
        ("Health beauty, aaaa8ef0", "OLIST-aaaa8ef04dbcff4541ed26657ea517e5", 9000),
        ("Health beauty, bbbb8ef0", "OLIST-bbbb8ef04dbcff4541ed26657ea517e5", 9000),
    ]  # fmt: skip
    lines = "SELECT position, description, unit_price, freight, l.total FROM order_line l JOIN sale_order o"
    assert ask(database_url, f"{lines} ON o.id = l.order_id WHERE source_ref = 'three-lines' ORDER BY position") == [
        (1, "Health beauty, 1e9e8ef0 (seller 3442f895, Campinas, SP)", 9000, 1000, 10000),
        (2, "Health beauty, 1e9e8ef0 (seller 3442f895, Campinas, SP)", 9000, 1000, 10000),
        (3, "Health beauty, aaaa8ef0 (seller 3442f895, Campinas, SP)", 9000, 1000, 10000),
    ]
    delivery = (
        "SELECT d.city, d.promised_at FROM sale_order o JOIN delivery_address d ON d.id = o.address_id"
        " WHERE o.source_ref = 'good'"
    )
    assert ask(database_url, delivery) == [("Campinas", datetime(2018, 3, 20, tzinfo=UTC))]


def test_the_report_says_where_the_money_is_and_what_was_found(run: Run, folder: Path):
    out = run("import", "olist", str(folder))[1].replace("\xa0", " ")
    assert "Read back: 21 orders with 20 items and 22 payments\n" in out
    assert "         9  delivered: quotation agreed; sale completed; fulfillment completed\n" in out
    money = out.partition("\nMoney\n")[2].partition("\n\n")[0]
    assert money.splitlines() == [
        "        BRL 2,100.00  recorded as payments, of which",
        "        BRL 1,700.00    captured by sales",
        "          BRL 100.00    unallocated: confirmed with no sale to take it, to be returned",
        "          BRL 300.00    waiting for its confirmation",
        "          BRL 200.00  refund due: captured by sales that are cancelled",
        "            BRL 1.00  credit due: captured over the total",
        "          BRL 201.00  balance due: still missing of sales that live",
    ]
    assert "         1  Handed over before the approval " in out
    assert "shipped-before-approval\n" in out
    assert "Totals (the folder holds no expected.json to compare them with)\n" in out
    # Times that are no facts are in no dwell time: neither the approval that was inferred, nor those that never came.
    assert [line.split()[-1] for line in out.splitlines() if ": orders  " in line] == ["16", "12", "11", "11"]
    assert "DIFFERS" not in out


def expect(folder: Path, **changed: object) -> None:
    """Put an expected.json into the folder: that of the one order without items."""
    nothing = dict.fromkeys(("n", "negative", "min", "p50", "p90", "p95", "p99", "max", "sum"), 0)
    spans = ("purchase_to_approved", "approved_to_carrier", "carrier_to_customer", "purchase_to_customer")
    expected = {
        "orders": 1,
        "status": {"canceled": 1},
        "per_month": {"2018-03": 1},
        "sums": {"no_items": 1, "payments_minor": 10000},
        "dwell_seconds": dict.fromkeys(spans, nothing),
        "late": 0,
    }
    (folder / "expected.json").write_text(json.dumps(expected | changed))


def test_totals_that_agree_end_well_and_others_do_not(run: Run, tmp_path: Path):
    write(tmp_path, [order for order in KINDS if order.id == "empty"])
    expect(tmp_path)
    code, out, _ = run("import", "olist", str(tmp_path))
    assert code == 0
    assert out.endswith("\n51 of 51 lines agree.\n")
    expect(tmp_path, late=3)
    code, out, _ = run("import", "olist", str(tmp_path))
    assert code == 1
    assert [line.split() for line in out.splitlines() if "DIFFERS" in line] == [
        ["Orders", "delivered", "late", "0", "3", "DIFFERS"]
    ]


def test_a_second_run_changes_nothing_and_says_so(run: Run, folder: Path, database_url: str):
    first = run("import", "olist", str(folder))
    before = everything(database_url)
    assert before["sale_order"][0] == 21
    second = run("import", "olist", str(folder))
    assert everything(database_url) == before
    assert second[0] == 0
    assert second[1].startswith("All 21 orders were in already; nothing was changed.\n")
    assert second[1].partition("Read back")[2] == first[1].partition("Read back")[2]


def test_more_orders_of_a_folder_come_to_those_that_are_in(run: Run, tmp_path: Path, database_url: str):
    run("import", "olist", str(write(tmp_path, KINDS[:5])))
    code, out, _ = run("import", "olist", str(write(tmp_path, KINDS)))
    assert code == 0
    assert "Brought over 16 orders in " in out
    assert len(ends(database_url)) == 21
    assert ask(database_url, "SELECT count(*) FROM customer") == [(2,)]


def test_an_order_that_can_not_be_brought_over_is_told_and_the_others_go_on(
    run: Run, tmp_path: Path, database_url: str
):
    lamp = [order for order in KINDS if order.id == "unavailable"]
    run("import", "olist", str(write(tmp_path, lamp)))
    # A lamp lies on the shelf after all, and nobody waits for it: the next order of one would not, as its facts say.
    ask(database_url, "UPDATE reservation SET status = 'RELEASED'")
    ask(database_url, "UPDATE stock SET quantity = 1")
    code, out, _ = run("import", "olist", str(write(tmp_path, [*KINDS, but(lamp[0], id="again")])))
    assert code == 1
    assert out.splitlines()[0] == (
        "! Order again was not brought over. It ended with its quotation agreed; sale cleared; fulfillment picking;"
        " its facts say quotation agreed; sale cleared; fulfillment waiting for stock."
    )
    assert "Brought over 20 orders in " in out
    assert "again" not in ends(database_url)
    assert ask(database_url, "SELECT count(*) FROM import_finding f LEFT JOIN sale_order o ON o.id = f.order_id"
               " WHERE o.id IS NULL") == [(0,)]  # fmt: skip


def test_verify_finds_nothing_after_an_import(run: Run, folder: Path):
    run("import", "olist", str(folder))
    code, out, err = run("verify")
    assert (code, err) == (0, "")
    assert out.endswith(" s: all of it holds.\n")
