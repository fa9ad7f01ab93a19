"""The catalogues as files: read, and written anew from what stands in the code."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from tests.words.gather import SOURCE, Texts, gather

LOCALES = SOURCE / "locales"

HEADER = """\
msgid ""
msgstr ""
"Language: {name}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural}\\n"

"""


def names() -> list[str]:
    return sorted(place.name for place in LOCALES.iterdir() if place.is_dir())


def path_of(name: str) -> Path:
    return LOCALES / name / "LC_MESSAGES" / "orderway.po"


def read(name: str) -> Catalog:
    with path_of(name).open("rb") as source:
        return read_po(source, locale=name)


def renew(name: str) -> int:
    """Write the catalogue of a language anew, with the words that it has; gives how many texts have none."""
    made = fresh(name, gather(), read(name))
    write(name, made)
    return sum(1 for message in made if message.id and not all(strings(message.string)))


def write(name: str, made: Catalog) -> None:
    """A catalogue without dates or names: it changes where a text does."""
    written = BytesIO()
    write_po(written, made, width=120, sort_output=True, omit_header=True, include_lineno=False)
    header = HEADER.format(name=name, plural=made.plural_forms)
    path_of(name).write_bytes(header.encode() + written.getvalue())


def fresh(name: str, texts: Texts, kept: Catalog) -> Catalog:
    """A catalogue of just these texts."""
    made = Catalog(locale=name, fuzzy=False)
    for text in sorted(texts.places):
        found = kept.get(text)
        many = texts.many.get(text)
        said = strings(found.string) if found else []
        files, things = split(sorted(texts.places[text]))
        made.add(
            (text, many) if many else text, said if many else "".join(said[:1]),
            locations=[(file, 0) for file in files], auto_comments=things,
        )  # fmt: skip
    return made


def split(places: list[str]) -> tuple[list[str], list[str]]:
    """Files, and what else a text is of."""
    return [each for each in places if "/" in each], [each for each in places if "/" not in each]


def strings(said: object) -> list[str]:
    return [said] if isinstance(said, str) else [*said]  # type: ignore[misc]  # a list or tuple of texts
