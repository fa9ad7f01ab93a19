"""Stock through the API: received, counted, watched and read, by whoever manages it, in their own stores."""

from datetime import timedelta
from typing import Any, get_args
from uuid import UUID

import asyncpg
import pytest
from tests.graphql.office import BUYER, KANO, LAGOS, SHIRT, SHOES, Api, jsonable
from tests.graphql.orders import agreed, written

from orderway.stock.commands import Command

SHELF = "store { code } variant { sku title } quantity reserved free missing reorderPoint low"
MOVEMENT = "store { code } variant { sku } kind quantity who note orderNumber transfer"
TRANSFER = """
    id fromStore { code } toStore { code } decidingStore status note goods { variant { sku title } quantity }
    requestedBy decidedBy decidedAt reason
"""
ANSWER = f"""
    __typename
    ... on StockChanged {{ shelves {{ {SHELF} }} movements {{ {MOVEMENT} }} transfer {{ {TRANSFER} }} }}
    ... on Refused {{ sentence reasons {{ guard sentence remedy }} }}
    ... on NotFound {{ sentence }} ... on Invalid {{ field sentence }}
"""
NOBODY = UUID("0198a000-0000-7000-8000-0000000000ff")


def goods(*each: tuple[UUID, int]) -> list[dict[str, Any]]:
    return [{"variant": str(variant), "quantity": quantity} for variant, quantity in each]


async def do(api: Api, who: str, mutation: str, **given: Any) -> Any:
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation($input: {kind}!) {{ answer: {mutation}(input: $input) {{ {ANSWER} }} }}"
    return (await api.ask(who, query, input=jsonable(given)))["answer"]


async def done(api: Api, mutation: str, who: str = "manager", **given: Any) -> Any:
    answer = await do(api, who, mutation, **given)
    assert answer["__typename"] == "StockChanged", answer
    return answer


async def no(api: Api, who: str, mutation: str, **given: Any) -> Any:
    """The answer to a mutation that must write nothing."""
    before = await written(api)
    answer = await do(api, who, mutation, **given)
    assert answer["__typename"] != "StockChanged", answer
    assert await written(api) == before
    return answer


async def shelf(api: Api, store: UUID, variant: UUID) -> tuple[int, int]:
    row = await api.office.pool.fetchrow(
        "SELECT quantity, reserved FROM stock WHERE store_id = $1 AND variant_id = $2", store, variant
    )
    return (row["quantity"], row["reserved"]) if row else (0, 0)


# --------------------------------------------------------------------------------------------------------- receiving


async def test_goods_that_come_are_on_the_shelf_with_who_took_them_in(api: Api):
    given = goods((SHIRT, 3), (SHOES, 1), (SHIRT, 2))
    answer = await done(api, "receiveStock", store=LAGOS, goods=given, note="Delivery note 4711")
    assert answer == {
        "__typename": "StockChanged",
        "shelves": [
            {"store": {"code": "LAG"}, "variant": {"sku": "SHIRT", "title": "Shirt"}, "quantity": 15, "reserved": 0,
             "free": 15, "missing": 0, "reorderPoint": None, "low": False},
            {"store": {"code": "LAG"}, "variant": {"sku": "SHOES", "title": "Shoes"}, "quantity": 11, "reserved": 0,
             "free": 11, "missing": 0, "reorderPoint": None, "low": False},
        ],
        "movements": [
            {"store": {"code": "LAG"}, "variant": {"sku": sku}, "kind": "PURCHASE", "quantity": quantity,
             "who": "Manager", "note": "Delivery note 4711", "orderNumber": None, "transfer": None}
            for sku, quantity in (("SHOES", 1), ("SHIRT", 5))
        ],
        "transfer": None,
    }  # fmt: skip
    assert await shelf(api, KANO, SHIRT) == (10, 0)


async def test_who_waits_for_goods_that_come_is_served_at_once(api: Api):
    await done(api, "adjustStock", store=LAGOS, variant=SHIRT, counted=0, reason="Burnt.")
    made = await agreed(api)
    payment = await api.move(
        "biller", "registerPayment", order=made.order, amount=6300, method="CASH", provider="till", reference="R-1"
    )
    await api.move("accountant", "paymentConfirm", id=payment["id"])
    where = "fulfillment { state }"
    assert (await api.order("biller", made.order, where))["fulfillment"]["state"] == "BACKORDERED"
    [waiting] = (await stock(api, "manager", search="shirt"))[0]
    assert (waiting["free"], waiting["missing"]) == (0, 1)
    answer = await done(api, "receiveStock", store=LAGOS, goods=goods((SHIRT, 2)))
    assert [(each["quantity"], each["reserved"], each["missing"]) for each in answer["shelves"]] == [(2, 1, 0)]
    assert (await api.order("biller", made.order, where))["fulfillment"]["state"] == "PICK_PACK"


async def test_after_a_large_receipt_who_waits_longest_is_served_before_the_answer(api: Api, pool: asyncpg.Pool):
    """Six orders wait, each for goods of its own: five are served at once, the last is left to a worker."""
    wares = [UUID(int=number) for number in range(1, 7)]
    for ware in wares[::-1]:
        await pool.execute(
            "INSERT INTO variant (id, product_id, sku, price, currency) VALUES ($1, $2, $3, 1, 'NGN')",
            ware, SHIRT, f"WARE-{ware.int}",
        )  # fmt: skip
        await agreed_on(api, ware)
        api.office.later(minutes=1)
    answer = await done(api, "receiveStock", store=LAGOS, goods=goods(*((ware, 1) for ware in wares)))
    served = [(each["variant"]["sku"], each["reserved"]) for each in answer["shelves"]]
    assert served == [("WARE-1", 0), *((f"WARE-{number}", 1) for number in range(2, 7))]


async def agreed_on(api: Api, variant: UUID) -> None:
    """A sale of one piece of the variant that waits for its payment."""
    moved = await api.move(
        "biller", "createQuotation", store=LAGOS, customer=BUYER, fulfillmentType="PICKUP",
        lines=[{"variant": str(variant), "quantity": 1}], validUntil=api.office.now + timedelta(days=7),
    )  # fmt: skip
    await api.move("biller", "quotationShare", id=moved["id"])
    for who, mutation in (("customer", "quotationBuyerApproves"), ("biller", "quotationSellerApproves")):
        await api.move(who, mutation, id=moved["id"], version=2)


async def test_a_count_that_finds_goods_serves_who_waits_for_them(api: Api):
    await done(api, "adjustStock", store=LAGOS, variant=SHIRT, counted=0, reason="Not to be found.")
    await agreed(api)
    answer = await done(api, "adjustStock", store=LAGOS, variant=SHIRT, counted=1, reason="Behind the door.")
    assert [(each["quantity"], each["reserved"], each["missing"]) for each in answer["shelves"]] == [(1, 1, 0)]


# --------------------------------------------------------------------------------------------------------- adjusting


@pytest.mark.parametrize(
    ("given", "left", "moved"),
    [
        ({"by": -9}, 1, -9),
        ({"by": 5}, 15, 5),
        ({"counted": 4}, 4, -6),
        ({"counted": 12}, 12, 2),
        ({"counted": 1}, 1, -9),
    ],
)
async def test_a_shelf_is_adjusted_for_a_reason(api: Api, given: dict[str, Any], left: int, moved: int):
    await agreed(api)
    answer = await done(api, "adjustStock", store=LAGOS, variant=SHIRT, reason=" Counted. ", **given)
    [found], [movement] = answer["shelves"], answer["movements"]
    assert (found["quantity"], found["reserved"]) == (left, 1)
    assert (movement["kind"], movement["quantity"], movement["note"]) == ("ADJUSTMENT", moved, "Counted.")


async def test_a_count_that_finds_what_should_be_there_moves_nothing(api: Api):
    answer = await done(api, "adjustStock", store=LAGOS, variant=SHIRT, reason="Yearly count.", counted=10)
    assert (answer["movements"], answer["shelves"][0]["quantity"]) == ([], 10)


async def test_goods_that_are_held_for_orders_can_not_be_taken_away(api: Api):
    for _ in range(2):
        await agreed(api)
    held = "10 pieces lie in Lagos, and 2 of them are held for orders."
    remedy = "At most 8 can be taken away: cancel or deliver orders first."
    for given in ({"by": -9}, {"counted": 1}):
        answer = await no(api, "manager", "adjustStock", store=LAGOS, variant=SHIRT, reason="Lost.", **given)
        assert answer == {"__typename": "Invalid", "field": next(iter(given)), "sentence": f"{held} {remedy}"}
    await done(api, "adjustStock", store=LAGOS, variant=SHIRT, reason="Lost.", by=-8)
    assert await shelf(api, LAGOS, SHIRT) == (2, 2)


# ------------------------------------------------------------------------------------------------ what can not be

ADJUST = {"store": LAGOS, "variant": SHIRT, "reason": "Counted."}
MANY = [{"variant": str(SHIRT), "quantity": 1}] * 1001
ZERO = "0 pieces can not be. It is a number from 1 to 1,000,000,000."
BELOW = "-1 pieces can not be. It is a number from {} to 1,000,000,000."


@pytest.mark.parametrize(
    ("mutation", "given", "field", "sentence"),
    [
        ("receiveStock", {"goods": goods((SHOES, 1), (SHIRT, 0))}, "goods[1].quantity", ZERO),
        ("receiveStock", {"goods": goods((SHIRT, -1))}, "goods[0].quantity", BELOW.format(1)),
        ("receiveStock", {"goods": goods((SHIRT, 10**9 + 1))}, "goods[0].quantity", "1,000,000,001 pieces can not be."),
        ("receiveStock", {"goods": []}, "goods", "There are 0 goods. Name 1 to 1,000 of them, and"),
        ("receiveStock", {"goods": MANY}, "goods", "There are 1,001 goods."),
        ("receiveStock", {"goods": goods((SHIRT, 1)), "note": "x" * 2001}, "note", "Note has more than"),
        ("adjustStock", {**ADJUST, "by": 0}, "by", "By 0 pieces nothing changes. Say how many there are more"),
        ("adjustStock", {**ADJUST, "by": 10**9 + 1}, "by", "1,000,000,001 pieces can not be."),
        ("adjustStock", {**ADJUST, "by": -(2**63)}, "by", "9,223,372,036,854,775,808 pieces can not be."),
        ("adjustStock", {**ADJUST, "by": -11}, "by", "10 pieces lie in Lagos, and 0 of them are held for orders."),
        ("adjustStock", {**ADJUST, "counted": -1}, "counted", BELOW.format(0)),
        ("adjustStock", {**ADJUST, "counted": 1, "by": 1}, "by", "Say either by how many pieces the shelf changes, or"),
        ("adjustStock", ADJUST, "by", "Say either by how many pieces the shelf changes, or how many were counted."),
        ("adjustStock", {**ADJUST, "by": 1, "reason": " "}, "reason", "Reason is missing."),
        ("setReorderPoint", {"variant": SHIRT, "pieces": -1}, "pieces", BELOW.format(0)),
        ("setReorderPoint", {"variant": SHIRT, "pieces": 10**9 + 1}, "pieces", "1,000,000,001 pieces can not be."),
    ],
)  # fmt: skip
async def test_what_can_not_be_is_refused_in_a_sentence(
    api: Api, mutation: str, given: dict[str, Any], field: str, sentence: str
):
    answer = await no(api, "manager", mutation, **{"store": LAGOS, **given})
    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert answer["sentence"].startswith(sentence)


GIVEN: dict[str, dict[str, Any]] = {
    "receiveStock": {"store": LAGOS, "goods": goods((SHIRT, 1))},
    "adjustStock": {**ADJUST, "by": 1},
    "setReorderPoint": {"store": LAGOS, "variant": SHIRT, "pieces": 3},
    "requestStockTransfer": {"fromStore": LAGOS, "toStore": KANO, "goods": goods((SHIRT, 1))},
    "confirmStockTransfer": {"transfer": NOBODY},
    "declineStockTransfer": {"transfer": NOBODY, "reason": "No need."},
}


def test_every_command_is_walked():
    assert set(GIVEN) == {f"{each.__name__[0].lower()}{each.__name__[1:]}" for each in get_args(Command)}


@pytest.mark.parametrize("who", ["biller", "accountant", "rider", "customer", "reseller"])
async def test_who_may_not_manage_stock_changes_nothing_of_it_and_sees_none(api: Api, who: str):
    before = await written(api)
    for mutation, given in GIVEN.items():
        answer = await do(api, who, mutation, **given)
        assert answer["__typename"] == "Refused", mutation
        assert answer["sentence"].startswith("You may not "), mutation
    assert await written(api) == before
    for query in ("stock", "lowStock", "stockTransfers"):
        assert (await api.ask(who, f"{{ found: {query} {{ nodes {{ __typename }} }} }}"))["found"]["nodes"] == []
        await not_found(api, who, query, LAGOS)
    for query in ("stockMovements", "reorderPointChanges"):
        await not_found(api, who, query, LAGOS)


async def not_found(api: Api, who: str, query: str, store: UUID) -> None:
    asked = f'{{ {query}(store: "{store}") {{ nodes {{ __typename }} }} }}'
    [error] = await api.errors(who, asked)
    assert error["message"] == "There is no such store. Check its id.", query
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_another_store_is_not_found(api: Api):
    for mutation, given in GIVEN.items():
        for store in (KANO, NOBODY):
            wanted = {**given, "store": store} if "store" in given else given
            if mutation != "requestStockTransfer":
                answer = await no(api, "manager", mutation, **wanted)
                assert answer["__typename"] == "NotFound", mutation
    for query in ("stock", "lowStock", "stockTransfers", "stockMovements", "reorderPointChanges"):
        for store in (KANO, NOBODY):
            await not_found(api, "manager", query, store)
    await not_found(api, "admin", "stock", NOBODY)


async def test_goods_that_are_none_are_not_found(api: Api):
    for mutation in ("receiveStock", "adjustStock", "setReorderPoint", "requestStockTransfer"):
        given = dict(GIVEN[mutation])
        given |= {"goods": goods((SHIRT, 1), (NOBODY, 1))} if "goods" in given else {"variant": NOBODY}
        answer = await no(api, "manager", mutation, **given)
        assert answer == {"__typename": "NotFound", "sentence": "There is no such variant. Check its id."}, mutation


# -------------------------------------------------------------------------------------------------------------- keys


@pytest.mark.parametrize(
    ("mutation", "other"),
    [
        ("receiveStock", {"goods": goods((SHIRT, 2))}),
        ("adjustStock", {"by": 2}),
        ("requestStockTransfer", {"goods": goods((SHIRT, 2))}),
        ("setReorderPoint", {"pieces": 4}),
    ],
)
async def test_a_key_lets_nothing_be_done_twice(api: Api, mutation: str, other: dict[str, Any]):
    given = {**GIVEN[mutation], "idempotencyKey": "once"}
    first = await done(api, mutation, **given)
    before = await written(api)
    assert await done(api, mutation, **given) == first
    assert await written(api) == before
    reused = await no(api, "manager", mutation, **{**given, **other})
    assert (reused["__typename"], reused["field"]) == ("Invalid", "idempotencyKey")


# ------------------------------------------------------------------------------------------------------------- reading


async def stock(api: Api, who: str, query: str = "stock", **asked: Any) -> tuple[list[Any], Any]:
    text = f"""
        query($store: UUID, $search: String! = "", $first: Int! = 50, $after: String) {{
            found: {query}(store: $store, search: $search, first: $first, after: $after) {{
                nodes {{ {SHELF} }} pageInfo {{ hasNextPage endCursor }}
            }}
        }}
    """
    found = (await api.ask(who, text, **jsonable(asked)))["found"]
    return found["nodes"], found["pageInfo"]


def places(nodes: list[Any]) -> list[tuple[str, str]]:
    return [(each["variant"]["sku"], each["store"]["code"]) for each in nodes]


async def test_stock_is_listed_by_sku_in_the_stores_of_the_viewer_a_page_at_a_time(api: Api):
    everything = [("SHIRT", "LAG"), ("SHIRT", "KAN"), ("SHOES", "LAG"), ("SHOES", "KAN")]
    assert places((await stock(api, "admin"))[0]) == everything
    assert places((await stock(api, "manager"))[0]) == [("SHIRT", "LAG"), ("SHOES", "LAG")]
    assert places((await stock(api, "admin", store=KANO))[0]) == [("SHIRT", "KAN"), ("SHOES", "KAN")]
    for search, found in (("hir", ["SHIRT"]), ("sho", ["SHOES"]), ("%", []), ("HOES", ["SHOES"])):
        assert [sku for sku, _ in places((await stock(api, "manager", search=search))[0])] == found, search
    seen, after = [], ""
    for more in (True, False):
        nodes, page = await stock(api, "admin", first=3, after=after)
        seen += places(nodes)
        after = page["endCursor"]
        assert page["hasNextPage"] is more
    assert seen == everything
    query = f'{{ stock(variant: "{SHOES}") {{ nodes {{ quantity }} }} }}'
    assert (await api.ask("manager", query))["stock"]["nodes"] == [{"quantity": 10}]


async def test_pages_that_can_not_be_are_refused(api: Api):
    for asked in ("stock(first: 0)", "lowStock(first: 101)", "stockTransfers(first: -1)"):
        [error] = await api.errors("manager", f"{{ {asked} {{ nodes {{ __typename }} }} }}")
        assert error["message"].startswith("A page holds 1 to 100 entries."), asked
    [error] = await api.errors("manager", '{ stock(after: "over there") { nodes { __typename } } }')
    assert error["message"].startswith("This is no place in a list of shelves.")


async def test_a_shelf_is_low_where_no_more_is_free_than_its_reorder_point(api: Api):
    assert (await stock(api, "admin", "lowStock"))[0] == []
    for variant, pieces, who, store in (
        (SHIRT, 9, "manager", LAGOS), (SHOES, 0, "manager", LAGOS), (SHIRT, 10, "admin", KANO),
    ):  # fmt: skip
        await done(api, "setReorderPoint", who, store=store, variant=variant, pieces=pieces)
    assert places((await stock(api, "admin", "lowStock"))[0]) == [("SHIRT", "KAN")]
    await agreed(api)
    [low], page = await stock(api, "manager", "lowStock")
    assert low == {
        "store": {"code": "LAG"}, "variant": {"sku": "SHIRT", "title": "Shirt"}, "quantity": 10, "reserved": 1,
        "free": 9, "missing": 0, "reorderPoint": 9, "low": True,
    }  # fmt: skip
    assert page["hasNextPage"] is False
    await done(api, "setReorderPoint", store=LAGOS, variant=SHIRT)
    assert (await stock(api, "manager", "lowStock"))[0] == []


async def test_reorder_points_keep_who_set_them(api: Api):
    await done(api, "setReorderPoint", store=LAGOS, variant=SHIRT, pieces=3)
    before = await written(api)
    await done(api, "setReorderPoint", store=LAGOS, variant=SHIRT, pieces=3)
    after = await written(api)
    assert after == before
    await done(api, "setReorderPoint", "admin", store=LAGOS, variant=SHIRT, pieces=0)
    await done(api, "setReorderPoint", store=LAGOS, variant=SHIRT)
    query = (
        f'{{ reorderPointChanges(store: "{LAGOS}", first: 2) {{ nodes {{ id variant {{ sku }} was became who }} }} }}'
    )
    newest = (await api.ask("manager", query))["reorderPointChanges"]["nodes"]
    query = query.replace("first: 2", f'variant: "{SHIRT}", after: "{newest[-1]["id"]}"')
    rest = (await api.ask("manager", query))["reorderPointChanges"]["nodes"]
    assert [(each["was"], each["became"], each["who"]) for each in newest + rest] == [
        (0, None, "Manager"), (3, 0, "Admin"), (None, 3, "Manager"),
    ]  # fmt: skip


async def test_movements_tell_who_why_and_for_which_order(api: Api):
    made = await agreed(api)
    number = (await api.order("biller", made.order, "number"))["number"]
    payment = await api.move(
        "biller", "registerPayment", order=made.order, amount=6300, method="CASH", provider="till", reference="R-1"
    )
    await api.move("accountant", "paymentConfirm", id=payment["id"])
    fulfillment = (await api.order("biller", made.order, "fulfillment { id }"))["fulfillment"]["id"]
    await api.move("biller", "fulfillmentStarted", id=fulfillment)
    await api.move("biller", "fulfillmentRiderNamed", id=fulfillment, rider=str(api.office.ids["rider"]))
    await api.move("biller", "fulfillmentPackageShipped", id=fulfillment)
    await done(api, "adjustStock", store=LAGOS, variant=SHIRT, by=-1, reason="Torn.")

    async def listed(asked: str) -> list[Any]:
        query = f'{{ found: stockMovements(store: "{LAGOS}", {asked}) {{ nodes {{ id {MOVEMENT} }} }} }}'
        return list((await api.ask("manager", query))["found"]["nodes"])

    def told(nodes: list[Any]) -> list[tuple[Any, ...]]:
        return [tuple(each[name] for name in ("kind", "quantity", "who", "note", "orderNumber")) for each in nodes]

    nodes = await listed(f'variant: "{SHIRT}"')
    assert told(nodes) == [
        ("ADJUSTMENT", -1, "Manager", "Torn.", None),
        ("SALE", -1, "Biller", None, number),
        ("PURCHASE", 10, "Test import", None, None),
    ]
    assert told(await listed(f'variant: "{SHIRT}", first: 1')) == told(nodes[:1])
    assert told(await listed(f'variant: "{SHIRT}", after: "{nodes[0]["id"]}"')) == told(nodes[1:])
    assert {each["kind"] for each in await listed("kinds: [SALE, ADJUSTMENT]")} == {"SALE", "ADJUSTMENT"}
    assert len(await listed("kinds: [SALE]")) == 2


async def test_the_books_of_stock_are_only_ever_added_to(api: Api, pool: asyncpg.Pool):
    await done(api, "setReorderPoint", store=LAGOS, variant=SHIRT, pieces=3)
    for change in ("UPDATE reorder_point_change SET became = 4", "DELETE FROM reorder_point_change"):
        with pytest.raises(asyncpg.PostgresError, match="are only ever added"):
            await pool.execute(change)
    with pytest.raises(asyncpg.CheckViolationError, match="movement_adjustment_check"):
        await pool.execute(
            "INSERT INTO movement (store_id, variant_id, kind, quantity, at, actor, note)"
            " VALUES ($1, $2, 'ADJUSTMENT', 1, now(), 'person:x', '')",
            LAGOS, SHIRT,
        )  # fmt: skip
