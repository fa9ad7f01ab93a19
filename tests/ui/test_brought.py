"""What was brought over is read in one's own language, though it is kept in English: also what stood there before."""

from datetime import timedelta
from html import unescape
from uuid import UUID

import asyncpg
import pytest
from tests.changeover.listed import differ, put_on_the_list
from tests.company import NOW
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.test_flags import brought

from orderway.app import make_workflow
from orderway.sale.events import CancelRequested
from orderway.settings import Settings
from orderway.workflow.actor import Actor
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

FRENCH = {"accept-language": "fr"}
IMPORT = Actor("import:legacy", permissions=None)
NOTE = "Inferred (0.9) from the last change of the order"


async def cancelled(pool: asyncpg.Pool, order: UUID) -> None:
    """The import ends the sale of an order, and notes from what it knows when."""

    async def work(tx: Transaction) -> None:
        await tx.lock(await pool.fetchval("SELECT store_id FROM sale_order WHERE id = $1", order), order)
        sale = await tx.find("sale")
        assert sale is not None
        with tx.acting(IMPORT, at=NOW, note=NOTE):
            await tx.send(sale.ref, CancelRequested("The former system's order was cancelled."))

    await Runner(pool, make_workflow(Settings({})), lambda: NOW).run(work, actor=IMPORT)


async def test_the_history_of_an_order_says_whence_it_is_known(sign_in: SignIn, shop: Shop):
    url = await brought(shop.pool)
    await cancelled(shop.pool, UUID(url[8:]))
    client = await sign_in("admin")
    assert "Legacy import cancelled the sale" in (said := words((await client.get(url)).text))
    assert NOTE in said
    french = words(unescape((await client.get(url, headers=FRENCH)).text))
    assert "Orderway (reprise) a annulé la vente" in french
    assert "Déduit d’après la dernière modification de la commande (fiabilité : 0,9 sur 1)" in french


@pytest.mark.parametrize("table", ["import_review", "shadow_divergence"])
async def test_a_list_says_what_was_found_and_the_former_words(table: str, sign_in: SignIn, shop: Shop):
    order = await shop.pool.fetchval("SELECT id FROM sale_order ORDER BY number LIMIT 1")
    await put_on_the_list(shop.pool, order, "LEFT_UNPAID")
    await differ(shop.pool, order, "LEFT_UNPAID", at=NOW - timedelta(days=1))
    await shop.pool.execute(
        f"UPDATE {table} SET sentence = $1, evidence = jsonb_set(evidence, '{{why}}', $2)",
        "Its goods have left with NGN\xa01,500.00 unpaid, and nothing had cleared it.",
        '"Its goods have left; no payment, credit or override had cleared it."',
    )
    client = await sign_in("admin")
    page = {"import_review": "/reviews", "shadow_divergence": "/shadow"}[table]
    said = words(unescape((await client.get(page, headers=FRENCH)).text))
    for text in (
        "La marchandise est partie sans être payée",
        "Sa marchandise est partie alors que 1 500,00 NGN restaient à payer, et rien ne l’avait débloquée.",
        "Sa marchandise est partie ; ni paiement, ni crédit, ni dérogation ne l’avait débloquée. Certitude : 70 %.",
        "Processus de la vente Débloquée pour l’exécution", "Espèces · Confirmé", "Vente : Choix du mode de paiement",
    ):  # fmt: skip
        assert text in said, said
