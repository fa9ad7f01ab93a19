"""How times, durations, amounts and states are said to a person: in words, never as a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from babel.dates import format_date, format_skeleton

from orderway.languages import ENGLISH
from orderway.money import Money
from orderway.statechart import Chart
from orderway.ui.language import language, t, tr

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """A moment for a page: `text` is read, `exact` shown on demand, `iso` is for machines."""

    text: str
    exact: str
    iso: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A state for a page: its label, and its tone, which gives it colour and shape."""

    label: str
    tone: str


def ago(at: datetime, now: datetime) -> Told:
    """How long ago it was, under 24 hours; the date and time before that."""
    if timedelta() <= now - at < DAY:
        if now - at < timedelta(minutes=1):
            return _told(at, t("just now"))
        return _told(at, t("{span} ago", span=duration(now - at)))
    return _told(at, f"{_date(at, now)}, {at.astimezone(UTC):%H:%M}")


def age(at: datetime, now: datetime) -> Told:
    """How long something has stood: "26 min", "1 d 4 h"."""
    return _told(at, duration(now - at))


def day(at: datetime, now: datetime) -> Told:
    """The date alone."""
    return _told(at, _date(at, now))


def long_date(at: datetime) -> str:
    """The date as it stands in a sentence: "3 March 2026"."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y}" if language() == ENGLISH else str(format_date(at, "long", locale=language()))


def duration(span: timedelta) -> str:
    """A span in its two largest units: "under a minute", "26 min", "3 h 5 min", "1 d 4 h", "41 d"."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return t("under a minute")
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days and (days >= 10 or not hours):
        return t("{days} d", days=days)
    if days:
        return t("{days} d {hours} h", days=days, hours=hours)
    if hours:
        return t("{hours} h {minutes} min", hours=hours, minutes=minutes) if minutes else t("{hours} h", hours=hours)
    return t("{minutes} min", minutes=minutes)


def money(minor: int, currency: str) -> str:
    """The amount with its code and separators."""
    return Money(minor, currency).format(language())


def weight(size: int) -> str:
    """How large a file of so many bytes is: in kB and MB as people count them, at least one."""
    kilobytes = max(1, round(size / 1000))
    return t("{size} kB", size=kilobytes) if kilobytes < 1000 else t("{size} MB", size=round(kilobytes / 1000, 1))


def shown(chart: Chart, state: str) -> Shown:
    """A state of the chart in its words."""
    node = chart.node(state)
    return Shown(tr(node.label), node.tone)


def _date(at: datetime, now: datetime) -> str:
    at = at.astimezone(UTC)
    is_near = at.year == now.astimezone(UTC).year
    if language() == ENGLISH:
        return f"{at.day} {at:%b}" if is_near else f"{at.day} {at:%b} {at.year}"
    return str(format_skeleton("MMMd" if is_near else "yMMMd", at, locale=language()))


def _told(at: datetime, text: str) -> Told:
    at = at.astimezone(UTC)
    return Told(text, f"{long_date(at)}, {at:%H:%M:%S} UTC", at.isoformat(timespec="seconds").replace("+00:00", "Z"))
