"""The words in which a journey is told: somebody at a browser, who reads, goes, presses and fills in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

NOTHING: Mapping[str, str] = {}


def beginning(words: str) -> re.Pattern[str]:
    """What a button or a field is called, though more may follow that only a screen reader says, or a unit."""
    return re.compile(rf"^\s*{re.escape(words)}(?=$|…|,|:| |\()")


async def enter(field: Locator, value: str) -> None:
    """Fill in a field as its kind asks for: choose, tick or type."""
    tag, kind = await field.evaluate("each => [each.tagName, each.type]")
    if tag == "SELECT":
        await field.select_option(label=value)
    elif kind == "checkbox":
        await field.set_checked(value == "yes")
    else:
        await field.fill(value)


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, at a page; whatever is done waits until it can be done."""

    page: Page

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def card(self, *words: str) -> Locator:
        """The one card of the page that says all of this."""
        found = self.page.locator("article")
        for each in words:
            found = found.filter(has_text=each)
        return found

    def row(self, *words: str) -> Locator:
        """The one line of the table that says all of this."""
        found = self.page.locator("tbody tr")
        for each in words:
            found = found.filter(has_text=each)
        return found

    async def goes_to(self, place: str, *, finding: str = "") -> None:
        """To a place by its link: in the rail, or in the bar of a phone and what it opens. It is called as its link."""
        bar = self.page.locator("nav.bar")
        link = self.page.locator("nav.bar, nav.rail").get_by_role("link", name=beginning(place))
        await expect(bar.or_(link.first).first).to_be_attached()
        if await bar.is_visible() and not await bar.get_by_role("link", name=beginning(place)).count():
            await bar.get_by_role("button", name="More").click()
        await link.locator("visible=true").first.click()
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(finding or place)

    async def follows(self, words: str, *, within: Locator | None = None) -> None:
        """A link of the page."""
        await (within or self.main).get_by_role("link", name=beginning(words)).first.click()

    async def finds(self, number: str) -> None:
        """The order, by its number in the search box."""
        box = self.page.get_by_role("searchbox", name="Order, customer, phone or reference")
        more = self.page.locator("nav.bar").get_by_role("button", name="More")
        await expect(box.or_(more).first).to_be_visible()
        if await more.is_visible():
            await more.click()
        await box.fill(number)
        await box.press("Enter")
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(number)

    async def fills(self, fields: Mapping[str, str], *, within: Locator | None = None) -> None:
        for label, value in fields.items():
            await enter((within or self.main).get_by_label(beginning(label)).first, value)

    async def opens(self, label: str) -> None:
        """What is folded away."""
        await self.main.locator("summary").filter(has_text=beginning(label)).first.click()

    async def press(
        self, label: str, fields: Mapping[str, str] = NOTHING, *, says: str = "", within: Locator | None = None
    ) -> None:
        """Press what is called so, its form unfolded and filled in where it has one; then read the answer."""
        place = within or self.main
        opener = place.locator("summary").filter(has_text=re.compile(rf"^\s*{re.escape(label)}…"))
        button = place.get_by_role("button", name=beginning(label))
        await expect(opener.or_(button).first).to_be_visible()
        if await opener.count() and not await button.count():
            await opener.first.click()
        await expect(button.last).to_be_visible()
        if fields:
            await self.fills(
                fields,
                within=place.locator("form").filter(has=self.page.get_by_role("button", name=beginning(label))).last,
            )
        await button.last.click()
        if says:
            await self.is_told(says)

    async def is_told(self, words: str) -> None:
        """What the page answers at its foot."""
        await expect(self.page.locator("#said .toast")).to_contain_text(words)

    async def reads(self, *words: str) -> None:
        """It stands on the page."""
        for each in words:
            await expect(self.main).to_contain_text(each)

    async def sees_it_stand(self, state: str) -> None:
        """Where the order stands, as its page says by itself whoever moved it."""
        await expect(self.page.locator("header .chip").first).to_have_text(state)

    async def sees_blocked(self, label: str, *reasons: str) -> None:
        """The button is there, can be reached, and says why it can not be pressed now."""
        button = self.main.get_by_role("button", name=beginning(label))
        await expect(button).to_have_attribute("aria-disabled", "true")
        for reason in reasons:
            await expect(button.locator("..")).to_contain_text(reason)

    async def is_not_offered(self, *labels: str) -> None:
        for label in labels:
            await expect(self.main.get_by_role("button", name=beginning(label))).to_have_count(0)
            await expect(self.main.locator("summary").filter(has_text=beginning(label))).to_have_count(0)
