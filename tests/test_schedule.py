from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderway.schedule import Schedule


@pytest.mark.parametrize(
    ("text", "moment", "then"),
    [
        ("0 * * * *", "2026-01-01T10:00", "2026-01-01T11:00"),
        ("0 * * * *", "2026-12-31T23:59", "2027-01-01T00:00"),
        ("*/10 * * * *", "2026-01-01T10:01", "2026-01-01T10:10"),
        ("5/20 * * * *", "2026-01-01T10:26", "2026-01-01T10:45"),
        ("15,45 8-17 * * 1-5", "2026-01-02T17:45", "2026-01-05T08:15"),  # from a Friday to the Monday
        ("0 0 29 2 *", "2026-01-01T00:00", "2028-02-29T00:00"),
        ("0 0 31 * *", "2026-01-31T00:00", "2026-03-31T00:00"),
        ("0 0 * * 0", "2026-01-01T00:00", "2026-01-04T00:00"),
        ("0 0 * * 7", "2026-01-01T00:00", "2026-01-04T00:00"),
        ("0 0 13 * 5", "2026-01-03T00:00", "2026-01-09T00:00"),  # both kinds of day: either will do
        ("0 0 */2 * 5", "2026-01-02T00:00", "2026-01-09T00:00"),  # a step over all days does not limit
    ],
)
def test_the_next_time_of_a_schedule(text: str, moment: str, then: str):
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert Schedule.read(text).after(at) == datetime.fromisoformat(then).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment", "last"),
    [
        ("0 * * * *", "2026-01-01T10:00", "2026-01-01T10:00"),
        ("0 * * * *", "2026-01-01T10:59:59.999999", "2026-01-01T10:00"),
        ("0 * * * *", "2027-01-01T00:00:00", "2027-01-01T00:00"),
        ("30 * * * *", "2027-01-01T00:29:59", "2026-12-31T23:30"),
        ("*/10 * * * *", "2026-01-01T10:01", "2026-01-01T10:00"),
        ("15,45 8-17 * * 1-5", "2026-01-05T08:14", "2026-01-02T17:45"),  # a Monday, back to the Friday
        ("0 0 29 2 *", "2028-02-28T23:59", "2024-02-29T00:00"),
        ("0 0 31 * *", "2026-03-30T12:00", "2026-01-31T00:00"),
        ("0 0 13 * 5", "2026-01-12T00:00", "2026-01-09T00:00"),  # both kinds of day: either will do
    ],
)
def test_the_last_time_of_a_schedule(text: str, moment: str, last: str):
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert Schedule.read(text).until(at) == datetime.fromisoformat(last).replace(tzinfo=UTC)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  (made aware)
@pytest.mark.parametrize("text", ["*/7 * * * *", "5 3 * * 1", "0 0 1,15 * 5", "59 23 31 12 *"])
def test_none_of_its_times_lies_between_the_last_one_and_the_next(text: str, moment: datetime):
    schedule = Schedule.read(text)
    last, following = schedule.until(moment), schedule.after(moment)
    assert last <= moment < following
    assert schedule.after(last) == following
    assert schedule.until(following) == following


def test_a_schedule_is_in_utc_wherever_the_moment_was_told():
    lagos = timezone(timedelta(hours=1))
    assert Schedule.read("0 12 * * *").after(datetime(2026, 1, 1, 12, 30, tzinfo=lagos)) == datetime(
        2026, 1, 1, 12, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("* * * *", "has 4 fields, not five (minute, hour, day, month, weekday)"),
        ("60 * * * *", "has '60' outside of 0 to 59"),
        ("* * 0 * *", "has '0' outside of 1 to 31"),
        ("30-10 * * * *", "has '30-10' outside of 0 to 59"),
        ("*/0 * * * *", "has '*/0' outside of 0 to 59"),
        ("*/ * * * *", "has '*/' where a number, a range, a list or * may stand"),
        ("1- * * * *", "has '1-' where a number, a range, a list or * may stand"),
        ("1,,2 * * * *", "has '' where a number, a range, a list or * may stand"),
        ("* * * jan *", "has 'jan' where a number, a range, a list or * may stand"),
        ("0 0 30 2 *", "names no day that ever comes"),
    ],
)
def test_what_is_no_schedule_says_why(text: str, why: str):
    with pytest.raises(ValueError, match=r"^(has|names) ") as refused:
        Schedule.read(text)
    assert str(refused.value) == why
