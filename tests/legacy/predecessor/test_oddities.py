"""What could not be read of an order is named where people look, and counted at the end of an import."""

from collections import Counter

from tests.legacy.predecessor.orders import AROUND, GOOD, but

from orderway.legacy.predecessor.closing import lines
from orderway.legacy.predecessor.facts import Oddity
from orderway.legacy.predecessor.judge import judge
from orderway.legacy.predecessor.oddities import kind_of, named
from orderway.legacy.predecessor.readback import Found

UNKNOWN = Oddity(where='"SaleOrder" o1', sentence='"status" is of no known kind: ON_HOLD: later.')
LOST = [
    Oddity(where=f'"User" u{number}', sentence=f'"roleId" points to no row of "Role": {number}.')
    for number in range(23)
]
CONTROL = Oddity(where='"User" u1', sentence="“\x1b[31mred\nline” was left out: This is no telephone number.")


def test_what_can_not_be_read_of_an_order_is_a_doubt_and_makes_it_less_sure():
    verdict = judge(but(GOOD, oddities=(UNKNOWN, *LOST[:6])), AROUND)
    assert [(each.kind, each.sentence) for each in verdict.review] == [
        (
            "ROWS",
            'In the row "SaleOrder" o1: "status" is of no known kind: ON_HOLD: later. '
            + "".join(f'In the row "User" u{n}: "roleId" points to no row of "Role": {n}. ' for n in range(4))
            + "And 2 more like this.",
        )
    ]
    assert verdict.odd == {
        '"SaleOrder": "status" is of no known kind.': 1, '"User": "roleId" points to no row of "Role".': 6,
    }  # fmt: skip
    assert (judge(GOOD, AROUND).confidence, verdict.confidence) == (0.9, 0.2)
    assert judge(GOOD, AROUND).review == ()


def test_many_of_one_kind_are_told_once_and_counted():
    owing = [
        Oddity(where=f'"ResellerProfile" r{n}', sentence=f"They owe NGN {n}.50, and may owe NGN 0.00.")
        for n in range(30)
    ]
    told = list(named([*LOST, *owing]))
    assert told[:2] == [
        '"User" u0: "roleId" points to no row of "Role": 0.', '"User" u1: "roleId" points to no row of "Role": 1.',
    ]  # fmt: skip
    assert told[20] == '… and 3 more like this: "User": "roleId" points to no row of "Role".'
    assert len(told) == 21 + 30
    assert kind_of(CONTROL) == '"User": … was left out: This is no telephone number.'


def test_the_end_of_an_import_counts_what_can_not_be_read_and_commands_no_terminal():
    verdicts = [judge(but(GOOD, id=f"o{n}", oddities=(UNKNOWN,)), AROUND) for n in range(3)]
    found = Found(verdicts=verdicts, came=Counter(IN=3), asked={"ROWS": 3}, here={}, riders_paid=0)
    told = list(lines(found, [CONTROL]))
    assert told[told.index("What of their rows can not be read as it should") + 1] == (
        '         3  "SaleOrder": "status" is of no known kind.'
    )
    assert told[-1] == '  "User" u1: “ [31mred line” was left out: This is no telephone number.'
