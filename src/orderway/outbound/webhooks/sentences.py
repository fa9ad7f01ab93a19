"""What is said of an attempt that came to nothing, and of a webhook that is switched off: each with its gaps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NO_ANSWER = "No answer came within {seconds} seconds."
NO_CONNECTION = "No connection came about within {seconds} seconds."
NOBODY = "Nobody listens there, or the way there is closed."
NO_HTTP = "It broke off, or what came back is no HTTP."
BROKEN = "The connection was broken off."
UNTRUSTED = "Its certificate is not to be trusted: {fault}."
NO_TLS = "TLS failed: {fault}."
UNKNOWN = "The name {host} is not known."
NOWHERE = "The name {host} has no address."
WITHIN = "The name {host} leads to {address}, which is of no public network."
PLAIN = "The name {host} leads to {address}, where webhooks go by https alone."
ANSWERED = "It answered {status}."
LED_ELSEWHERE = "It answered {status}, which leads elsewhere; that is not followed."
PAUSED = "The webhook is switched off."
UNSEALED = "Its secret was sealed by another ORDERWAY_SECRET than is set: give it a new one."

OFF = "The webhook “{name}” was switched off"
FAILED = "Nothing arrived there for too long: {why} What happens meanwhile is kept for it."
GONE = "It answered that it is gone for good. What happens meanwhile is kept for it."

PUBLIC: Mapping[str, str] = MappingProxyType({
    NO_ANSWER: NO_ANSWER,
    NO_CONNECTION: NO_CONNECTION,
    NOBODY: NOBODY,
    NO_HTTP: NO_HTTP,
    BROKEN: BROKEN,
    UNTRUSTED: "Its certificate is not to be trusted.",
    NO_TLS: "TLS failed.",
    UNKNOWN: "Its name is not known.",
    NOWHERE: "Its name has no address.",
    WITHIN: "Its name leads to no public network.",
    PLAIN: "Its name leads to where webhooks go by https alone.",
    ANSWERED: ANSWERED,
    LED_ELSEWHERE: LED_ELSEWHERE,
    PAUSED: PAUSED,
    UNSEALED: UNSEALED,
})  # fmt: skip
"""What of each is for everybody who looks after deliveries: where names lead within our own network is not."""

ALL = (*PUBLIC, *PUBLIC.values(), OFF, FAILED, GONE)
