"""The definitions of flags, in flagd's own format: read from a file, or written out of what the environment says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from orderway.errors import OrderwayError
from orderway.flags.slices import BY_KEY, SLICES, Slice

PREFIX = "orderway-"
"""What the flags of Orderway begin with in a file that others may share."""

PERCENT = re.compile(r"(\d{1,3})%")
ON_OFF = {"on": True, "off": False}


class FlagsInvalid(OrderwayError):
    """What is said of the flags can not be: which flag, where, and why."""


class Definition(msgspec.Struct, frozen=True, rename="camel"):
    """A flag as flagd defines it; who judges it checks its targeting."""

    state: str
    variants: dict[str, Any]
    default_variant: str | bool | None = None
    targeting: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None


class Definitions(msgspec.Struct, frozen=True):
    """A file of flagd: its flags by their keys."""

    flags: dict[str, Definition]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a variable says of a slice: on or off, or on for these stores and roles, and a part of their orders."""

    slice: Slice
    whole: bool | None = None
    stores: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    percent: int | None = None


@dataclass(slots=True)
class Words:
    """The words of a variable, sorted."""

    stores: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    percents: list[int] = field(default_factory=list)


def read_file(text: bytes, where: str) -> str:
    """The definitions of a file, as text for flagd's judge. Raises FlagsInvalid for what is none, or a slice's typo."""
    try:
        found = msgspec.json.decode(text, type=Definitions)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise FlagsInvalid(
            f"{where} holds no flags: {error}.", 'It is JSON as flagd reads it: {"flags": {"orderway-sales": {…}}}.'
        ) from None
    for key, definition in found.flags.items():
        if key.startswith(PREFIX):
            _require_slice(key, definition, where)
    return text.decode()


def _require_slice(key: str, definition: Definition, where: str) -> None:
    if key not in BY_KEY:
        raise FlagsInvalid(f"{where} names the flag {key}, and there is no such slice.", f"There are {listed()}.")
    if not all(isinstance(value, bool) for value in definition.variants.values()):
        raise FlagsInvalid(
            f"{where}: a variant of {key} is neither true nor false.",
            'Write its variants as {"on": true, "off": false}.',
        )


def listed() -> str:
    return ", ".join(BY_KEY)


def read_environment(environ: Mapping[str, str]) -> Sequence[Wanted]:
    """What the variables ORDERWAY_FLAG_… say. Raises FlagsInvalid, which names the variable."""
    known = {each.variable for each in SLICES}
    for name in environ:
        if name.startswith("ORDERWAY_FLAG_") and name not in known:
            raise FlagsInvalid(f"{name} is no flag.", f"There are {', '.join(sorted(known))}.")
    return [wanted(each, environ[each.variable]) for each in SLICES if each.variable in environ]


def wanted(slice_: Slice, text: str) -> Wanted:
    """What the text of a slice's variable says: "on", "off", or "store:LAG, store:IKJ, role:MANAGER, 25%"."""
    if text.strip().lower() in ON_OFF:
        return Wanted(slice_, whole=ON_OFF[text.strip().lower()])
    words = Words()
    for word in (each.strip() for each in text.split(",")):
        kind, _, name = word.partition(":")
        percent = PERCENT.fullmatch(word)
        if percent and int(percent[1]) <= 100:
            words.percents.append(int(percent[1]))
        elif kind == "store" and name:
            words.stores.append(name)
        elif kind == "role" and name:
            words.roles.append(name)
        else:
            raise _unread(slice_, text)
    if len(words.percents) > 1:
        raise _unread(slice_, text)
    percent_ = words.percents[0] if words.percents else None
    return Wanted(slice_, stores=tuple(words.stores), roles=tuple(words.roles), percent=percent_)


def _unread(slice_: Slice, text: str) -> FlagsInvalid:
    return FlagsInvalid(
        f"{slice_.variable} is '{text}'.",
        "Write on, off, or conditions with commas between: store:CODE, role:NAME and a share of the orders like 25%.",
    )


def written(wanted_: Sequence[Wanted]) -> str:
    """The same as definitions for flagd's judge."""
    return msgspec.json.encode({"flags": {each.slice.key: _definition(each) for each in wanted_}}).decode()


def _definition(wanted_: Wanted) -> Mapping[str, object]:
    known = {"state": "ENABLED", "variants": ON_OFF}
    if wanted_.whole is not None:
        return known | {"defaultVariant": "on" if wanted_.whole else "off"}
    return known | {"defaultVariant": "off", "targeting": {"if": [{"and": list(_conditions(wanted_))}, "on", "off"]}}


def _conditions(wanted_: Wanted) -> Iterator[Mapping[str, object]]:
    """Stores are one or the other, so are roles; the share is of the orders, the same ones for each slice."""
    if wanted_.stores:
        yield {"in": [{"var": "store"}, list(wanted_.stores)]}
    if wanted_.roles:
        yield {"or": [{"in": [role, {"var": "roles"}]} for role in wanted_.roles]}
    if wanted_.percent is not None:
        part = ["on", wanted_.percent], ["off", 100 - wanted_.percent]
        yield {"==": [{"fractional": [{"var": "targetingKey"}, *part]}, "on"]}
