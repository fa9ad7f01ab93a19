"""The settings an operator may change: those there are, and the values they have."""

from collections.abc import Mapping
from typing import TypeVar, cast

from orderway.schedule import Schedule
from orderway.setting import Setting, Source, number, times

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
SALE_EXPIRY_CRON = times(
    "SALE_EXPIRY_CRON",
    "Look for expired sales at",
    default="0 * * * *",
    help="Sales past their time are expired at these times.",
)
SALE_EXPIRY_BATCH_SIZE = number(
    "SALE_EXPIRY_BATCH_SIZE",
    "Expired sales looked up at a time",
    default=50,
    low=1,
    high=10_000,
    unit="sales",
    help="Look follows look until no sale is due. Each is sent by itself: one that fails stops no other.",
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
RIDER_INTEREST_EXPIRY_CRON = times(
    "RIDER_INTEREST_EXPIRY_CRON",
    "Look for expired interests at",
    default="*/10 * * * *",
    help="Interests past their time are expired at these times.",
)
RIDER_INTEREST_EXPIRY_BATCH_SIZE = number(
    "RIDER_INTEREST_EXPIRY_BATCH_SIZE",
    "Expired interests looked up at a time",
    default=50,
    low=1,
    high=10_000,
    unit="interests",
    help="Look follows look until no interest is due. Each is sent by itself: one that fails stops no other.",
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

SETTINGS: Mapping[str, Setting[int | Schedule]] = {
    setting.name: setting
    for setting in (
        SALE_PENDING_EXPIRY_MINUTES,
        SHORT_PAYMENT_TOLERANCE_PERCENT,
        SALE_EXPIRY_CRON,
        SALE_EXPIRY_BATCH_SIZE,
        RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES,
        RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES,
        RIDER_INTEREST_EXPIRY_CRON,
        RIDER_INTEREST_EXPIRY_BATCH_SIZE,
        RETURN_WINDOW_DAYS,
        PAYMENT_RECEIPT_MAX_FILE_SIZE,
        RECEIPT_URL_MINUTES,
        CONSUMER_PRICE_MARKUP_PERCENT,
    )
}


class Settings:
    """Every setting with the value it has now: `settings[RETURN_WINDOW_DAYS]` is an int.

    `saved` is what the database holds, `environment` usually os.environ: texts by name. What is neither in
    the one nor in the other has its default. Raises SettingInvalid for any text that a setting does not allow.
    """

    def __init__(self, environment: Mapping[str, str], saved: Mapping[str, str] | None = None) -> None:
        self._found: dict[str, tuple[object, Source]] = {}
        for name, setting in SETTINGS.items():
            if saved and name in saved:
                self._found[name] = (setting.parse(saved[name], source="database"), "database")
            elif name in environment:
                self._found[name] = (setting.parse(environment[name], source="environment"), "environment")
            else:
                self._found[name] = (setting.default, "default")

    def __getitem__(self, setting: Setting[T]) -> T:
        return cast("T", self._found[setting.name][0])

    def source(self, setting: Setting[object]) -> Source:
        """Return where the value of a setting comes from."""
        return self._found[setting.name][1]
