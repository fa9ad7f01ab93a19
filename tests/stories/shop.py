"""A shop with people, buyers and goods, and the door to it: what the stories are told with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from tests.pins import OF_ORDER

from orderway.app import make_workflow, the_laws
from orderway.delivery.address import Delivery
from orderway.ids import new_id
from orderway.people.permissions import BUILT_IN
from orderway.quotation.context import PricedLine
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.quotation.opening import NewOrder, place
from orderway.sale.payments.context import Method
from orderway.sale.payments.events import Confirm
from orderway.sale.payments.opening import NewPayment, register
from orderway.settings import Settings
from orderway.stock.movements import Goods, receive
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.runner import Runner
from orderway.workflow.timers import sweep
from orderway.workflow.transaction import Transaction
from orderway.workflow.verify import verify

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LAGOS = UUID("0198a000-0000-7000-8000-0000000000a1")
SHIRT = UUID("0198a000-0000-7000-8000-0000000000b1")
SHOES = UUID("0198a000-0000-7000-8000-0000000000b2")
CONSUMER = UUID("0198a000-0000-7000-8000-0000000000c1")
RESELLER = UUID("0198a000-0000-7000-8000-0000000000c2")
DOOR = Delivery(receiver="The buyer", phone="+234 803 123 4567", address="1 Marina", city="Lagos")
PERMISSIONS = {role.name: role.permissions for role in BUILT_IN}
PEOPLE = {
    "biller": (UUID("0198a000-0000-7000-8000-0000000000d1"), "BILLER"),
    "manager": (UUID("0198a000-0000-7000-8000-0000000000d2"), "MANAGER"),
    "accountant": (UUID("0198a000-0000-7000-8000-0000000000d3"), "ACCOUNTANT"),
    "rider": (UUID("0198a000-0000-7000-8000-0000000000d4"), "RIDER"),
    "second rider": (UUID("0198a000-0000-7000-8000-0000000000d5"), "RIDER"),
    "reseller": (UUID("0198a000-0000-7000-8000-0000000000d6"), "RESELLER"),
}


def actor(word: str) -> Actor:
    """The person as the one who acts."""
    id, role = PEOPLE[word]
    return Actor(f"person:{id}", PERMISSIONS[role])


def person(word: str) -> UUID:
    return PEOPLE[word][0]


def shirts(quantity: int, *, price: int = 1000) -> PricedLine:
    return PricedLine(SHIRT, "Shirt", quantity, price, 0, 0, 0, quantity * price)


def shoes(quantity: int, *, price: int = 5000) -> PricedLine:
    return PricedLine(SHOES, "Shoes", quantity, price, 0, 0, 0, quantity * price)


@dataclass
class Shop:
    """One store with its door; `now` is its time."""

    pool: asyncpg.Pool
    now: datetime = NOON

    def __post_init__(self) -> None:
        self.settings = Settings({})
        self.workflow = make_workflow(self.settings)
        self.runner = Runner(self.pool, self.workflow, lambda: self.now)

    async def furnish(self) -> None:
        """Write the store, its people, its buyers and its catalogue."""
        async with self.pool.acquire() as connection:
            await connection.execute(
                "INSERT INTO store (id, name, code, currency) VALUES ($1, 'Lagos store', 'LAG', 'NGN')", LAGOS
            )
            await connection.executemany(
                "INSERT INTO person (id, email, name) VALUES ($1, $2, $3)",
                [(id, f"{word.replace(' ', '-')}@example.com", word.capitalize()) for word, (id, _) in PEOPLE.items()],
            )
            for role in BUILT_IN:
                await connection.execute(
                    "INSERT INTO role (id, name, label, permissions) VALUES ($1, $2, $3, $4)",
                    new_id(), role.name, role.label, sorted(role.permissions),
                )  # fmt: skip
            await connection.executemany(
                "INSERT INTO person_role (person_id, role_id) SELECT $1, id FROM role WHERE name = $2",
                list(PEOPLE.values()),
            )
            await connection.executemany(
                "INSERT INTO person_store (person_id, store_id) VALUES ($1, $2)",
                [(person(word), LAGOS) for word in ("biller", "manager")],
            )
            await connection.executemany(
                "INSERT INTO customer (id, kind, name, currency) VALUES ($1, $2, $3, 'NGN')",
                [(CONSUMER, "CONSUMER", "Consumer"), (RESELLER, "RESELLER", "Reseller")],
            )
            await connection.execute("INSERT INTO product (id, name) VALUES ($1, 'Clothes')", SHIRT)
            await connection.executemany(
                "INSERT INTO variant (id, product_id, sku, name, price, currency) VALUES ($1, $2, $3, $4, $5, 'NGN')",
                [(SHIRT, SHIRT, "SHIRT", "Shirt", 1000), (SHOES, SHIRT, "SHOES", "Shoes", 5000)],
            )

    async def stock(self, *goods: tuple[UUID, int]) -> None:
        """Put goods on the shelf."""
        async with self.pool.acquire() as connection, connection.transaction():
            await receive(
                connection, LAGOS, goods=[Goods(*each) for each in goods], at=self.now, actor=actor("manager").id
            )

    async def order(self, *lines: PricedLine, customer: UUID = CONSUMER, by: str = "DELIVERY") -> "Order":
        """Place an order of these lines: a draft quotation."""
        new = NewOrder(
            store_id=LAGOS,
            customer_id=customer,
            currency="NGN",
            fulfillment_type=by,
            lines=lines,
            biller_id=person("biller"),
            delivery=DOOR,
            valid_until=self.now + timedelta(days=7),
        )

        async def work(tx: Transaction) -> Moved:
            return await place(tx, new)

        moved = await self.runner.run(work, actor=actor("biller"))
        return Order(self, moved.order_id, sum(line.total for line in lines))

    async def agreed(self, *lines: PricedLine, customer: UUID = CONSUMER, by: str = "DELIVERY") -> "Order":
        """An order whose quotation both sides approved: its sale is open."""
        return await self.agree(await self.order(*lines, customer=customer, by=by))

    async def agree(self, order: "Order") -> "Order":
        """Let both sides approve a quotation that nobody has edited."""
        await order.send("quotation", Share(), by="biller")
        await order.send("quotation", BuyerApproves(1), by="biller")
        await order.send("quotation", SellerApproves(1), by="biller")
        return order

    async def paid(self, *lines: PricedLine, customer: UUID = CONSUMER, by: str = "DELIVERY") -> "Order":
        """An order that was paid in full at once."""
        order = await self.agreed(*lines, customer=customer, by=by)
        await order.pay(order.total)
        return order

    async def limit(self, amount: int, customer: UUID = RESELLER) -> None:
        """Give a reseller a credit limit."""
        await self.pool.execute(
            "INSERT INTO credit_profile (customer_id, currency, policy, tier, custom_limit)"
            " VALUES ($1, 'NGN', 'FIXED', 'GOLD', $2)",
            customer, amount,
        )  # fmt: skip

    async def wait(self, **time: float) -> int:
        """Let time pass and send the events of the timers that came due; gives how many were sent."""
        self.now += timedelta(**time)
        return (await sweep(self.runner)).sent

    async def row(self, query: str, *values: Any) -> tuple[Any, ...]:
        """The one row of a query."""
        (found,) = await self.pool.fetch(query, *values)
        return tuple(found)

    async def shelf(self, variant: UUID) -> tuple[int, int]:
        """How many pieces lie there, and how many of them are held."""
        row = await self.pool.fetchrow("SELECT quantity, reserved FROM stock WHERE variant_id = $1", variant)
        return (row["quantity"], row["reserved"]) if row else (0, 0)

    async def exposure(self, customer: UUID = RESELLER) -> int:
        """What the customer owes on credit."""
        owed: int = await self.pool.fetchval("SELECT exposure FROM credit_profile WHERE customer_id = $1", customer)
        return owed

    async def findings(self) -> list[str]:
        """What `orderway verify` finds."""
        async with self.pool.acquire() as connection:
            verdict = await verify(connection, self.workflow, the_laws(), now=self.now)
        return [f"{each.rule}: {each.where}. {each.sentence}" for each in verdict.findings]

    async def rows(self) -> Mapping[str, int]:
        """How many rows each table has: a refusal leaves them as they were."""
        names = await self.pool.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return {name: await self.pool.fetchval(f"SELECT count(*) FROM {name}") for (name,) in names}


@dataclass
class Order:
    """One order of the shop. `total` is in kobo."""

    shop: Shop
    id: UUID
    total: int

    async def ref(self, machine: str) -> Ref:
        """The newest instance of a machine."""
        id = await self.shop.pool.fetchval(
            f"SELECT id FROM {machine} WHERE order_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1", self.id
        )
        return Ref(machine, LAGOS, id)

    async def send(self, machine: str, event: Any, *, by: str | Actor = "biller", to: UUID | None = None) -> Moved:
        """Send an event to an instance of the order, the newest one where none is named."""
        ref = Ref(machine, LAGOS, to) if to else await self.ref(machine)
        who = by if isinstance(by, Actor) else actor(by)
        return await self.shop.runner.send(ref, event, actor=who)

    async def register(self, amount: int, *, method: Method = "CASH") -> UUID:
        """Register a payment that waits for its confirmation."""
        new = NewPayment(amount=amount, currency="NGN", method=method, provider="till", reference=str(new_id()))

        async def work(tx: Transaction) -> Moved:
            await tx.lock(LAGOS, self.id)
            return await register(tx, new)

        return (await self.shop.runner.run(work, actor=actor("biller"))).ref.id

    async def pay(self, amount: int) -> UUID:
        """Register a payment and confirm it."""
        payment = await self.register(amount)
        await self.send("payment", Confirm(), by="accountant", to=payment)
        return payment

    async def states(self) -> tuple[str | None, str | None, str | None]:
        """Where the quotation, the sale and the fulfillment stand."""
        quotation, sale, fulfillment = await self.shop.row(
            "SELECT (SELECT state FROM quotation WHERE order_id = $1), (SELECT state FROM sale WHERE order_id = $1),"
            " (SELECT state FROM fulfillment WHERE order_id = $1)",
            self.id,
        )
        return quotation, sale, fulfillment

    async def state(self, machine: str) -> str | None:
        state: str | None = await self.shop.pool.fetchval(
            f"SELECT state FROM {machine} WHERE order_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1", self.id
        )
        return state

    async def context(self, machine: str) -> Any:
        """The context of the newest instance of a machine."""
        row = await self.shop.row(
            f"SELECT state, context, history FROM {machine} WHERE order_id = $1"
            " ORDER BY created_at DESC, id DESC LIMIT 1",
            self.id,
        )
        return self.shop.workflow.kind(machine).codecs[1].snapshot(*row).context

    async def credit(self) -> list[tuple[str, int]]:
        """The entries of the order in the ledger of credit."""
        rows = await self.shop.pool.fetch(
            "SELECT why, amount FROM credit_entry WHERE order_id = $1 ORDER BY at, id", self.id
        )
        return [tuple(row) for row in rows]

    async def payable(self) -> list[tuple[str, int]]:
        """The entries of the order in the ledger of what is owed to its buyer, as they were written.

        Those of one moment may have ids in any order; where a row lies in a table that is only added to tells it.
        """
        rows = await self.shop.pool.fetch(
            "SELECT kind, amount FROM payable WHERE order_id = $1 ORDER BY at, ctid", self.id
        )
        return [tuple(row) for row in rows]

    async def told(self) -> list[str]:
        """The types of what the outbox tells of the order, in the order of its numbers, which have no gap."""
        rows = await self.shop.pool.fetch(
            "SELECT number, type FROM outbox WHERE order_id = $1 ORDER BY number", self.id
        )
        assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
        return [row["type"].removeprefix("order.") for row in rows]

    async def pin(self) -> str:
        """The PIN that the receiver was told last."""
        return str(await self.shop.pool.fetchval(OF_ORDER, self.id))

    async def lines(self) -> list[UUID]:
        rows = await self.shop.pool.fetch("SELECT id FROM order_line WHERE order_id = $1 ORDER BY position", self.id)
        return [row["id"] for row in rows]

    async def phase(self) -> str:
        phase: str = await self.shop.pool.fetchval("SELECT phase FROM order_phase WHERE order_id = $1", self.id)
        return phase
