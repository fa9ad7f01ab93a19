"""How a page is looked at: with a screen reader's rules, at each width, by its weight, and beside a picture kept."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image, ImageChops
from playwright.async_api import FloatRect, Page
from tests.browser.conftest import HEIGHTS, WIDTHS

PICTURES = Path(__file__).with_name("pictures")
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules about what a theme changes: it has other colours, and nothing else."""
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {rule: {"enabled": False} for rule in OF_COLOURS},
}
RENEW = "ORDERWAY_RENEW_PICTURES"

WIDER = "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """least => {
    const isTarget = each => !["hidden", "checkbox", "radio"].includes(each.type) && !each.matches(".skip")
        && each.checkVisibility({visibilityProperty: true});
    const isSmall = box => box.width > 1 && box.height > 1 && box.right > 0 && box.height < least - 0.5;
    const targets = [...document.querySelectorAll("button, summary, input, select, textarea, a.button, nav a")];
    return targets.filter(isTarget).map(each => [each.getBoundingClientRect(), each]).filter(([box]) => isSmall(box))
        .map(([box, each]) => `${each.outerHTML.slice(0, 90)} ${box.height}`);
}"""
AXE = """([of, options]) => axe.run(of === "looks" ? {include: window.looks} : document,
    {...options, resultTypes: ["violations"]}).then(found => found.violations.flatMap(each => each.nodes.map(node =>
        `${each.id}: ${node.target.join(" ")} ${node.failureSummary.replaceAll("\\n", " ")}`)))
"""
LOOKS = """() => {
    const of = each => {
        const {color, fontSize, fontWeight, textShadow, textDecorationLine} = getComputedStyle(each);
        const look = [each.tagName, each.disabled, each.textContent.trim().length < 2, color, fontSize, fontWeight,
            textShadow, textDecorationLine];
        for (let at = each; at; at = at.parentElement) {
            const {backgroundColor, backgroundImage, opacity, position, display} = getComputedStyle(at);
            look.push(backgroundColor, backgroundImage, opacity, position, display === "inline", at.ariaDisabled);
        }
        return look.join();
    };
    const tells = each => each.matches("a, input, select, textarea")
        || [...each.childNodes].some(child => child.nodeType === Node.TEXT_NODE && child.data.trim());
    const shown = [...document.body.querySelectorAll("*")].filter(each => tells(each)
        && each.checkVisibility({visibilityProperty: true, opacityProperty: true}));
    window.looks = [...new Map(shown.map(each => [of(each), each])).values()];
    return window.looks.length;
}"""
"""One of the texts that look alike, against what lies behind them, speaks for the others: what is to be said of their
colours takes most of the time."""

OPEN = "() => document.querySelectorAll('details').forEach(each => { each.open = true; })"
ALIKE = """() => {
    const shape = each => each.outerHTML.replace(/>[^<]+/g, ">")
        .replace(/ (?!(class|type|role|aria-(?!label|describedby))\\b)[\\w-]+="[^"]*"/g, "");
    for (const each of document.querySelectorAll("tbody, ol, ul, .column")) {
        const met = {};
        for (const child of [...each.children]) {
            const met_before = met[shape(child)] ?? 0;
            met[shape(child)] = met_before + 1;
            if (met_before > 1) child.remove();
        }
    }
}"""
"""Two rows of a list that are made alike speak for the others: what axe takes grows with each."""

TALLEST = 1600
"""Pixels of a page, from its top, that a picture shows."""

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

READ_AT = (390, 820, 1280)
"""Widths at which axe reads a page: one for each of its layouts. At 360 px it has that of 390."""

TOUCH, MOUSE = 44, 36
"""Pixels that a target is high at least, under a finger and under a pointer."""


async def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now."""
    return await axe(page, "page", RULES) + await pale(page)


async def pale(page: Page) -> list[str]:
    """What axe finds of the colours of the page as it is now."""
    if not await page.evaluate(LOOKS):
        return []
    return await axe(page, "looks", {"runOnly": {"type": "rule", "values": OF_COLOURS}})


async def axe(page: Page, of: Literal["page", "looks"], options: Mapping[str, object]) -> list[str]:
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found: list[str] = await page.evaluate(AXE, [of, options])
    return found


async def misfits(page: Page, *widths: int, least: int) -> list[str]:
    """What does not fit at these widths: a page that is wider than the screen, and targets that are not high enough."""
    found = []
    for width in widths:
        await page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        over = await page.evaluate(WIDER)
        found += [f"{width} px: {over} px too wide"] if over > 0 else []
        found += [f"{width} px: {small} px high" for small in await page.evaluate(SMALL, least)]
    return found


async def faults(page: Page) -> list[str]:
    """What is wrong with the page for anybody: at every width, under a finger and a pointer, by day and by night.

    It is looked at as it comes, and then with everything opened that can be; it stays so.
    """
    hand = await page.context.new_cdp_session(page)
    found = list[str]()
    for _ in ("as it comes", "opened"):
        for least in (MOUSE, TOUCH):
            await hand.send("Emulation.setTouchEmulationEnabled", {"enabled": least == TOUCH})
            found += await misfits(page, *WIDTHS, least=least)
        await page.evaluate(OPEN)
    await page.evaluate(ALIKE)
    for width in READ_AT:
        await page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        found += [f"{width} px, {told}" for told in await by_day_and_night(page)]
    return found


async def by_day_and_night(page: Page) -> list[str]:
    """What axe finds in each theme; the page stays in the dark."""
    found = await axe(page, "page", RULES)
    for theme in THEMES:
        await page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {told}" for told in await pale(page)]
    return found


@cache
def are_renewed() -> bool:
    return bool(os.environ.get(RENEW))


async def differs(page: Page, name: str) -> float:
    """How much of what a page begins with, in parts of its area, does not look as in the picture kept of it.

    Both are made a quarter as large first, so that the edges of letters do not count. With ORDERWAY_RENEW_PICTURES set
    the picture is taken anew. Where they differ, what was seen is kept beside it.
    """
    box = await page.locator("main").bounding_box()
    assert box
    part = FloatRect(x=box["x"], y=box["y"], width=box["width"], height=min(box["height"], TALLEST))
    shot = await page.screenshot(full_page=True, clip=part, animations="disabled")
    taken = Image.open(io.BytesIO(shot)).convert("RGB")
    place = PICTURES / f"{name}.png"
    if are_renewed():
        PICTURES.mkdir(exist_ok=True)
        taken.quantize(48).save(place, optimize=True)
        return 0.0
    share = apart(taken, Image.open(place).convert("RGB"))
    if share > 0:
        taken.save(place.with_suffix(".seen.png"))
    return share


def apart(taken: Image.Image, kept: Image.Image) -> float:
    """The part of the area of both in which they do not look alike."""
    size = (min(taken.width, kept.width), min(taken.height, kept.height))
    outside = 1 - size[0] * size[1] / (max(taken.width, kept.width) * max(taken.height, kept.height))
    small = (max(1, size[0] // 4), max(1, size[1] // 4))
    one, other = (each.crop((0, 0, *size)).resize(small, Image.Resampling.BOX) for each in (taken, kept))
    unlike = ImageChops.difference(one, other).convert("L").point(lambda value: 255 if value > 32 else 0)
    return outside + (1 - outside) * unlike.histogram()[255] / (small[0] * small[1])
