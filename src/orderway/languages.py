"""The languages that people are spoken to in: English, and each for which there is a catalogue of words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.core import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

from orderway.money import Money, MoneyError

ENGLISH = "en"
CATALOGUES = files("orderway") / "locales"
"""A folder for each language besides English, with LC_MESSAGES/orderway.po inside."""

FILLING = r"(?:(?![.!?] [A-Z0-9“]).)+?"
"""What a gap may be filled with: anything within a sentence."""

GAP, NAMED = re.compile(r"\{\w+\}"), re.compile(r"\{(\w+)\}")
"""Where a text is filled in."""

AMOUNT = re.compile(r"(-?)([A-Z]{3})\xa0(\d[\d,]*(?:\.\d+)?)(\.?)", re.ASCII)
"""An amount as the domain says it (see `Money.format`), which ends a sentence where a point follows."""

NUMBER = re.compile(r"-?\d{1,3}(?:,?\d{3})*(?:\.\d+)?", re.ASCII)
"""A number as the domain writes it inside a sentence."""

AND = ", and "
"""What joins texts to a list."""

LABEL = re.compile(r"“([^”]+)”")
LABELS = re.compile(rf"{LABEL.pattern}(?:, {LABEL.pattern})*")
"""Labels inside a sentence, each in its quotation marks."""

QUOTES: Mapping[str, tuple[str, str]] = {"fr": ("«\xa0", "\xa0»")}
"""The quotation marks of a language, where it has other ones than English."""

FEWEST = 6
"""Letters besides its gaps that a text needs to be found when they are filled."""

TOGETHER, DEEPEST = 8, 4
"""How many sentences are looked for as one text, and how far fillings are looked at for fillings of their own.

Somebody may have typed what is said: however it is made, it must not keep everybody waiting.
"""


@cache
def languages() -> dict[str, str]:
    """Their codes (ISO 639), each with the language's own name: {"en": "English", "fr": "Français"}."""
    places = CATALOGUES.iterdir() if CATALOGUES.is_dir() else ()
    names = [ENGLISH, *sorted(place.name for place in places if place.is_dir())]
    return {name: str(Locale.parse(name).get_display_name(name)).capitalize() for name in names}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of a language: of each English text another, and of texts with gaps a way to find them filled."""

    words: NullTranslations
    gaps: tuple[tuple[str, re.Pattern[str], str], ...] = ()
    """What stands between the gaps of a text at its longest, what finds the whole, and the words for it."""
    name: str = ENGLISH

    def said(self, text: str, deepest: int = DEEPEST) -> str:
        """A text as it stands in the code, or filled, or several one after the other; unknown ones stay English."""
        if "\n" in text:
            return "\n".join(self.said(line, deepest) for line in text.split("\n"))
        here = replace(self, gaps=tuple(each for each in self.gaps if deepest and each[0] in text))
        said, rest = [], sentences(text)
        while rest:
            most = min(len(rest), TOGETHER)
            known = next(
                ((n, found) for n in range(most, 0, -1) if (found := here.words_for(" ".join(rest[:n]), deepest))), None
            )
            taken, found = known or (1, rest[0])
            said.append(found)
            del rest[:taken]
        return " ".join(said)

    def words_for(self, text: str, deepest: int) -> str | None:
        """One text as it stands in the code, or filled, or an amount; None for an unknown one.

        What fills a gap may also be a number, labels in their quotation marks, or a list of texts.
        """
        if found := self.exactly(text):
            return found
        for sure, gap, said in self.gaps:
            if sure in text and (filled := gap.fullmatch(text)):
                fillings = filled.groupdict().items()
                return said.format_map({name: self.said(value, deepest - 1) for name, value in fillings})
        return (self.filling(text) if deepest < DEEPEST else None) or amount(text, self.name)

    def filling(self, text: str) -> str | None:
        """What stands in a gap and is no text of its own."""
        if LABELS.fullmatch(text):
            opens, closes = QUOTES.get(self.name, ("“", "”"))
            return LABEL.sub(lambda each: f"{opens}{self.exactly(each[1]) or each[1]}{closes}", text)
        if NUMBER.fullmatch(text):
            return text.translate({44: get_group_symbol(self.name), 46: get_decimal_symbol(self.name)})
        return self.listed(text.split(AND)) if text.count(AND) < TOGETHER else None

    def listed(self, parts: list[str]) -> str | None:
        """Texts that are joined to a list; one of them may hold itself what joins them. None where one is unknown."""
        for n in range(len(parts), 0, -1):
            if first := self.exactly(AND.join(parts[:n])):
                others = self.listed(parts[n:])
                if others is not None:
                    return self.words.gettext(AND).join(filter(None, (first, others)))
        return None if parts else ""

    def exactly(self, text: str) -> str | None:
        """A text just as it stands in the code; None for one that has no other words."""
        found = self.words.gettext(text) if text else text
        return found if found != text else None


def amount(text: str, locale: str) -> str | None:
    """An amount that was written in English, as another language does; None for what is no amount."""
    if not (found := AMOUNT.fullmatch(text)):
        return None
    sign, currency, digits, end = found.groups()
    try:
        return Money.parse(sign + digits.replace(",", ""), currency).format(locale) + end
    except MoneyError:
        return None


def sentences(text: str) -> list[str]:
    """The text, parted after each sentence."""
    return re.split(r"(?<=[.!?:”]) (?=[A-Z0-9“{‘])", text)


@cache
def catalogue(name: str) -> Catalogue:
    """The words of one of the languages, read once; English needs none."""
    if name == ENGLISH:
        return Catalogue(NullTranslations())
    with (CATALOGUES / name / "LC_MESSAGES" / "orderway.po").open("rb") as source:
        messages = read_po(source, locale=name)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    # What says most by itself first: it is not to be taken for what says less and is filled with the rest.
    texts = [(each.id, str(each.string)) for each in messages if isinstance(each.id, str) and each.string]
    texts.sort(key=lambda each: -len(GAP.sub("", each[0])))
    filled = [(max(GAP.split(text), key=len), gap, said) for text, said in texts if (gap := gaps(text))]
    return Catalogue(GNUTranslations(compiled), tuple(filled), name)


def gaps(text: str) -> re.Pattern[str] | None:
    """What finds a text whose {gaps} are filled; None where it has none, or hardly anything besides.

    A gap ends where what is behind it comes first, and is not tried again: else what is filled with many quotation
    marks would take the machine seconds.
    """
    found, *pieces = NAMED.split(text)
    if not pieces or sum(map(str.isalpha, found + "".join(pieces[1::2]))) < FEWEST:
        return None
    found, names = re.escape(found), set[str]()
    behind = [*map(re.escape, pieces[1:-1:2]), rf"{re.escape(pieces[-1])}\Z"]
    for name, end in zip(pieces[::2], behind, strict=True):
        filling = f"(?P={name})" if name in names else f"(?P<{name}>{FILLING})"
        names.add(name)
        found += f"(?>{filling}{end})"
    return re.compile(found)


def accepted(header: str) -> str:
    """The language that a browser would rather read than others (Accept-Language), or English."""
    wanted: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        name, _, weight = part.partition(";")
        try:
            wanted.append((float(weight.strip().removeprefix("q=") or 1), name.strip()))
        except ValueError:
            continue
    names = [name for weight, name in sorted(wanted, key=lambda each: -each[0]) if name and weight > 0]
    return negotiate_locale(names, list(languages()), sep="-") or ENGLISH
