"""Each text that a page may show has words in each language; `make words` brings the catalogues up to date."""

import re

import pytest
from tests.words.catalogues import names, read, strings
from tests.words.gather import GAP, Texts, gather

LANGUAGES = names()
LOOSE = re.compile(r" [:;?!»](?!\S)|« ")
"""A sign that French keeps to its word by a space at which no line breaks, with one at which a line does."""


@pytest.fixture(scope="module")
def texts() -> Texts:
    return gather()


def test_there_is_a_second_language():
    assert LANGUAGES == ["fr"]


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_catalogue_has_just_the_texts_of_the_code(name: str, texts: Texts):
    kept = {message.id[0] if isinstance(message.id, tuple) else message.id for message in read(name) if message.id}
    assert texts.places.keys() - kept == set(), "Run: make words"
    assert kept - texts.places.keys() == set(), "Run: make words"


@pytest.mark.parametrize("name", LANGUAGES)
def test_each_text_has_words(name: str):
    assert [message.id for message in read(name) if message.id and not all(strings(message.string))] == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_what_is_filled_into_a_text_is_filled_into_its_words(name: str):
    odd = [
        message.id
        for message in read(name)
        if message.id and not isinstance(message.id, tuple)
        if set(GAP.findall(str(message.id))) != set(GAP.findall("".join(strings(message.string))))
    ]
    assert odd == []


def test_no_line_of_french_breaks_before_a_sign_or_within_its_quotes():
    said = [text for message in read("fr") if message.id for text in strings(message.string)]
    assert [text for text in said if LOOSE.search(text)] == []


def test_the_texts_of_every_kind_are_found(texts: Texts):
    kinds = {
        "Waiting for stock": "the machine fulfillment",
        "cancelled the sale": "the machine sale",
        "Unpaid sales expire after": "the setting SALE_PENDING_EXPIRY_MINUTES",
        "accountant": "the role ACCOUNTANT",
        "just now": "src/orderway/ui/words.py",
        "There is no tier {tier}.": "src/orderway/sale/terms.py",
    }
    assert {text: texts.places.get(text, {""}) >= {place} for text, place in kinds.items()} == dict.fromkeys(
        kinds, True
    )
