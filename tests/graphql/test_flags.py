"""The way over through the API: a closed slice says who has it, what-if says so too, and admins see how flags stand."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.flags.judged import switched
from tests.graphql.office import BUYER, LAGOS, SHIRT, Api, Office
from tests.graphql.orders import draft, written
from tests.graphql.test_whatif import simulate, step

from orderway.app import make_workflow
from orderway.quotation.context import PricedLine
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.quotation.opening import NewOrder, place
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

ELSEWHERE = "Sales of Lagos Island are still handled in the former system."
ALLOWED = "sale { id availableEvents { event enabled reasons { guard sentence remedy whoCanHelp } } }"
STANDING = "{ featureFlags { areSet where problem slices { slice store share origin } } }"
FORMER = Actor("import:legacy", permissions=None)


async def brought(office: Office) -> UUID:
    """An order of the former system as its import tells it: its sale is open."""
    new = NewOrder(
        store_id=LAGOS, customer_id=BUYER, currency="NGN", fulfillment_type="PICKUP",
        lines=(PricedLine(SHIRT, "Shirt", 1, 1000, 0, 0, 0, 1000),), biller_id=office.ids["biller"],
        valid_until=office.now + timedelta(days=7),
    )  # fmt: skip

    async def work(tx: Transaction) -> Moved:
        moved = await place(tx, new)
        for event in (Share(), BuyerApproves(1), SellerApproves(1)):
            await tx.send(Ref("quotation", LAGOS, moved.ref.id), event)
        return moved

    runner = Runner(office.pool, make_workflow(office.settings), lambda: office.now)
    return (await runner.run(work, actor=FORMER)).order_id


async def test_a_slice_of_the_former_system_is_closed_wherever_it_is_asked(api: Api):
    order = str(await brought(api.office))
    with switched(sales="store:KAN, role:MANAGER") as api.office.flags:
        async with api.office.open() as client:
            there = Api(api.office, client)
            sale = (await there.order("biller", order, ALLOWED))["sale"]
            events: dict[str, Any] = {each["event"]: each for each in sale["availableEvents"]}
            assert events["SET_PAYMENT_METHOD"] == {
                "event": "SET_PAYMENT_METHOD", "enabled": False, "reasons": [{
                    "guard": "former_system", "sentence": ELSEWHERE, "remedy": "Go on with it there.",
                    "whoCanHelp": "an admin",
                }],
            }  # fmt: skip
            before = await written(there)
            asked = "mutation($i: SaleSetPaymentMethodInput!) { saleSetPaymentMethod(input: $i) { __typename"
            asked += " ... on Refused { reasons { guard sentence } } } }"
            answer = await there.ask("biller", asked, i={"id": sale["id"], "method": "CASH"})
            assert answer["saleSetPaymentMethod"] == {
                "__typename": "Refused", "reasons": [{"guard": "former_system", "sentence": ELSEWHERE}]
            }  # fmt: skip
            assert await written(there) == before
            (found,) = await simulate(there, "biller", order, step("sale", "SET_PAYMENT_METHOD", method="CASH"))
            assert (found["decision"], found["reasons"][0]["sentence"]) == ("REFUSED", ELSEWHERE)
    with switched(sales="store:LAG, role:BILLER") as api.office.flags:
        async with api.office.open() as client:
            there = Api(api.office, client)
            await draft(there, "biller")
            sale = (await there.order("biller", order, ALLOWED))["sale"]
            assert [each["enabled"] for each in sale["availableEvents"] if each["event"] == "SET_PAYMENT_METHOD"]


async def test_admins_see_how_each_slice_stands_and_nobody_else_does(api: Api):
    plain = (await api.ask("admin", STANDING))["featureFlags"]
    assert (plain["areSet"], plain["where"], {each["share"] for each in plain["slices"]}) == (False, None, {1.0})
    with switched(sales="store:LAG", events_out="off") as api.office.flags:
        async with api.office.open() as client:
            there = Api(api.office, client)
            told = (await there.ask("admin", STANDING))["featureFlags"]
            assert (told["areSet"], told["where"], told["problem"]) == (True, "the test", None)
            assert told["slices"][:4] == [
                {"slice": "sales", "store": "LAG", "share": 1.0, "origin": "ENVIRONMENT"},
                {"slice": "sales", "store": "KAN", "share": 0.0, "origin": "ENVIRONMENT"},
                {"slice": "fulfillments", "store": "LAG", "share": 1.0, "origin": "DEFAULT"},
                {"slice": "fulfillments", "store": "KAN", "share": 0.0, "origin": "DEFAULT"},
            ]
            refused = (await there.post("manager", STANDING)).json()
    assert refused["data"] is None
    assert refused["errors"][0]["message"] == "You may not see or change settings."
