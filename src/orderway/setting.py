"""What a setting is: typed, range-checked, with the words a person reads. `settings` declares those there are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from orderway.errors import OrderwayError
from orderway.schedule import Schedule

Value_co = TypeVar("Value_co", covariant=True)
Source = Literal["database", "environment", "default"]


class SettingInvalid(OrderwayError):
    """A setting has a value that its type or range does not allow."""


@dataclass(frozen=True, slots=True)
class Setting(Generic[Value_co]):
    """One setting: what it is called, what it may be and what it is when nobody said anything.

    `expects` completes "it must be …". `low` and `high` bound a number, both included; other kinds have none.
    """

    name: str
    label: str
    help: str
    unit: str
    default: Value_co
    read: Callable[[str], Value_co]
    expects: str
    low: int | None = None
    high: int | None = None

    def parse(self, text: str, *, source: Source | None = None) -> Value_co:
        """Return the value that a text means. Raises SettingInvalid, which names the setting and where it stands."""
        try:
            return self.read(text.strip())
        except ValueError as error:
            why = f" ({error})" if str(error) else ""
            said = f"is '{text}' in the {source}" if source else f"can not be '{text}'"
            raise SettingInvalid(f"{self.name} {said}{why}.", f"It must be {self.expects}.") from error

    def told(self, value: object) -> str:
        """A value as a person reads it: "1,440 minutes", "1 minute", "yes", "0 * * * *"."""
        if self.high is None:
            return written(value)
        return f"{value:,} {self.unit.removesuffix('s') if value == 1 else self.unit}"


def number(name: str, label: str, *, default: int, low: int, high: int, unit: str, help: str) -> Setting[int]:
    """Declare a setting that is a whole number of some unit."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ValueError
        return int(text)

    expects = f"a whole number of {unit} from {low} to {high}"
    return Setting(name, label, help, unit, default, read, expects, low, high)


def times(name: str, label: str, *, default: str, help: str) -> Setting[Schedule]:
    """Declare a setting that says when something is done: a cron expression, in UTC."""
    expects = "five fields of cron in UTC, such as */10 * * * *"
    return Setting(name, label, help, "cron", Schedule.read(default), Schedule.read, expects)


def yes_no(name: str, label: str, *, default: Literal["yes", "no"], help: str) -> Setting[bool]:
    """Declare a setting that is on or off."""
    return Setting(name, label, help, "yes or no", _yes(default), _yes, "yes or no")


def _yes(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError
    return text == "yes"


def written(value: object) -> str:
    """The text that a value is read from."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
