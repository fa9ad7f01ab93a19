import pytest
from tests.statechart.parcel import (
    Desk,
    Paid,
    Parcel,
    desk_is_open,
    has_items,
    is_insured,
    is_paid,
    is_vip,
    may_leave,
    may_wait,
    pays_something,
)

from orderway.statechart import Amount, Guard, all_of, any_of, guard, not_, sorting
from orderway.statechart.explain import Blank
from orderway.statechart.guards import Reason, excludes, judged, three, why_not

OPEN = Desk()
BLANK = Blank("PAID")


def test_a_guard_is_called_as_a_function():
    assert is_paid(Parcel(paid=1_250_000))
    assert not desk_is_open(Parcel(), None, Desk(is_open=False))


@pytest.mark.parametrize(
    ("parcel", "holds"),
    [
        (Parcel(paid=1_250_000), True),
        (Parcel(is_vip=True), False),
        (Parcel(is_vip=True, is_insured=True), True),
        (Parcel(), False),
    ],
)
def test_combined_guards_hold_as_their_parts_do(parcel: Parcel, holds: object):
    assert may_leave(parcel) is holds
    assert judged(may_leave, parcel, None, OPEN) is holds


def test_the_opposite_of_a_guard():
    assert may_wait(Parcel())
    assert not may_wait(Parcel(items=1))


def test_combined_guards_are_named_after_their_parts():
    assert all_of(is_vip, is_insured).name == "is_vip and is_insured"
    assert any_of(is_vip, is_insured).name == "is_vip or is_insured"
    assert not_(is_vip, says="The sender must be new.").name == "not is_vip"


def test_a_guard_says_what_must_hold():
    assert is_paid.says == "The parcel must be paid."
    assert all_of(is_paid, has_items).says == "The parcel must be paid. The parcel must hold items."
    assert any_of(is_paid, has_items).says == "Either: The parcel must be paid. Or: The parcel must hold items."
    assert any_of(is_paid, has_items, says="It must be one of both.").says == "It must be one of both."


def test_a_reason_has_the_numbers_and_the_way_out():
    assert why_not(is_paid, Parcel(paid=50_000), None, OPEN) == (
        Reason(
            guard="is_paid",
            sentence="The parcel must be paid.",
            detail="NGN 12,000.00 is missing.",
            numbers={"missing": Amount(1_200_000, "NGN")},
            remedy="Take a payment.",
            help="parcel.pay",
            template="{missing} is missing.",
        ),
    )


def test_a_guard_that_holds_has_no_reason():
    assert why_not(is_paid, Parcel(paid=1_250_000), None, OPEN) == ()


def test_every_part_of_an_all_of_is_a_reason():
    assert [each.guard for each in why_not(all_of(is_vip, has_items, is_insured), Parcel(items=1), None, OPEN)] == [
        "is_vip",
        "is_insured",
    ]


def test_an_any_of_is_one_reason_with_its_alternatives():
    (reason,) = why_not(may_leave, Parcel(), None, OPEN)
    assert (reason.guard, reason.mode, reason.sentence) == ("may_leave", "any", "One of these must hold.")
    paid, known = reason.parts
    assert paid.guard == "is_paid"
    assert (known.mode, known.sentence) == ("all", "All of these must hold.")
    assert [part.guard for part in known.parts] == ["is_vip", "is_insured"]


def test_an_alternative_that_fails_for_one_reason_is_that_reason():
    (reason,) = why_not(may_leave, Parcel(is_vip=True), None, OPEN)
    assert [part.guard for part in reason.parts] == ["is_paid", "is_insured"]


def test_a_not_has_the_numbers_of_what_it_denies():
    (reason,) = why_not(may_wait, Parcel(items=3), None, OPEN)
    assert (reason.sentence, reason.detail, reason.remedy) == (
        "The parcel must be empty.", "It holds 3.", "Take them out.",
    )  # fmt: skip


def test_what_hangs_on_a_payload_that_is_not_filled_in_is_open():
    assert judged(pays_something, Parcel(), BLANK, OPEN) is None
    assert judged(not_(pays_something, says="No."), Parcel(), BLANK, OPEN) is None
    assert judged(all_of(has_items, pays_something), Parcel(items=1), BLANK, OPEN) is None
    assert judged(all_of(pays_something, has_items), Parcel(), BLANK, OPEN) is False
    assert judged(any_of(pays_something, has_items), Parcel(), BLANK, OPEN) is None
    assert judged(any_of(pays_something, has_items), Parcel(items=1), BLANK, OPEN) is True
    assert why_not(pays_something, Parcel(), BLANK, OPEN) == ()


def test_numbers_that_need_the_payload_are_left_out_before_it_is_filled_in():
    closed = guard(detail="{amount} too late.", numbers=lambda _context, event: {"amount": event.amount})(never)
    (reason,) = why_not(closed, Parcel(), BLANK, OPEN)
    assert (reason.detail, reason.template, reason.numbers) == ("", "", {})
    (reason,) = why_not(closed, Parcel(), Paid(3), OPEN)
    assert reason.detail == "3 too late."


def never(_parcel: Parcel) -> bool:
    """It must never be."""
    return False


def test_a_reason_is_told_as_its_reader_writes_numbers():
    (reason,) = why_not(is_paid, Parcel(), None, OPEN)
    assert reason.told(lambda amount: f"₦{amount.minor // 100}") == "₦12500 is missing."
    assert Reason("x", "No.", detail="As it is.").told(str) == "As it is."


def test_a_function_of_one_two_or_three():
    assert three(lambda context: context)(1, 2, 3) == 1
    assert three(lambda context, event: event)(1, 2, 3) == 2  # noqa: ARG005
    assert three(lambda context, event, facts: facts)(1, 2, 3) == 3  # noqa: ARG005


def test_a_function_of_four_is_a_mistake():
    def greedy(a: int, b: int, c: int, d: int) -> bool:
        return a == b == c == d

    with pytest.raises(TypeError, match=r"takes 4 parameters; a guard, reducer or emitter takes one to three"):
        three(greedy)


def test_a_guard_without_a_docstring_has_no_sentence():
    assert guard()(lambda _context: True).sentence == ""
    assert isinstance(is_paid, Guard)


@sorting(remedy="Wait for the parcel to come.")
def is_sent_abroad(parcel: Parcel) -> bool:
    """The parcel must go abroad."""
    return "abroad" in parcel.notes


def test_a_guard_that_sorts_is_for_things_of_its_sort():
    both, stays = all_of(is_paid, is_sent_abroad), not_(is_sent_abroad, says="The parcel must stay in the country.")
    for parcel, is_abroad in ((Parcel(), False), (Parcel(notes=("abroad",)), True)):
        assert [excludes(each, parcel) for each in (is_sent_abroad, both, stays)] == [
            not is_abroad, not is_abroad, is_abroad,
        ]  # fmt: skip
    assert not excludes(is_paid, Parcel())
