"""A worker that is killed (-9) before each statement of a cascade in turn: `cascade_victim.py URL CASCADE STORE ID`.

Each time a fresh process starts the cascade, and dies one statement later than the one before. It prints "died"
and goes on when a line comes in.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from tests.crashes.victim import Mortal, mortal
from tests.stories.shop import LAGOS, NOON, actor

from orderway.app import make_workflow
from orderway.fulfillment.events import Cancel, RefundIssued, Returned, ReturnReceived, RiderSelected, Split
from orderway.sale.account_credit.spending import pay_from_account
from orderway.sale.payments.events import Confirm
from orderway.settings import Settings
from orderway.stock.changes import change
from orderway.stock.commands import ConfirmStockTransfer
from orderway.stock.transfers import Changed
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

Cascade = Callable[[Runner, Ref], Awaitable[object]]


def sends(event: Any, by: str) -> Cascade:
    return lambda runner, ref: runner.send(ref, event, actor=actor(by))


async def receive_goods(runner: Runner, ref: Ref) -> None:
    """Of each line that was asked back one piece is damaged, and the others can be sold again."""
    lines = await runner.pool.fetch("SELECT line_id, quantity FROM return_line WHERE store_id = $1", ref.store_id)
    goods: list[Returned] = []
    for line, quantity in lines:
        goods += [Returned(line, 1, "DAMAGED"), Returned(line, quantity - 1, "SELLABLE")]
    await runner.send(ref, ReturnReceived(tuple(goods)), actor=actor("manager"))


async def choose_cheapest(runner: Runner, ref: Ref) -> None:
    offer = await runner.pool.fetchval(
        "SELECT id FROM rider_interest WHERE store_id = $1 ORDER BY (context ->> 'proposed_cost')::bigint LIMIT 1",
        ref.store_id,
    )
    await runner.send(ref, RiderSelected(offer), actor=actor("biller"))


async def spend(runner: Runner, ref: Ref) -> None:
    """The buyer's account pays the order."""

    async def work(tx: Transaction) -> Moved:
        await tx.load(ref)
        return await pay_from_account(tx, 2000)

    await runner.run(work, actor=actor("biller"))


async def confirm_transfer(runner: Runner, _ref: Ref) -> None:
    transfer = await runner.pool.fetchval("SELECT id FROM stock_transfer")

    async def work(tx: Transaction) -> Changed:
        return await change(tx, ConfirmStockTransfer(transfer=transfer), within=frozenset({LAGOS}))

    await runner.run(work, actor=actor("manager"))


CASCADES: dict[str, tuple[str, Cascade]] = {
    "capture": ("payment", sends(Confirm(), "accountant")),
    "cancel": ("fulfillment", sends(Cancel("Changed their mind."), "manager")),
    "choose": ("fulfillment", choose_cheapest),
    "split": ("fulfillment", sends(Split(), "biller")),
    "drop": ("fulfillment", sends(Cancel("The rest is not wanted."), "manager")),
    "spend": ("sale", spend),
    "transfer": ("sale", confirm_transfer),
    "receive": ("fulfillment", receive_goods),
    "refund": ("fulfillment", sends(RefundIssued(2000), "accountant")),
}
"""What starts each cascade, and the machine of the order's instance that it is about."""


async def begin(url: str, ref: Ref, cascade: str, *, statements: int) -> None:
    """Start the cascade; this process dies when the statements are used up."""
    pool = await mortal(url)
    Mortal.statements_left = statements
    _, start = CASCADES[cascade]
    await start(Runner(pool, make_workflow(Settings({})), lambda: NOON), ref)


def dies(url: str, ref: Ref, cascade: str, *, statements: int) -> bool:
    """Start it in a process of its own; whether that was killed. Exits where it failed by itself."""
    child = os.fork()
    if child == 0:
        asyncio.run(begin(url, ref, cascade, statements=statements))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, -signal.SIGKILL):
        sys.exit("the worker failed by itself")
    return code != 0


def main(url: str, cascade: str, ref: Ref) -> None:
    statements = 0
    while dies(url, ref, cascade, statements=statements):
        print("died", flush=True)  # noqa: T201  (whoever started this listens)
        if not sys.stdin.readline():
            return
        statements += 1


if __name__ == "__main__":
    url, cascade, store, id_ = sys.argv[1:]
    main(url, cascade, Ref(CASCADES[cascade][0], UUID(store), UUID(id_)))
