"""`orderway flags`: which slices of an order's life are Orderway's work, in which store, and what says so."""

from __future__ import annotations

import asyncio
import os

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orderway.database_cli import printable
from orderway.embedded import open_database
from orderway.flags.flags import Flags, Told
from orderway.flags.live import opened, origin_of
from orderway.migrations import require_current

ORIGINS = {
    "default": "follows what it needs",
    "environment": "the environment",
    "file": "the file of flags",
    "flagd": "flagd",
}


def report() -> None:
    """Print how each slice stands. Raises FlagsInvalid for what can not be, or makes no sense."""
    console = Console()
    if origin_of(os.environ) == "default":
        console.print("No flag is set, so everything is on: there is no former system.")
        return
    with open_database() as url:
        console.print(asyncio.run(_table(url)))


async def _table(url: str) -> Table:
    await require_current(url)
    async with opened(url, os.environ) as follower:
        return table(follower.flags)


def table(flags: Flags) -> Table:
    """A row for each way in which a slice stands, with the stores where it does."""
    shown = Table(
        "Slice", "Is", "Store", "Says so", "Since (UTC)",
        title=f"Flags of {escape(printable(flags.where))}", title_justify="left", pad_edge=False,
    )  # fmt: skip
    stands: dict[tuple[str, str, str, str], list[str]] = {}
    for each in flags.tell():
        since = f"{each.since:%Y-%m-%d %H:%M}" if each.since and flags.origin == "file" else "–"
        ways = stands.setdefault((each.slice.label, state(each), ORIGINS[each.origin], since), [])
        ways.append(escape(printable(each.store.code)))
    for (label, is_, says_so, since), codes in stands.items():
        of_slice = sum(len(others) for (other, *_), others in stands.items() if other == label)
        stores = "every store" if len(codes) == of_slice else ", ".join(sorted(codes))
        shown.add_row(label, is_, stores, says_so, since)
    return shown


def state(told: Told) -> str:
    if told.share in (0, 1):
        return "on" if told.share else "off"
    return f"on for about {told.percent} %"
