"""A minute's worth at once, then as many as come in evenly; one caller takes nothing from another."""

from __future__ import annotations

import pytest

from orderway import rates
from orderway.rates import Rates, TooOften


class Clock:
    """Seconds that pass when they are told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def passed(door: Rates, whose: str, *, tries: int, a_minute: int) -> int:
    """How many of so many tries get through."""
    count = 0
    for _ in range(tries):
        try:
            door.take(whose, a_minute=a_minute)
        except TooOften:
            continue
        count += 1
    return count


def test_a_minutes_worth_passes_at_once_and_no_more():
    assert passed(Rates(Clock()), "a", tries=100, a_minute=60) == 60


def test_what_was_taken_comes_back_evenly_and_never_beyond_a_minutes_worth():
    clock = Clock()
    door = Rates(clock)
    assert passed(door, "a", tries=100, a_minute=60) == 60
    clock.now += 10
    assert passed(door, "a", tries=100, a_minute=60) == 10
    clock.now += 3600
    assert passed(door, "a", tries=100, a_minute=60) == 60


def test_whoever_asks_on_and_on_waits_no_longer_for_it():
    clock = Clock()
    door = Rates(clock)
    passed(door, "a", tries=10_000, a_minute=60)
    clock.now += 1
    assert passed(door, "a", tries=1, a_minute=60) == 1


def test_one_caller_takes_nothing_from_another():
    door = Rates(Clock())
    passed(door, "a", tries=100, a_minute=60)
    assert passed(door, "b", tries=100, a_minute=60) == 60


def test_it_is_said_how_long_to_wait():
    door = Rates(Clock())
    passed(door, "a", tries=3, a_minute=3)
    with pytest.raises(TooOften) as no:
        door.take("a", a_minute=3)
    assert no.value.seconds == 20
    assert str(no.value) == "There were too many requests within a minute. Send the next in 20 seconds."
    assert str(TooOften(1)) == "There were too many requests within a minute. Send the next in 1 second."


def test_nought_lets_everything_pass():
    assert passed(Rates(Clock()), "a", tries=5_000, a_minute=0) == 5_000


def test_a_setting_that_is_lowered_holds_at_once():
    door = Rates(Clock())
    door.take("a", a_minute=1000)
    assert passed(door, "a", tries=100, a_minute=10) == 10


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rates, "KEPT", 3)
    door = Rates(Clock())
    for whose in "abcad":
        door.take(whose, a_minute=60)
    assert list(door.buckets) == ["c", "a", "d"]
