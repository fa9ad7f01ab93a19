"""What the settings are about: each stands under one heading, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping

from orderway.ui.language import mark

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    mark("Quotations and sales"): (
        "SALE_PENDING_EXPIRY_MINUTES", "SALE_EXPIRY_CRON", "SALE_EXPIRY_BATCH_SIZE", "OVERRIDE_REQUEST_EXPIRY_MINUTES",
        "CONSUMER_PRICE_MARKUP_PERCENT",
    ),
    mark("Payments and receipts"): (
        "SHORT_PAYMENT_TOLERANCE_PERCENT", "PAYMENT_RECEIPT_MAX_FILE_SIZE", "RECEIPT_URL_MINUTES",
    ),
    mark("Riders, deliveries and returns"): (
        "RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES", "RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES", "RIDER_INTEREST_EXPIRY_CRON",
        "RIDER_INTEREST_EXPIRY_BATCH_SIZE", "RIDERS_WITHOUT_COVERAGE_SEE_ALL", "DELIVERY_ATTEMPTS",
        "RETURN_WINDOW_DAYS",
    ),
    mark("Signing in and signing up"): (
        "SIGN_IN_FREE_TRIES", "SIGN_IN_FREE_TRIES_OF_A_PLACE", "SIGN_IN_LONGEST_PAUSE_MINUTES",
        "SIGN_IN_MEMORY_MINUTES", "PASSWORDS_OF_A_PLACE", "SIGN_UPS_OF_A_PLACE", "CUSTOMER_SIGN_UP",
        "RESELLER_APPLICATIONS",
    ),
    mark("Telling other systems"): (
        "OUTBOX_TRIES", "OUTBOX_LONGEST_WAIT_MINUTES", "WEBHOOK_DISABLE_HOURS", "WEBHOOK_LOG_DAYS",
    ),
    mark("Work at set times"): (
        "INSIGHT_CRON", "PAYMENT_REPORTS_CRON", "ABANDONED_RECEIPTS_CRON", "TIDYING_CRON", "SCHEDULE_RUN_DAYS",
        "ORDER_ARCHIVE_DAYS", "ORDER_ARCHIVE_CRON", "SHADOW_SUMMARY_CRON",
    ),
    mark("Programs and the API"): (
        "ACCESS_TOKEN_MINUTES", "REFRESH_TOKEN_DAYS", "API_SESSION_DAYS", "API_OPERATION_SECONDS", "API_COST_LIMIT",
        "API_REQUESTS_PER_PERSON", "API_REQUESTS_PER_MACHINE", "REQUESTS_PER_ADDRESS", "API_INTROSPECTION",
        "STREAMS_PER_PERSON", "STREAMS_PER_PROCESS",
    ),
}  # fmt: skip
"""The names of the settings by what they are about; a test holds every one of them to stand here once."""

NOWHERE = mark("No setting of these names")
"""What the database holds for no setting stands at the end."""
