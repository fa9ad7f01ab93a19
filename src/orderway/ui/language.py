"""The words of a page in the language of who reads it: every text is English until a catalogue says otherwise.

`t("{n} order", "{n} orders", n=3)` says a text, `mark("Orders")` names one that is said later, and `tr` (in templates
`label|tr`) says a label that stands beside its definition: of a state, an event, a role or a setting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache, partial

from babel.numbers import format_decimal
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from orderway.languages import ENGLISH, accepted, catalogue, languages

TO_YOU: Mapping[str, tuple[str, str]] = {"fr": ("a ", "avez ")}
"""How words that continue the name of who did something begin in a language, and how they do after "you"."""

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    """The language of the page that is being made: a key of `languages()`."""
    return _spoken.get()


def speak(name: str) -> None:
    """Say everything from here on, in this request, in a language; one that is not there is English."""
    _spoken.set(name if name in languages() else ENGLISH)


class Speaking:
    """Answers each request in the language that its browser asks for; who is signed in may have chosen another."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            speak(accepted(Headers(scope=scope).get("accept-language", "")))
        await self.app(scope, receive, send)


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Say everything inside in a language."""
    before = language()
    speak(name)
    try:
        yield
    finally:
        _spoken.set(before)


def t(text: str, many: str = "", /, **values: object) -> str:
    """The text in the reader's language, with its values; with `many` the form that the whole number `n` asks for.

    Numbers are written as the language does. Raises KeyError for a value that the text names and nobody gave.
    """
    said = plural(text, many, int(str(values["n"]))) if many else exactly(text)
    if not values:
        return said
    return said.format_map({name: _written(value) for name, value in values.items()})


def _written(value: object) -> object:
    return number(value) if type(value) is int else decimal(value) if isinstance(value, float) else value


def exactly(text: str) -> str:
    """A text as it stands here, in the reader's language."""
    return catalogue(language()).words.gettext(text)


def plural(one: str, many: str, n: int) -> str:
    """Of a text with a number, the form that the reader's language has for it."""
    return catalogue(language()).words.ngettext(one, many, n)


def mark(text: str) -> str:
    """The text itself: the catalogues find it here, and it is said where the page is made."""
    return text


def tr(text: str) -> str:
    """A text that stands beside its definition, or in what the domain said, in the reader's language."""
    spoken = language()
    return text if spoken == ENGLISH else _said(spoken, text)


def you(did: str) -> str:
    """The sentence that tells somebody what they did, of the words of the log: "You shipped the package."."""
    of, to = TO_YOU.get(language(), ("", ""))
    return t("You {what}.", what=to + tr(did).removeprefix(of))


def speaker() -> Callable[[str], str]:
    """What says texts in the reader's language, whoever asks later: the same function for each language."""
    return _speaker(language())


@cache
def _speaker(name: str) -> Callable[[str], str]:
    return str if name == ENGLISH else partial(_said, name)


@lru_cache(maxsize=4096)
def _said(name: str, text: str) -> str:
    return catalogue(name).said(text)


def number(value: int) -> str:
    """A whole number with the separators of the language."""
    if -1000 < value < 1000:
        return str(value)
    return f"{value:,}" if language() == ENGLISH else format_decimal(value, locale=language())


def decimal(value: float) -> str:
    """A number with a few decimals, such as a rate or a distance, as the language writes it."""
    return f"{value:g}" if language() == ENGLISH else format_decimal(value, locale=language())
