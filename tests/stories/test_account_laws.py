"""Each law of the buyers' accounts finds a row that was altered by hand, with the triggers off, and names it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.stories.shop import CONSUMER, LAGOS, Shop, actor, shirts, shoes

from orderway.database import connect
from orderway.sale.account_credit.laws import LAWS
from orderway.sale.account_credit.ledger import Account, PaidOutBy, Payout, pay_out
from orderway.sale.account_credit.spending import pay_from_account
from orderway.sale.payments.events import Refund
from orderway.sale.reconciliation.laws import SUMS
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

# What is done by hand, and what the law of that name then says of which place.
ALTERED = [
    ("buyers' accounts", "UPDATE account_credit SET balance = 1", "customer Consumer",
     "The account at LAG holds 1 NGN; its entries add up to 100."),
    ("buyers' accounts", "DELETE FROM account_credit_entry WHERE kind = 'PAID_OUT'", "customer Consumer",
     "The account at LAG holds 100 NGN; its entries add up to 300."),
    ("buyers' accounts", "DELETE FROM account_credit", "customer Consumer",
     "The account at LAG holds 0 NGN; its entries add up to 100."),
    ("payments by account", "UPDATE account_credit_entry SET amount = -701 WHERE kind = 'SPENT'", "order LAG-000002",
     "took 700 from the account and gave 0 to it; the ledger says 701 and 0."),
    ("payments by account", "UPDATE account_credit_entry SET amount = 999 WHERE kind = 'REFUNDED'", "order LAG-000001",
     "took 0 from the account and gave 1000 to it; the ledger says 0 and 999."),
    ("payments by account", "DELETE FROM account_credit_entry WHERE kind = 'REFUNDED'", "order LAG-000001",
     "took 0 from the account and gave 1000 to it; the ledger says 0 and 0."),
    ("payments by account",
     "UPDATE account_credit_entry SET order_id = (SELECT min(id::text)::uuid FROM sale_order) WHERE kind = 'SPENT'",
     "order LAG-000002", "took 700 from the account and gave 0 to it; the ledger says 700 and 0."),
    ("idempotency keys of accounts", "DELETE FROM account_credit_entry WHERE kind = 'PAID_OUT'", "key k",
     "was answered with a payout that they did not make."),
    ("idempotency keys of accounts", "UPDATE account_credit_entry SET actor = 'system'", "key k",
     "was answered with a payout that they did not make."),
]  # fmt: skip


@pytest.fixture
async def cheat(shop: Shop, superuser_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection without triggers to a shop where 1,000 came onto an account, and 700 and 200 left it."""
    paid = await shop.agreed(shirts(1))
    await paid.pay(2000)
    await paid.send("payment", Refund(1000, "ACCOUNT"), by="accountant")
    bought = await shop.agreed(shoes(1))

    async def spend(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, bought.id)
        return await pay_from_account(tx, 700)

    async def give(tx: Transaction) -> PaidOutBy:
        return await pay_out(tx, Payout(Account(LAGOS, CONSUMER, "NGN"), 200, "In cash."))

    await shop.runner.run(spend, actor=actor("biller"))
    await shop.runner.once(give, PaidOutBy, key="k", request="k", actor=actor("accountant"))
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


async def test_every_law_of_accounts_names_the_row_that_was_altered(cheat: asyncpg.Connection):
    laws = {law.name: law for law in LAWS}
    assert {name for name, *_ in ALTERED} == set(laws)
    assert [row for law in laws.values() for row in await cheat.fetch(law.query)] == []
    for name, statement, where, sentence in ALTERED:
        by_hand = cheat.transaction()
        await by_hand.start()
        await cheat.execute(statement)
        found = [tuple(row) for row in await cheat.fetch(laws[name].query)]
        await by_hand.rollback()
        assert any(place == where and said.endswith(sentence) for place, said in found), (name, found)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE account_credit SET balance = balance + 1", 2001),
        ("DELETE FROM account_credit_entry WHERE kind = 'PAID_OUT'", 1800),
        ("UPDATE payment SET context = replace(context::text, '\"credited\":1000', '\"credited\":0')::json", 3000),
    ],
)
async def test_what_is_on_accounts_counts_among_all_the_money(cheat: asyncpg.Connection, statement: str, found: int):
    assert await cheat.fetch(SUMS.query) == []
    await cheat.execute(statement)
    (row,) = await cheat.fetch(SUMS.query)
    assert tuple(row) == ("currency NGN", f"2000 came in; {found} can be told where it is.")
