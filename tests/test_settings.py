from datetime import UTC, datetime

import pytest

from orderway.setting import SettingInvalid
from orderway.settings import (
    CONSUMER_PRICE_MARKUP_PERCENT,
    RETURN_WINDOW_DAYS,
    RIDER_INTEREST_EXPIRY_CRON,
    SALE_PENDING_EXPIRY_MINUTES,
    SETTINGS,
    Settings,
)


def test_the_defaults_are_those_of_the_specification():
    settings = Settings({})
    assert {name: str(settings[setting]) for name, setting in SETTINGS.items()} == {
        "SALE_PENDING_EXPIRY_MINUTES": "1440",
        "SALE_EXPIRY_CRON": "0 * * * *",
        "SALE_EXPIRY_BATCH_SIZE": "50",
        "RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES": "45",
        "RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES": "60",
        "RIDER_INTEREST_EXPIRY_CRON": "*/10 * * * *",
        "RIDER_INTEREST_EXPIRY_BATCH_SIZE": "50",
        "RETURN_WINDOW_DAYS": "14",
        "PAYMENT_RECEIPT_MAX_FILE_SIZE": "10485760",
        "RECEIPT_URL_MINUTES": "5",
        "CONSUMER_PRICE_MARKUP_PERCENT": "5",
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


def test_a_wrong_schedule_in_the_database_says_what_is_wrong_with_it():
    with pytest.raises(SettingInvalid) as refused:
        Settings({}, saved={"RIDER_INTEREST_EXPIRY_CRON": "*/10 25 * * *"})
    assert str(refused.value) == (
        "RIDER_INTEREST_EXPIRY_CRON is '*/10 25 * * *' in the database (has '25' outside of 0 to 23). "
        "It must be five fields of cron in UTC, such as */10 * * * *."
    )


def test_a_schedule_is_read_as_times():
    schedule = Settings({"RIDER_INTEREST_EXPIRY_CRON": "30 6 * * 1"})[RIDER_INTEREST_EXPIRY_CRON]
    assert schedule.after(datetime(2026, 3, 4, tzinfo=UTC)) == datetime(2026, 3, 9, 6, 30, tzinfo=UTC)


def test_no_setting_that_could_be_a_secret_has_a_default():
    assert [name for name in SETTINGS if {"SECRET", "TOKEN", "PASSWORD", "KEY"} & set(name.split("_"))] == []
