"""What consumers pay: there it was the listed price of a variant; a markup on it would raise all prices on day one."""

from __future__ import annotations

from typing import Final

from orderway.configuration.changes import Wish, change
from orderway.legacy.predecessor.facts import Oddity
from orderway.legacy.predecessor.laying import IMPORT, Laying
from orderway.settings import CONSUMER_PRICE_MARKUP_PERCENT as MARKUP
from orderway.settings import Settings

NAME: Final = MARKUP.name
WHY: Final = "The former system's consumers paid the listed prices."
CHANGED: Final = "SELECT to_value FROM setting_change WHERE name = $1 ORDER BY step DESC LIMIT 1"


async def lay_markup(laying: Laying, settings: Settings) -> None:
    """Let consumers pay the listed prices where nobody has set that here; say what they pay where somebody has."""
    last = await laying.connection.fetchrow(CHANGED, NAME)
    if settings.source(MARKUP) == "environment" and (last is None or last["to_value"] is None):
        percent = settings[MARKUP]
    elif last is None:
        await change(laying.connection, Wish(name=NAME, value="0", reason=WHY), by=IMPORT, at=laying.at)
        percent = 0
    else:
        percent = MARKUP.default if last["to_value"] is None else MARKUP.parse(last["to_value"])
    said = f"Consumers pay {percent} % more than the listed prices, which they paid there: somebody has set it so here."
    if percent == 0:
        said = "Consumers pay the listed prices, as they did there: the markup on them is 0 %."
    laying.findings.append(Oddity(where=NAME, sentence=said))
