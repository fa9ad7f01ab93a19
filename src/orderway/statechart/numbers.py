"""Numbers in sentences: how an amount, a time or a count is written where nobody asked for a locale."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

NOT_TWO = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
DECIMALS = {code: decimals for decimals, codes in NOT_TWO.items() for code in codes.split()}
"""How many decimals a currency has where it does not have two (ISO 4217)."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in a reason: integer minor units and its ISO 4217 code. `str` writes it plainly: NGN 12,400.00."""

    minor: int
    currency: str

    def __str__(self) -> str:
        decimals = DECIMALS.get(self.currency, 2)
        major, rest = divmod(abs(self.minor), 10**decimals)
        fraction = f".{rest:0{decimals}}" if decimals else ""
        return f"{self.currency} {'-' if self.minor < 0 else ''}{major:,}{fraction}"


def plain(value: Any) -> str:
    """A value as plain text: thousands separated by commas, times in UTC to the minute."""
    match value:
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case _:
            return str(value)


class Shown(dict[str, str]):
    """Values by their name in a template; one that nobody gave is left open rather than taking the answer down."""

    def __missing__(self, name: str) -> str:
        return "…"


def filled(template: str, numbers: Mapping[str, object], show: Callable[[Any], str]) -> str:
    """The template with each number written by `show`."""
    return template.format_map(Shown({name: show(value) for name, value in numbers.items()}))
