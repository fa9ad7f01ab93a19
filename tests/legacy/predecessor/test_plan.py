"""What is planned of an order of the predecessor: what happened, when, from what that is known and how surely."""

from datetime import timedelta

import pytest
from tests.legacy.predecessor.orders import AROUND, GOOD, OFFER, PAID, SOLD, brought, but, hours, paid
from tests.legacy.predecessor.road import Road

from orderway.legacy.moves import ApproveOverride, Move
from orderway.legacy.predecessor.destination import destination
from orderway.legacy.predecessor.facts import Logged, Order
from orderway.legacy.predecessor.judge import judge
from orderway.legacy.predecessor.moves import AnyMove, DraftQuotation, RegisterPayment
from orderway.legacy.predecessor.moves_on_the_way import ChooseOffer, NameRider
from orderway.legacy.predecessor.plan import plan

FAILED_FIRST = paid((10000, "FAILED"), (10000, "PENDING"), order=but(GOOD, status="APPROVED", fulfillment=None))
UNPAID = paid((4000, "CONFIRMED"), (1000, "CONFIRMED"), order=brought(created_at=hours(2.5)))


def planned(order: Order) -> tuple[AnyMove, ...]:
    """The moves, which the machines take, to where the order was judged to be."""
    found = plan(order, judge(order, AROUND), AROUND)
    assert Road(AROUND).play(found) == found.ends
    return found.moves


def told(moves: tuple[AnyMove, ...]) -> list[tuple[str, float, str | None]]:
    """The moves by their names, the hours after the beginning, and what the log keeps for a reason."""
    return [(type(move).__name__, (move.at - hours(0)) / timedelta(hours=1), move.note) for move in moves]


def test_a_good_order_goes_the_whole_road_and_says_how_that_is_known():
    assert told(planned(GOOD)) == [
        ("DraftQuotation", 0, "Inferred (0.9) from the creation of its quotation"),
        ("ShareQuotation", 0, "Inferred (0.6) from the agreement to its quotation"),
        ("ApproveForBuyer", 1, "Inferred (0.9) from the creation of its sale"),
        ("ReceiveGoods", 1, "Inferred (0.9) from its sale, which keeps its goods"),
        ("ApproveForSeller", 1, "Inferred (0.9) from the creation of its sale"),
        ("SetPaymentMethod", 2, "Inferred (0.9) from the method of its payments"),
        ("RegisterPayment", 2, "Inferred (0.9) from the time of its payment"),
        ("ConfirmPayment", 2, "Inferred (0.9) from the status CONFIRMED of its payment"),
        ("StartFulfillment", 3, "Inferred (0.6) from the first offer of a rider"),
        ("OfferToDeliver", 3, "Inferred (0.9) from the creation of a rider's offer"),
        ("ChooseOffer", 3.5, "Inferred (0.6) from the last change of the offer that was taken"),
        ("ShipPackage", 48, "Inferred (0.4) from its delivery: no row says when it left"),
        ("DeliverPackage", 48, "Inferred (0.6) from the last change of its fulfillment"),
        ("CompleteFulfillment", 48 + 14 * 24, "Inferred (0.6) from the end of its time for returns"),
    ]


def test_what_the_log_says_goes_before_what_a_row_suggests():
    rows = [("RIDER_ASSIGNED", 3.5), ("SHIPPED", 6.0), ("DELIVERED", 9.0)]
    log = tuple(
        Logged(id="l", from_state=None, to_state=state, event=None, metadata=None, at=hours(at)) for state, at in rows
    )
    assert [(name, at) for name, at, _ in told(planned(brought(log=log)))[-4:-1]] == [
        ("ChooseOffer", 3.5), ("ShipPackage", 6), ("DeliverPackage", 9),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (
            FAILED_FIRST,
            ["SetPaymentMethod", "RegisterPayment", "FailPayment", "RegisterPayment", "SetPaymentMethod",
             "AuthorizePayment"],
        ),
        (
            paid((10000, "FAILED"), order=brought(status="IN_TRANSIT")),
            ["SetPaymentMethod", "RegisterPayment", "FailPayment", "SetPaymentMethod", "RequestOverride",
             "ApproveOverride", "ApproveOverride", "StartFulfillment", "OfferToDeliver", "ChooseOffer", "ShipPackage"],
        ),
        (
            UNPAID,
            ["SetPaymentMethod", "RegisterPayment", "ConfirmPayment", "RequestOverride", "ApproveOverride",
             "ApproveOverride", "StartFulfillment", "OfferToDeliver", "RegisterPayment", "ConfirmPayment",
             "ChooseOffer", "ShipPackage", "DeliverPackage", "CompleteFulfillment"],
        ),
    ],
)  # fmt: skip
def test_each_move_finds_its_sale_ready(order: Order, names: list[str]):
    assert [name for name, _, _ in told(planned(order))[5:]] == names


def test_goods_that_left_unpaid_were_let_go_on_by_the_predecessor():
    override = [move for move in planned(UNPAID) if isinstance(move, ApproveOverride)]
    assert [(move.actor, move.kind) for move in override] == [
        ("source:legacy", "ADMIN"), ("source:legacy", "CREDIT_LIMIT"),
    ]  # fmt: skip
    reasons = [getattr(move, "reason", None) for move in planned(UNPAID)]
    assert "The former system let it go on with NGN\u00a060.00 unpaid." in reasons


@pytest.mark.parametrize(
    ("cancelled_at", "names"),
    [
        (1.5, ["CancelSale", "RegisterPayment", "ConfirmPayment"]),
        (3, ["SetPaymentMethod", "RegisterPayment", "ConfirmPayment", "CancelFulfillment"]),
    ],
)
def test_what_is_cancelled_ends_when_it_was_cancelled(cancelled_at: float, names: list[str]):
    row = Logged(id="l", from_state=None, to_state="CANCELLED", event="CANCEL", metadata=None, at=hours(cancelled_at))
    order = but(GOOD, status="CANCELLED", fulfillment=None, log=(row,))
    assert [name for name, _, _ in told(planned(order))[4:]] == names


def test_whoever_is_named_takes_the_place_of_whose_offer_was_taken():
    second = but(OFFER, id="ri2", rider="r2", status="REJECTED", created_at=hours(3.1))
    moves = planned(brought(rider="r7", interests=(OFFER, second)))
    assert [(type(move).__name__, move.rider) for move in moves if isinstance(move, NameRider)] == [("NameRider", "r7")]
    assert [move.offer for move in moves if isinstance(move, ChooseOffer)] == ["ri1"]


def test_no_offer_is_made_up_for_a_rider_who_made_none():
    moves = planned(brought(interests=()))
    assert [type(move).__name__ for move in moves if "rider" in (move.inferred or "")] == ["NameRider"]


def test_payments_get_references_that_no_other_has():
    twice = but(PAID, id="p2", received_at=hours(3))
    order = but(GOOD, payments=(PAID, twice, but(PAID, id="p3", reference=None), but(PAID, id="p4", reference="TRF")))
    found = [move for move in planned(but(order, shared_references=("TRF",))) if isinstance(move, RegisterPayment)]
    assert [move.reference for move in found] == ["PSK-1 p1", "p3", "TRF p4", "PSK-1 p2"]


def test_lines_come_to_what_the_order_does():
    dear, cheap = planned(paid((10500, "CONFIRMED"), total=10500)), planned(paid((9000, "CONFIRMED"), total=9000))
    drafts = [move for moves in (dear, cheap) for move in moves if isinstance(move, DraftQuotation)]
    assert [(draft.total, [line.total for line in draft.lines]) for draft in drafts] == [
        (10500, [10500]),
        (9000, [9000]),
    ]


def test_an_address_in_words_is_read_as_one():
    there = destination(GOOD)
    assert there.place is not None
    assert (there.place.street, there.place.city, there.place.state) == ("1 Broad Street", "Apapa", "Lagos")
    assert there.is_whole
    assert not destination(brought(address="  ")).is_whole
    assert not destination(brought(receiver_phone="ask at the gate")).is_whole


def test_an_order_whose_store_is_none_goes_to_that_of_its_sale():
    order = but(GOOD, store="nowhere", knows_store=False, sale=but(SOLD, store="s2"))
    assert [move.store for move in planned(order) if isinstance(move, DraftQuotation)] == ["s2"]


def test_every_move_says_what_it_is_inferred_from():
    moves: tuple[Move, ...] = planned(GOOD)
    assert all(move.inferred and move.confidence for move in moves)
