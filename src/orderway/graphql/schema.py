"""The schema, put together once: queries, and a mutation for everything that can happen."""

from __future__ import annotations

from functools import cache

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import create_type
from strawberry.types.field import StrawberryField

from orderway.graphql.account import signing
from orderway.graphql.account_credit import accounted, spending
from orderway.graphql.arrivals import arrivals
from orderway.graphql.belongings import belonging
from orderway.graphql.billing import billing
from orderway.graphql.births import born
from orderway.graphql.catalogue import shelves
from orderway.graphql.commenting import commenting
from orderway.graphql.credit import credited
from orderway.graphql.credit_terms import crediting
from orderway.graphql.customer_changes import customer_changes
from orderway.graphql.customers import serving
from orderway.graphql.deliveries import delivered, redelivering
from orderway.graphql.expose import exposed
from orderway.graphql.flags import flagged
from orderway.graphql.identities import forgetting
from orderway.graphql.insight import figured
from orderway.graphql.keys import keyed, keying
from orderway.graphql.lives import ConsumerPayment, ResellerPayment
from orderway.graphql.machine_runs import brought_over
from orderway.graphql.mails import mailed, remailing
from orderway.graphql.named_offers import offered
from orderway.graphql.named_payments import named
from orderway.graphql.notification_choices import choosing, told_how
from orderway.graphql.notifications import marking, notified
from orderway.graphql.outbox import told
from orderway.graphql.overrides import capping, overridden
from orderway.graphql.own_account import accounting, own_account
from orderway.graphql.past import remembered
from orderway.graphql.payouts import earned, paying_riders
from orderway.graphql.people import peopled
from orderway.graphql.people_changes import peopling
from orderway.graphql.preferences import preferring
from orderway.graphql.queries import asked
from orderway.graphql.reconciliation import looked_into
from orderway.graphql.returns import given_back, giving_back
from orderway.graphql.reviews import reviewed, reviewing
from orderway.graphql.riders import ridden
from orderway.graphql.riding import riding
from orderway.graphql.scalars import SCALARS
from orderway.graphql.schedules import scheduled
from orderway.graphql.settling import settling
from orderway.graphql.shadow import shadowed
from orderway.graphql.shops import shopping
from orderway.graphql.standing import stood
from orderway.graphql.stock import stocked
from orderway.graphql.stock_changes import shelving
from orderway.graphql.stocking import stocking
from orderway.graphql.subscriptions import followed
from orderway.graphql.tuning import tuned, tuning
from orderway.graphql.views import viewed, viewing
from orderway.graphql.webhooks import hooked, hooking
from orderway.graphql.whatif import rehearsed


def queries() -> list[StrawberryField]:
    """Everything that can be asked."""
    return [
        *asked(),
        *belonging(),
        told(),
        *delivered(),
        mailed(),
        *scheduled(),
        *shelves(),
        *stocked(),
        *credited(),
        *serving(),
        *accounted(),
        *given_back(),
        *overridden(),
        *looked_into(),
        *reviewed(),
        *shadowed(),
        rehearsed(),
        remembered(),
        *ridden(),
        *earned(),
        *hooked(),
        *peopled(),
        *notified(),
        tuned(),
        flagged(),
        own_account(),
        told_how(),
        keyed(),
        shopping(),
        stood(),
        brought_over(),
        figured(),
        viewed(),
    ]


def mutations() -> list[StrawberryField]:
    """Everything that can be done."""
    return [
        *signing(),
        *accounting(),
        choosing(),
        *keying(),
        forgetting(),
        *born(),
        *named(),
        *offered(),
        *preferring(),
        *billing(),
        giving_back(),
        commenting(),
        *spending(),
        *settling(),
        *reviewing(),
        *exposed(),
        *stocking(),
        *shelving(),
        *crediting(),
        *arrivals(),
        *customer_changes(),
        *capping(),
        *riding(),
        *paying_riders(),
        *marking(),
        *redelivering(),
        remailing(),
        *hooking(),
        *peopling(),
        *tuning(),
        *viewing(),
    ]


@cache
def the_schema() -> strawberry.Schema:
    """The schema of the API; raises NoForm where a machine asks for something that has no form in it."""
    return strawberry.Schema(
        query=create_type("Query", queries()),
        mutation=create_type("Mutation", mutations()),
        subscription=create_type("Subscription", followed()),
        types=[ConsumerPayment, ResellerPayment],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True, sort_schema=False),
    )


def printed() -> str:
    """The schema in its own language, as `schema.graphql` keeps it."""
    return f"{the_schema().as_str()}\n"
