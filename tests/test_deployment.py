"""What the environment says of how an installation faces the world, and what it may not say."""

import pytest

from orderway.deployment import DeploymentInvalid, read_deployment


def test_without_a_word_everything_is_closed():
    found = read_deployment({})
    assert (found.environment, found.developing, found.trusted_proxies) == ("production", False, ())


def test_what_is_said_is_taken():
    found = read_deployment({"ORDERWAY_ENV": "development", "ORDERWAY_TRUSTED_PROXIES": "192.0.2.7"})
    assert found.developing
    assert [str(each) for each in found.trusted_proxies] == ["192.0.2.7/32"]


def test_a_word_that_is_none_is_one_sentence():
    with pytest.raises(DeploymentInvalid) as no:
        read_deployment({"ORDERWAY_ENV": "staging"})
    assert str(no.value) == "ORDERWAY_ENV is 'staging'. Write development or production, or leave it out."
