"""When something is done again and again: the five fields of cron, in UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Minute, hour, day of the month, month, day of the week (0 and 7 are Sunday), as in crontab(5).
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
LONGEST_WAIT = timedelta(days=8 * 366)  # 29 February is never further away


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron expression such as `*/10 * * * *`: numbers, lists, ranges and steps; no names of days or months."""

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @classmethod
    def read(cls, text: str) -> "Schedule":
        """Read an expression. Raises ValueError with what is wrong, also when it names no day that exists."""
        parts = text.split()
        if len(parts) != len(RANGES):
            raise ValueError(f"has {len(parts)} fields, not five (minute, hour, day, month, weekday)")
        fields = [_field(part, low=low, high=high) for part, (low, high) in zip(parts, RANGES, strict=True)]
        weekdays = frozenset(day % 7 for day in fields[4])
        schedule = cls(text, fields[0], fields[1], fields[2], fields[3], weekdays)
        schedule.after(datetime(2000, 1, 1, tzinfo=UTC))
        return schedule

    def __str__(self) -> str:
        return self.text

    def after(self, moment: datetime) -> datetime:
        """Return the first time after `moment` (aware) that the schedule names, in UTC, at the full minute."""
        at = moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        end = at + LONGEST_WAIT
        while at < end:
            if at.month not in self.months or not self._on(at):
                at = at.replace(hour=0, minute=0) + timedelta(days=1)
            elif at.hour not in self.hours:
                at = at.replace(minute=0) + timedelta(hours=1)
            elif at.minute not in self.minutes:
                at += timedelta(minutes=1)
            else:
                return at
        raise ValueError("names no day that ever comes")

    def until(self, moment: datetime) -> datetime:
        """Return the last time up to `moment` (aware), that moment itself among them, that the schedule names."""
        at = moment.astimezone(UTC).replace(second=0, microsecond=0)
        end = at - LONGEST_WAIT
        while at > end:
            if at.month not in self.months or not self._on(at):
                at = at.replace(hour=0, minute=0) - timedelta(minutes=1)
            elif at.hour not in self.hours:
                at = at.replace(minute=0) - timedelta(minutes=1)
            elif at.minute not in self.minutes:
                at -= timedelta(minutes=1)
            else:
                return at
        raise ValueError("names no day that ever came")

    def _on(self, at: datetime) -> bool:
        day, weekday = at.day in self.days, at.isoweekday() % 7 in self.weekdays
        fields = self.text.split()
        # cron's own rule: when both kinds of day are limited, either will do.
        return day or weekday if fields[2][0] != "*" and fields[4][0] != "*" else day and weekday


def _field(part: str, *, low: int, high: int) -> frozenset[int]:
    values: set[int] = set()
    for piece in part.split(","):
        span, slash, step = piece.partition("/")
        first, dash, last = ("", "", "") if span == "*" else span.partition("-")
        numbers = [text for text in (first, last) if text] + ([step] if slash else [])
        if (span != "*" and not first) or (dash and not last) or not all(_whole(text) for text in numbers):
            raise ValueError(f"has '{piece}' where a number, a range, a list or * may stand")
        begin = int(first) if first else low
        end = int(last) if last else (high if span == "*" or slash else begin)
        every = int(step) if slash else 1
        if not low <= begin <= end <= high or every < 1:
            raise ValueError(f"has '{piece}' outside of {low} to {high}")
        values.update(range(begin, end + 1, every))
    return frozenset(values)


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit()
