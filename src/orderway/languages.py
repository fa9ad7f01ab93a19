"""The languages that people are spoken to in: English, and each for which there is a catalogue of words."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.core import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH = "en"
CATALOGUES = files("orderway") / "locales"
"""A folder for each language besides English, with LC_MESSAGES/orderway.po inside."""


@cache
def languages() -> dict[str, str]:
    """Their codes (ISO 639), each with the language's own name: {"en": "English", "fr": "Français"}."""
    places = CATALOGUES.iterdir() if CATALOGUES.is_dir() else ()
    names = [ENGLISH, *sorted(place.name for place in places if place.is_dir())]
    return {name: str(Locale.parse(name).get_display_name(name)).capitalize() for name in names}


@cache
def catalogue(name: str) -> NullTranslations:
    """The words of one of the languages, read once; English needs none."""
    if name == ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with (CATALOGUES / name / "LC_MESSAGES" / "orderway.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=name))
    compiled.seek(0)
    return GNUTranslations(compiled)


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
