"""What is written down of a customer, as it is kept: a telephone number and a currency, or a sentence why not."""

from __future__ import annotations

import re

from orderway.money import UnknownCurrency, exponent
from orderway.workflow.errors import Invalid

_AROUND = re.compile(r"[\s().\-/]+")
_PHONE = re.compile(r"\+?[0-9]{3,20}", re.ASCII)


def checked_phone(text: str | None) -> str | None:
    """Return the number without what stands between its digits: "+2348015550000". Raises Invalid."""
    if text is None or not text.strip():
        return None
    phone = _AROUND.sub("", text)
    if not _PHONE.fullmatch(phone):
        raise Invalid("This is no telephone number.", "Write 3 to 20 digits, with + and the country first.", "phone")
    return phone


def checked_currency(code: str) -> str:
    """Return the code of a currency that there is. Raises Invalid."""
    try:
        exponent(code)
    except UnknownCurrency as unknown:
        raise Invalid(unknown.message, unknown.remedy, "currency") from None
    return code
