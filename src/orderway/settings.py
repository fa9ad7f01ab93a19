"""The settings an operator may change: those there are, and the values they have."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TypeVar, cast

from orderway.outbox_settings import (
    OUTBOX_LONGEST_WAIT_MINUTES,
    OUTBOX_TRIES,
    WEBHOOK_DISABLE_HOURS,
    WEBHOOK_LOG_DAYS,
)
from orderway.schedule import Schedule
from orderway.schedule_settings import (
    ABANDONED_RECEIPTS_CRON,
    INSIGHT_CRON,
    ORDER_ARCHIVE_CRON,
    ORDER_ARCHIVE_DAYS,
    PAYMENT_REPORTS_CRON,
    RIDER_INTEREST_EXPIRY_BATCH_SIZE,
    RIDER_INTEREST_EXPIRY_CRON,
    SALE_EXPIRY_BATCH_SIZE,
    SALE_EXPIRY_CRON,
    SCHEDULE_RUN_DAYS,
    SHADOW_SUMMARY_CRON,
    TIDYING_CRON,
)
from orderway.setting import Setting, SettingInvalid, Source, number, written, yes_no
from orderway.signing_settings import (
    ACCESS_TOKEN_MINUTES,
    API_SESSION_DAYS,
    CUSTOMER_SIGN_UP,
    PASSWORDS_OF_A_PLACE,
    REFRESH_TOKEN_DAYS,
    RESELLER_APPLICATIONS,
    SIGN_IN_FREE_TRIES,
    SIGN_IN_FREE_TRIES_OF_A_PLACE,
    SIGN_IN_LONGEST_PAUSE_MINUTES,
    SIGN_IN_MEMORY_MINUTES,
    SIGN_UPS_OF_A_PLACE,
)
from orderway.stream_settings import STREAMS_PER_PERSON, STREAMS_PER_PROCESS

T = TypeVar("T")

SALE_PENDING_EXPIRY_MINUTES = number(
    "SALE_PENDING_EXPIRY_MINUTES",
    "Unpaid sales expire after",
    default=1440,
    low=0,
    high=525_600,
    unit="minutes",
    help="Counted from the opening of the sale. 0 turns it off.",
)
SHORT_PAYMENT_TOLERANCE_PERCENT = number(
    "SHORT_PAYMENT_TOLERANCE_PERCENT",
    "Payments may be accepted short by",
    default=1,
    low=0,
    high=100,
    unit="percent",
    help="Of the sale's total, in all. 0 lets nothing go.",
)
OVERRIDE_REQUEST_EXPIRY_MINUTES = number(
    "OVERRIDE_REQUEST_EXPIRY_MINUTES",
    "A request for an override lapses after",
    default=1440,
    low=0,
    high=525_600,
    unit="minutes",
    help="Counted from when it was asked; one that nobody decided counts as declined. 0 turns it off.",
)
RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES = number(
    "RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES",
    "A rider's interest expires after",
    default=45,
    low=1,
    high=10_080,
    unit="minutes",
    help="Counted from when the rider volunteers. The rider's estimated time of arrival is another thing.",
)
RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES = number(
    "RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES",
    "An interest without an expiry expires after",
    default=60,
    low=0,
    high=10_080,
    unit="minutes",
    help="For interests that carry no time of their own. 0 turns it off.",
)
DELIVERY_ATTEMPTS = number(
    "DELIVERY_ATTEMPTS",
    "A delivery is attempted",
    default=3,
    low=1,
    high=100,
    unit="times",
    help="When the last attempt fails, the fulfillment fails and its goods go back into stock.",
)
RETURN_WINDOW_DAYS = number(
    "RETURN_WINDOW_DAYS",
    "Goods may be returned for",
    default=14,
    low=0,
    high=3650,
    unit="days",
    help="Counted from delivery; at its end the fulfillment completes.",
)
RIDERS_WITHOUT_COVERAGE_SEE_ALL = yes_no(
    "RIDERS_WITHOUT_COVERAGE_SEE_ALL",
    "Riders without a coverage deliver for every store",
    default="yes",
    help="With no, such a rider sees no delivery until a coverage is entered.",
)
PAYMENT_RECEIPT_MAX_FILE_SIZE = number(
    "PAYMENT_RECEIPT_MAX_FILE_SIZE",
    "Largest receipt that may be uploaded",
    default=10_485_760,
    low=1024,
    high=104_857_600,
    unit="bytes",
    help="A larger file is refused while it is still arriving.",
)
RECEIPT_URL_MINUTES = number(
    "RECEIPT_URL_MINUTES",
    "A link to a receipt lives for",
    default=5,
    low=1,
    high=1440,
    unit="minutes",
    help="Whoever may see the payment gets a new one each time they look.",
)
CONSUMER_PRICE_MARKUP_PERCENT = number(
    "CONSUMER_PRICE_MARKUP_PERCENT",
    "Markup on prices for consumers",
    default=5,
    low=0,
    high=1000,
    unit="percent",
    help="Added to the reseller's price.",
)
API_OPERATION_SECONDS = number(
    "API_OPERATION_SECONDS",
    "An operation of the API may take",
    default=10,
    low=1,
    high=600,
    unit="seconds",
    help="One that takes longer is stopped, and what it began is undone.",
)
API_COST_LIMIT = number(
    "API_COST_LIMIT",
    "An operation of the API may come to",
    default=50_000,
    low=1000,
    high=10_000_000,
    unit="fields",
    help="A field counts once for each thing of the page that it is asked of, and ten times where it is looked up.",
)
API_REQUESTS_PER_PERSON = number(
    "API_REQUESTS_PER_PERSON",
    "Requests to the API a minute, of one person",
    default=1_200,
    low=0,
    high=1_000_000,
    unit="requests",
    help="Counted in each process by itself. 0 turns it off.",
)
API_REQUESTS_PER_MACHINE = number(
    "API_REQUESTS_PER_MACHINE",
    "Requests to the API a minute, by one key",
    default=3_000,
    low=0,
    high=1_000_000,
    unit="requests",
    help="Counted in each process by itself. 0 turns it off.",
)
REQUESTS_PER_ADDRESS = number(
    "REQUESTS_PER_ADDRESS",
    "Requests a minute from one address",
    default=6_000,
    low=0,
    high=1_000_000,
    unit="requests",
    help="Pages and API together; what payment providers report does not count. 0 turns it off.",
)
API_INTROSPECTION = yes_no(
    "API_INTROSPECTION",
    "The API tells what it is made of",
    default="yes",
    help="To those who are signed in, and to nobody else.",
)

SETTINGS: Mapping[str, Setting[int | bool | Schedule]] = {
    setting.name: setting
    for setting in (
        SALE_PENDING_EXPIRY_MINUTES,
        SHORT_PAYMENT_TOLERANCE_PERCENT,
        SALE_EXPIRY_CRON,
        SALE_EXPIRY_BATCH_SIZE,
        OVERRIDE_REQUEST_EXPIRY_MINUTES,
        RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES,
        RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES,
        RIDER_INTEREST_EXPIRY_CRON,
        RIDER_INTEREST_EXPIRY_BATCH_SIZE,
        INSIGHT_CRON,
        PAYMENT_REPORTS_CRON,
        ABANDONED_RECEIPTS_CRON,
        TIDYING_CRON,
        SCHEDULE_RUN_DAYS,
        ORDER_ARCHIVE_DAYS,
        ORDER_ARCHIVE_CRON,
        SHADOW_SUMMARY_CRON,
        DELIVERY_ATTEMPTS,
        RETURN_WINDOW_DAYS,
        RIDERS_WITHOUT_COVERAGE_SEE_ALL,
        PAYMENT_RECEIPT_MAX_FILE_SIZE,
        RECEIPT_URL_MINUTES,
        CONSUMER_PRICE_MARKUP_PERCENT,
        API_OPERATION_SECONDS,
        API_COST_LIMIT,
        API_REQUESTS_PER_PERSON,
        API_REQUESTS_PER_MACHINE,
        REQUESTS_PER_ADDRESS,
        API_INTROSPECTION,
        OUTBOX_TRIES,
        OUTBOX_LONGEST_WAIT_MINUTES,
        WEBHOOK_DISABLE_HOURS,
        WEBHOOK_LOG_DAYS,
        STREAMS_PER_PERSON,
        STREAMS_PER_PROCESS,
        ACCESS_TOKEN_MINUTES,
        REFRESH_TOKEN_DAYS,
        API_SESSION_DAYS,
        SIGN_IN_FREE_TRIES,
        SIGN_IN_FREE_TRIES_OF_A_PLACE,
        SIGN_IN_LONGEST_PAUSE_MINUTES,
        SIGN_IN_MEMORY_MINUTES,
        PASSWORDS_OF_A_PLACE,
        SIGN_UPS_OF_A_PLACE,
        CUSTOMER_SIGN_UP,
        RESELLER_APPLICATIONS,
    )
}

STANDS_BY: Mapping[Source, str] = {"database": "the database", "environment": "the environment", "default": "default"}
UNKNOWN = "The database holds a value for {name}, but there is no such setting: it counts for nothing."


class Settings:
    """Every setting with the value it has now: `settings[RETURN_WINDOW_DAYS]` is an int.

    `environment` is usually os.environ, `saved` what the database holds: texts by name. What is neither in the one
    nor in the other has its default. Raises SettingInvalid for a text in the environment that a setting does not
    allow. In the database such a text counts for nothing; `problems` has a sentence for it, by the setting's name.
    """

    def __init__(self, environment: Mapping[str, str], saved: Mapping[str, str] | None = None) -> None:
        self._environment = {
            name: setting.parse(environment[name], source="environment")
            for name, setting in SETTINGS.items()
            if name in environment
        }
        self.take(saved or {})

    def take(self, saved: Mapping[str, str]) -> None:
        """Let these stand in the database, in place of those before."""
        found: dict[str, tuple[object, Source]] = {}
        problems = {name: UNKNOWN.format(name=name) for name in sorted(saved.keys() - SETTINGS.keys())}
        for name, setting in SETTINGS.items():
            value = self._environment.get(name)
            found[name] = (setting.default, "default") if value is None else (value, "environment")
            if name in saved:
                try:
                    found[name] = (setting.parse(saved[name], source="database"), "database")
                except SettingInvalid as wrong:
                    instead, source = found[name]
                    problems[name] = f"{wrong} Until then {written(instead)} holds, by {STANDS_BY[source]}."
        self._found, self.problems = found, problems

    def over(self, saved: Mapping[str, str]) -> Settings:
        """The same environment with these in the database."""
        made = copy(self)
        made.take(saved)
        return made

    def __getitem__(self, setting: Setting[T]) -> T:
        return cast("T", self._found[setting.name][0])

    def source(self, setting: Setting[object]) -> Source:
        """Return where the value of a setting comes from."""
        return self._found[setting.name][1]
