from datetime import UTC, datetime, timedelta

import pytest

from orderway.quotation.machine import QUOTATION
from orderway.ui.words import Shown, Told, age, ago, day, duration, money, shown

NOW = datetime(2026, 3, 11, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=26, seconds=40), "26 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=3, minutes=5), "3 h 5 min"),
        (timedelta(days=1, hours=4, minutes=50), "1 d 4 h"),
        (timedelta(days=2, minutes=50), "2 d"),
        (timedelta(days=41, hours=4), "41 d"),
    ],
)
def test_a_duration_is_its_two_largest_units(span: timedelta, words: str):
    assert duration(span) == words


def test_times_are_relative_under_24_hours_and_always_exact_underneath():
    assert ago(NOW - timedelta(hours=23, minutes=59), NOW) == Told(
        "23 h 59 min ago", "10 March 2026, 12:31:00 UTC", "2026-03-10T12:31:00Z"
    )
    assert ago(NOW - timedelta(hours=24), NOW).text == "10 Mar, 12:30"
    assert ago(NOW - timedelta(seconds=5), NOW).text == "just now"
    assert ago(datetime(2025, 12, 31, 8, tzinfo=UTC), NOW).text == "31 Dec 2025, 08:00"


def test_a_time_to_come_is_never_said_to_be_past():
    assert ago(NOW + timedelta(hours=1), NOW).text == "11 Mar, 13:30"


def test_an_age_and_a_day_are_short():
    assert age(NOW - timedelta(minutes=26), NOW).text == "26 min"
    assert day(datetime(2026, 3, 1, 23, tzinfo=UTC), NOW).text == "1 Mar"


def test_money_has_its_code_and_separators():
    assert money(128_450_000, "NGN") == "NGN\N{NO-BREAK SPACE}1,284,500.00"


def test_a_state_is_said_in_the_words_of_its_machine():
    assert shown(QUOTATION, "APPROVED_BY_BUYER") == Shown("Accepted by buyer", "waiting")
