from dataclasses import dataclass

import msgspec
import pytest

from orderway.statechart import replace


@dataclass(frozen=True)
class Plain:
    count: int = 0
    word: str = ""


@dataclass(frozen=True, slots=True)
class Slotted:
    count: int = 0
    word: str = ""


@dataclass(frozen=True)
class Checked:
    count: int = 0

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("A count is not negative.")


@pytest.mark.parametrize("kind", [Plain, Slotted])
def test_a_record_is_replaced_by_one_with_other_fields(kind: type[Plain | Slotted]):
    before = kind(1, "one")
    after = replace(before, count=2)
    assert (before, after) == (kind(1, "one"), kind(2, "one"))
    assert type(after) is kind
    assert hash(after) == hash(kind(2, "one"))


@pytest.mark.parametrize("kind", [Plain, Slotted])
def test_a_field_that_it_does_not_have_is_a_mistake(kind: type[Plain | Slotted]):
    with pytest.raises(TypeError, match="weight"):
        replace(kind(), weight=1)


def test_a_record_that_checks_itself_is_checked_again():
    assert replace(Checked(1), count=2) == Checked(2)
    with pytest.raises(ValueError, match="not negative"):
        replace(Checked(1), count=-1)


def test_a_record_that_was_read_without_its_defaults_keeps_them():
    """A decoder may leave a default to the class."""
    read = msgspec.json.decode(b'{"count": 1}', type=Plain)
    assert "word" not in vars(read)
    assert replace(read, count=2) == Plain(2, "")
    assert replace(read, word="two") == Plain(1, "two")
