from dataclasses import FrozenInstanceError

import pytest
from tests.statechart.parcel import Paid

from orderway.statechart import SYSTEM, event
from orderway.statechart.events import screaming


def test_an_event_is_a_frozen_value_with_its_words():
    assert Paid(5) == Paid(amount=5)
    with pytest.raises(FrozenInstanceError):
        Paid(5).amount = 6  # type: ignore[misc]
    words = Paid.words  # type: ignore[attr-defined]
    assert (words.label, words.log, words.permission) == ("Pay for the parcel", "paid for the parcel", "parcel.pay")
    assert words.fields == {"amount": "Amount paid"}


def test_without_a_permission_only_the_system_sends_it():
    @event(label="Tick", log="ticked", secret=("sealed_word",))
    class Ticked:
        sealed_word: str | None

    assert Ticked.words.permission == SYSTEM  # type: ignore[attr-defined]
    assert Ticked.words.secret == ("sealed_word",)  # type: ignore[attr-defined]
    assert Ticked.words.fields == {"sealed_word": "Sealed word"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "screamed"), [("CancelRequested", "CANCEL_REQUESTED"), ("Hold", "HOLD"), ("ReserveOk", "RESERVE_OK")]
)
def test_the_name_screams(name: str, screamed: str):
    assert screaming(name) == screamed


def test_a_label_for_a_field_that_is_not_there_is_a_mistake():
    with pytest.raises(TypeError, match=r"^Tick has no field weight to label\.$"):

        @event(label="Tick", log="ticked", weight="Weight")
        class Tick:
            pass


def test_an_event_with_a_reason_has_to_say_whom_it_is_for():
    with pytest.raises(TypeError, match=r"^Drop has a reason\. Say whom it is for: reason_for='buyer', or 'seller'\.$"):

        @event(label="Drop it", log="dropped it")
        class Drop:
            reason: str

    @event(label="Drop it", log="dropped it", reason_for="seller")
    class Dropped:
        reason: str

    assert Dropped.words.reason_for == "seller"  # type: ignore[attr-defined]


def test_the_log_may_say_otherwise_of_an_event_that_moved_nothing():
    @event(label="Knock", log="opened the door", missed="knocked in vain")
    class Knocked:
        pass

    words = Knocked.words  # type: ignore[attr-defined]
    assert words.phrase("SHUT", "OPEN") == "opened the door"
    assert words.phrase("SHUT", "SHUT") == "knocked in vain"
    assert Paid.words.phrase("SHUT", "SHUT") == "paid for the parcel"  # type: ignore[attr-defined]
