"""The report on the predecessor's orders: a line of JSON each, sums by flag, status and state, and a comparison."""

import gzip
import json
from pathlib import Path

import pytest
from tests.legacy.predecessor.orders import AROUND, GOOD, but, paid

from orderway.legacy.ends import Ends
from orderway.legacy.predecessor.catalog import LegacyInvalid
from orderway.legacy.predecessor.judge import judge
from orderway.legacy.predecessor.report import (
    EXPECTED,
    beside,
    compare,
    find_expected,
    in_words,
    sum_up,
    write_lines,
)

PART = judge(but(paid((4000, "CONFIRMED")), id="o2"), AROUND)
VERDICTS = [judge(GOOD, AROUND), PART]


def expect(folder: Path, *lines: dict[str, object]) -> None:
    (folder / EXPECTED).write_bytes(gzip.compress("\n".join(json.dumps(line) for line in lines).encode()))


def test_each_order_has_a_line(tmp_path: Path):
    write_lines(VERDICTS, tmp_path / "report.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert lines[1] == {
        "order_id": "o2", "status": "FULFILLED", "total_minor": 10000, "captured_minor": 4000,
        "outstanding_minor": 6000, "overpaid_minor": 0, "state": "AWAITING_SETTLEMENT",
        "fulfillment_state": "COMPLETED", "decided_by": "evidence", "confidence": 0.5, "clearance": "GONE",
        "why": "Its goods have left; no payment, credit or override had cleared it.",
        "flags": ["partly_paid", "wf_null"],
        "review": ["LEFT_UNPAID: Its goods have left with NGN\u00a060.00 unpaid, and nothing had cleared it."],
    }  # fmt: skip


def test_sums_are_told_in_total_and_by_flag_status_and_state():
    lines = [" ".join(line.split()) for line in in_words(sum_up(VERDICTS))]
    assert lines == [
        "Minor units orders total captured outstanding overpaid",
        "All 2 20,000 14,000 6,000 0",
        "By flag",
        "partly_paid 1 10,000 4,000 6,000 0",
        "wf_null 2 20,000 14,000 6,000 0",
        "By status",
        "FULFILLED 2 20,000 14,000 6,000 0",
        "By state",
        "Delivered, balance due 1 10,000 4,000 6,000 0",
        "Completed 1 10,000 10,000 0 0",
    ]


def test_what_differs_from_what_is_expected_is_said(tmp_path: Path):
    assert find_expected(tmp_path) is None
    money = {"total_minor": 10000, "captured_minor": 10000, "outstanding_minor": 0, "overpaid_minor": 0}
    expect(
        tmp_path, money | {"order_id": "o1", "flags": ["wf_null"]}, money | {"order_id": "o2", "flags": ["overpaid"]}
    )
    verdicts = [VERDICTS[0], but(PART, ends=Ends(quotation="MUTUALLY_APPROVED", sale="COMPLETED"), clearance=None)]
    lines = [" ".join(line.split()) for line in beside(compare(verdicts, find_expected(tmp_path) or ()))]
    assert lines == [
        "Beside expected.jsonl.gz ours expected",
        "Orders 2 2 agrees",
        "Money, of each order 1 2 DIFFERS",
        "Flags, of each order 1 2 DIFFERS",
        "total 20,000 20,000 agrees",
        "captured 14,000 20,000 DIFFERS",
        "outstanding 6,000 0 DIFFERS",
        "overpaid 0 0 agrees",
        "Cleared without a reason 1 0 DIFFERS",
        "overpaid 0 1 DIFFERS",
        "partly_paid 1 0 DIFFERS",
        "wf_null 2 1 DIFFERS",
        "3 of 11 lines agree.",
    ]


def test_a_file_that_can_not_be_read_or_written_is_named(tmp_path: Path):
    (tmp_path / EXPECTED).write_bytes(gzip.compress(b'{"order_id": 1}'))
    with pytest.raises(LegacyInvalid, match=r"expected\.jsonl\.gz can not be read"):
        find_expected(tmp_path)
    with pytest.raises(LegacyInvalid, match="can not be written"):
        write_lines(VERDICTS, tmp_path / "no" / "report.jsonl")
