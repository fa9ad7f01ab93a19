"""What is done at set times: what it is called, when, and what its rows count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orderway.schedule import Schedule
from orderway.schedule_settings import (
    ABANDONED_RECEIPTS_CRON,
    INSIGHT_CRON,
    PAYMENT_REPORTS_CRON,
    RIDER_INTEREST_EXPIRY_CRON,
    SALE_EXPIRY_CRON,
    TIDYING_CRON,
)
from orderway.setting import Setting


@dataclass(frozen=True, slots=True)
class Regular:
    """Something that is done at the times of a setting; `label` is its words, `counts` what its rows are."""

    name: str
    label: str
    counts: str
    times: Setting[Schedule]


SCHEDULES: Mapping[str, Regular] = {
    each.name: each
    for each in (
        Regular("sales", "Let unpaid sales expire", "sales", SALE_EXPIRY_CRON),
        Regular("interests", "Let offers of riders lapse", "offers", RIDER_INTEREST_EXPIRY_CRON),
        Regular("insight", "Count the figures", "moves", INSIGHT_CRON),
        Regular("reports", "Take up reports of payments", "reports", PAYMENT_REPORTS_CRON),
        Regular("receipts", "Delete abandoned receipts", "files", ABANDONED_RECEIPTS_CRON),
        Regular("tidying", "Tidy up what is past its time", "rows", TIDYING_CRON),
    )
}
"""By their names, in the order in which they are shown."""
