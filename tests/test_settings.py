from datetime import UTC, datetime

import pytest

from orderway.schedule_settings import RIDER_INTEREST_EXPIRY_CRON
from orderway.setting import SettingInvalid, written
from orderway.settings import (
    CONSUMER_PRICE_MARKUP_PERCENT,
    RETURN_WINDOW_DAYS,
    RIDERS_WITHOUT_COVERAGE_SEE_ALL,
    SALE_PENDING_EXPIRY_MINUTES,
    SETTINGS,
    Settings,
)


def test_the_defaults_are_those_of_the_specification():
    settings = Settings({})
    assert {name: written(settings[setting]) for name, setting in SETTINGS.items()} == {
        "SALE_PENDING_EXPIRY_MINUTES": "1440",
        "SHORT_PAYMENT_TOLERANCE_PERCENT": "1",
        "SALE_EXPIRY_CRON": "0 * * * *",
        "SALE_EXPIRY_BATCH_SIZE": "50",
        "OVERRIDE_REQUEST_EXPIRY_MINUTES": "1440",
        "RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES": "45",
        "RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES": "60",
        "RIDER_INTEREST_EXPIRY_CRON": "*/10 * * * *",
        "RIDER_INTEREST_EXPIRY_BATCH_SIZE": "50",
        "DELIVERY_ATTEMPTS": "3",
        "RETURN_WINDOW_DAYS": "14",
        "RIDERS_WITHOUT_COVERAGE_SEE_ALL": "yes",
        "PAYMENT_RECEIPT_MAX_FILE_SIZE": "10485760",
        "RECEIPT_URL_MINUTES": "5",
        "CONSUMER_PRICE_MARKUP_PERCENT": "5",
        "CUSTOMER_SIGN_UP": "yes",
        "RESELLER_APPLICATIONS": "yes",
        "API_OPERATION_SECONDS": "10",
        "API_COST_LIMIT": "50000",
        "API_REQUESTS_PER_PERSON": "1200",
        "API_REQUESTS_PER_MACHINE": "3000",
        "REQUESTS_PER_ADDRESS": "6000",
        "API_INTROSPECTION": "yes",
        "OUTBOX_TRIES": "20",
        "OUTBOX_LONGEST_WAIT_MINUTES": "60",
        "WEBHOOK_DISABLE_HOURS": "72",
        "WEBHOOK_LOG_DAYS": "30",
        "INSIGHT_CRON": "* * * * *",
        "PAYMENT_REPORTS_CRON": "* * * * *",
        "ABANDONED_RECEIPTS_CRON": "*/10 * * * *",
        "TIDYING_CRON": "*/10 * * * *",
        "SCHEDULE_RUN_DAYS": "14",
        "ORDER_ARCHIVE_DAYS": "0",
        "ORDER_ARCHIVE_CRON": "30 2 * * *",
        "SHADOW_SUMMARY_CRON": "0 6 * * *",
        "STREAMS_PER_PERSON": "20",
        "STREAMS_PER_PROCESS": "5000",
        "ACCESS_TOKEN_MINUTES": "15",
        "REFRESH_TOKEN_DAYS": "30",
        "API_SESSION_DAYS": "90",
        "SIGN_IN_FREE_TRIES": "5",
        "SIGN_IN_FREE_TRIES_OF_A_PLACE": "30",
        "SIGN_IN_LONGEST_PAUSE_MINUTES": "15",
        "SIGN_IN_MEMORY_MINUTES": "60",
        "PASSWORDS_OF_A_PLACE": "120",
        "SIGN_UPS_OF_A_PLACE": "20",
    }


def test_the_database_wins_over_the_environment_and_that_over_the_default():
    settings = Settings(
        environment={"RETURN_WINDOW_DAYS": "30", "CONSUMER_PRICE_MARKUP_PERCENT": "7"},
        saved={"RETURN_WINDOW_DAYS": "21"},
    )
    assert (settings[RETURN_WINDOW_DAYS], settings.source(RETURN_WINDOW_DAYS)) == (21, "database")
    assert settings[CONSUMER_PRICE_MARKUP_PERCENT] == 7
    assert settings.source(CONSUMER_PRICE_MARKUP_PERCENT) == "environment"
    assert settings.source(SALE_PENDING_EXPIRY_MINUTES) == "default"


def test_a_number_may_be_either_end_of_its_range():
    assert Settings({"SALE_PENDING_EXPIRY_MINUTES": "0"})[SALE_PENDING_EXPIRY_MINUTES] == 0
    assert Settings({"SALE_PENDING_EXPIRY_MINUTES": " 525600 "})[SALE_PENDING_EXPIRY_MINUTES] == 525_600


@pytest.mark.parametrize("text", ["525601", "-1", "1.5", "", "soon", "٣"])
def test_a_number_out_of_its_range_is_refused_in_a_sentence(text: str):
    with pytest.raises(SettingInvalid) as refused:
        Settings({"SALE_PENDING_EXPIRY_MINUTES": text})
    assert str(refused.value) == (
        f"SALE_PENDING_EXPIRY_MINUTES is '{text}' in the environment. "
        "It must be a whole number of minutes from 0 to 525600."
    )


def test_a_wrong_schedule_in_the_database_counts_for_nothing_and_is_told():
    settings = Settings({}, saved={"RIDER_INTEREST_EXPIRY_CRON": "*/10 25 * * *"})
    assert str(settings[RIDER_INTEREST_EXPIRY_CRON]) == "*/10 * * * *"
    assert settings.source(RIDER_INTEREST_EXPIRY_CRON) == "default"
    assert settings.problems == {
        "RIDER_INTEREST_EXPIRY_CRON": (
            "RIDER_INTEREST_EXPIRY_CRON is '*/10 25 * * *' in the database (has '25' outside of 0 to 23). "
            "It must be five fields of cron in UTC, such as */10 * * * *. "
            "Until then */10 * * * * holds, by default."
        )
    }


def test_under_a_wrong_value_in_the_database_that_of_the_environment_holds():
    settings = Settings({"RETURN_WINDOW_DAYS": "30"}, saved={"RETURN_WINDOW_DAYS": "never"})
    assert (settings[RETURN_WINDOW_DAYS], settings.source(RETURN_WINDOW_DAYS)) == (30, "environment")
    assert settings.problems["RETURN_WINDOW_DAYS"].endswith("Until then 30 holds, by the environment.")


def test_a_wrong_value_in_the_environment_is_refused_though_the_database_has_another():
    with pytest.raises(SettingInvalid, match="is 'never' in the environment"):
        Settings({"RETURN_WINDOW_DAYS": "never"}, saved={"RETURN_WINDOW_DAYS": "21"})


def test_a_name_in_the_database_that_no_setting_has_is_told():
    assert Settings({}, saved={"RETURN_WINDOW": "21"}).problems == {
        "RETURN_WINDOW": (
            "The database holds a value for RETURN_WINDOW, but there is no such setting: it counts for nothing."
        )
    }


def test_what_the_database_holds_may_change_and_go():
    settings = Settings({"RETURN_WINDOW_DAYS": "30"}, saved={"RETURN_WINDOW_DAYS": "21"})
    settings.take({"RETURN_WINDOW_DAYS": "7"})
    assert (settings[RETURN_WINDOW_DAYS], settings.source(RETURN_WINDOW_DAYS)) == (7, "database")
    settings.take({})
    assert (settings[RETURN_WINDOW_DAYS], settings.source(RETURN_WINDOW_DAYS)) == (30, "environment")


def test_looking_over_other_values_changes_nothing():
    settings = Settings({})
    assert settings.over({"RETURN_WINDOW_DAYS": "7", "RETURN_WINDOW": "7"})[RETURN_WINDOW_DAYS] == 7
    assert (settings[RETURN_WINDOW_DAYS], settings.problems) == (14, {})


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("no", False), (" no ", False)])
def test_a_setting_may_be_on_or_off(text: str, value: object):
    assert Settings({"RIDERS_WITHOUT_COVERAGE_SEE_ALL": text})[RIDERS_WITHOUT_COVERAGE_SEE_ALL] is value


@pytest.mark.parametrize("text", ["", "true", "Yes", "0", "no, thanks"])
def test_what_is_neither_yes_nor_no_is_refused(text: str):
    with pytest.raises(SettingInvalid) as refused:
        RIDERS_WITHOUT_COVERAGE_SEE_ALL.parse(text)
    assert str(refused.value) == f"RIDERS_WITHOUT_COVERAGE_SEE_ALL can not be '{text}'. It must be yes or no."


def test_a_value_is_told_with_its_unit():
    told = {name: SETTINGS[name].told(SETTINGS[name].default) for name in SETTINGS}
    assert told["SALE_PENDING_EXPIRY_MINUTES"] == "1,440 minutes"
    assert told["SALE_EXPIRY_CRON"] == "0 * * * *"
    assert told["RIDERS_WITHOUT_COVERAGE_SEE_ALL"] == "yes"
    assert SALE_PENDING_EXPIRY_MINUTES.told(1) == "1 minute"


def test_a_schedule_is_read_as_times():
    schedule = Settings({"RIDER_INTEREST_EXPIRY_CRON": "30 6 * * 1"})[RIDER_INTEREST_EXPIRY_CRON]
    assert schedule.after(datetime(2026, 3, 4, tzinfo=UTC)) == datetime(2026, 3, 9, 6, 30, tzinfo=UTC)


def test_no_setting_that_could_be_a_secret_has_a_default():
    spans = ("_MINUTES", "_DAYS")  # how long one lives is none
    secrets = [name for name in SETTINGS if {"SECRET", "TOKEN", "PASSWORD", "KEY"} & set(name.split("_"))]
    assert [name for name in secrets if not name.endswith(spans)] == []
