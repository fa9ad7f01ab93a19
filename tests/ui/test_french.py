"""A page in French says nothing in English but what people wrote themselves."""

import re
from html.parser import HTMLParser

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn
from tests.ui.test_laws import PLAIN, ROLES
from tests.words.catalogues import read, strings

from orderway.machines import CHARTS

SAID = {
    str(message.id): strings(message.string)[0]
    for message in read("fr")
    if message.id and not isinstance(message.id, tuple)
}
OURS = {text for text, said in SAID.items() if text != said}
"""Texts that have other words in French."""

ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|were|for|by|with|not|no|it|its|they|their|you|your|who|what|when|this|that|an|from|to|has|have)\b"
)
"""Words that no sentence of ours does without for long, and no French one has."""

RESTS = [(machine, state) for machine in ("quotation", "sale", "fulfillment") for state in CHARTS[machine].leaves]


class Texts(HTMLParser):
    """The texts that a page shows or has read out, each by itself, without code and the languages' own names."""

    QUIET = ("code", "script", "style")

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in {"input", "meta", "link", "br", "img", "use", "path", "circle", "hr", "rect", "line"}:
            self.inside.append("quiet" if tag in self.QUIET or (tag == "button" and "lang" in given) else tag)
        self.found |= {
            " ".join((given.get(name) or "").split()) for name in ("title", "aria-label", "placeholder", "alt")
        }

    def handle_endtag(self, tag: str) -> None:
        del tag
        if self.inside:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if "quiet" not in self.inside:
            self.found.add(" ".join(data.split()).strip(" ·…:,/"))


def english(page: str, theirs: set[str]) -> set[str]:
    """What is said in English on a page, but for what people wrote themselves."""
    reader = Texts()
    reader.feed(page)
    return {
        text for text in reader.found if text not in theirs and (text in OURS or ENGLISH.search(without(text, theirs)))
    }


def without(text: str, theirs: set[str]) -> str:
    """A text of ours without what somebody wrote inside it."""
    for each in sorted(theirs, key=len, reverse=True):
        text = text.replace(each, "") if " " in each else text
    return text


@pytest.fixture
async def theirs(shop: Shop) -> set[str]:
    """What people wrote in the company: names, goods, reasons, notes."""
    rows = await shop.pool.fetch(
        "SELECT name AS text FROM person UNION SELECT name FROM customer UNION SELECT name FROM store"
        " UNION SELECT name FROM product UNION SELECT category FROM product"
        " UNION SELECT reason FROM transition_log WHERE reason IS NOT NULL"
        " UNION SELECT reason FROM sales_return"
        " UNION SELECT payload::jsonb ->> 'reason' FROM transition_log WHERE payload::jsonb ? 'reason'"
        " UNION SELECT context::jsonb ->> 'reason' FROM override_request"
    )
    return {" ".join((row["text"] or "").split()).strip(" ·…:,/") for row in rows}


async def french(client: httpx.AsyncClient, path: str) -> str:
    return str((await client.get(path, headers={"Accept-Language": "fr"})).text)


@pytest.mark.parametrize("who", ROLES)
async def test_the_pages_of_each_role_are_in_french(who: str, sign_in: SignIn, theirs: set[str]):
    client = await sign_in(who)
    found = {path: english(await french(client, path), theirs) for path in PLAIN}
    left = {path: texts for path, texts in found.items() if texts}
    assert not left, "\n".join(f"{path}: {text}" for path, texts in left.items() for text in sorted(texts))


async def test_an_order_in_every_state_is_in_french(sign_in: SignIn, shop: Shop, theirs: set[str]):
    client, found = await sign_in("admin"), {}
    for machine, state in RESTS:
        path = await shop.pool.fetchval(f"SELECT order_id FROM {machine} WHERE state = $1 LIMIT 1", state)
        if path:
            found[f"{machine} {state}"] = english(await french(client, f"/orders/{path}?chart={machine}"), theirs)
    left = {place: texts for place, texts in found.items() if texts}
    assert not left, "\n".join(sorted({text for texts in left.values() for text in texts}))
