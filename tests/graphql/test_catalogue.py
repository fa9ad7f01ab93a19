"""The catalogue through the API: changed by who may, checked, remembered, and read by each as far as they see it."""

from typing import Any, get_args
from uuid import UUID

import asyncpg
import pytest
from tests.graphql.office import BUYER, KANO, LAGOS, RESELLER, SHIRT, SHOES, Api
from tests.graphql.orders import written

from orderway.catalogue.commands import Command
from orderway.catalogue.laws import LAWS
from orderway.workflow.verify import broken

ANSWER = """
    __typename
    ... on CatalogueChanged {
        product { id name category active variants { sku } }
        variant { id sku name title active price currency taxRate }
        priceList { tier currency prices { nodes { sku title price } } }
    }
    ... on Refused { sentence } ... on NotFound { sentence } ... on Invalid { field sentence }
"""
ABUJA = UUID("0198a000-0000-7000-8000-0000000000a3")
NOBODY = "0198a000-0000-7000-8000-0000000000ff"


async def do(api: Api, who: str, mutation: str, **given: Any) -> Any:
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation($input: {kind}!) {{ answer: {mutation}(input: $input) {{ {ANSWER} }} }}"
    return (await api.ask(who, query, input={name: str(v) if hasattr(v, "hex") and not isinstance(v, int) else v
                                             for name, v in given.items()}))["answer"]  # fmt: skip


async def done(api: Api, mutation: str, **given: Any) -> Any:
    """Do as the manager what can be done."""
    answer = await do(api, "manager", mutation, **given)
    assert answer["__typename"] == "CatalogueChanged", answer
    return answer


async def no(api: Api, who: str, mutation: str, **given: Any) -> Any:
    """The answer to a mutation that must write nothing."""
    before = await written(api)
    answer = await do(api, who, mutation, **given)
    assert await written(api) == before
    return answer


async def history(api: Api, of: str) -> list[tuple[Any, ...]]:
    query = "query($of: UUID) { catalogueChanges(of: $of) { nodes { what was became who } } }"
    found = (await api.ask("biller", query, of=of))["catalogueChanges"]["nodes"]
    return sorted(((each["what"], each["was"], each["became"], each["who"]) for each in found), key=str)


# --------------------------------------------------------------------------------------------------------- changing


async def test_a_product_is_made_named_anew_retired_and_sold_again(api: Api):
    made = (await done(api, "createProduct", name=" Tea ", category="Drinks"))["product"]
    assert made == {"id": made["id"], "name": "Tea", "category": "Drinks", "active": True, "variants": []}
    assert (await done(api, "renameProduct", product=made["id"], name="Green tea"))["product"]["name"] == "Green tea"
    for mutation, active in (("retireProduct", False), ("retireProduct", False), ("restoreProduct", True)):
        assert (await done(api, mutation, product=made["id"]))["product"]["active"] is active
    assert await history(api, made["id"]) == [
        ("ACTIVE", "retired", "sold", "Manager"), ("ACTIVE", "sold", "retired", "Manager"),
        ("CREATED", None, "Tea", "Manager"), ("NAME", "Tea", "Green tea", "Manager"),
    ]  # fmt: skip


CREATIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "createProduct": ({"name": "Tea"}, {"name": "Coffee"}),
    "createVariant": (
        {"product": SHIRT, "sku": "SHIRT-L", "price": 1200, "currency": "NGN"},
        {"product": SHIRT, "sku": "SHIRT-L", "price": 1300, "currency": "NGN"},
    ),
    "createPriceList": ({"tier": "GOLD", "currency": "NGN"}, {"tier": "GOLD", "currency": "GHS"}),
}


def test_each_command_that_makes_something_is_tried_with_a_key():
    made = {f"c{command.__name__[1:]}" for command in get_args(Command) if command.__name__.startswith("Create")}
    assert set(CREATIONS) == made


@pytest.mark.parametrize("mutation", CREATIONS)
async def test_a_key_lets_nothing_be_made_twice(api: Api, mutation: str):
    given, other = CREATIONS[mutation]
    first = await done(api, mutation, **given, idempotencyKey="made-1")
    assert await no(api, "manager", mutation, **given, idempotencyKey="made-1") == first
    reused = await no(api, "manager", mutation, **other, idempotencyKey="made-1")
    assert reused == {
        "__typename": "Invalid",
        "field": "idempotencyKey",
        "sentence": "This idempotency key was already used for another request. Use a new key for each new request.",
    }  # fmt: skip
    long = await no(api, "manager", mutation, **other, idempotencyKey="k" * 201)
    assert (long["__typename"], long["field"]) == ("Invalid", "idempotencyKey")


async def test_a_key_of_what_was_refused_is_not_spent(api: Api):
    given = {"product": SHIRT, "sku": "SHIRT-L", "price": -1, "currency": "NGN", "idempotencyKey": "made-1"}
    assert (await no(api, "manager", "createVariant", **given))["__typename"] == "Invalid"
    assert (await done(api, "createVariant", **{**given, "price": 1}))["variant"]["price"] == 1


async def test_the_law_knows_what_a_key_altered_without_anything_being_made(api: Api):
    await done(api, "renameVariant", variant=SHIRT, name="Blue", idempotencyKey="named")
    async with api.office.pool.acquire() as connection:
        assert await broken(connection, LAWS[0]) == []
        await connection.execute("UPDATE spent_key SET answer = $1", f'{{"altered":{{"product":"{NOBODY}"}}}}')
        [finding] = await broken(connection, LAWS[0])
    assert (finding.where, finding.sentence) == (
        "key named",
        f"person:{api.office.ids['manager']} was answered with what the catalogue does not have.",
    )


async def test_a_variant_is_made_with_its_price_and_tax_and_each_change_is_remembered(api: Api):
    given = {"product": SHIRT, "sku": "SHIRT-L", "name": "large", "price": 1200, "currency": "NGN", "taxRate": 750}
    made = (await done(api, "createVariant", **given))["variant"]
    assert made == {
        "id": made["id"], "sku": "SHIRT-L", "name": "large", "title": "Shirt, large", "active": True, "price": 1200,
        "currency": "NGN", "taxRate": 750,
    }  # fmt: skip
    assert (await done(api, "setVariantPrice", variant=made["id"], price=0))["variant"]["price"] == 0
    assert (await done(api, "setVariantTax", variant=made["id"], taxRate=10_000))["variant"]["taxRate"] == 10_000
    assert (await done(api, "renameVariant", variant=made["id"], name="L"))["variant"]["title"] == "Shirt, L"
    assert (await done(api, "retireVariant", variant=made["id"]))["variant"]["active"] is False
    assert (await done(api, "restoreVariant", variant=made["id"]))["variant"]["active"] is True
    assert await history(api, made["id"]) == [
        ("ACTIVE", "retired", "sold", "Manager"), ("ACTIVE", "sold", "retired", "Manager"),
        ("CREATED", None, "SHIRT-L", "Manager"), ("NAME", "large", "L", "Manager"),
        ("PRICE", "1200", "0", "Manager"), ("PRICE", None, "1200", "Manager"),
        ("TAX_RATE", "750", "10000", "Manager"), ("TAX_RATE", None, "750", "Manager"),
    ]  # fmt: skip


async def a_list(api: Api, tier: str = "GOLD", currency: str = "NGN") -> str:
    assert (await done(api, "createPriceList", tier=tier, currency=currency))["priceList"]["tier"] == tier
    found = (await api.ask("manager", "{ priceLists { id tier currency } }"))["priceLists"]
    return next(str(each["id"]) for each in found if (each["tier"], each["currency"]) == (tier, currency))


async def test_a_price_list_has_prices_until_they_are_taken_off(api: Api):
    gold = await a_list(api)
    for price in (900, 900, 850):
        answer = await done(api, "setListPrice", priceList=gold, variant=SHIRT, price=price)
    await done(api, "setListPrice", priceList=gold, variant=SHOES, price=4000)
    assert answer["priceList"] == {
        "tier": "GOLD", "currency": "NGN", "prices": {"nodes": [{"sku": "SHIRT", "title": "Shirt", "price": 850}]},
    }  # fmt: skip
    left = await done(api, "removeListPrice", priceList=gold, variant=SHIRT)
    assert left["priceList"]["prices"]["nodes"] == [{"sku": "SHOES", "title": "Shoes", "price": 4000}]
    before = await written(api)
    await done(api, "removeListPrice", priceList=gold, variant=SHIRT)
    assert await written(api) == before
    assert await history(api, gold) == [
        ("CREATED", None, "GOLD NGN", "Manager"), ("PRICE", "850", None, "Manager"),
        ("PRICE", "900", "850", "Manager"), ("PRICE", None, "4000", "Manager"), ("PRICE", None, "900", "Manager"),
    ]  # fmt: skip


VARIANT = {"product": SHIRT, "sku": "NEW", "price": 1, "currency": "NGN"}


@pytest.mark.parametrize(
    ("mutation", "given", "field", "sentence"),
    [
        ("createProduct", {"name": " "}, "name", "Name is missing."),
        ("createProduct", {"name": "x" * 301}, "name", "The name has 301 characters. It has 1 to 300."),
        ("createVariant", {**VARIANT, "sku": "SHIRT"}, "sku", "Another variant has the SKU “SHIRT”. Each has its own."),
        ("createVariant", {**VARIANT, "sku": "A B"}, "sku", "“A B” can not be a SKU. It has 1 to 100 characters"),
        ("createVariant", {**VARIANT, "price": -1}, "price", "A price of -1 can not be. It is a whole number of minor"),
        ("createVariant", {**VARIANT, "price": 10**12 + 1}, "price", "A price of 1,000,000,000,001 can not be."),
        ("createVariant", {**VARIANT, "currency": "ngn"}, "currency", "“ngn” is not a currency of ISO 4217"),
        ("createVariant", {**VARIANT, "currency": "XAU"}, "currency", "“XAU” is not a currency of ISO 4217"),
        ("createVariant", {**VARIANT, "taxRate": -1}, "taxRate", "A tax of -1 basis points can not be."),
        ("setVariantPrice", {"variant": SHIRT, "price": -1}, "price", "A price of -1 can not be."),
        ("setVariantPrice", {"variant": SHIRT, "price": 2**62}, "price", "A price of 4,611,686,018,427,387,904 can"),
        ("setVariantTax", {"variant": SHIRT, "taxRate": 10_001}, "taxRate", "A tax of 10,001 basis points can not be."),
        ("createPriceList", {"tier": "IRON", "currency": "NGN"}, "tier", "There is no tier “IRON”. There are BRONZE"),
        ("createPriceList", {"tier": "GOLD", "currency": "XXX"}, "currency", "“XXX” is not a currency of ISO 4217"),
        ("createPriceList", {"tier": "SILVER", "currency": "NGN"}, "tier", "There is a price list of SILVER in NGN."),
        ("setListPrice", {"variant": SHIRT, "price": -5}, "price", "A price of -5 can not be."),
    ],
)  # fmt: skip
async def test_what_can_not_be_is_refused_in_a_sentence(
    api: Api, mutation: str, given: dict[str, Any], field: str, sentence: str
):
    silver = await a_list(api, "SILVER")
    lists = {"priceList": silver} if mutation == "setListPrice" else {}
    answer = await no(api, "manager", mutation, **given, **lists)
    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert answer["sentence"].startswith(sentence)


@pytest.mark.parametrize("price", [10.5, "10.5", "ten", True, 2**64])
async def test_a_price_is_a_whole_number(api: Api, price: object):
    query = f"mutation($input: SetVariantPriceInput!) {{ setVariantPrice(input: $input) {{ {ANSWER} }} }}"
    before = await written(api)
    [error] = await api.errors("manager", query, input={"variant": str(SHIRT), "price": price})
    assert "It must" in error["message"]
    assert await written(api) == before


async def test_what_is_not_there_can_not_be_changed(api: Api):
    silver = await a_list(api, "SILVER")
    for mutation, given in (
        ("renameProduct", {"product": NOBODY, "name": "Tea"}),
        ("createVariant", {**VARIANT, "product": NOBODY}),
        ("setVariantPrice", {"variant": NOBODY, "price": 1}),
        ("setListPrice", {"priceList": NOBODY, "variant": SHIRT, "price": 1}),
        ("setListPrice", {"priceList": silver, "variant": NOBODY, "price": 1}),
    ):
        answer = await no(api, "manager", mutation, **given)
        assert answer["__typename"] == "NotFound", mutation
        assert answer["sentence"].startswith("There is no such "), mutation


GIVEN: dict[str, dict[str, Any]] = {
    "createProduct": {"name": "Tea"},
    "renameProduct": {"product": SHIRT, "name": "Blouse"},
    "retireProduct": {"product": SHIRT},
    "restoreProduct": {"product": SHIRT},
    "createVariant": VARIANT,
    "renameVariant": {"variant": SHIRT, "name": "L"},
    "retireVariant": {"variant": SHIRT},
    "restoreVariant": {"variant": SHIRT},
    "setVariantPrice": {"variant": SHIRT, "price": 1},
    "setVariantTax": {"variant": SHIRT, "taxRate": 1},
    "createPriceList": {"tier": "GOLD", "currency": "NGN"},
    "setListPrice": {"priceList": NOBODY, "variant": SHIRT, "price": 1},
    "removeListPrice": {"priceList": NOBODY, "variant": SHIRT},
}


def test_every_command_is_walked():
    assert set(GIVEN) == {f"{each.__name__[0].lower()}{each.__name__[1:]}" for each in get_args(Command)}


@pytest.mark.parametrize("who", ["biller", "accountant", "rider", "customer", "reseller"])
async def test_who_may_not_manage_the_catalogue_changes_nothing_of_it(api: Api, who: str):
    before = await written(api)
    for mutation, given in GIVEN.items():
        answer = await do(api, who, mutation, **given)
        assert answer == {"__typename": "Refused", "sentence": "You may not change the catalogue."}, mutation
    assert await written(api) == before


@pytest.mark.parametrize("who", ["admin", "manager"])
async def test_who_may_manage_the_catalogue_does(api: Api, who: str):
    for mutation, given in GIVEN.items():
        answer = await do(api, who, mutation, **given)
        there = "NotFound" if "priceList" in given else "CatalogueChanged"
        assert answer["__typename"] == there, (mutation, answer)


async def test_the_log_of_changes_is_only_ever_added_to(api: Api, pool: asyncpg.Pool):
    await done(api, "setVariantPrice", variant=SHIRT, price=1)
    for change in ("UPDATE catalogue_change SET became = '2'", "DELETE FROM catalogue_change"):
        with pytest.raises(asyncpg.PostgresError, match="are only ever added"):
            await pool.execute(change)


# ----------------------------------------------------------------------------------------------------------- reading

PRODUCTS = """
    query($search: String! = "", $first: Int! = 20, $after: String, $customer: UUID, $currency: String) {
        products(search: $search, first: $first, after: $after, customer: $customer, currency: $currency) {
            nodes { name variants { sku price currency customerPrice } } pageInfo { hasNextPage endCursor }
        }
    }
"""


async def prices(api: Api, who: str, **asked: Any) -> list[Any]:
    nodes = (await api.ask(who, PRODUCTS, **asked))["products"]["nodes"]
    return [(each["sku"], each["price"], each["customerPrice"]) for node in nodes for each in node["variants"]]


async def test_products_are_found_by_name_and_sku_a_page_at_a_time(api: Api):
    first = (await api.ask("biller", PRODUCTS, first=1))["products"]
    assert [node["name"] for node in first["nodes"]] == ["Shirt"]
    assert first["pageInfo"]["hasNextPage"] is True
    second = (await api.ask("biller", PRODUCTS, first=1, after=first["pageInfo"]["endCursor"]))["products"]
    assert [node["name"] for node in second["nodes"]] == ["Shoes"]
    assert second["pageInfo"]["hasNextPage"] is False
    for search, found in (("HIR", ["SHIRT"]), ("sho", ["SHOES"]), ("oes", ["SHOES"]), ("%", []), ("s_", [])):
        assert [sku for sku, *_ in await prices(api, "biller", search=search)] == found, search
    [error] = await api.errors("biller", PRODUCTS, first=101)
    assert error["message"].startswith("A page holds 1 to 100 entries.")


async def test_what_a_customer_pays_is_by_their_list_or_the_markup(api: Api, pool: asyncpg.Pool):
    gold = await a_list(api)
    dinar = await a_list(api, currency="KWD")
    await done(api, "setListPrice", priceList=gold, variant=SHIRT, price=800)
    await done(api, "setListPrice", priceList=dinar, variant=SHOES, price=1_505)
    await pool.execute(
        "INSERT INTO credit_profile (customer_id, currency, policy, tier)"
        " VALUES ($1, 'NGN', 'FIXED', 'GOLD'), ($1, 'KWD', 'FIXED', 'GOLD')",
        RESELLER,
    )
    assert await prices(api, "biller", customer=str(RESELLER)) == [("SHIRT", 1000, 800), ("SHOES", 5000, 5000)]
    assert await prices(api, "biller", customer=str(BUYER)) == [("SHIRT", 1000, 1050), ("SHOES", 5000, 5250)]
    assert await prices(api, "biller", customer=str(RESELLER), currency="KWD") == [
        ("SHIRT", 1000, None), ("SHOES", 5000, 1505),
    ]  # fmt: skip
    query = 'query($c: UUID!) { variant(sku: "SHIRT", customer: $c) { title customerPrice customerCurrency } }'
    assert (await api.ask("biller", query, c=str(RESELLER)))["variant"] == {
        "title": "Shirt", "customerPrice": 800, "customerCurrency": "NGN",
    }  # fmt: skip
    moved = await api.move(
        "manager", "createQuotation", store=LAGOS, customer=RESELLER, fulfillmentType="PICKUP",
        lines=[{"variant": str(SHIRT), "quantity": 1}],
    )  # fmt: skip
    order = await api.order("manager", moved["order"]["id"], "lines { price { unit listPrice } }")
    assert order["lines"] == [{"price": {"unit": 800, "listPrice": 800}}]


async def test_a_rider_sees_no_price_and_a_buyer_their_own(api: Api):
    gold = await a_list(api)
    await done(api, "setListPrice", priceList=gold, variant=SHIRT, price=800)
    assert await prices(api, "rider") == [("SHIRT", None, None), ("SHOES", None, None)]
    assert await prices(api, "customer") == [("SHIRT", None, 1050), ("SHOES", None, 5250)]
    assert await prices(api, "reseller") == [("SHIRT", None, 1000), ("SHOES", None, 5000)]
    for who in ("rider", "customer"):
        [error] = await api.errors(who, PRODUCTS, customer=str(RESELLER))
        assert error["message"] == "There is no such customer. Check the id."
        seen = await api.ask(who, "{ priceLists { id } catalogueChanges { totalCount nodes { id } } }")
        assert seen == {"priceLists": [], "catalogueChanges": {"totalCount": 0, "nodes": []}}


async def test_what_a_store_has_is_told_to_everybody_and_how_much_to_the_seller(api: Api, pool: asyncpg.Pool):
    await pool.execute("UPDATE stock SET reserved = 4 WHERE store_id = $1 AND variant_id = $2", LAGOS, SHIRT)
    await pool.execute("UPDATE stock SET reserved = 10 WHERE store_id = $1 AND variant_id = $2", LAGOS, SHOES)
    await pool.execute("INSERT INTO store (id, name, code, currency) VALUES ($1, 'Abuja', 'ABJ', 'NGN')", ABUJA)
    query = "query($s: UUID) { products(store: $s) { nodes { variants { available free } } } }"

    async def told(who: str, store: UUID | None) -> list[tuple[bool | None, int | None]]:
        nodes = (await api.ask(who, query, s=str(store) if store else None))["products"]["nodes"]
        return [(each["available"], each["free"]) for node in nodes for each in node["variants"]]

    assert await told("biller", LAGOS) == [(True, 6), (False, 0)]
    assert await told("biller", ABUJA) == [(False, 0), (False, 0)]
    for who in ("customer", "reseller", "rider"):
        assert await told(who, LAGOS) == [(True, None), (False, None)], who
    for who in ("biller", "customer"):
        assert await told(who, None) == [(None, None), (None, None)], who
        [error] = await api.errors(who, query, s=NOBODY)
        assert error["message"] == "There is no such store. Check its id."
    one = f'{{ variant(sku: "SHIRT", store: "{KANO}") {{ free }} product(id: "{SHOES}", store: "{LAGOS}") {{'
    assert await api.ask("manager", f"{one} variants {{ free }} }} }}") == {
        "variant": {"free": 10}, "product": {"variants": [{"free": 0}]},
    }  # fmt: skip


async def test_what_is_retired_is_for_the_seller_alone(api: Api):
    await done(api, "retireVariant", variant=SHIRT)
    await done(api, "retireProduct", product=SHOES)
    assert [sku for sku, *_ in await prices(api, "biller")] == ["SHIRT", "SHOES"]
    assert await prices(api, "customer") == []
    query = 'query { shirt: variant(sku: "SHIRT") { sku } shoes: variant(sku: "SHOES") { sku } }'
    assert (await api.ask("customer", query)) == {"shirt": None, "shoes": None}
    assert (await api.ask("biller", query)) == {"shirt": {"sku": "SHIRT"}, "shoes": {"sku": "SHOES"}}
    product = f'{{ product(id: "{SHOES}") {{ name active }} }}'
    assert (await api.ask("customer", product)) == {"product": None}
    assert (await api.ask("biller", product)) == {"product": {"name": "Shoes", "active": False}}


async def test_nobody_reads_the_catalogue_without_signing_in(api: Api):
    [error] = await api.errors("", "{ products { nodes { name } } }")
    assert error["extensions"]["code"] == "SIGNED_OUT"
