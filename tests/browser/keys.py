"""Going through pages without a mouse: by Tab, with the focus seen at every step."""

from playwright.async_api import Locator, Page, expect

FARTHEST = 400
"""So many elements take the focus on a page at most."""

FOCUS = """() => {
    const at = document.activeElement;
    if (at === document.body) return "";
    const name = at.outerHTML.slice(0, 90), box = at.getBoundingClientRect();
    const within = (from, to, end) => Math.min(Math.max((from + to) / 2, 1), end - 2);
    const x = within(Math.max(box.left, 0), Math.min(box.right, innerWidth), innerWidth);
    const y = within(Math.max(box.top, 0), Math.min(box.bottom, innerHeight), innerHeight);
    const isAbove = box.bottom <= 0 || box.right <= 0, isBelow = box.top >= innerHeight || box.left >= innerWidth;
    if (isAbove || isBelow) return "Out of sight: " + name;
    const hit = document.elementFromPoint(x, y);
    if (!hit || !(at.contains(hit) || hit.contains(at))) return `Covered by ${hit?.outerHTML.slice(0, 90)}: ${name}`;
    // Of a date the browser shows which part of it has the focus.
    if (/^(date|time)/.test(at.type)) return "ok";
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    return outlineStyle === "none" || parseFloat(outlineWidth) < 2 ? "Not seen to have the focus: " + name : "ok";
}"""
"""What the reader sees of the focus: ok, empty where nothing has it, or what is wrong as a sentence."""


async def step(page: Page, key: str = "Tab") -> str:
    """Go one element on, which must be seen to have the focus; gives empty at the page's end."""
    await page.keyboard.press(key)
    seen: str = await page.evaluate(FOCUS)
    assert seen in ("", "ok"), seen
    return seen


async def walk(page: Page) -> int:
    """Go through the whole page; gives how many elements had the focus."""
    for count in range(FARTHEST):
        if not await step(page):
            return count
    raise AssertionError("The focus comes to no end.")


async def reach(page: Page, target: Locator) -> None:
    """Go on by Tab until this element has the focus."""
    await expect(target).to_be_visible()
    for _ in range(FARTHEST):
        await step(page)
        if await target.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached by Tab.")


async def press(page: Page, target: Locator) -> None:
    """Reach a button or a link by Tab, and press it."""
    await reach(page, target)
    await page.keyboard.press("Enter")
