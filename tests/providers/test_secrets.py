"""Secrets come from the environment, and there is no way without one."""

import pytest

from orderway.providers.provider import NoSecret
from orderway.providers.secrets import secrets_of


@pytest.mark.parametrize(
    ("given", "secrets"), [("one", ("one",)), ("new,old", ("new", "old")), (" new , old ,", ("new", "old"))]
)
def test_several_are_parted_by_commas(given: str, secrets: tuple[str, ...]):
    assert secrets_of("paystack", {"ORDERWAY_WEBHOOK_SECRET_PAYSTACK": given}) == secrets


@pytest.mark.parametrize(
    "environ", [{}, {"ORDERWAY_WEBHOOK_SECRET_STRIPE": ""}, {"ORDERWAY_WEBHOOK_SECRET_STRIPE": " ,, "}]
)
def test_none_is_refused(environ: dict[str, str]):
    with pytest.raises(NoSecret, match=r"No secret is set for webhooks of stripe.*Set ORDERWAY_WEBHOOK_SECRET_STRIPE"):
        secrets_of("stripe", environ)


def test_each_provider_has_its_own():
    with pytest.raises(NoSecret):
        secrets_of("generic", {"ORDERWAY_WEBHOOK_SECRET_PAYSTACK": "one"})


@pytest.mark.parametrize("given", ["one,\udcff\udcfe", "one\x1b"])
def test_what_is_no_text_is_refused_and_not_told(given: str):
    """As Python gives bytes of the environment that are none."""
    with pytest.raises(NoSecret) as wrong:
        secrets_of("paystack", {"ORDERWAY_WEBHOOK_SECRET_PAYSTACK": given})
    assert str(wrong.value) == (
        "A secret for webhooks of paystack holds what is no letter, figure or sign. "
        "Correct ORDERWAY_WEBHOOK_SECRET_PAYSTACK and start again."
    )
