"""Passwords are kept as argon2id, and tell nothing about who exists."""

from typing import Literal

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerificationError
from tests.people.company import QUICK

from orderway.people.passwords import Passwords, WeakPassword


async def test_a_password_matches_its_hash_alone():
    passwords = Passwords(QUICK)
    kept = await passwords.hash("correct horse")
    assert await passwords.matches("correct horse", kept)
    assert not await passwords.matches("correct horses", kept)
    assert not await passwords.matches("", kept)
    assert kept != await passwords.hash("correct horse")


async def test_parameters_are_those_of_rfc_9106_unless_told_otherwise():
    used = extract_parameters(await Passwords().hash("correct horse"))
    assert (used.type, used.memory_cost, used.time_cost, used.parallelism) == (Type.ID, 65_536, 3, 4)


async def test_nothing_matches_a_person_without_a_hash():
    passwords = Passwords(QUICK)
    assert not await passwords.matches("correct horse", None)
    assert not await passwords.matches("", None)


async def test_a_person_without_a_hash_costs_one_verification_too():
    verified: list[str | bytes] = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  (argon2's own name)
            verified.append(hash)
            return super().verify(hash, password)

    passwords = Passwords(Watched(time_cost=1, memory_cost=64, parallelism=1))
    kept = await passwords.hash("correct horse")
    await passwords.matches("wrong", kept)
    await passwords.matches("wrong", None)
    assert len(verified) == 2
    assert extract_parameters(str(verified[0])) == extract_parameters(str(verified[1]))


@pytest.mark.parametrize(
    ("typed", "also"),
    [("naïve café", "nai\u0308ve cafe\u0301"), ("ｗｉｄｅ ｌｅｔｔｅｒｓ", "wide letters")],
)
async def test_one_password_however_the_keyboard_composes_it(typed: str, also: str):
    passwords = Passwords(QUICK)
    assert await passwords.matches(also, await passwords.hash(typed))


@pytest.mark.parametrize(
    ("password", "advice"), [("ninechars", "Choose a longer one."), ("x" * 1001, "a shorter one.")]
)
async def test_a_weak_password_is_refused(password: str, advice: str):
    with pytest.raises(WeakPassword) as no:
        await Passwords(QUICK).hash(password)
    assert str(no.value) == (
        f"A password has 10 to 1000 characters, and this one has {len(password)}. {no.value.remedy}"
    )
    assert advice in no.value.remedy


@pytest.mark.parametrize("typed", ["\x00" * 10, "\ud800" * 10, "x" * 100_000])
async def test_anything_may_be_typed(typed: str):
    passwords = Passwords(QUICK)
    assert not await passwords.matches(typed, await passwords.hash("correct horse"))


async def test_a_longer_text_is_not_the_password_it_begins_with():
    passwords = Passwords(QUICK)
    assert not await passwords.matches("x" * 1001, await passwords.hash("x" * 1000))


async def test_a_hash_of_other_parameters_is_renewed():
    kept = await Passwords(QUICK).hash("correct horse")
    assert await Passwords(QUICK).renewed("correct horse", kept) is None
    slower = Passwords(PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    renewed = await slower.renewed("correct horse", kept)
    assert renewed is not None
    assert extract_parameters(renewed).time_cost == 2
    assert await slower.matches("correct horse", renewed)


async def test_a_broken_hash_is_a_fault_and_not_a_wrong_password():
    with pytest.raises(VerificationError, match="Decoding failed"):
        await Passwords(QUICK).matches("correct horse", "$argon2id$broken")
