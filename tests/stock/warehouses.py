"""Two stores with goods, and people who manage each of them: what moves between stores is tried with."""

from uuid import UUID

from tests.stories.shop import LAGOS, PERMISSIONS, SHIRT, SHOES, Shop

from orderway.ids import new_id
from orderway.stock.changes import change
from orderway.stock.commands import Command, RequestStockTransfer
from orderway.stock.movements import Goods, receive
from orderway.stock.transfers import Changed
from orderway.workflow.actor import Actor
from orderway.workflow.transaction import Transaction

KANO = UUID("0198a000-0000-7000-8000-0000000000a2")
LAGOS_MANAGER = Actor("person:0198a000-0000-7000-8000-0000000000d2", PERMISSIONS["MANAGER"])
KANO_MANAGER = Actor("person:0198a000-0000-7000-8000-0000000000d9", PERMISSIONS["MANAGER"])
STORES = {LAGOS_MANAGER: frozenset({LAGOS}), KANO_MANAGER: frozenset({KANO})}


async def open_kano(shop: Shop) -> None:
    """A second store beside Lagos, with a manager and an empty shelf of everything."""
    await shop.pool.execute(
        "INSERT INTO store (id, name, code, currency) VALUES ($1, 'Kano store', 'KAN', 'NGN')", KANO
    )
    await shop.pool.execute(
        "INSERT INTO person (id, email, name) VALUES ($1, 'kano@example.com', 'Manager of Kano')",
        UUID(KANO_MANAGER.id.removeprefix("person:")),
    )


async def fill(shop: Shop, store: UUID, *goods: tuple[UUID, int]) -> None:
    """Put goods on the shelves of a store."""
    async with shop.pool.acquire() as connection, connection.transaction():
        given = [Goods(*each) for each in goods]
        await receive(connection, store, goods=given, at=shop.now, actor=LAGOS_MANAGER.id)


async def do(shop: Shop, command: Command, *, by: Actor, key: str | None = None) -> Changed:
    """Send a command on stock as somebody, in the store that they manage."""

    async def work(tx: Transaction) -> Changed:
        return await change(tx, command, within=STORES[by])

    return await shop.runner.once(work, Changed, key=key, request=command, actor=by)


async def asked(shop: Shop, *goods: tuple[UUID, int], to: UUID = KANO) -> UUID:
    """A transfer between the two stores that the manager of Kano asked for."""
    ends = (LAGOS, KANO) if to == KANO else (KANO, LAGOS)
    given = tuple(Goods(*each) for each in goods or ((SHIRT, 3), (SHOES, 1)))
    changed = await do(
        shop,
        RequestStockTransfer(from_store=ends[0], to_store=ends[1], goods=given),
        by=KANO_MANAGER,
        key=str(new_id()),
    )
    assert changed.transfer
    return changed.transfer


async def shelf(shop: Shop, store: UUID, variant: UUID) -> tuple[int, int]:
    """How many pieces lie in a store, and how many of them are held."""
    row = await shop.pool.fetchrow(
        "SELECT quantity, reserved FROM stock WHERE store_id = $1 AND variant_id = $2", store, variant
    )
    return (row["quantity"], row["reserved"]) if row else (0, 0)
