"""What is done at set times: what it is called, when, and what is said where some of it failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orderway.schedule import Schedule
from orderway.schedule_settings import (
    ABANDONED_RECEIPTS_CRON,
    INSIGHT_CRON,
    ORDER_ARCHIVE_CRON,
    PAYMENT_REPORTS_CRON,
    RIDER_INTEREST_EXPIRY_CRON,
    SALE_EXPIRY_CRON,
    SHADOW_SUMMARY_CRON,
    TIDYING_CRON,
)
from orderway.setting import Setting

TIMERS_FAILED = "Timers failed and wait: orderway doctor names them."


@dataclass(frozen=True, slots=True)
class Regular:
    """Something that is done at the times of a setting; `failing` says that some of it failed."""

    name: str
    label: str
    times: Setting[Schedule]
    failing: str = ""


SCHEDULES: Mapping[str, Regular] = {
    each.name: each
    for each in (
        Regular("sales", "Let unpaid sales expire", SALE_EXPIRY_CRON, TIMERS_FAILED),
        Regular("interests", "Let offers of riders lapse", RIDER_INTEREST_EXPIRY_CRON, TIMERS_FAILED),
        Regular("insight", "Count the figures", INSIGHT_CRON),
        Regular(
            "reports",
            "Take up reports of payments",
            PAYMENT_REPORTS_CRON,
            "Reports wait: the log of the worker says for what.",
        ),
        Regular(
            "receipts",
            "Delete abandoned receipts",
            ABANDONED_RECEIPTS_CRON,
            "Files could not be deleted: the log of the worker says why.",
        ),
        Regular("tidying", "Tidy up what is past its time", TIDYING_CRON),
        Regular("archive", "Archive finished orders", ORDER_ARCHIVE_CRON),
        Regular("shadow", "Sum up the shadow of the former system", SHADOW_SUMMARY_CRON),
    )
}
"""By their names, in the order in which they are shown."""
