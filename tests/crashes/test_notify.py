"""A worker killed between any two statements of its telling: the next one goes on, and tells nobody twice or never."""

import asyncio
import sys
from pathlib import Path

import asyncpg
from tests.crashes.victim import buried
from tests.outbound.listening import deliver_all
from tests.stories.shop import RESELLER, SHIRT, Shop, person, shirts

ROOT = Path(__file__).parents[2]
ORDERS = 3

HEARD = [
    (2, "Your quotation {} is ready"),
    (4, "Lagos store approved your quotation {}"),
    (6, "Your order {} is agreed"),
]


async def heard(shop: Shop, who: str) -> list[tuple[str, int, str]]:
    rows = await shop.pool.fetch(
        "SELECT o.number, n.event_number, n.title FROM notification n JOIN sale_order o ON o.id = n.order_id"
        " WHERE n.person_id = $1 ORDER BY o.number, n.number",
        person(who),
    )
    return [tuple(row) for row in rows]


async def test_the_next_worker_goes_on_where_one_was_killed(pool: asyncpg.Pool, database_url: str) -> None:
    shop = Shop(pool)
    await shop.furnish()
    await pool.execute("UPDATE customer SET person_id = $1 WHERE id = $2", person("reseller"), RESELLER)
    await shop.stock((SHIRT, ORDERS))
    for _ in range(ORDERS):
        await shop.agreed(shirts(1), customer=RESELLER)
    numbers = [row["number"] for row in await pool.fetch("SELECT number FROM sale_order ORDER BY number")]
    complete = [(number, event, title.format(number)) for number in numbers for event, title in HEARD]
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crashes.notify_victim", database_url,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert victim.stdin
    assert victim.stdout
    deaths = 0
    while (said := await victim.stdout.readline()) == b"died\n":
        deaths += 1
        await buried(pool)
        told = await heard(shop, "reseller")
        # An order is told of whole or not at all, and what is noted as told was told.
        done = await pool.fetch(
            "SELECT o.number FROM outbound_progress p JOIN sale_order o ON o.id = p.order_id WHERE p.done = 6"
        )
        assert told == [each for each in complete if each[0] in {row["number"] for row in done}]
        victim.stdin.write(b"\n")
    victim.stdin.close()
    await victim.wait()
    assert said == b"done\n"
    assert deaths > 15
    await deliver_all(shop.runner)
    assert await heard(shop, "reseller") == complete
    assert await heard(shop, "manager") == [(number, 6, f"The sale of order {number} is open") for number in numbers]
    assert await pool.fetchval("SELECT count(*) FROM outbound_progress WHERE tries > 0 OR done < known") == 0
