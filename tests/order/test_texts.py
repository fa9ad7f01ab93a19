"""What of a text is refused: what no page can show."""

import pytest

from orderway.order.texts import check_text
from orderway.workflow.errors import Invalid


@pytest.mark.parametrize("text", ["", "Two lines\nand a\ttab", "As a form\r\nsends it", "naïve — ₦ 5 👍🏽", "שלום"])
def test_what_can_be_shown_is_taken(text: str):
    check_text(text, label="Reason", field="reason")


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x08", "\x0b", "\x1b[2J", "\x7f", "\x85", "\x9b2J", "\rover"])
def test_what_can_not_is_refused(sign: str):
    with pytest.raises(Invalid) as no:
        check_text(f"a{sign}b", label="Reason", field="reason")
    assert str(no.value) == "Reason holds a character that can not be shown. Leave it out."
    assert no.value.field == "reason"
