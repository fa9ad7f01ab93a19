"""The company that is walked through: an order in each stand, people of each role in its scope and out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.changeover.listed import differ, put_on_the_list
from tests.graphql.customers import applied
from tests.graphql.office import BUYER, KANO, LAGOS, RESELLER, SHIRT, SHOES, Api, jsonable
from tests.graphql.staff_office import hire
from tests.outbound.listening import deliver_all
from tests.pins import NEWEST

from orderway.app import make_workflow
from orderway.ids import new_id
from orderway.sale.reconciliation.parking import Parked, park
from orderway.workflow.runner import Runner

ABUJA = UUID("0198a000-0000-7000-8000-0000000000a3")
INSIDE = {
    "S": "superadmin", "A": "admin", "M": "manager", "$": "accountant", "B": "biller", "R": "rider", "D": "reseller",
    "C": "customer",
}  # fmt: skip
"""Of each role somebody in whose scope the orders are; the reseller bought one, the customer the others."""

VOLUNTEER = "second rider"
"""A rider who may offer to bring one of the orders, and brings none."""

OUTSIDE = (
    "manager of kano", "biller of kano", "second biller", "second customer", "second reseller", "rider of kano",
)  # fmt: skip
"""People of roles that reach some orders, and none of these."""

DOOR = {"receiver": "Aunt of the buyer", "phone": "+234 803 999 7777", "address": "9 Hidden Lane", "city": "Lagos",
        "notes": "Ring twice."}  # fmt: skip
REVIEW, REFUSED, TOLD_OFF = "They always pay late.", "Not for this one.", "Nobody opened the door."
PAID, OFFERED, OTHER_OFFER = 4321, 777, 888


@dataclass
class Walk:
    """The company behind its API: ids by what they are of, for the buyer's order and for the reseller's."""

    api: Api
    of_buyer: dict[str, str] = field(default_factory=dict)
    of_reseller: dict[str, str] = field(default_factory=dict)
    brought: dict[str, str] = field(default_factory=dict)
    given_back: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    def ids(self, who: str, mutation: str = "") -> dict[str, str]:
        """The things that somebody is walked through: of their own order; where a mutation is for one kind, of that."""
        resellers = "Reseller" in mutation or (who == "reseller" and "Consumer" not in mutation)
        return {**self.others, **(self.of_reseller if resellers else self.of_buyer)}


async def build(api: Api) -> Walk:
    """Hire, sell, pay in part, ask for overrides, offer to deliver and bring; all by the API itself."""
    walk = Walk(api)
    await api.office.pool.execute(
        "INSERT INTO store (id, name, code, currency) VALUES ($1, 'Abuja', 'ABU', 'NGN')", ABUJA
    )
    await people(walk)
    walk.of_reseller = await sold(api, RESELLER, "reseller")
    walk.of_buyer = await sold(api, BUYER, "customer")
    walk.given_back = await sold(api, RESELLER, "reseller")
    walk.brought = await sold(api, BUYER, "customer")
    await bring(api, walk.given_back, "reseller")
    await bring(api, walk.brought, "customer")
    await things(walk)
    await deeds(walk)
    await deliver_all(Runner(api.office.pool, make_workflow(api.office.settings), lambda: api.office.now))
    return walk


async def people(walk: Walk) -> None:
    api = walk.api
    for name, role, stores in (
        ("superadmin", "SUPERADMIN", ()), ("biller of kano", "BILLER", (KANO,)), ("second biller", "BILLER", (LAGOS,)),
        ("second customer", "CUSTOMER", ()), ("second reseller", "RESELLER", ()), ("rider of kano", "RIDER", ()),
        ("clerk", "BILLER", (LAGOS,)), ("leaver", "BILLER", ()), ("machine", "ADMIN", ()),
    ):  # fmt: skip
        await hire(api, name, role, stores=stores)
    ids = api.office.ids
    async with api.office.pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO customer (id, kind, name, currency, person_id) VALUES ($1, 'CONSUMER', 'Stranger', 'NGN', $2),"
            " ($3, 'RESELLER', 'Strange shop', 'NGN', $4)",
            new_id(), ids["second customer"], new_id(), ids["second reseller"],
        )  # fmt: skip
        await connection.execute(
            "UPDATE customer SET phone = '+2348031112222', email = 'buyer@hidden.example' WHERE id = $1", BUYER
        )
        await connection.execute(
            "INSERT INTO rider_coverage (rider_id, store_id) VALUES ($1, $4), ($2, $4), ($3, $5)",
            ids["rider"], ids["second rider"], ids["rider of kano"], LAGOS, KANO,
        )  # fmt: skip


async def sold(api: Api, customer: UUID, buyer: str) -> dict[str, str]:
    """An order that two overrides cleared: a payment is pending, and two riders offered to bring it."""
    made = await api.move(
        "biller", "createQuotation", store=LAGOS, customer=customer, fulfillmentType="DELIVERY", delivery=DOOR,
        lines=[{"variant": str(SHIRT), "quantity": 1}, {"variant": str(SHOES), "quantity": 1}],
        validUntil=api.office.now.replace(day=9),
    )  # fmt: skip
    ids = {
        "customer": str(customer),
        "order": made["order"]["id"],
        "number": made["order"]["number"],
        "quotation": made["id"],
    }
    await api.move("biller", "quotationShare", id=ids["quotation"])
    await api.move(buyer, "quotationBuyerApproves", id=ids["quotation"], version=2)
    await api.move("biller", "quotationSellerApproves", id=ids["quotation"], version=2)
    await review(api, ids)
    seen = await api.order("admin", ids["order"], "fulfillment { id } lines { id }")
    ids |= {"fulfillment": seen["fulfillment"]["id"], "line": seen["lines"][0]["id"]}
    given = {"order": ids["order"], "amount": PAID, "method": "CASH", "provider": "till", "reference": ids["number"]}
    ids["payment"] = (await api.move("biller", "registerPayment", **given))["id"]
    await api.move("biller", "fulfillmentStarted", id=ids["fulfillment"])
    for who, name, cost in (("rider", "rider_interest", OFFERED), (VOLUNTEER, "other_interest", OTHER_OFFER)):
        offer = {"fulfillment": ids["fulfillment"], "proposedCost": cost, "etaMinutes": 20, "message": "I am near."}
        ids[name] = (await api.move(who, "registerFulfillmentInterest", **offer))["id"]
    return ids


async def review(api: Api, ids: dict[str, str]) -> None:
    """Ask for an override and approve it, and the one that the limit of credit asks for."""
    ids["sale"] = (await api.order("biller", ids["order"], "sale { id }"))["sale"]["id"]
    await api.move("biller", "saleAdminOverrideRequested", id=ids["sale"], reason=REVIEW)
    for _ in range(2):
        overrides = (await api.order("manager", ids["order"], "overrides { id state }"))["overrides"]
        ids["override_request"] = next(each["id"] for each in overrides if each["state"] == "PENDING")
        await api.move("manager", "overrideRequestApprove", id=ids["override_request"])


async def bring(api: Api, ids: dict[str, str], buyer: str) -> None:
    """The rider brings it at the second try; some of it is given back."""
    delivery, rider = ids["fulfillment"], str(api.office.ids["rider"])
    await api.move("biller", "assignFulfillmentRider", id=delivery, rider=rider)
    await api.move("rider", "fulfillmentPackageShipped", id=delivery)
    await api.move("rider", "fulfillmentDeliveryFailed", id=delivery, reason=TOLD_OFF)
    await api.move("biller", "assignFulfillmentRider", id=delivery, rider=rider, cost=OFFERED)
    await api.move("rider", "fulfillmentPackageShipped", id=delivery)
    pin = await api.office.pool.fetchval(NEWEST)
    await api.move("rider", "fulfillmentPackageDelivered", id=delivery, pin=pin)
    await settle(api, ids)
    lines = [{"line": ids["line"], "quantity": 1}]
    await api.move(buyer, "createSalesReturn", order=ids["order"], lines=lines, reason="Too small.")


async def settle(api: Api, ids: dict[str, str]) -> None:
    """What was paid is confirmed, and the rest is paid."""
    total = (await api.order("admin", ids["order"], "totals { total }"))["totals"]["total"]
    rest = {"order": ids["order"], "amount": total - PAID, "method": "CASH", "provider": "till"}
    second = await api.move("biller", "registerPayment", **rest, reference=f"Rest of {ids['number']}")
    for payment in (ids["payment"], second["id"]):
        await api.move("accountant", "paymentConfirm", id=payment)


async def things(walk: Walk) -> None:
    """What belongs to no order: money that nobody knows, goods between stores, an application, keys, a role."""
    api, ids = walk.api, walk.api.office.ids
    parked = Parked(
        kind="over", provider="paystack", amount=PAID, currency="NGN", why="It is too much.", at=api.office.now,
        store=LAGOS, order=UUID(walk.of_buyer["order"]), payment=UUID(walk.of_buyer["payment"]), reference="R-7",
    )  # fmt: skip
    async with api.office.pool.acquire() as connection:
        item = await park(connection, parked)
    for order in (walk.of_buyer, walk.of_reseller, walk.brought):
        await put_on_the_list(api.office.pool, UUID(order["order"]), "ADDRESS")
        await differ(api.office.pool, UUID(order["order"]), "CLEARED")
    transfer = await asked(api, "manager", "requestStockTransfer", "... on StockChanged { transfer { id } }",
                           fromStore=LAGOS, toStore=ABUJA, goods=[{"variant": str(SHIRT), "quantity": 1}])  # fmt: skip
    tier = await asked(api, "admin", "createPriceList", "... on CatalogueChanged { priceList { id } }",
                       tier="GOLD", currency="NGN")  # fmt: skip
    role = await asked(api, "superadmin", "createRole", "... on RoleChanged { role { id } }", name="SPARE",
                       label="spare", permissions=["scope.store"])  # fmt: skip
    assert role["role"]
    application = await applied(api)
    hook = await asked(api, "admin", "createWebhook", "... on WebhookMade { webhook { id } }",
                       name="Warehouse", url="https://hooks.example/orders")  # fmt: skip
    walk.others = {
        "webhook": hook["webhook"]["id"],
        "item": str(item), "transfer": transfer["transfer"]["id"], "priceList": tier["priceList"]["id"],
        "application": application, "store": str(LAGOS), "variant": str(SHIRT),
        "product": str(SHIRT), "user": str(ids["clerk"]), "rider": str(ids["rider"]), "biller": str(ids["biller"]),
    }  # fmt: skip


async def deeds(walk: Walk) -> None:
    """What leaves something behind in each of the lists."""
    own, ids = walk.brought, walk.api.office.ids
    thing, why = walk.others, {"reason": "It was agreed."}
    shirt = {"variant": thing["variant"], "store": thing["store"]}
    came = [{"line": own["line"], "quantity": 1, "condition": "SELLABLE"}]
    money = {"fulfillment": own["fulfillment"], "rider": ids["rider"]}
    for who, mutation, given in (
        ("manager", "fulfillmentReturnReceived", {"id": own["fulfillment"], "lines": came}),
        ("accountant", "fulfillmentRefundIssued", {"id": own["fulfillment"], "amount": 1050, "to": "ACCOUNT"}),
        ("accountant", "payFulfillmentRider", {**money, "amount": 100, "method": "CASH", "reference": "Slip 7"}),
        ("biller", "copyQuotation", {"order": own["order"]}),
        ("admin", "setOverrideCap", {"role": "MANAGER", "currency": "NGN", "amount": 90_000, **why}),
        ("admin", "changeSetting", {"name": "RETURN_WINDOW_DAYS", "value": "20", **why}),
        ("admin", "setListPrice", {"priceList": thing["priceList"], "variant": thing["variant"], "price": 900}),
        ("admin", "renameVariant", {"variant": thing["variant"], "name": "Blue"}),
        ("manager", "setReorderPoint", {**shirt, "pieces": 50}),
        ("admin", "changeCustomer", {"customer": BUYER, "name": "Buyer of shirts", "phone": "+2348031112222",
         "email": "buyer@hidden.example", "store": ABUJA, **why}),
        ("accountant", "changeCreditTerms", {"customer": RESELLER, "currency": "NGN", "policy": "FIXED",
         "customLimit": 5, "tier": "BRONZE", **why}),
        ("admin", "disableUser", {"user": ids["leaver"], **why}),
        ("rider", "setRiderProfile", {"vehicle": "CAR", "phone": "+2348035556666", "plate": "LAG 1", "note": "Blue."}),
        ("manager", "upsertRiderCoverage", {"rider": ids[VOLUNTEER], "store": LAGOS, "radiusKm": 50}),
        ("clerk", "createApiKey", {"name": "Till", "permissions": ["money.see"], "expiresAt": "2026-04-01T00:00:00Z"}),
    ):  # fmt: skip
        await asked(walk.api, who, mutation, "", **given)


async def asked(api: Api, who: str, mutation: str, answer: str, **given: Any) -> Any:
    """Send a mutation that must do something, and give the answer's fields."""
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation($input: {kind}!) {{ answer: {mutation}(input: $input) {{ __typename {answer}"
    query += " ... on Problem { sentence } } }"
    found = (await api.ask(who, query, input=jsonable(given)))["answer"]
    assert "sentence" not in found, found
    return found
