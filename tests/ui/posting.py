"""The forms of a page, as a browser would send them."""

from __future__ import annotations

from html.parser import HTMLParser

import httpx


class Forms(HTMLParser):
    """Reads the posting forms of a page: where each goes, and what it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._inside = False
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("method") == "post"
            if self._inside:
                self.found.append((given.get("action", ""), {}))
        if not self._inside:
            return
        held, name = self.found[-1][1], given.get("name", "")
        if tag == "input" and name and not (given.get("type") in {"checkbox", "radio"} and "checked" not in given):
            held[name] = given.get("value", "")
        elif tag == "textarea":
            self._area, held[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in held):
            held[self._select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[-1][1][self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False


def forms(page: httpx.Response) -> dict[str, dict[str, str]]:
    """The forms of the page by where they go; of several to one address the last."""
    reader = Forms()
    reader.feed(page.text)
    return dict(reader.found)


def form(page: httpx.Response, url: str) -> dict[str, str]:
    """The form that goes to an address."""
    found = forms(page)
    assert url in found, f"no form goes to {url}: {sorted(found)}"
    return found[url]
