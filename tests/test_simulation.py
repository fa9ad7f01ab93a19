import json
from pathlib import Path

import pytest

from orderway.machines import CHARTS
from orderway.recordings import Unreadable
from orderway.simulation import simulate

BORN = {
    "context": {"currency": "NGN"},
    "facts": {"now": "2026-03-01T09:00:00Z", "actor": "person:1"},
}
LINE = {
    "variant": "0190b7c4-0000-7000-8000-000000000001", "description": "Beans", "quantity": 2, "unit_price": 500,
    "discount": 0, "tax": 0, "freight": 0, "total": 1000,
}  # fmt: skip


STORY = """\
The quotation begins in “Draft”.
2. “Share the quotation” is refused while the quotation is “Draft”. The quotation must have lines. Add a line. \
The validity must end in the future. Extend the validity.
3. Extend the validity: stays “Draft”. Changed: valid until nothing → 2026-03-15 09:00 UTC.
4. Edit the quotation: stays “Draft”. Changed: version 1 → 2; total 0 → 1,000; line count 0 → 1. To do: replace lines.
5. Share the quotation: “Draft” → “In review”.
6. Approve the quotation for the seller: “In review” → “Approved by seller”. \
Changed: seller approved by nothing → person:1; seller approved at nothing → 2026-03-01 09:00 UTC.
7. Accept the quotation for the buyer: “Approved by seller” → “Agreed”. \
Changed: buyer approved by nothing → person:2; buyer approved at nothing → 2026-03-01 09:00 UTC. To do: open sale.
8. “Decline the quotation” can not be done: the quotation is “Agreed”, and that is its end.
5 moved, 2 refused. The quotation is “Agreed”.
"""


def told(path: Path, *lines: object, machine: str = "quotation") -> list[str]:
    path = path / "events.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return list(simulate(CHARTS[machine], path))


def test_a_quotation_is_driven_from_draft_to_agreement(tmp_path: Path):
    edit = {"lines": [{"variant": LINE["variant"], "quantity": 2}]}
    assert (
        told(
            tmp_path,
            BORN,
            {"event": "SHARE"},
            {"event": "EXTEND_VALIDITY", "payload": {"days": 14}},
            {"event": "EDIT", "payload": edit, "facts": {"priced": [LINE]}},
            {"event": "SHARE"},
            {"event": "SELLER_APPROVES", "payload": {"version": 2}},
            {"event": "BUYER_APPROVES", "payload": {"version": 2}, "facts": {"actor": "person:2"}},
            {"event": "DECLINE", "payload": {"reason": "late"}},
        )
        == STORY.splitlines()
    )


def test_the_first_line_may_be_an_event(tmp_path: Path):
    assert told(tmp_path, {**BORN, "event": "WITHDRAW", "payload": {"reason": "A mistake"}}) == [
        "The quotation begins in “Draft”.",
        "1. Withdraw the quotation: “Draft” → “Withdrawn”.",
        "1 moved, 0 refused. The quotation is “Withdrawn”.",
    ]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["{"], "Line 1 of {}: it can not be read: Input data was truncated."),
        (['["SHARE"]'], "Line 1 of {}: it can not be read: Expected `object`, got `array`."),
        ([{"event": "SHARE"}], "Line 1 of {}: its facts can not be read: Object missing required field `now`."),
        (
            [{**BORN, "context": {"currency": 5}}],
            "Line 1 of {}: its context can not be read: Expected `str`, got `int` - at `$.currency`.",
        ),
        ([BORN, BORN], "Line 2 of {} holds a context, which only the first may."),
        (
            [BORN, {"event": "EXTEND_VALIDITY", "payload": {"days": "two"}}],
            (
                "Line 2 of {}: EXTEND_VALIDITY can not be read: Expected `int`, got `str` - at `$.days`. "
                "Send the fields that the event asks for."
            ),
        ),
        ([""], "The file {} is empty. Write an event on each line."),
    ],
)
def test_a_line_that_can_not_be_understood_is_named(tmp_path: Path, lines: list[object], sentence: str):
    with pytest.raises(Unreadable) as no:
        told(tmp_path, *lines)
    assert str(no.value) == sentence.format(tmp_path / "events.jsonl")


def test_an_event_that_the_machine_does_not_know_is_told_with_those_it_knows(tmp_path: Path):
    with pytest.raises(Unreadable) as no:
        told(tmp_path, BORN, {"event": "BURN"})
    assert str(no.value).startswith(f"Line 2 of {tmp_path}/events.jsonl: Quotation knows no event BURN. It knows EDIT,")
