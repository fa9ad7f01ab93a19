"""An order that could not follow what happened there, and on which somebody has decided, is left in peace."""

import asyncio
from datetime import timedelta
from functools import partial
from operator import add

from tests.legacy.olist.imported import ask
from tests.legacy.predecessor.bringing import bring, change, whole
from tests.legacy.predecessor.test_import import pool_of

from orderway.app import make_workflow
from orderway.settings import Settings
from orderway.workflow.runner import Runner
from orderway.workflow.timers import sweep

ORDER = "05b03650-f8fc-539f-9f7a-ab6720ec21ee"
SHIPPED, DELIVERED = (
    f'UPDATE "Fulfillment" SET status = \'{status}\', "workflowState" = NULL WHERE "saleOrderId" = \'{ORDER}\''
    for status in ("IN_TRANSIT", "DELIVERED")
)
CAME = f"SELECT came FROM legacy_order WHERE theirs = '{ORDER}'"
ASKED = """
SELECT decision, evidence ->> 'fulfillment_status' FROM import_review r JOIN sale_order o ON o.id = r.order_id
WHERE r.kind = 'STUCK' AND o.source_ref = $1
"""
DECIDE = """
UPDATE import_review SET decided_at = now(), decision = 'STANDS', reason = 'Its buyer bought anew.' WHERE kind = 'STUCK'
"""
TRIED = f"! Order {ORDER} was not brought over. "
LEFT = "         1  in, and not gone on: somebody decided so\n"


async def expire_here(url: str) -> None:
    """A day later the sales that nobody has paid expire here."""
    async with pool_of(url) as pool:
        came = await pool.fetchval("SELECT max(at) FROM legacy_order")
        runner = Runner(pool, make_workflow(Settings({})), clock=partial(add, came, timedelta(hours=25)))
        await sweep(runner, machines=["sale"])


def test_what_somebody_has_decided_is_not_tried_again_until_more_happens_there(brought_url: str, changing_url: str):
    asyncio.run(expire_here(brought_url))
    asyncio.run(change(changing_url, SHIPPED))
    code, said = bring(brought_url, changing_url)
    assert (code, said.startswith(TRIED)) == (1, True)
    assert ask(brought_url, ASKED, ORDER) == [(None, "IN_TRANSIT")]

    asyncio.run(change(brought_url, DECIDE))
    before = whole(brought_url)
    code, said = bring(brought_url, changing_url)
    assert (code, TRIED in said, LEFT in said) == (0, False, True)
    assert whole(brought_url) == before

    asyncio.run(change(changing_url, DELIVERED))
    code, said = bring(brought_url, changing_url)
    assert (code, said.startswith(TRIED), LEFT in said) == (1, True, False)
    assert ask(brought_url, ASKED, ORDER) == [(None, "DELIVERED")]
    assert ask(brought_url, CAME) == [("FAILED",)]
