"""The settings of what is done at set times, and of how long it is remembered."""

from __future__ import annotations

from orderway.setting import number, times

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
INSIGHT_CRON = times(
    "INSIGHT_CRON",
    "Count the figures at",
    default="* * * * *",
    help="What happened to orders is counted into the analytics at these times.",
)
PAYMENT_REPORTS_CRON = times(
    "PAYMENT_REPORTS_CRON",
    "Take up reports of payments at",
    default="* * * * *",
    help="Reports that were left half-way, or whose provider did not answer, are taken up again at these times.",
)
ABANDONED_RECEIPTS_CRON = times(
    "ABANDONED_RECEIPTS_CRON",
    "Delete abandoned receipts at",
    default="*/10 * * * *",
    help="Files of uploads that nobody finished within a day are deleted at these times.",
)
TIDYING_CRON = times(
    "TIDYING_CRON",
    "Tidy up at",
    default="*/10 * * * *",
    help="Ended sessions, forgotten tries to sign in and old runs of the schedules are deleted at these times.",
)
SCHEDULE_RUN_DAYS = number(
    "SCHEDULE_RUN_DAYS",
    "Runs of the schedules are kept for",
    default=14,
    low=1,
    high=3650,
    unit="days",
    help="What was done, by which worker, and what went wrong. The last run of each schedule is kept in any case.",
)
ORDER_ARCHIVE_DAYS = number(
    "ORDER_ARCHIVE_DAYS",
    "Finished orders are archived after",
    default=0,
    low=0,
    high=36_500,
    unit="days",
    help="Orders that are settled and have not moved for so long leave the database for the archive. At 0 all stay.",
)
ORDER_ARCHIVE_CRON = times(
    "ORDER_ARCHIVE_CRON",
    "Archive finished orders at",
    default="30 2 * * *",
    help="Orders that may leave by then are archived at these times, the oldest first.",
)
SHADOW_SUMMARY_CRON = times(
    "SHADOW_SUMMARY_CRON",
    "Sum the shadow up at",
    default="0 6 * * *",
    help="Whoever looks after the settings is told at these times what the day before of shadow mode came to.",
)
