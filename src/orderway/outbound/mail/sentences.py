"""What is said of an e-mail that was not taken, and of a mail server that takes none: each with its gaps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NOT_USED = "The mail server {place} can not be used: {fault}"
HUNG_UP = "The mail server hung up in the middle."
SLOW = "The mail server did not answer within {seconds} seconds."
TOO_LONG = "The mail server did not take the e-mail within {seconds} seconds."
STRANGE = "The mail server does not take this address."
BROKE = "The connection to the mail server broke."
NOTHING_NOW = "The mail server takes nothing now: {answer}"
NOT_FROM = "The mail server takes nothing from {sender}: {answer}"
NO_ADDRESS = "The mail server refuses the address: {answer}"
NO_MAIL = "The mail server refuses the e-mail: {answer}"
NO_ADDRESS_NOW = "The mail server does not take the address now: {answer}"
NO_MAIL_NOW = "The mail server does not take the e-mail now: {answer}"

# Why it can not be used.
UNTRUSTED = "its certificate does not hold ({fault})."
NO_ENCRYPTION = "encrypting the connection failed."
ANSWERED = "it answered {answer}."
NO_ANSWER = "it did not answer within {seconds} seconds."
NOT_READY = "it was not ready within {seconds} seconds."

PUBLIC: Mapping[str, str] = MappingProxyType({
    NOT_USED: "The mail server can not be used.",
    HUNG_UP: HUNG_UP,
    SLOW: SLOW,
    TOO_LONG: TOO_LONG,
    STRANGE: STRANGE,
    BROKE: BROKE,
    NOTHING_NOW: "The mail server takes nothing now.",
    NOT_FROM: "The mail server takes nothing from our address.",
    NO_ADDRESS: "The mail server refuses the address.",
    NO_MAIL: "The mail server refuses the e-mail.",
    NO_ADDRESS_NOW: "The mail server does not take the address now.",
    NO_MAIL_NOW: "The mail server does not take the e-mail now.",
})  # fmt: skip
"""What of each is for everybody who looks after deliveries: where our servers are, and what they answer, is not."""

ALL = (*PUBLIC, *PUBLIC.values(), UNTRUSTED, NO_ENCRYPTION, ANSWERED, NO_ANSWER, NOT_READY)
