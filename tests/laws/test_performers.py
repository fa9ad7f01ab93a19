"""Every effect that a machine tells of is performed, and nobody performs what none tells of."""

import inspect

from orderway.app import PERFORMERS, make_workflow, the_laws
from orderway.fulfillment import effects as of_fulfillment
from orderway.fulfillment.interests import machine as of_interest
from orderway.machines import VERSIONS
from orderway.quotation import context as of_quotation
from orderway.sale import effects as of_sale
from orderway.sale.overrides import machine as of_override
from orderway.sale.payments import events as of_payment
from orderway.settings import Settings

DECLARED = {
    of_quotation: {"ReplaceLines", "OpenSale"},
    of_override: {"Granted", "Denied", "Revoked"},
    of_interest: {"OfferGone", "OfferTurnedDown"},
    of_payment: {"Captured", "Failed", "PaidOut", "Spent", "Credited", "Reversed", "Restored", "DisputeLost"},
}


def test_every_effect_has_its_performer_and_every_performer_its_effect():
    effects = {getattr(module, name) for module, names in DECLARED.items() for name in names}
    for module in (of_sale, of_fulfillment):
        effects |= {
            value for _, value in inspect.getmembers(module, inspect.isclass) if value.__module__ == module.__name__
        }
    assert set(PERFORMERS) == effects


def test_every_version_of_every_machine_is_known_to_the_door():
    workflow = make_workflow(Settings({}))
    assert {(name, version) for name, kind in workflow.kinds.items() for version in kind.charts} == set(VERSIONS)


def test_no_two_laws_have_the_same_name():
    names = [law.name for law in the_laws()]
    assert len(names) == len(set(names)) == 72
