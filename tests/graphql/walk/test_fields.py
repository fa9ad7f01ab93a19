"""Each field as each role, on what that role sees: held where the rules say so, empty else, and told nowhere."""

from __future__ import annotations

import pytest
from tests.graphql.walk.company import INSIDE, OFFERED, OTHER_OFFER, VOLUNTEER, Walk
from tests.graphql.walk.fields import fields, rules
from tests.graphql.walk.markers import BUYERS, DOORS, MONEY, OFFERS, STAFF, found
from tests.graphql.walk.seeing import look

PEOPLE = {**INSIDE, "r": VOLUNTEER}
MONEYED = ("quotation", "sale", "payment", "override_request")


def test_each_field_has_a_rule():
    told = {name for name in rules() if not name.startswith("Query.")}
    assert fields() - told == set(), "Say in fields.txt who sees it."
    assert told - fields() == set(), "There is no such field any more."


@pytest.mark.parametrize("letter", PEOPLE)
async def test_a_role_sees_what_the_rules_say_and_nothing_else(letter: str, walk: Walk):
    who = PEOPLE[letter]
    sight = await look(walk, who, walk.ids(who), walk.given_back if letter == "D" else walk.brought)
    shown = {name for name, rule in rules().items() if letter in rule.who and rule.is_shown}
    theirs = {name for name, rule in rules().items() if letter in rule.who}
    assert sight.held - theirs == set(), "Seen by who may not."
    assert shown - sight.held == set(), "Hidden from who may see it."
    hidden = markers(letter, walk)
    told = {document: seen for document, text in sight.texts.items() if (seen := found(text, hidden))}
    assert told == {}


def markers(letter: str, walk: Walk) -> set[str]:
    """What somebody of this role must read nowhere."""
    money = {order[name] for order in (walk.of_buyer, walk.of_reseller, walk.brought) for name in MONEYED}
    match letter:
        case "r":
            return money | DOORS | BUYERS | MONEY | STAFF | {str(OFFERED)}
        case "R":
            return money | MONEY | STAFF | {str(OTHER_OFFER), "buyer@hidden.example"}
        case "C":
            return STAFF | OFFERS | {"Reseller of shoes"} | of(walk.of_reseller) | of(walk.given_back)
        case "D":
            return STAFF | OFFERS | {"Buyer of shirts", "buyer@hidden.example"} | of(walk.of_buyer) | of(walk.brought)
    return set()


def of(order: dict[str, str]) -> set[str]:
    """The ids and the number of an order that is another's."""
    return {id for name, id in order.items() if name != "customer"} | {order["customer"]}
