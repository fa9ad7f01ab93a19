"""What flags say: by store, role and share of the orders, and what makes no sense."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from tests.flags.judged import KANO, LAGOS, switched

from orderway.errors import OrderwayError
from orderway.flags.definitions import FlagsInvalid, read_environment, read_file
from orderway.flags.flags import ALL_ON, SAMPLE, Place
from orderway.flags.live import origin_of
from orderway.flags.slices import (
    BEGINS,
    CREDIT_CHECKS,
    EVENTS_OUT,
    EXPIRY,
    FULFILLMENTS,
    RIDER_SELECTION,
    SALES,
    SLICES,
    WEBHOOKS_IN,
    slices_of,
)
from orderway.machines import CHARTS

ORDER = UUID("0198a000-0000-7000-8000-000000000001")
AT_LAGOS, AT_KANO = Place(LAGOS, ORDER), Place(KANO, ORDER)


def test_slices_name_machines_and_events_that_there_are():
    for each in SLICES:
        assert set(each.machines) <= set(CHARTS)
        for machine, event in (sent.split() for sent in each.events):
            assert event in CHARTS[machine].events
    assert BEGINS in CHARTS
    assert {machine for each in SLICES for machine in each.machines} == set(CHARTS)


def test_sending_an_event_belongs_to_slices():
    assert slices_of("payment", "CONFIRM") == (SALES,)
    assert slices_of("sale", "EXPIRE") == (SALES, EXPIRY)
    assert slices_of("fulfillment", "RIDER_SELECTED") == (FULFILLMENTS, RIDER_SELECTION)
    assert slices_of("fulfillment", "RIDER_NAMED") == (FULFILLMENTS,)


def test_without_flags_everything_is_on_and_nothing_is_looked_at():
    assert not ALL_ON.are_set
    assert all(ALL_ON.is_on(each, AT_LAGOS) for each in SLICES)
    assert origin_of({}) == "default"


def test_a_slice_that_is_not_named_follows_what_it_needs():
    with switched(sales="store:LAG") as flags:
        flags.check()
        on = {each.name: (flags.is_on(each, AT_LAGOS), flags.is_on(each, AT_KANO)) for each in SLICES}
    assert on == {
        "sales": (True, False),
        "fulfillments": (True, False),
        "credit-checks": (True, False),
        "rider-selection": (True, False),
        "webhooks-in": (True, False),
        "events-out": (True, True),
        "expiry": (True, False),
    }


def test_a_role_is_who_acts():
    with switched(sales="role:MANAGER") as flags:
        flags.check()
        assert flags.is_on(SALES, Place(LAGOS, ORDER, frozenset({"MANAGER", "BILLER"})))
        assert not flags.is_on(SALES, Place(LAGOS, ORDER, frozenset({"BILLER"})))
        assert not flags.is_on(SALES, AT_LAGOS)
        assert flags.is_on_for_anybody(SALES, AT_LAGOS)


def test_a_share_takes_the_same_orders_for_each_slice_and_keeps_those_it_has_when_it_grows():
    with switched(sales="10%", fulfillments="10%") as few, switched(sales="40%", fulfillments="10%") as many:
        few.check()
        many.check()
        on = {id for id in SAMPLE if few.is_on(SALES, Place(LAGOS, id))}
        assert on == {id for id in SAMPLE if few.is_on(FULFILLMENTS, Place(LAGOS, id))}
        assert on < {id for id in SAMPLE if many.is_on(SALES, Place(LAGOS, id))}
        assert 20 < len(on) < 60
        assert few.is_on(SALES, Place(LAGOS))  # an order that begins may
    with switched(sales="0%") as none:
        assert not none.is_on(SALES, Place(LAGOS))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"sales": "off", "fulfillments": "on"}, "“Fulfillments” is switched on, and “Sales”, which it needs, is not."),
        (
            {"fulfillments": "off", "rider_selection": "on"},
            "“Rider selection” is switched on, and “Fulfillments”, which it needs, is not.",
        ),
        ({"sales": "off", "expiry": "on"}, "“Expiry” is switched on, and “Sales”, which it needs, is not."),
        (
            {"sales": "off", "credit_checks": "on"},
            "“Credit checks” is switched on, and “Sales”, which it needs, is not.",
        ),
        ({"sales": "off", "webhooks_in": "on"}, "“Webhooks in” is switched on, and “Sales”, which it needs, is not."),
        (
            {"sales": "store:LAG", "expiry": "on"},
            "“Expiry” is switched on in Kano, and “Sales”, which it needs, is not.",
        ),
        (
            {"sales": "role:MANAGER", "expiry": "role:BILLER"},
            "“Expiry” is switched on for the role BILLER, and “Sales”, which it needs, is not.",
        ),
        ({"sales": "10%", "expiry": "20%"}, "“Expiry” is switched on, and “Sales”, which it needs, is not."),
    ],
)
def test_what_makes_no_sense_is_refused(words: Mapping[str, str], sentence: str):
    with switched(**words) as flags, pytest.raises(FlagsInvalid) as no:
        flags.check()
    assert no.value.message == sentence


@pytest.mark.parametrize("alone", [each.name for each in SLICES])
def test_each_slice_is_switched_on_with_no_more_than_it_needs(alone: str):
    slices = {each.name: each for each in SLICES}
    needed = {alone}
    for _ in SLICES:
        needed |= {need.name for name in needed for need in slices[name].needs}
    words = {each.name.replace("-", "_"): "on" if each.name in needed else "off" for each in SLICES}
    with switched(**words) as flags:
        flags.check()
        assert {each.name for each in SLICES if flags.is_on(each, AT_LAGOS)} == needed


def test_how_each_slice_stands_is_told_of_each_store():
    with switched(sales="store:LAG, 25%", events_out="off") as flags:
        told = {(each.slice, each.store.code): (each.share, each.origin) for each in flags.tell()}
    share, origin = told[SALES, "LAG"]
    assert 0.15 < share < 0.35
    assert origin == "environment"
    assert told[FULFILLMENTS, "LAG"] == (share, "default")
    assert told[SALES, "KAN"] == (0, "environment")
    assert told[EVENTS_OUT, "KAN"] == (0, "environment")
    assert told[CREDIT_CHECKS, "KAN"] == told[WEBHOOKS_IN, "KAN"] == (0, "default")


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"ORDERWAY_FLAG_SALES": "maybe"}, "ORDERWAY_FLAG_SALES is 'maybe'."),
        ({"ORDERWAY_FLAG_SALES": "101%"}, "ORDERWAY_FLAG_SALES is '101%'."),
        ({"ORDERWAY_FLAG_SALES": "10%, 20%"}, "ORDERWAY_FLAG_SALES is '10%, 20%'."),
        ({"ORDERWAY_FLAG_SALES": "store:"}, "ORDERWAY_FLAG_SALES is 'store:'."),
        ({"ORDERWAY_FLAG_SALE": "on"}, "ORDERWAY_FLAG_SALE is no flag."),
    ],
)
def test_words_of_the_environment_that_say_nothing_are_refused(environ: Mapping[str, str], sentence: str):
    with pytest.raises(FlagsInvalid) as no:
        read_environment(environ)
    assert no.value.message == sentence


def test_flags_are_given_in_one_way():
    both = {"ORDERWAY_FLAGS_FILE": "/flags.json", "ORDERWAY_FLAG_SALES": "on"}
    with pytest.raises(
        OrderwayError, match="Flags are given twice: by the file of ORDERWAY_FLAGS_FILE and by the vari"
    ):
        origin_of(both)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"{", "flags.json holds no flags: Input data was truncated."),
        (b"\xff", "flags.json holds no flags: "),
        (b"[]", "flags.json holds no flags: Expected `object`, got `array`."),
        (
            b'{"flags": {"orderway-sale": {"state": "ENABLED", "variants": {"on": true}}}}',
            "flags.json names the flag orderway-sale, and there is no such slice.",
        ),
        (
            b'{"flags": {"orderway-sales": {"state": "ENABLED", "variants": {"on": "yes"}}}}',
            "flags.json: a variant of orderway-sales is neither true nor false.",
        ),
    ],
)
def test_a_file_that_holds_no_flags_is_refused(text: bytes, sentence: str):
    with pytest.raises(FlagsInvalid) as no:
        read_file(text, "flags.json")
    assert no.value.message.startswith(sentence)
