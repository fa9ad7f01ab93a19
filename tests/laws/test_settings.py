"""Laws of the settings: each has its words, a default that it could be set to, and a line in the operator's page."""

import re
from pathlib import Path

import pytest

from orderway import settings as declared
from orderway.setting import Setting, SettingInvalid, written
from orderway.settings import SETTINGS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations" / "settings.md").read_text()
ALL = pytest.mark.parametrize("setting", SETTINGS.values(), ids=list(SETTINGS))


def test_every_setting_that_is_declared_is_listed_under_its_name():
    found = {name: value for name, value in vars(declared).items() if isinstance(value, Setting)}
    assert found == SETTINGS


@ALL
def test_it_has_its_words(setting: Setting[object]):
    assert re.fullmatch(r"[A-Z]+(_[A-Z]+)+", setting.name)
    assert re.fullmatch(r"[A-Z].*[^.]", setting.label)
    assert re.fullmatch(r"[A-Z0-9].*\.", setting.help)
    assert "_" not in setting.label + setting.help + setting.expects
    assert setting.unit
    assert not setting.expects.endswith(".")


def test_no_two_have_the_same_label():
    labels = [setting.label for setting in SETTINGS.values()]
    assert sorted(labels) == sorted(set(labels))


@ALL
def test_its_default_is_a_value_that_it_may_have(setting: Setting[object]):
    assert setting.parse(written(setting.default)) == setting.default
    assert (setting.low is None) == (setting.high is None)


@ALL
def test_a_number_ends_at_its_bounds(setting: Setting[object]):
    if setting.low is None or setting.high is None:
        return
    assert (setting.parse(str(setting.low)), setting.parse(str(setting.high))) == (setting.low, setting.high)
    for beyond in (setting.low - 1, setting.high + 1):
        with pytest.raises(SettingInvalid):
            setting.parse(str(beyond))


@ALL
@pytest.mark.parametrize("text", ["", "maybe", "\0", "1e3", "९", "9" * 400])
def test_what_it_can_not_be_is_refused_in_a_sentence(setting: Setting[object], text: str):
    with pytest.raises(SettingInvalid) as refused:
        setting.parse(text)
    assert refused.value.message.startswith(f"{setting.name} can not be '{text}'")
    assert refused.value.remedy == f"It must be {setting.expects}."


@ALL
def test_operators_read_of_it(setting: Setting[object]):
    assert f"| `{setting.name}` | {setting.told(setting.default)} |" in PAGE
