"""Money: a whole number of minor units beside its ISO 4217 currency; never a float, never two currencies in one sum."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberPattern, format_currency, get_currency_precision, parse_pattern

from orderway.errors import OrderwayError

LARGEST = 2**63 - 1
"""The largest amount in minor units: what a bigint column holds."""

# ISO 4217: how many decimals the major unit has. Codes without a minor unit (gold, test codes) are no currency here.
_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
        CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
        IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
        MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
        SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG
        YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS: dict[str, int] = {code: exponent for exponent, codes in _BY_EXPONENT.items() for code in codes.split()}

_MAJOR = re.compile(r"(-?)0*(\d+)(?:\.(\d+))?", re.ASCII)


class MoneyError(OrderwayError):
    """An amount or a currency that can not be used."""


class UnknownCurrency(MoneyError):
    """The code is none of ISO 4217, or stands for something that has no minor unit."""


class CurrenciesMixed(MoneyError):
    """Amounts of two currencies in one sum or comparison."""


class NotAnAmount(MoneyError):
    """The text is no amount in major units of its currency."""


class UnknownLocale(MoneyError):
    """The Unicode CLDR has no such language or region."""


def exponent(currency: str) -> int:
    """Return how many decimals the major unit has: 2 for NGN, 0 for UGX, 3 for KWD. Raises UnknownCurrency."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrency(
            f"“{currency}” is not a currency of ISO 4217 with minor units.",
            "Use its code of three capital letters, for example NGN.",
        ) from None


def portion(amount: int, basis_points: int) -> int:
    """Return so many basis points of an amount (750 of 20,000 are 1,500), rounded half-even to whole minor units."""
    return round(Fraction(amount * basis_points, 10_000))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency (Money(1250, "NGN") is 12.50 naira).

    Sums, differences and comparisons of two currencies raise CurrenciesMixed; an unknown currency raises
    UnknownCurrency at once.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read an amount of major units: "12400.5" or "-12400.50" of NGN. Raises NotAnAmount or UnknownCurrency.

        Separators of thousands are refused: whether "12.400" is twelve or twelve thousand depends on the reader.
        """
        decimals = exponent(currency)
        found = _MAJOR.fullmatch(text.strip())
        if not found:
            raise NotAnAmount(
                f"“{_shortened(text)}” is not an amount.",
                "Write digits, with a point before the decimals and no other separators, for example 12400.50.",
            )
        sign, whole, fraction = found.group(1), found.group(2), found.group(3) or ""
        if len(fraction) > decimals:
            raise NotAnAmount(
                f"“{_shortened(text)}” has more decimals than {currency}, which has {decimals or 'none'}.",
                "Write the amount without more decimals than its currency has.",
            )
        if len(whole) > 19 or int(whole + fraction.ljust(decimals, "0")) > LARGEST:
            raise NotAnAmount(f"“{_shortened(text)}” is larger than any amount of {currency} kept here.", "Check it.")
        return cls(int(sign + whole + fraction.ljust(decimals, "0")), currency)

    def format(self, locale: str = "en") -> str:
        """Write it as the locale does, with the code ("NGN 12,400.00"), and the decimals that people use (CLDR).

        ISO 4217 and CLDR differ for a dozen currencies: their minor units are kept, and rounded half-even on paper.
        Raises UnknownLocale.
        """
        major = Decimal(self.minor).scaleb(-exponent(self.currency))
        if locale == "en" and exponent(self.currency) == get_currency_precision(self.currency):
            return f"{'-' if major < 0 else ''}{self.currency}\xa0{abs(major):,}"
        return format_currency(major, self.currency, _pattern(locale), locale=_locale(locale))

    def digits(self) -> str:
        """Write it as one types it, without separators ("12400.50"): `parse` reads it back."""
        return f"{Decimal(self.minor).scaleb(-exponent(self.currency)):f}"

    def __str__(self) -> str:
        return self.format()

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrenciesMixed(
                f"{self} and {other} are of two currencies.", "Convert one of them before you add or compare them."
            )
        return other.minor


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        raise UnknownLocale(f"“{name}” is not a known locale.", "Use one like en, en-NG or pt-BR.") from error


@lru_cache(maxsize=64)
def _pattern(locale: str) -> NumberPattern:
    """Return the locale's own pattern with the code for the symbol, parted from the digits as CLDR asks of letters."""
    pattern = _locale(locale).currency_formats["standard"].pattern
    return parse_pattern(re.sub(r"¤(?=[#0])", "¤\xa0", pattern).replace("¤", "¤¤"))
