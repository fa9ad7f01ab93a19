"""What of the predecessor stays behind, so that nothing is left out without a word."""

from __future__ import annotations

from typing import Final

from orderway.legacy.predecessor.balances import balances
from orderway.legacy.predecessor.facts import Oddity
from orderway.legacy.predecessor.laying import Laying
from orderway.legacy.predecessor.strays import strays

WHY: Final = {
    "Notification": "notices stay behind: they told of what happened there.",
    "OutboxEvent": "events stay behind: who listens there has them or asks that system, and none is told twice.",
}


async def name_leavings(laying: Laying) -> None:
    """Name what stays behind, what hangs on nothing, which balances are not believed, and what can not be read."""
    catalog = laying.source.catalog
    for table, why in WHY.items():
        if catalog.has(table):
            ((count,),) = await laying.source.fetch(f'SELECT count(*) FROM "{table}"')  # noqa: S608
            if count:
                laying.findings.append(Oddity(where=f'"{table}"', sentence=f"{count:,} {why}"))
    for row in await laying.rows("SystemSetting", key="key"):
        said = "What it means here is not known: look whether one of the settings says it."
        laying.note("SystemSetting", row["key"], said)
    laying.findings.extend(await strays(laying.source))
    laying.findings.extend(await balances(laying.source))
    laying.findings.extend(
        Oddity(where=each, sentence="It is not there: nothing is known of it.") for each in catalog.absent
    )
