"""Goods that go from one store to another: one end asks, somebody else at the other end decides, once."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.graphql.office import KANO, LAGOS, QUICK, SHIRT, SHOES, Api
from tests.graphql.orders import agreed
from tests.graphql.test_stock import NOBODY, TRANSFER, do, done, goods, no, shelf

from orderway.people.accounts import NewPerson, add_person
from orderway.workflow.actor import THE_SYSTEM

PASSWORD = "correct horse battery"


async def asked(api: Api, who: str = "manager of kano", **given: Any) -> str:
    """A transfer of three shirts and a pair of shoes from Lagos to Kano that waits for its decision."""
    wanted = {"fromStore": LAGOS, "toStore": KANO, "goods": goods((SHIRT, 3), (SHOES, 1)), **given}
    return str((await done(api, "requestStockTransfer", who, **wanted))["transfer"]["id"])


async def hired(api: Api, who: str, *stores: UUID) -> None:
    """Another manager of these stores."""
    address = f"{who.replace(' ', '.')}@example.com"
    new = NewPerson(
        email=address, name=who.capitalize(), password_hash=QUICK.hash(PASSWORD), roles=["MANAGER"], stores=stores
    )
    async with api.office.pool.acquire() as connection:
        api.office.ids[who] = await add_person(connection, new, by=THE_SYSTEM)


async def shelves(api: Api) -> list[tuple[int, int]]:
    """Shirts and shoes in Lagos, then in Kano."""
    return [await shelf(api, store, variant) for store in (LAGOS, KANO) for variant in (SHIRT, SHOES)]


UNTOUCHED = [(10, 0)] * 4
MOVED = [(7, 0), (9, 0), (13, 0), (11, 0)]


async def test_one_end_asks_and_the_goods_move_when_the_other_confirms(api: Api):
    id = await asked(api, note="For the fair.")
    assert await shelves(api) == UNTOUCHED
    answer = await done(api, "confirmStockTransfer", transfer=id)
    assert answer["transfer"] == {
        "id": id, "fromStore": {"code": "LAG"}, "toStore": {"code": "KAN"}, "decidingStore": str(LAGOS),
        "status": "CONFIRMED", "note": "For the fair.", "requestedBy": "Manager of kano", "decidedBy": "Manager",
        "goods": [
            {"variant": {"sku": "SHIRT", "title": "Shirt"}, "quantity": 3},
            {"variant": {"sku": "SHOES", "title": "Shoes"}, "quantity": 1},
        ],
        "decidedAt": "2026-03-02T12:00:00Z", "reason": None,
    }  # fmt: skip
    assert await shelves(api) == MOVED
    assert [(each["store"]["code"], each["quantity"]) for each in answer["movements"]] == [("LAG", -3), ("LAG", -1)]
    rows = await api.office.pool.fetch(
        "SELECT t.code, v.sku, m.quantity, m.transfer_id::text, m.actor, m.note FROM movement m"
        " JOIN store t ON t.id = m.store_id JOIN variant v ON v.id = m.variant_id"
        " WHERE kind = 'TRANSFER' ORDER BY 1, 2"
    )
    who = f"person:{api.office.ids['manager']}"
    assert [tuple(row) for row in rows] == [
        (code, sku, sign * quantity, id, who, "For the fair.")
        for code, sign in (("KAN", 1), ("LAG", -1))
        for sku, quantity in (("SHIRT", 3), ("SHOES", 1))
    ]


async def test_whoever_offers_goods_needs_the_word_of_who_takes_them(api: Api):
    id = await asked(api, "manager")
    answer = await do(api, "manager", "confirmStockTransfer", transfer=id)
    assert answer["sentence"] == "Whoever asked for a transfer does not confirm it. Let somebody else do it."
    await done(api, "confirmStockTransfer", "manager of kano", transfer=id)
    assert await shelves(api) == MOVED


async def test_goods_go_to_a_shelf_that_was_not_there(api: Api):
    hat = UUID("0198a000-0000-7000-8000-0000000000b9")
    await api.office.pool.execute(
        "INSERT INTO variant (id, product_id, sku, price, currency) VALUES ($1, $2, 'HAT', 1, 'NGN')", hat, SHIRT
    )
    await done(api, "receiveStock", store=LAGOS, goods=goods((hat, 4)))
    id = await asked(api, goods=goods((hat, 4)))
    await done(api, "confirmStockTransfer", transfer=id)
    assert (await shelf(api, LAGOS, hat), await shelf(api, KANO, hat)) == ((0, 0), (4, 0))


async def test_the_same_end_does_not_confirm_what_it_asked_for(api: Api):
    await hired(api, "second of kano", KANO)
    id = await asked(api)
    answer = await no(api, "second of kano", "confirmStockTransfer", transfer=id)
    assert answer == {
        "__typename": "Refused",
        "sentence": "The other end confirms this transfer: Lagos. Ask whoever manages its stock.",
        "reasons": [{
            "guard": "other_end", "sentence": "The other end confirms this transfer: Lagos.",
            "remedy": "Ask whoever manages its stock.",
        }],
    }  # fmt: skip


async def test_whoever_manages_both_ends_still_needs_another(api: Api):
    """They stand at the end that gives; whoever manages the end that takes confirms, or somebody who manages both."""
    await hired(api, "manager of both", LAGOS, KANO)
    first, second = await asked(api, "admin"), await asked(api, "admin", goods=goods((SHIRT, 1)))
    answer = await no(api, "admin", "confirmStockTransfer", transfer=first)
    assert answer["reasons"][0]["guard"] == "another_person"
    assert (await no(api, "manager", "confirmStockTransfer", transfer=first))["reasons"][0]["guard"] == "other_end"
    await done(api, "confirmStockTransfer", "manager of kano", transfer=first)
    await done(api, "confirmStockTransfer", "manager of both", transfer=second)
    assert await shelf(api, KANO, SHIRT) == (14, 0)


async def test_what_is_held_or_gone_by_then_does_not_move(api: Api):
    """What counts is what is free at the moment of the confirmation; the transfer waits on and can be tried again."""
    id = await asked(api, goods=goods((SHIRT, 9), (SHOES, 10)))
    for _ in range(2):
        await agreed(api)
    answer = await no(api, "manager", "confirmStockTransfer", transfer=id)
    remedy = "Receive what is missing, or decline and ask for less."
    assert answer["__typename"] == "Refused"
    assert sorted(answer["reasons"], key=str) == [
        {"guard": "enough_free", "sentence": f"Of {sku} {wanted} are to go; 10 lie there, 2 of them held for orders.",
         "remedy": remedy}
        for sku, wanted in (("SHIRT", 9), ("SHOES", 10))
    ]  # fmt: skip
    assert answer["sentence"].endswith(remedy)
    await done(api, "receiveStock", store=LAGOS, goods=goods((SHIRT, 1), (SHOES, 2)))
    await done(api, "confirmStockTransfer", transfer=id)
    assert await shelves(api) == [(2, 2), (2, 2), (19, 0), (20, 0)]


async def test_who_waits_at_the_other_end_is_served(api: Api):
    await done(api, "adjustStock", store=LAGOS, variant=SHIRT, counted=0, reason="Sold out.")
    await agreed(api)
    id = await asked(api, fromStore=KANO, toStore=LAGOS, goods=goods((SHIRT, 2)))
    await done(api, "confirmStockTransfer", transfer=id)
    assert await shelf(api, LAGOS, SHIRT) == (2, 1)


@pytest.mark.parametrize("who", ["manager", "manager of kano", "admin"])
async def test_either_end_declines_with_a_reason_also_who_asked(api: Api, who: str):
    id = await asked(api)
    assert (await no(api, who, "declineStockTransfer", transfer=id, reason=" "))["field"] == "reason"
    transfer = (await done(api, "declineStockTransfer", who, transfer=id, reason="Not now."))["transfer"]
    assert (transfer["status"], transfer["decidedBy"], transfer["reason"]) == ("DECLINED", who.capitalize(), "Not now.")
    assert await shelves(api) == UNTOUCHED


async def test_a_transfer_is_decided_once(api: Api):
    confirmed, declined = await asked(api), await asked(api)
    await done(api, "confirmStockTransfer", transfer=confirmed)
    await done(api, "declineStockTransfer", transfer=declined, reason="Not now.")
    for id, word in ((confirmed, "confirmed"), (declined, "declined")):
        said = f"The transfer was {word} at 2026-03-02 12:00 UTC. It is decided once. Ask for another."
        for mutation, more in (("confirmStockTransfer", {}), ("declineStockTransfer", {"reason": "No."})):
            assert (await no(api, "admin", mutation, transfer=id, **more))["sentence"] == said
    assert await shelves(api) == MOVED


async def test_a_key_lets_a_decision_be_sent_again(api: Api):
    for mutation, more in (("confirmStockTransfer", {}), ("declineStockTransfer", {"reason": "Not now."})):
        given = {"transfer": await asked(api), "idempotencyKey": mutation, **more}
        assert await done(api, mutation, **given) == await done(api, mutation, **given)
    assert await shelves(api) == MOVED


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"toStore": LAGOS}, "toStore", "The goods are in that store already. Choose another store for them."),
        ({"goods": goods((SHIRT, 0))}, "goods[0].quantity", "0 pieces can not be."),
        ({"goods": goods((SHIRT, -4))}, "goods[0].quantity", "-4 pieces can not be."),
        ({"goods": []}, "goods", "There are 0 goods."),
    ],
)
async def test_what_can_not_be_is_refused_in_a_sentence(api: Api, given: dict[str, Any], field: str, sentence: str):
    wanted = {"fromStore": LAGOS, "toStore": KANO, "goods": goods((SHIRT, 3)), **given}
    answer = await no(api, "manager", "requestStockTransfer", **wanted)
    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert answer["sentence"].startswith(sentence)


async def test_who_manages_neither_end_finds_nothing(api: Api):
    abuja = UUID("0198a000-0000-7000-8000-0000000000a3")
    await api.office.pool.execute(
        "INSERT INTO store (id, name, code, currency) VALUES ($1, 'Abuja', 'ABJ', 'NGN')", abuja
    )
    await hired(api, "manager of abuja", abuja)
    id = await asked(api)
    for mutation, more in (("confirmStockTransfer", {}), ("declineStockTransfer", {"reason": "No."})):
        answer = await no(api, "manager of abuja", mutation, transfer=id, **more)
        assert answer == {"__typename": "NotFound", "sentence": "There is no such transfer. Check its id."}
    for ends in ({"fromStore": LAGOS, "toStore": KANO}, {"fromStore": abuja, "toStore": NOBODY}):
        answer = await no(api, "manager of abuja", "requestStockTransfer", **ends, goods=goods((SHIRT, 1)))
        assert answer == {"__typename": "NotFound", "sentence": "There is no such store. Check its id."}
    assert await transfers(api, "manager of abuja") == []


async def transfers(api: Api, who: str, asked: str = "first: 50") -> list[Any]:
    found = await api.ask(who, f"{{ stockTransfers({asked}) {{ nodes {{ {TRANSFER} }} pageInfo {{ hasNextPage }} }} }}")
    return list(found["stockTransfers"]["nodes"])


async def test_transfers_are_listed_at_both_ends_newest_first(api: Api):
    ids = [await asked(api) for _ in range(3)]
    await done(api, "declineStockTransfer", transfer=ids[1], reason="Not now.")
    for who in ("manager", "manager of kano", "admin"):
        assert [each["id"] for each in await transfers(api, who)] == ids[::-1]
    assert [each["id"] for each in await transfers(api, "manager", "statuses: [REQUESTED]")] == [ids[2], ids[0]]
    assert [each["id"] for each in await transfers(api, "admin", f'store: "{KANO}", first: 1')] == [ids[2]]
    assert [each["id"] for each in await transfers(api, "admin", f'after: "{ids[2]}"')] == ids[1::-1]
    assert await transfers(api, "admin", "statuses: [CONFIRMED]") == []


CHEATS = [
    "UPDATE stock_transfer SET status = 'CONFIRMED', decided_at = now(), decided_by = 'person:x', note = 'Other.'",
    (
        "UPDATE stock_transfer SET asking_store_id = from_store_id, status = 'DECLINED', decided_at = now(),"
        " decided_by = 'person:x', reason = 'No.'"
    ),
    "UPDATE stock_transfer SET requested_by = 'person:x'",
    "DELETE FROM stock_transfer",
    "UPDATE stock_transfer_line SET quantity = 9",
    "DELETE FROM stock_transfer_line",
]


@pytest.mark.parametrize("cheat", CHEATS)
async def test_the_record_itself_refuses_to_be_rewritten(api: Api, pool: asyncpg.Pool, cheat: str):
    await asked(api)
    with pytest.raises(asyncpg.PostgresError, match=r"is decided once|are only ever added"):
        await pool.execute(cheat)


async def test_a_decision_is_not_taken_back_and_not_made_by_who_asked(api: Api, pool: asyncpg.Pool):
    id = await asked(api)
    with pytest.raises(asyncpg.CheckViolationError, match="stock_transfer_two_people_check"):
        await pool.execute(
            "UPDATE stock_transfer SET status = 'CONFIRMED', decided_at = now(), decided_by = requested_by"
        )
    await done(api, "confirmStockTransfer", transfer=id)
    for status in ("REQUESTED", "DECLINED"):
        with pytest.raises(asyncpg.PostgresError, match="is decided once"):
            await pool.execute("UPDATE stock_transfer SET status = $1", status)
    with pytest.raises(asyncpg.UniqueViolationError, match="movement_transfer_key"):
        await pool.execute(
            "INSERT INTO movement (store_id, variant_id, kind, quantity, transfer_id, at, actor)"
            " SELECT store_id, variant_id, kind, quantity, transfer_id, at, actor FROM movement WHERE kind = 'TRANSFER'"
        )
